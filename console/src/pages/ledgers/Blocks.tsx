// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { Empty } from '../../components/Empty';
import { formatBytes } from '../../components/format';
import { Identifier } from '../../components/Identifier';
import { Listing } from '../../components/Listing';
import { Moment } from '../../components/Moment';
import { useCursor } from '../../hooks/useCursor';
import { useLocale } from '../../hooks/useLocale';
import { useBlocks } from '../../queries/ledgers';

export function Blocks({ ledger }: { ledger: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const paging = useCursor();
  const query = useBlocks(ledger, paging[0]);
  return (
    <Listing
      name={t('blocks.title')}
      query={query}
      paging={paging}
      rowKey={(b) => String(b.number)}
      empty={<Empty title={t('blocks.empty')}>{t('blocks.emptyBody')}</Empty>}
      columns={[
        {
          label: t('blocks.one'),
          show: (b) => <Link to={`/ledgers/${ledger}/blocks/${b.number}`}>{t('blocks.number', { number: b.number })}</Link>,
        },
        { label: t('time'), show: (b) => <Moment time={b.time} /> },
        { label: t('transactions.title'), show: (b) => b.count },
        { label: t('blocks.size'), show: (b) => formatBytes(b.size, locale) },
        { label: t('blocks.hash'), show: (b) => <Identifier value={b.hash} what={t('blocks.hash')} /> },
      ]}
    />
  );
}
