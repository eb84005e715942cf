// SPDX-License-Identifier: Apache-2.0

import { PageSection, Tab, Tabs, TabTitleText, Title } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';

import { list } from '../../api/client';
import type { Contract } from '../../api/contracts';
import { DataTable } from '../../components/DataTable';
import { Facts } from '../../components/Facts';
import { formatBytes } from '../../components/format';
import { Identifier } from '../../components/Identifier';
import { Links } from '../../components/Links';
import { LogView } from '../../components/LogView';
import { Moment } from '../../components/Moment';
import { PageHeader } from '../../components/PageHeader';
import { ServerText } from '../../components/ServerText';
import { ContractStateLabel, PhaseLabel } from '../../components/StateLabel';
import { Whole } from '../../components/Whole';
import { useLocale } from '../../hooks/useLocale';
import { useParam } from '../../hooks/useParam';
import { useContract, useContractLogs } from '../../queries/contracts';
import { Functions } from './Functions';

export function ContractPage() {
  const { t } = useTranslation();
  const query = useContract(useParam('ledger'), useParam('contract'));
  return (
    <Whole what={t('contracts.one')} query={query}>
      {(c) => <Detail contract={c} />}
    </Whole>
  );
}

function Detail({ contract: c }: { contract: Contract }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab = 'functions' } = useParams();
  return (
    <>
      <PageHeader
        title={c.name}
        crumbs={[
          { label: t('ledgers.title'), to: '/ledgers' },
          { label: c.ledger, to: `/ledgers/${c.ledger}/contracts` },
        ]}
        state={<ContractStateLabel state={c.state} />}
        description={c.reason && <ServerText>{c.reason}</ServerText>}
      />
      <PageSection hasBodyWrapper={false}>
        <Tabs
          activeKey={tab}
          onSelect={(_, key) => void navigate(`/ledgers/${c.ledger}/contracts/${c.name}/${key}`, { replace: true })}
          aria-label={t('contracts.one')}
          mountOnEnter
          unmountOnExit
        >
          <Tab eventKey="functions" title={<TabTitleText>{t('functions.title')}</TabTitleText>}>
            <div className="b4a-gap">
              <Functions contract={c} />
            </div>
          </Tab>
          <Tab eventKey="definition" title={<TabTitleText>{t('contracts.definition')}</TabTitleText>}>
            <div className="b4a-gap">
              <Definition contract={c} />
            </div>
          </Tab>
          <Tab eventKey="log" title={<TabTitleText>{t('log.title')}</TabTitleText>}>
            <div className="b4a-gap">
              <Log contract={c} />
            </div>
          </Tab>
        </Tabs>
      </PageSection>
    </>
  );
}

function Definition({ contract: c }: { contract: Contract }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const collections = list(c.collections);
  return (
    <>
      <Facts
        items={[
          [t('contracts.catalogue'), c.catalogue],
          [t('contracts.version'), c.version],
          [t('contracts.sequence'), String(c.sequence)],
          [t('contracts.endorsement'), <ServerText key="e">{c.endorsement}</ServerText>],
          [t('contracts.approvals'), <Links key="a" names={list(c.approvals)} to={(o) => `/organizations/${o}`} />],
          [t('created'), <Moment key="c" time={c.createdAt} full />],
          [t('contracts.process'), c.process && <><PhaseLabel phase={c.process.phase} /> {c.process.reason && <ServerText>{c.process.reason}</ServerText>}</>],
          [t('nodes.memory'), c.process && formatBytes(c.process.rss, locale)],
          [t('nodes.restarts'), c.process && String(c.process.restarts)],
          [t('contracts.package'), c.packageId && <Identifier key="p" value={c.packageId} what={t('contracts.package')} whole />],
        ]}
      />
      {collections.length > 0 && (
        <>
          <Title headingLevel="h2" size="lg" className="b4a-gap">{t('collections.title')}</Title>
          <DataTable
            name={t('collections.title')}
            rows={collections}
            rowKey={(x) => x.name}
            columns={[
              { label: t('collections.name'), show: (x) => <code>{x.name}</code> },
              { label: t('collections.organizations'), show: (x) => list(x.organizations).join(', ') },
              {
                label: t('collections.purge'),
                show: (x) => (x.blockToLive === 0 ? t('collections.never') : t('collections.after', { count: x.blockToLive })),
              },
            ]}
          />
        </>
      )}
    </>
  );
}

function Log({ contract: c }: { contract: Contract }) {
  const { t } = useTranslation();
  return <LogView name={t('log.of', { name: c.name })} query={useContractLogs(c.ledger, c.name)} />;
}
