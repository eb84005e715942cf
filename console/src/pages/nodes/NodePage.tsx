// SPDX-License-Identifier: Apache-2.0

import { Button, PageSection, Title } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { list } from '../../api/client';
import type { Node } from '../../api/nodes';
import { can } from '../../app/scopes';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { Facts } from '../../components/Facts';
import { formatBytes, formatNumber } from '../../components/format';
import { Identifier } from '../../components/Identifier';
import { Links } from '../../components/Links';
import { LogView } from '../../components/LogView';
import { Moment } from '../../components/Moment';
import { PageHeader } from '../../components/PageHeader';
import { ServerText } from '../../components/ServerText';
import { PhaseLabel } from '../../components/StateLabel';
import { Whole } from '../../components/Whole';
import { useLocale } from '../../hooks/useLocale';
import { useParam } from '../../hooks/useParam';
import { useNode, useNodeLogs, useRestartNode } from '../../queries/nodes';
import { usePrincipal } from '../../queries/session';
import { useNodeKinds } from './useNodeKinds';

export function NodePage() {
  const { t } = useTranslation();
  const query = useNode(useParam('node'));
  return (
    <Whole what={t('nodes.one')} query={query}>
      {(n) => <Detail node={n} />}
    </Whole>
  );
}

function Detail({ node: n }: { node: Node }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const kinds = useNodeKinds();
  const logs = useNodeLogs(n.id);
  const [restarting, setRestarting] = useState(false);
  const restart = can(usePrincipal(), 'node.manage') && (
    <Button variant="secondary" onClick={() => setRestarting(true)}>
      {t('nodes.restart')}
    </Button>
  );
  const seconds = formatNumber(n.cpuSeconds, locale, 1);
  return (
    <>
      <PageHeader
        title={n.id}
        crumbs={[{ label: t('nodes.title'), to: '/nodes' }]}
        state={<PhaseLabel phase={n.phase} />}
        description={n.reason && <ServerText>{n.reason}</ServerText>}
        actions={restart}
      />
      <PageSection hasBodyWrapper={false}>
        <Facts
          items={[
            [t('nodes.kind'), kinds[n.kind]],
            [t('organizations.one'), <Link key="o" to={`/organizations/${n.organization}`}>{n.organization}</Link>],
            [t('nodes.since'), <Moment key="s" time={n.since} full />],
            [t('nodes.healthy'), <Moment key="h" time={n.healthyAt} full />],
            [t('nodes.address'), <Identifier key="a" value={n.address} what={t('nodes.address')} whole />],
            ['Hyperledger Fabric', n.version],
            [t('nodes.memory'), formatBytes(n.rss, locale)],
            [t('nodes.cpu'), t('nodes.cpuSeconds', { seconds })],
            [t('nodes.disk'), formatBytes(n.disk, locale)],
            [t('nodes.restarts'), String(n.restarts)],
            [t('ledgers.title'), <Links key="l" names={list(n.channels)} to={(l) => `/ledgers/${l}`} />],
          ]}
        />
      </PageSection>
      <PageSection hasBodyWrapper={false}>
        <Title headingLevel="h2" size="lg">{t('log.title')}</Title>
        <LogView name={t('log.of', { name: n.id })} query={logs} />
      </PageSection>
      {restarting && <RestartDialog node={n} onClose={() => setRestarting(false)} />}
    </>
  );
}

function RestartDialog({ node, onClose }: { node: Node; onClose: () => void }) {
  const { t } = useTranslation();
  const restart = useRestartNode();
  return (
    <ConfirmDialog
      id="restart"
      title={t('nodes.restartTitle', { id: node.id })}
      action={t('nodes.restart')}
      send={restart}
      errorTitle={t('nodes.restartFailed')}
      onConfirm={() => restart.mutate(node.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      {node.kind === 'peer' ? t('nodes.restartPeer') : t('nodes.restartOrderer')}
    </ConfirmDialog>
  );
}
