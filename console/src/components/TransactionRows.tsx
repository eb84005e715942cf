// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Transaction } from '../api/client';
import { State, When } from './common';
import { Rows } from './Rows';

/** TransactionRows lists transactions; one of the ledger's own configuration has no ID of interest. */
export function TransactionRows({ ledger, transactions }: { ledger: string; transactions: Transaction[] }) {
  const { t } = useTranslation();
  return (
    <Rows
      label={t('ledger.transactions')}
      rows={transactions}
      id={(x) => `${x.block}-${x.id}`}
      columns={[
        {
          name: t('transaction.what'),
          cell: (x) => {
            const what = x.type === 'contract' ? `${x.contract} · ${x.function}` : t(`transactionType.${x.type}`);
            return x.id.length === 64 ? <Link to={`/ledgers/${ledger}/transactions/${x.id}`}>{what}</Link> : what;
          },
        },
        { name: t('state.title'), cell: (x) => <State state={x.valid ? 'valid' : 'rejected'} reason={x.valid ? undefined : x.validation} /> },
        { name: t('transaction.by'), cell: (x) => x.creatorMsp },
        { name: t('transaction.endorsedBy'), cell: (x) => x.endorsedBy?.join(', ') },
        { name: t('block.number'), cell: (x) => <Link to={`/ledgers/${ledger}/blocks/${x.block}`}>{x.block}</Link> },
        { name: t('when'), cell: (x) => <When time={x.time} /> },
      ]}
    />
  );
}
