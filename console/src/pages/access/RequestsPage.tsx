// SPDX-License-Identifier: Apache-2.0

import { PageSection } from '@patternfly/react-core';
import InboxIcon from '@patternfly/react-icons/dist/esm/icons/inbox-icon';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { AccessStateLabel, useAccessStates } from '../../components/AccessStateLabel';
import { Empty } from '../../components/Empty';
import { Filter } from '../../components/Filter';
import { Listing } from '../../components/Listing';
import { Moment } from '../../components/Moment';
import { PageHeader } from '../../components/PageHeader';
import { useCursor } from '../../hooks/useCursor';
import { useFilter } from '../../hooks/useFilter';
import { useAccessRequests } from '../../queries/access';
import { usePrincipal } from '../../queries/session';
import { useKinds } from '../organizations/useKinds';
import { useTiers } from './useTiers';

/** The operators' queue, newest first; its filters are in the address. */
export function RequestsPage() {
  const { t } = useTranslation();
  const states = useAccessStates();
  const kinds: Partial<Record<string, string>> = useKinds();
  const tiers = useTiers();
  const me = usePrincipal()?.name;
  const people: Partial<Record<string, string>> = me ? { [me]: t('requests.mine') } : {};
  const filter = { state: useFilter('state', states), kind: useFilter('kind', kinds), assignee: useFilter('assignee', people) };
  const filtered = Object.values(filter).some(Boolean);
  const paging = useCursor();
  const query = useAccessRequests(filter, paging[0]);
  return (
    <>
      <PageHeader
        title={t('requests.title')}
        description={t('requests.description')}
        actions={<Link className="pf-v6-c-button pf-m-secondary" to="/access-requests/rules">{t('rules.open')}</Link>}
      />
      <PageSection hasBodyWrapper={false}>
        <div className="b4a-buttons">
          <Filter name="state" label={t('requests.byState')} all={t('operations.allStates')} options={states} />
          <Filter name="kind" label={t('requests.byKind')} all={t('requests.allKinds')} options={kinds} />
          {me && <Filter name="assignee" label={t('requests.byAssignee')} all={t('requests.everybody')} options={people} />}
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
