// SPDX-License-Identifier: Apache-2.0

import { Card, CardBody, CardHeader, CardTitle, Gallery, Grid, GridItem, PageSection, Title } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { list } from '../../api/client';
import { isDone } from '../../api/operations';
import type { Organization } from '../../api/organizations';
import type { Platform } from '../../api/platform';
import { Empty } from '../../components/Empty';
import { Facts } from '../../components/Facts';
import { Moment } from '../../components/Moment';
import { OperationTable } from '../../components/OperationTable';
import { PageHeader } from '../../components/PageHeader';
import { ServerText } from '../../components/ServerText';
import { PhaseLabel, PlatformStateLabel } from '../../components/StateLabel';
import { Whole } from '../../components/Whole';
import { useLedgers } from '../../queries/ledgers';
import { useOperations } from '../../queries/operations';
import { useOrganizations } from '../../queries/organizations';
import { usePlatform } from '../../queries/platform';
import { OwnInvitations } from '../invitations/OwnInvitations';
import { LedgerTable } from '../ledgers/LedgerTable';
import { FirstSteps } from './FirstSteps';

export function OverviewPage() {
  const { t } = useTranslation();
  const platform = usePlatform();
  return (
    <Whole what={t('overview.title')} query={platform}>
      {(p) => <Overview platform={p} />}
    </Whole>
  );
}

function Overview({ platform }: { platform: Platform }) {
  const { t } = useTranslation();
  const organizations = useOrganizations();
  const operations = useOperations({}, undefined, 5);
  const ledgers = useLedgers();
  const recent = operations.data?.items ?? [];
  const fresh = platform.contracts === 0 && recent.every((o) => o.kind !== 'contract.deploy' || isDone(o));
  return (
    <>
      <PageHeader title={t('overview.title')} state={<PlatformStateLabel state={platform.state} />} description={<Health platform={platform} />} />
      <PageSection hasBodyWrapper={false}>
        <OwnInvitations />
        <Grid hasGutter>
          {fresh && (
            <GridItem>
              <FirstSteps organizations={organizations.data?.items} ledgers={ledgers.data?.items} />
            </GridItem>
          )}
          <GridItem>
            <Numbers platform={platform} />
          </GridItem>
          {platform.ledgers > 0 && (
            <GridItem>
              <Card>
                <CardHeader actions={{ actions: <Link to="/ledgers">{t('overview.all')}</Link>, hasNoOffset: true }}>
                  <CardTitle component="h2">{t('ledgers.title')}</CardTitle>
                </CardHeader>
                <CardBody>
                  <LedgerTable query={ledgers} empty={null} />
                </CardBody>
              </Card>
            </GridItem>
          )}
          <GridItem>
            <Title headingLevel="h2" size="lg">
              {t('overview.nodes')}
            </Title>
          </GridItem>
          <GridItem>
            <Gallery hasGutter minWidths={{ default: '17rem' }}>
              {organizations.data?.items.map((o) => <OrganizationNodes key={o.id} organization={o} />)}
            </Gallery>
          </GridItem>
          <GridItem>
            <Card>
              <CardHeader actions={{ actions: <Link to="/operations">{t('overview.all')}</Link>, hasNoOffset: true }}>
                <CardTitle component="h2">{t('overview.operations')}</CardTitle>
              </CardHeader>
              <CardBody>
                <OperationTable
                  query={operations}
                  empty={<Empty level="h3" title={t('operations.empty')}>{t('operations.emptyBody')}</Empty>}
                />
              </CardBody>
            </Card>
          </GridItem>
          <GridItem>
            <Card isCompact>
              <CardTitle component="h2">{t('overview.about')}</CardTitle>
              <CardBody>
                <Facts
                  items={[
                    [t('overview.version'), <code key="v">{platform.version}</code>],
                    ['Hyperledger Fabric', <code key="f">{platform.fabricVersion}</code>],
                    [t('overview.ordering'), platform.ordering === 'bft' ? t('ordering.bft') : t('ordering.raft')],
                    [t('overview.started'), <Moment key="s" time={platform.startedAt} full />],
                  ]}
                />
              </CardBody>
            </Card>
          </GridItem>
        </Grid>
      </PageSection>
    </>
  );
}

/** The platform's health in a sentence. */
function Health({ platform }: { platform: Platform }) {
  const { t } = useTranslation();
  const counts = { running: platform.nodesRunning, count: platform.nodes };
  if (platform.state === 'ready') return <>{t('health.ready', counts)}</>;
  return (
    <>
      {platform.state === 'starting' ? t('health.starting', counts) : t('health.degraded', counts)}
      {platform.reason && (
        <>
          {' '}
          <ServerText>{platform.reason}</ServerText>
        </>
      )}
    </>
  );
}

function Numbers({ platform }: { platform: Platform }) {
  const { t } = useTranslation();
  const numbers = [
    ['/organizations', t('organizations.title'), platform.organizations],
    ['/ledgers', t('ledgers.title'), platform.ledgers],
    ['/ledgers', t('contracts.title'), platform.contracts],
    ['/nodes', t('nodes.title'), platform.nodes],
  ] as const;
  return (
    <ul className="b4a-plain-list b4a-numbers">
      {numbers.map(([to, label, count]) => (
        <li key={label}>
          <Card isCompact>
            <CardBody>
              <div className="b4a-number">{count}</div>
              <Link to={to}>{label}</Link>
            </CardBody>
          </Card>
        </li>
      ))}
    </ul>
  );
}

function OrganizationNodes({ organization }: { organization: Organization }) {
  const { t } = useTranslation();
  const nodes = list(organization.nodes);
  return (
    <Card isCompact>
      <CardTitle component="h3">
        <Link to={`/organizations/${organization.id}`}>{organization.name}</Link>
      </CardTitle>
      <CardBody>
        {organization.reason && <ServerText>{organization.reason}</ServerText>}
        {nodes.length === 0 ? (
          <span className="b4a-quiet">{t('nodes.none')}</span>
        ) : (
          <ul className="b4a-plain-list">
            {nodes.map((n) => (
              <li key={n.id} className="b4a-node">
                <Link to={`/nodes/${n.id}`}>{n.id}</Link>
                <PhaseLabel phase={n.phase} />
                {n.reason && (
                  <span className="b4a-quiet b4a-node-reason">
                    <ServerText>{n.reason}</ServerText>
                  </span>
                )}
              </li>
            ))}
          </ul>
        )}
      </CardBody>
    </Card>
  );
}
