// SPDX-License-Identifier: Apache-2.0

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { list, type Page } from '../../api/client';
import type { Ledger } from '../../api/ledgers';
import { Links } from '../../components/Links';
import { Listing } from '../../components/Listing';
import { Moment } from '../../components/Moment';
import { ServerText } from '../../components/ServerText';
import { LedgerStateLabel } from '../../components/StateLabel';

interface Props {
  query: { data: Page<Ledger> | undefined; error: unknown; refetch: () => unknown };
  empty: ReactNode;
  paging?: readonly [string | undefined, (cursor: string | undefined) => void];
}

export function LedgerTable({ query, empty, paging }: Props) {
  const { t } = useTranslation();
  return (
    <Listing
      name={t('ledgers.title')}
      query={query}
      paging={paging}
      rowKey={(l) => l.name}
      empty={empty}
      columns={[
        { label: t('ledgers.one'), show: (l) => <Link to={`/ledgers/${l.name}`}>{l.name}</Link> },
        {
          label: t('state'),
          show: (l) => (
            <>
              <LedgerStateLabel state={l.state} /> {l.reason && <ServerText>{l.reason}</ServerText>}
            </>
          ),
        },
        {
          label: t('ledgers.members'),
          show: (l) => <Links names={list(l.organizations)} to={(o) => `/organizations/${o}`} />,
        },
        {
          label: t('contracts.title'),
          show: (l) => <Links names={list(l.contracts)} to={(c) => `/ledgers/${l.name}/contracts/${c}`} />,
        },
        { label: t('created'), show: (l) => <Moment time={l.createdAt} />, narrow: true },
      ]}
    />
  );
}
