// SPDX-License-Identifier: Apache-2.0

import { FormSelect, FormSelectOption, PageSection } from '@patternfly/react-core';
import InboxIcon from '@patternfly/react-icons/dist/esm/icons/inbox-icon';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';

import type { AccessState } from '../../api/access';
import { AccessStateLabel, useAccessStates } from '../../components/AccessStateLabel';
import { Empty } from '../../components/Empty';
import { Listing } from '../../components/Listing';
import { Moment } from '../../components/Moment';
import { PageHeader } from '../../components/PageHeader';
import { useCursor } from '../../hooks/useCursor';
import { useAccessRequests } from '../../queries/access';
import { usePrincipal } from '../../queries/session';
import { useKinds } from '../organizations/useKinds';
import { useTiers } from './useTiers';

/** The operators' queue, newest first; its filters are in the address. */
export function RequestsPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const states = useAccessStates();
  const kinds: Partial<Record<string, string>> = useKinds();
  const tiers = useTiers();
  const me = usePrincipal()?.name;
  const state = search.get('state') as AccessState | null;
  const kind = search.get('kind') ?? undefined;
  const assignee = search.get('assignee') ?? undefined;
  const filter = { state: state && Object.hasOwn(states, state) ? state : undefined, kind, assignee };
  const filtered = Boolean(state ?? kind ?? assignee);
  const paging = useCursor();
  const query = useAccessRequests(filter, paging[0]);
  const choose = (name: string, value: string) =>
    setSearch((old) => {
      const next = new URLSearchParams(old);
      next.delete('from');
      if (value) next.set(name, value);
      else next.delete(name);
      return next;
    });
  const select = (name: string, label: string, all: string, options: readonly (readonly [string, string])[]) => (
    <FormSelect className="b4a-filter" aria-label={label} value={search.get(name) ?? ''} onChange={(_, v) => choose(name, v)}>
      <FormSelectOption value="" label={all} />
      {options.map(([value, text]) => (
        <FormSelectOption key={value} value={value} label={text} />
      ))}
    </FormSelect>
  );
  return (
    <>
      <PageHeader
        title={t('requests.title')}
        description={t('requests.description')}
        actions={<Link className="pf-v6-c-button pf-m-secondary" to="/access-requests/rules">{t('rules.open')}</Link>}
      />
      <PageSection hasBodyWrapper={false}>
        <div className="b4a-buttons">
          {select('state', t('requests.byState'), t('operations.allStates'), Object.entries(states))}
          {select('kind', t('requests.byKind'), t('requests.allKinds'), Object.entries(kinds) as [string, string][])}
          {me && select('assignee', t('requests.byAssignee'), t('requests.everybody'), [[me, t('requests.mine')]])}
        </div>
        <Listing
          name={t('requests.title')}
          query={query}
          paging={paging}
          rowKey={(r) => r.id}
          empty={
            <Empty title={filtered ? t('requests.none') : t('requests.empty')} icon={InboxIcon}>
              {filtered ? t('requests.noneBody') : t('requests.emptyBody')}
            </Empty>
          }
          columns={[
            {
              label: t('access.legalName'),
              show: (r) => (
                <>
                  <Link to={`/access-requests/${r.id}`}>{r.legalName ?? r.number}</Link>
                  <div className="b4a-quiet">{r.number}</div>
                </>
              ),
            },
            { label: t('organizations.kind'), show: (r) => kinds[r.kind] ?? r.kind },
            { label: t('access.tier'), show: (r) => tiers[r.tier]?.label ?? r.tier },
            { label: t('state'), show: (r) => <AccessStateLabel state={r.state} /> },
            { label: t('requests.assignee'), show: (r) => r.assignee ?? '—' },
            { label: t('access.deadline'), show: (r) => <Moment time={r.deadline} /> },
          ]}
        />
      </PageSection>
    </>
  );
}
