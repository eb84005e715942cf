// SPDX-License-Identifier: Apache-2.0
import { Button, Tab, TabContentBody, Tabs, TabTitleText } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { bytes, Id, Loaded, More, Nothing, Page, State, When } from '../components/common';
import { AddMember, Deploy } from '../components/dialogs';
import { Rows } from '../components/Rows';
import { TransactionRows } from '../components/TransactionRows';
import { useBlocks, useContracts, useLedger, useTransactions } from '../queries';

function Contracts({ ledger, deploy }: { ledger: string; deploy: () => void }) {
  const { t } = useTranslation();
  return (
    <Loaded query={useContracts(ledger)}>
      {(page) =>
        page.items?.length ? (
          <Rows
            label={t('contracts')}
            rows={page.items}
            id={(c) => c.name}
            columns={[
              { name: t('name'), cell: (c) => <Link to={`/ledgers/${ledger}/contracts/${c.name}`}>{c.name}</Link> },
              { name: t('state.title'), cell: (c) => <State state={c.state} reason={c.reason} /> },
              { name: t('contract.version'), cell: (c) => `${c.version} (${c.sequence})` },
              { name: t('contract.approvedBy'), cell: (c) => c.approvals?.join(', ') },
              { name: t('contract.privateData'), cell: (c) => c.collections?.map((p) => p.name).join(', ') || t('none') },
            ]}
          />
        ) : (
          <Nothing
            title={t('contract.none')}
            body={t('contract.noneBody')}
            action={<Button onClick={deploy}>{t('contract.deploy')}</Button>}
          />
        )
      }
    </Loaded>
  );
}

function Blocks({ ledger }: { ledger: string }) {
  const { t, i18n } = useTranslation();
  const blocks = useBlocks(ledger);
  return (
    <Loaded query={blocks}>
      {(data) => (
        <>
          <Rows
            label={t('ledger.blocks')}
            rows={data.pages.flatMap((p) => p.items ?? [])}
            id={(b) => String(b.number)}
            columns={[
              { name: t('block.number'), cell: (b) => <Link to={`/ledgers/${ledger}/blocks/${b.number}`}>{b.number}</Link> },
              { name: t('block.transactions'), cell: (b) => b.count },
              { name: t('when'), cell: (b) => <When time={b.time} /> },
              { name: t('size'), cell: (b) => bytes(b.size, i18n.language) },
              { name: t('block.hash'), cell: (b) => <code>{b.hash.slice(0, 16)}…</code> },
            ]}
          />
          <More query={blocks} />
        </>
      )}
    </Loaded>
  );
}

function Transactions({ ledger }: { ledger: string }) {
  const transactions = useTransactions(ledger);
  return (
    <Loaded query={transactions}>
      {(data) => (
        <>
          <TransactionRows ledger={ledger} transactions={data.pages.flatMap((p) => p.items ?? [])} />
          <More query={transactions} />
        </>
      )}
    </Loaded>
  );
}

export default function LedgerPage() {
  const { t } = useTranslation();
  const { ledger = '' } = useParams();
  const query = useLedger(ledger);
  const [tab, setTab] = useState<string | number>('contracts');
  const [dialog, setDialog] = useState<'deploy' | 'member'>();
  const members = query.data?.organizations ?? [];
  const actions = (
    <>
      <Button onClick={() => setDialog('deploy')}>{t('contract.deploy')}</Button>{' '}
      <Button variant="secondary" onClick={() => setDialog('member')}>
        {t('ledger.addMember')}
      </Button>
    </>
  );
  const titled = (text: string) => <TabTitleText>{text}</TabTitleText>;
  return (
    <Page title={ledger} actions={actions} lead={t('ledger.one', { members: members.join(', '), blocks: query.data?.height ?? 0 })}>
      <Loaded query={query}>
        {(l) => (
          <>
            {l.state !== 'active' && <State state={l.state} reason={l.reason} />}
            <Tabs activeKey={tab} onSelect={(_e, key) => setTab(key)} aria-label={t('ledger.parts')}>
              <Tab eventKey="contracts" title={titled(t('contracts'))}>
                <TabContentBody hasPadding>{tab === 'contracts' && <Contracts ledger={ledger} deploy={() => setDialog('deploy')} />}</TabContentBody>
              </Tab>
              <Tab eventKey="transactions" title={titled(t('ledger.transactions'))}>
                <TabContentBody hasPadding>{tab === 'transactions' && <Transactions ledger={ledger} />}</TabContentBody>
              </Tab>
              <Tab eventKey="blocks" title={titled(t('ledger.blocks'))}>
                <TabContentBody hasPadding>{tab === 'blocks' && <Blocks ledger={ledger} />}</TabContentBody>
              </Tab>
              <Tab eventKey="members" title={titled(t('ledger.members'))}>
                <TabContentBody hasPadding>
                  <Rows
                    label={t('ledger.members')}
                    rows={members}
                    id={(m) => m}
                    columns={[{ name: t('organization.title'), cell: (m) => <Link to={`/organizations/${m}`}>{m}</Link> }]}
                  />
                  <p className="b4a-gap b4a-small">
                    {t('ledger.orderedBy', { ordering: l.ordering.toUpperCase(), orderers: l.orderers?.join(', ') })}
                  </p>
                  <Id value={l.name} />
                </TabContentBody>
              </Tab>
            </Tabs>
          </>
        )}
      </Loaded>
      {dialog === 'deploy' && <Deploy ledger={ledger} close={() => setDialog(undefined)} />}
      {dialog === 'member' && <AddMember ledger={ledger} members={members} close={() => setDialog(undefined)} />}
    </Page>
  );
}
