// SPDX-License-Identifier: Apache-2.0

import { PageSection, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';

import { list } from '../../api/client';
import type { Ledger } from '../../api/ledgers';
import { Facts } from '../../components/Facts';
import { formatNumber } from '../../components/format';
import { Links } from '../../components/Links';
import { Moment } from '../../components/Moment';
import { PageHeader } from '../../components/PageHeader';
import { ServerText } from '../../components/ServerText';
import { LedgerStateLabel } from '../../components/StateLabel';
import { Whole } from '../../components/Whole';
import { useLocale } from '../../hooks/useLocale';
import { useParam } from '../../hooks/useParam';
import { useLedger } from '../../queries/ledgers';
import { Contracts } from '../contracts/Contracts';
import { Blocks } from './Blocks';
import { Members } from './Members';
import { Transactions } from './Transactions';

export function LedgerPage() {
  const { t } = useTranslation();
  const query = useLedger(useParam('ledger'));
  return (
    <Whole what={t('ledgers.one')} query={query}>
      {(l) => <Detail ledger={l} />}
    </Whole>
  );
}

function Detail({ ledger: l }: { ledger: Ledger }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const navigate = useNavigate();
  const { tab = 'blocks' } = useParams();
  return (
    <>
      <PageHeader
        title={l.name}
        crumbs={[{ label: t('ledgers.title'), to: '/ledgers' }]}
        state={<LedgerStateLabel state={l.state} />}
        description={l.reason && <ServerText>{l.reason}</ServerText>}
      />
      <PageSection hasBodyWrapper={false}>
        <Facts
          items={[
            [t('ledgers.height'), t('ledgers.blocksCount', { count: l.height, shown: formatNumber(l.height, locale) })],
            [t('overview.ordering'), l.ordering === 'bft' ? t('ordering.bft') : t('ordering.raft')],
            [t('ledgers.members'), <Links key="m" names={list(l.organizations)} to={(o) => `/organizations/${o}`} />],
            [t('created'), <Moment key="c" time={l.createdAt} full />],
            [t('ledgers.orderers'), <Links key="o" names={list(l.orderers)} to={(n) => `/nodes/${n}`} />],
          ]}
        />
      </PageSection>
      <PageSection hasBodyWrapper={false}>
        <Tabs
          activeKey={tab}
          onSelect={(_, key) => void navigate(`/ledgers/${l.name}/${key}`, { replace: true })}
          aria-label={t('ledgers.one')}
          mountOnEnter
          unmountOnExit
        >
          <Tab eventKey="blocks" title={<TabTitleText>{t('blocks.title')}</TabTitleText>}>
            <Blocks ledger={l.name} />
          </Tab>
          <Tab eventKey="transactions" title={<TabTitleText>{t('transactions.title')}</TabTitleText>}>
            <Transactions ledger={l.name} />
          </Tab>
          <Tab eventKey="contracts" title={<TabTitleText>{t('contracts.title')}</TabTitleText>}>
            <Contracts ledger={l} />
          </Tab>
          <Tab eventKey="members" title={<TabTitleText>{t('ledgers.members')}</TabTitleText>}>
            <Members ledger={l} />
          </Tab>
        </Tabs>
      </PageSection>
    </>
  );
}
