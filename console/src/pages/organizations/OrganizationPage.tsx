// SPDX-License-Identifier: Apache-2.0

import { Alert, PageSection, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';

import { list } from '../../api/client';
import type { Organization } from '../../api/organizations';
import { can } from '../../app/scopes';
import { CopyButton } from '../../components/CopyButton';
import { Empty } from '../../components/Empty';
import { Facts } from '../../components/Facts';
import { Links } from '../../components/Links';
import { Moment } from '../../components/Moment';
import { PageHeader } from '../../components/PageHeader';
import { ServerText } from '../../components/ServerText';
import { OrganizationStateLabel, StateLabel } from '../../components/StateLabel';
import { Whole } from '../../components/Whole';
import { useParam } from '../../hooks/useParam';
import { useOrganization } from '../../queries/organizations';
import { usePrincipal } from '../../queries/session';
import { MemberList } from '../members/MemberList';
import { NodeTable } from '../nodes/NodeTable';
import { Administration } from './Administration';
import { Applications } from './Applications';
import { Authorities } from './Authorities';
import { Certificates } from './Certificates';
import { DeviceKeys } from './DeviceKeys';
import { ExternalAuthorities } from './ExternalAuthorities';
import { NodeCertificates } from './NodeCertificates';
import { SuspendOrganization } from './SuspendOrganization';
import { useKinds } from './useKinds';
import { Watched } from './Watched';

export function OrganizationPage() {
  const { t } = useTranslation();
  const query = useOrganization(useParam('org'));
  return (
    <Whole what={t('organizations.one')} query={query}>
      {(o) => <Detail organization={o} />}
    </Whole>
  );
}

function Detail({ organization: o }: { organization: Organization }) {
  const { t } = useTranslation();
  const kinds = useKinds();
  const navigate = useNavigate();
  const { tab = 'nodes' } = useParams();
  const seesMembers = can(usePrincipal(), 'member.read', o.id) && !o.operator;
  const nodes = list(o.nodes);
  return (
    <>
      <PageHeader
        title={o.name}
        crumbs={[{ label: t('organizations.title'), to: '/organizations' }]}
        state={
          <>
            <OrganizationStateLabel state={o.state} />
            {o.operator && <StateLabel tone="off">{t('organizations.operator')}</StateLabel>}
            {o.external && <StateLabel tone="off">{t('external.label')}</StateLabel>}
          </>
        }
        actions={<SuspendOrganization organization={o} />}
        description={o.reason && <ServerText>{o.reason}</ServerText>}
      />
      <PageSection hasBodyWrapper={false}>
        {o.warning && (
          <Alert className="b4a-gap" variant="warning" isInline component="p" title={t('organizations.warning')}>
            <ServerText>{o.warning}</ServerText>
          </Alert>
        )}
        <Facts
          items={[
            [t('organizations.id'), <Copied key="i" value={o.id} what={t('organizations.id')} />],
            [t('organizations.msp'), <Copied key="m" value={o.mspId} what={t('organizations.msp')} />],
            [t('organizations.kind'), kinds[o.kind]],
            [t('administration.title'), <Administration key="a" organization={o} />],
            [t('created'), <Moment key="c" time={o.createdAt} full />],
            [t('ledgers.title'), <Links key="l" names={list(o.ledgers)} to={(l) => `/ledgers/${l}`} />],
          ]}
        />
      </PageSection>
      <PageSection hasBodyWrapper={false}>
        <Tabs
          activeKey={tab}
          onSelect={(_, key) => void navigate(`/organizations/${o.id}/${key}`, { replace: true })}
          aria-label={t('organizations.one')}
          mountOnEnter
          unmountOnExit
        >
          <Tab eventKey="nodes" title={<TabTitleText>{t('nodes.title')}</TabTitleText>}>
            <NodeTable
              query={{ data: { items: nodes }, error: null, refetch: () => undefined }}
              empty={<Empty title={t('nodes.none')}>{t('nodes.emptyBody')}</Empty>}
            />
            {o.external && nodes.map((n) => <NodeCertificates key={n.id} node={n} awaited={o.state === 'creating'} />)}
          </Tab>
          <Tab eventKey="applications" title={<TabTitleText>{t('applications.title')}</TabTitleText>}>
            <Applications organization={o.id} external={o.external} />
          </Tab>
          <Tab eventKey="certificates" title={<TabTitleText>{t('certificates.title')}</TabTitleText>}>
            {!o.external && <DeviceKeys organization={o.id} />}
            <Certificates organization={o.id} external={o.external} />
            <Watched organization={o.id} />
          </Tab>
          <Tab eventKey="authorities" title={<TabTitleText>{t('authorities.title')}</TabTitleText>}>
            {o.external ? <ExternalAuthorities organization={o.id} active={o.state === 'active'} /> : <Authorities organization={o.id} />}
          </Tab>
          {seesMembers && (
            <Tab eventKey="members" title={<TabTitleText>{t('members.people')}</TabTitleText>}>
              <MemberList organization={o.id} named={o.name} />
            </Tab>
          )}
        </Tabs>
      </PageSection>
    </>
  );
}

function Copied({ value, what }: { value: string; what: string }) {
  return (
    <span className="b4a-identifier">
      <code className="b4a-break">{value}</code>
      <CopyButton text={value} what={what} />
    </span>
  );
}
