// SPDX-License-Identifier: Apache-2.0
import { Alert, Button } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Loaded, Page } from '../components/common';
import { useDoctor } from '../queries';

const variants = { ok: 'success', warning: 'warning', error: 'danger' } as const;

export default function Doctor() {
  const { t } = useTranslation();
  const report = useDoctor();
  const again = (
    <Button onClick={() => void report.refetch()} isLoading={report.isFetching}>
      {t('doctor.again')}
    </Button>
  );
  return (
    <Page title={t('nav.doctor')} lead={t('doctor.lead')} actions={again}>
      <Loaded query={report}>
        {(r) =>
          r.checks?.map((c) => (
            <Alert
              key={c.name}
              isInline
              className="b4a-gap"
              variant={variants[c.state as keyof typeof variants]}
              title={`${t([`check.${c.name}`, c.title])}: ${c.detail}`}
            >
              {c.hint}
            </Alert>
          ))
        }
      </Loaded>
    </Page>
  );
}
