// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import { Empty } from '../../components/Empty';
import { useCursor } from '../../hooks/useCursor';
import { useTransactions } from '../../queries/ledgers';
import { TransactionTable } from './TransactionTable';

export function Transactions({ ledger }: { ledger: string }) {
  const { t } = useTranslation();
  const paging = useCursor();
  const query = useTransactions(ledger, paging[0]);
  return (
    <TransactionTable
      ledger={ledger}
      query={query}
      paging={paging}
      withBlock
      empty={<Empty title={t('transactions.empty')}>{t('transactions.emptyBody')}</Empty>}
    />
  );
}
