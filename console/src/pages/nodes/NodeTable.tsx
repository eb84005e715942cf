// SPDX-License-Identifier: Apache-2.0

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { list, type Page } from '../../api/client';
import type { Node } from '../../api/nodes';
import { formatBytes } from '../../components/format';
import { Listing } from '../../components/Listing';
import { ServerText } from '../../components/ServerText';
import { PhaseLabel } from '../../components/StateLabel';
import { useLocale } from '../../hooks/useLocale';
import { useNodeKinds } from './useNodeKinds';

interface Props {
  query: { data: Page<Node> | undefined; error: unknown; refetch: () => unknown };
  empty: ReactNode;
  paging?: readonly [string | undefined, (cursor: string | undefined) => void];
  withOrganization?: boolean;
}

export function NodeTable({ query, empty, paging, withOrganization = false }: Props) {
  const { t } = useTranslation();
  const locale = useLocale();
  const kinds = useNodeKinds();
  return (
    <Listing
      name={t('nodes.title')}
      query={query}
      paging={paging}
      rowKey={(n) => n.id}
      empty={empty}
      columns={[
        { label: t('nodes.one'), show: (n) => <Link to={`/nodes/${n.id}`}>{n.id}</Link> },
        { label: t('nodes.kind'), show: (n) => kinds[n.kind] },
        ...(withOrganization
          ? [
              {
                label: t('organizations.one'),
                show: (n: Node) => <Link to={`/organizations/${n.organization}`}>{n.organization}</Link>,
              },
            ]
          : []),
        {
          label: t('state'),
          show: (n) => (
            <>
              <PhaseLabel phase={n.phase} /> {n.reason && <ServerText>{n.reason}</ServerText>}
            </>
          ),
        },
        { label: t('nodes.memory'), show: (n) => formatBytes(n.rss, locale) },
        { label: t('ledgers.title'), show: (n) => list(n.channels).join(', ') || '—' },
      ]}
    />
  );
}
