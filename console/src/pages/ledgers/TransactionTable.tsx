// SPDX-License-Identifier: Apache-2.0

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { list, type Page } from '../../api/client';
import type { Transaction } from '../../api/ledgers';
import { Identifier } from '../../components/Identifier';
import { Links } from '../../components/Links';
import { Listing } from '../../components/Listing';
import { Moment } from '../../components/Moment';
import { ValidityLabel } from '../../components/StateLabel';

interface Props {
  ledger: string;
  query: { data: Page<Transaction> | undefined; error: unknown; refetch: () => unknown };
  empty: ReactNode;
  paging?: readonly [string | undefined, (cursor: string | undefined) => void];
  withBlock?: boolean;
}

/** What a transaction did, in a few words. */
export function What({ of: tx }: { of: Transaction }) {
  const { t } = useTranslation();
  if (tx.type === 'config') return <>{t('transactions.config')}</>;
  if (!tx.contract) return <>{t('transactions.other')}</>;
  return (
    <>
      {tx.contract} · <strong>{tx.function ?? '—'}</strong>
    </>
  );
}

export function TransactionTable({ ledger, query, empty, paging, withBlock = false }: Props) {
  const { t } = useTranslation();
  return (
    <Listing
      name={t('transactions.title')}
      query={query}
      paging={paging}
      rowKey={(x) => `${x.block} ${x.id} ${x.time}`}
      empty={empty}
      columns={[
        {
          label: t('transactions.one'),
          show: (x) =>
            x.id ? (
              <Identifier value={x.id} what={t('transactions.id')} to={`/ledgers/${ledger}/transactions/${x.id}`} />
            ) : (
              <span className="b4a-quiet">{t('transactions.noId')}</span>
            ),
        },
        { label: t('transactions.what'), show: (x) => <What of={x} /> },
        {
          label: t('transactions.who'),
          show: (x) =>
            x.creatorMsp ? (
              <>
                {x.creator && `${x.creator} · `}
                {x.creatorMsp}
              </>
            ) : (
              '—'
            ),
        },
        { label: t('transactions.endorsedBy'), show: (x) => list(x.endorsedBy).join(', ') || '—' },
        { label: t('transactions.validation'), show: (x) => <ValidityLabel valid={x.valid} /> },
        ...(withBlock
          ? [
              {
                label: t('blocks.one'),
                show: (x: Transaction) => <Links names={[String(x.block)]} to={(n) => `/ledgers/${ledger}/blocks/${n}`} />,
              },
            ]
          : []),
        { label: t('time'), show: (x) => <Moment time={x.time} />, narrow: true },
      ]}
    />
  );
}
