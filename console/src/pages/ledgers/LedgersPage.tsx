// SPDX-License-Identifier: Apache-2.0

import { Button, PageSection } from '@patternfly/react-core';
import BookIcon from '@patternfly/react-icons/dist/esm/icons/book-icon';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { can } from '../../app/scopes';
import { Empty } from '../../components/Empty';
import { PageHeader } from '../../components/PageHeader';
import { useCursor } from '../../hooks/useCursor';
import { useLedgers } from '../../queries/ledgers';
import { usePrincipal } from '../../queries/session';
import { CreateLedgerDialog } from './CreateLedgerDialog';
import { OwnInvitations } from '../invitations/OwnInvitations';
import { LedgerTable } from './LedgerTable';

export function LedgersPage() {
  const { t } = useTranslation();
  const paging = useCursor();
  const query = useLedgers(paging[0]);
  const [creating, setCreating] = useState(false);
  const create = can(usePrincipal(), 'ledger.create') && (
    <Button onClick={() => setCreating(true)}>{t('ledgers.create')}</Button>
  );
  return (
    <>
      <PageHeader title={t('ledgers.title')} description={t('ledgers.description')} actions={create} />
      <PageSection hasBodyWrapper={false}>
        <OwnInvitations />
        <LedgerTable
          query={query}
          paging={paging}
          empty={
            <Empty title={t('ledgers.empty')} icon={BookIcon} action={create}>
              {t('ledgers.emptyBody')}
            </Empty>
          }
        />
      </PageSection>
      {creating && <CreateLedgerDialog onClose={() => setCreating(false)} />}
    </>
  );
}
