// SPDX-License-Identifier: Apache-2.0

import { PageSection, Title } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { list } from '../../api/client';
import type { Transaction } from '../../api/ledgers';
import { Code } from '../../components/Code';
import { Facts } from '../../components/Facts';
import { displayKey } from '../../components/format';
import { Identifier } from '../../components/Identifier';
import { Moment } from '../../components/Moment';
import { PageHeader } from '../../components/PageHeader';
import { StateLabel, ValidityLabel } from '../../components/StateLabel';
import { Whole } from '../../components/Whole';
import { useParam } from '../../hooks/useParam';
import { useTransaction } from '../../queries/ledgers';
import { What } from './TransactionTable';
import { useValidation } from './useValidation';

export function TransactionPage() {
  const { t } = useTranslation();
  const ledger = useParam('ledger');
  const query = useTransaction(ledger, useParam('transaction'));
  return (
    <Whole what={t('transactions.one')} query={query}>
      {(tx) => <Detail ledger={ledger} transaction={tx} />}
    </Whole>
  );
}

function Detail({ ledger, transaction: tx }: { ledger: string; transaction: Transaction }) {
  const { t } = useTranslation();
  const words = useValidation(tx.validation);
  const writes = list(tx.writes);
  return (
    <>
      <PageHeader
        title={tx.function ?? t('transactions.one')}
        crumbs={[
          { label: t('ledgers.title'), to: '/ledgers' },
          { label: ledger, to: `/ledgers/${ledger}/transactions` },
        ]}
        state={<ValidityLabel valid={tx.valid} />}
        description={words}
      />
      <PageSection hasBodyWrapper={false}>
        <Facts
          items={[
            [t('transactions.id'), <Identifier key="i" value={tx.id} what={t('transactions.id')} whole />],
            [t('blocks.one'), <Link key="b" to={`/ledgers/${ledger}/blocks/${tx.block}`}>{t('blocks.number', { number: tx.block })}</Link>],
            [t('transactions.who'), [tx.creator, tx.creatorMsp].filter(Boolean).join(' · ') || '—'],
            [t('time'), <Moment key="t" time={tx.time} full />],
            [t('transactions.what'), tx.contract && tx.type === 'contract' ? <Link key="w" to={`/ledgers/${ledger}/contracts/${tx.contract}`}><What of={tx} /></Link> : <What of={tx} />],
            [t('transactions.endorsedBy'), list(tx.endorsedBy).join(', ') || '—'],
            [t('transactions.code'), <code key="c">{tx.validation}</code>],
            [t('transactions.collections'), list(tx.collections).join(', ')],
          ]}
        />
      </PageSection>
      {list(tx.arguments).length > 0 && (
        <PageSection hasBodyWrapper={false}>
          <Title headingLevel="h2" size="lg">{t('transactions.arguments')}</Title>
          <ol className="b4a-arguments b4a-gap">
            {list(tx.arguments).map((a, n) => (
              <li key={`${n} ${a}`}>
                <Code text={a} what={t('transactions.argument', { number: n + 1 })} />
              </li>
            ))}
          </ol>
          {list(tx.collections).length > 0 && <p className="b4a-quiet">{t('transactions.private')}</p>}
        </PageSection>
      )}
      <PageSection hasBodyWrapper={false}>
        <Title headingLevel="h2" size="lg">{t('transactions.writes')}</Title>
        {writes.length === 0 && <p className="b4a-quiet">{t('transactions.noWrites')}</p>}
        {writes.map((w) => (
          <div key={`${w.contract} ${w.key}`} className="b4a-gap">
            <p className="b4a-break">
              {w.deleted && <StateLabel tone="warning">{t('transactions.deleted')}</StateLabel>} {w.contract} ·{' '}
              <code>{displayKey(w.key)}</code>
            </p>
            {w.value && <Code text={w.value} what={t('transactions.value', { key: displayKey(w.key) })} />}
          </div>
        ))}
      </PageSection>
    </>
  );
}
