// SPDX-License-Identifier: Apache-2.0

import { Button, Flex, PageSection } from '@patternfly/react-core';
import BuildingIcon from '@patternfly/react-icons/dist/esm/icons/building-icon';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { list } from '../../api/client';
import type { Organization } from '../../api/organizations';
import { can } from '../../app/scopes';
import { Empty } from '../../components/Empty';
import { Links } from '../../components/Links';
import { Listing } from '../../components/Listing';
import { PageHeader } from '../../components/PageHeader';
import { ServerText } from '../../components/ServerText';
import { OrganizationStateLabel, StateLabel } from '../../components/StateLabel';
import { useCursor } from '../../hooks/useCursor';
import { useOrganizations } from '../../queries/organizations';
import { usePrincipal } from '../../queries/session';
import { CreateOrganizationDialog } from './CreateOrganizationDialog';
import { ImportOrganizationDialog } from './ImportOrganizationDialog';
import { useKinds } from './useKinds';

export function OrganizationsPage() {
  const { t } = useTranslation();
  const paging = useCursor();
  const query = useOrganizations(paging[0]);
  const [creating, setCreating] = useState<'here' | 'import'>();
  const kinds = useKinds();
  const create = can(usePrincipal(), 'organization.create') && (
    <Flex spaceItems={{ default: 'spaceItemsSm' }}>
      <Button onClick={() => setCreating('here')}>{t('organizations.create')}</Button>
      <Button variant="secondary" onClick={() => setCreating('import')}>
        {t('external.import')}
      </Button>
    </Flex>
  );
  return (
    <>
      <PageHeader title={t('organizations.title')} description={t('organizations.description')} actions={create} />
      <PageSection hasBodyWrapper={false}>
        <Listing
          name={t('organizations.title')}
          query={query}
          paging={paging}
          rowKey={(o) => o.id}
          empty={
            <Empty title={t('organizations.empty')} icon={BuildingIcon} action={create}>
              {t('organizations.emptyBody')}
            </Empty>
          }
          columns={[
            {
              label: t('organizations.name'),
              show: (o) => (
                <>
                  <Link to={`/organizations/${o.id}`}>{o.name}</Link>
                  <div className="b4a-quiet">{o.id}</div>
                </>
              ),
            },
            { label: t('organizations.kind'), show: (o) => kinds[o.kind] },
            {
              label: t('state'),
              show: (o) => (
                <>
                  <OrganizationStateLabel state={o.state} /> {o.reason && <ServerText>{o.reason}</ServerText>}
                </>
              ),
            },
            { label: t('nodes.title'), show: (o) => <Running organization={o} /> },
            { label: t('ledgers.title'), show: (o) => <Links names={list(o.ledgers)} to={(l) => `/ledgers/${l}`} /> },
          ]}
        />
      </PageSection>
      {creating === 'here' && <CreateOrganizationDialog onClose={() => setCreating(undefined)} />}
      {creating === 'import' && <ImportOrganizationDialog onClose={() => setCreating(undefined)} />}
    </>
  );
}

function Running({ organization }: { organization: Organization }) {
  const { t } = useTranslation();
  const nodes = list(organization.nodes);
  const running = nodes.filter((n) => n.phase === 'running').length;
  if (nodes.length === 0) return <>—</>;
  return (
    <StateLabel tone={running === nodes.length ? 'good' : 'warning'}>
      {t('nodes.running', { running, count: nodes.length })}
    </StateLabel>
  );
}
