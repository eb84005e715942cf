// SPDX-License-Identifier: Apache-2.0
import { Alert, Button, Card, CardBody, CardTitle, ProgressStep, ProgressStepper } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Platform } from '../api/types';
import { Loaded, Page, State, When } from '../components/common';
import { NewLedger, NewOrganization } from '../components/dialogs';
import { Rows } from '../components/Rows';
import { useLedgers, useNodes, useOperations, usePlatform } from '../queries';

function Numbers({ platform }: { platform: Platform }) {
  const { t } = useTranslation();
  const cards = [
    { title: t('nav.organizations'), value: platform.organizations, to: '/organizations' },
    { title: t('nav.ledgers'), value: platform.ledgers, to: '/ledgers' },
    { title: t('contracts'), value: platform.contracts, to: '/ledgers' },
    { title: t('overview.nodesRunning'), value: `${platform.nodesRunning} / ${platform.nodes}`, to: '/nodes' },
  ];
  return (
    <div className="b4a-grid">
      {cards.map((c) => (
        <Card key={c.title} isCompact>
          <CardTitle>
            <Link to={c.to}>{c.title}</Link>
          </CardTitle>
          <CardBody className="b4a-number">{c.value}</CardBody>
        </Card>
      ))}
    </div>
  );
}

/** FirstSteps leads from nothing to a first contract. */
function FirstSteps({ platform }: { platform: Platform }) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<'organization' | 'ledger'>();
  const ledgers = useLedgers();
  const first = ledgers.data?.items?.[0];
  const steps = [
    {
      id: 'organization', title: t('first.organization'), done: platform.organizations > 1,
      action: <Button onClick={() => setDialog('organization')}>{t('organization.create')}</Button>,
    },
    {
      id: 'ledger', title: t('first.ledger'), done: platform.ledgers > 0,
      action: <Button onClick={() => setDialog('ledger')}>{t('ledger.create')}</Button>,
    },
    {
      id: 'contract', title: t('first.contract'), done: platform.contracts > 0,
      action: first && <Link to={`/ledgers/${first.name}`}>{t('first.openLedger', { name: first.name })}</Link>,
    },
  ];
  const next = steps.findIndex((s) => !s.done);
  if (next < 0) return null;
  return (
    <Card className="b4a-gap">
      <CardTitle component="h2">{t('first.title')}</CardTitle>
      <CardBody>
        <ProgressStepper isVertical aria-label={t('first.title')}>
          {steps.map((s, i) => (
            <ProgressStep
              key={s.id}
              id={`first-${s.id}`}
              titleId={`first-title-${s.id}`}
              variant={s.done ? 'success' : i === next ? 'info' : 'pending'}
              isCurrent={i === next}
              description={i === next ? s.action : undefined}
              aria-label={s.title}
            >
              {s.title}
            </ProgressStep>
          ))}
        </ProgressStepper>
      </CardBody>
      {dialog === 'organization' && <NewOrganization close={() => setDialog(undefined)} />}
      {dialog === 'ledger' && <NewLedger close={() => setDialog(undefined)} />}
    </Card>
  );
}

export default function Overview() {
  const { t } = useTranslation();
  const platform = usePlatform();
  const nodes = useNodes();
  const ledgers = useLedgers();
  const operations = useOperations();
  const unwell = nodes.data?.items?.filter((n) => n.phase !== 'running') ?? [];
  return (
    <Page title={t('nav.overview')}>
      <Loaded query={platform}>
        {(p) => (
          <>
            <Alert
              isInline
              variant={p.state === 'ready' ? 'success' : p.state === 'starting' ? 'info' : 'warning'}
              title={p.state === 'ready' ? t('overview.ready') : (p.reason ?? t(`state.${p.state}`))}
              className="b4a-gap"
            >
              {t('overview.what', { version: p.version, fabric: p.fabricVersion, ordering: p.ordering.toUpperCase() })}
              {unwell.map((n) => (
                <div key={n.id}>
                  <Link to={`/nodes/${n.id}`}>{n.id}</Link> <State state={n.phase} reason={n.reason} />
                </div>
              ))}
            </Alert>
            <div className="b4a-gap">
              <Numbers platform={p} />
            </div>
            <FirstSteps platform={p} />
          </>
        )}
      </Loaded>
      {(ledgers.data?.items?.length ?? 0) > 0 && (
        <Card className="b4a-gap">
          <CardTitle component="h2">{t('nav.ledgers')}</CardTitle>
          <CardBody>
            <Rows
              label={t('nav.ledgers')}
              rows={ledgers.data?.items ?? []}
              id={(l) => l.name}
              columns={[
                { name: t('name'), cell: (l) => <Link to={`/ledgers/${l.name}`}>{l.name}</Link> },
                { name: t('state.title'), cell: (l) => <State state={l.state} reason={l.reason} /> },
                { name: t('ledger.members'), cell: (l) => l.organizations?.join(', ') },
                { name: t('ledger.blocks'), cell: (l) => l.height },
                {
                  name: t('contracts'),
                  cell: (l) =>
                    l.contracts?.map((c) => (
                      <Link key={c} to={`/ledgers/${l.name}/contracts/${c}`}>
                        {c}{' '}
                      </Link>
                    )),
                },
              ]}
            />
          </CardBody>
        </Card>
      )}
      {(operations.data?.items?.length ?? 0) > 0 && (
        <Card className="b4a-gap">
          <CardTitle component="h2">{t('overview.recent')}</CardTitle>
          <CardBody>
            <Rows
              label={t('overview.recent')}
              rows={operations.data?.items?.slice(0, 5) ?? []}
              id={(o) => o.id}
              columns={[
                { name: t('operation.title'), cell: (o) => <Link to={`/operations/${o.id}`}>{t([`operationKind.${o.kind}`, o.kind])}</Link> },
                { name: t('operation.subject'), cell: (o) => o.subject },
                { name: t('state.title'), cell: (o) => <State state={o.state} reason={o.problem?.detail} /> },
                { name: t('when'), cell: (o) => <When time={o.createdAt} /> },
              ]}
            />
          </CardBody>
        </Card>
      )}
    </Page>
  );
}
