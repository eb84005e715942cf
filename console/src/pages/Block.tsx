// SPDX-License-Identifier: Apache-2.0
import { Breadcrumb, BreadcrumbItem } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { bytes, Id, Loaded, Page, When } from '../components/common';
import { TransactionRows } from '../components/TransactionRows';
import { useBlock } from '../queries';
import { Facts } from './Organization';

export default function BlockPage() {
  const { t, i18n } = useTranslation();
  const { ledger = '', number = '' } = useParams();
  const block = useBlock(ledger, Number(number));
  return (
    <Page
      title={t('block.title', { number })}
      lead={
        <Breadcrumb aria-label={t('breadcrumb')}>
          <BreadcrumbItem>
            <Link to={`/ledgers/${ledger}`}>{ledger}</Link>
          </BreadcrumbItem>
        </Breadcrumb>
      }
    >
      <Loaded query={block}>
        {(b) => (
          <>
            <Facts
              facts={[
                [t('when'), <When key="t" time={b.time} />],
                [t('size'), bytes(b.size, i18n.language)],
                [t('block.hash'), <Id key="h" value={b.hash} />],
                [t('block.previous'), b.previousHash ? <Id key="p" value={b.previousHash} /> : t('none')],
                [t('block.dataHash'), <Id key="d" value={b.dataHash} />],
              ]}
            />
            <div className="b4a-gap">
              <TransactionRows ledger={ledger} transactions={b.transactions ?? []} />
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
}
