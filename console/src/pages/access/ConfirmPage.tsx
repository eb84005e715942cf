// SPDX-License-Identifier: Apache-2.0

import { Alert, Button, Content } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { ProblemAlert } from '../../components/ProblemAlert';
import { PublicPage } from '../../components/PublicPage';
import { useFragment } from '../../hooks/useFragment';
import { useConfirmAccess } from '../../queries/access';
import { LinkBroken } from './LinkBroken';
import { ReceiptFacts } from './ReceiptFacts';

/** Confirms the applicant's address. It takes a click: programs that look into mails follow links too. */
export function ConfirmPage() {
  const { t } = useTranslation();
  const code = useFragment('code');
  const confirm = useConfirmAccess();
  return (
    <PublicPage title={t('access.confirm')} footer={<Link to="/access">{t('access.title')}</Link>}>
      <div className="b4a-stack">
        {!code ? (
          <LinkBroken />
        ) : confirm.data ? (
          <>
            <Alert variant="success" isInline component="p" role="status" title={t('access.confirmed')}>
              {t('access.confirmedBody')}
            </Alert>
            <ReceiptFacts receipt={confirm.data} />
          </>
        ) : (
          <>
            {confirm.error ? <ProblemAlert error={confirm.error} title={t('access.confirmFailed')} /> : null}
            <Content component="p">{t('access.confirmAsk')}</Content>
            <div>
              <Button isLoading={confirm.isPending} isDisabled={confirm.isPending} onClick={() => confirm.mutate(code)}>
                {t('access.confirm')}
              </Button>
            </div>
          </>
        )}
      </div>
    </PublicPage>
  );
}
