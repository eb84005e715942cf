// SPDX-License-Identifier: Apache-2.0

import { Button, Flex, PageSection, Title } from '@patternfly/react-core';
import AngleLeftIcon from '@patternfly/react-icons/dist/esm/icons/angle-left-icon';
import AngleRightIcon from '@patternfly/react-icons/dist/esm/icons/angle-right-icon';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { list } from '../../api/client';
import type { Block } from '../../api/ledgers';
import { Empty } from '../../components/Empty';
import { Facts } from '../../components/Facts';
import { formatBytes } from '../../components/format';
import { Identifier } from '../../components/Identifier';
import { Moment } from '../../components/Moment';
import { PageHeader } from '../../components/PageHeader';
import { Whole } from '../../components/Whole';
import { useLocale } from '../../hooks/useLocale';
import { useParam } from '../../hooks/useParam';
import { useBlock, useLedger } from '../../queries/ledgers';
import { TransactionTable } from './TransactionTable';

export function BlockPage() {
  const { t } = useTranslation();
  const ledger = useParam('ledger');
  const query = useBlock(ledger, Number(useParam('number')));
  return (
    <Whole what={t('blocks.one')} query={query}>
      {(b) => <Detail ledger={ledger} block={b} />}
    </Whole>
  );
}

function Detail({ ledger, block: b }: { ledger: string; block: Block }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const navigate = useNavigate();
  const height = useLedger(ledger).data?.height;
  const go = (number: number) => void navigate(`/ledgers/${ledger}/blocks/${number}`);
  return (
    <>
      <PageHeader
        key={b.number}
        title={t('blocks.number', { number: b.number })}
        crumbs={[
          { label: t('ledgers.title'), to: '/ledgers' },
          { label: ledger, to: `/ledgers/${ledger}/blocks` },
        ]}
        actions={
          <Flex spaceItems={{ default: 'spaceItemsSm' }}>
            <Button variant="secondary" icon={<AngleLeftIcon />} isDisabled={b.number === 0} onClick={() => go(b.number - 1)}>
              {t('blocks.previous')}
            </Button>
            <Button
              variant="secondary"
              icon={<AngleRightIcon />}
              iconPosition="end"
              isDisabled={height === undefined || b.number + 1 >= height}
              onClick={() => go(b.number + 1)}
            >
              {t('blocks.next')}
            </Button>
          </Flex>
        }
      />
      <PageSection hasBodyWrapper={false}>
        <Facts
          items={[
            [t('time'), <Moment key="t" time={b.time} full />],
            [t('blocks.size'), formatBytes(b.size, locale)],
            [t('blocks.hash'), <Identifier key="h" value={b.hash} what={t('blocks.hash')} whole />],
            [t('blocks.previousHash'), b.previousHash && <Identifier key="p" value={b.previousHash} what={t('blocks.previousHash')} whole />],
            [t('blocks.dataHash'), <Identifier key="d" value={b.dataHash} what={t('blocks.dataHash')} whole />],
          ]}
        />
      </PageSection>
      <PageSection hasBodyWrapper={false}>
        <Title headingLevel="h2" size="lg">{t('transactions.title')}</Title>
        <TransactionTable
          ledger={ledger}
          query={{ data: { items: list(b.transactions) }, error: null, refetch: () => undefined }}
          empty={<Empty title={t('transactions.empty')}>{t('transactions.emptyBody')}</Empty>}
        />
      </PageSection>
    </>
  );
}
