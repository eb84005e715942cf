// SPDX-License-Identifier: Apache-2.0
import { Breadcrumb, BreadcrumbItem, Card, CardBody, CardTitle } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { Id, Loaded, Page, State, When } from '../components/common';
import { Rows } from '../components/Rows';
import { useTransaction } from '../queries';
import { Facts } from './Organization';

export default function TransactionPage() {
  const { t } = useTranslation();
  const { ledger = '', transaction = '' } = useParams();
  const query = useTransaction(ledger, transaction);
  return (
    <Page
      title={t('transaction.title')}
      lead={
        <Breadcrumb aria-label={t('breadcrumb')}>
          <BreadcrumbItem>
            <Link to={`/ledgers/${ledger}`}>{ledger}</Link>
          </BreadcrumbItem>
        </Breadcrumb>
      }
    >
      <Loaded query={query}>
        {(x) => (
          <>
            <Facts
              facts={[
                [t('transaction.id'), <Id key="id" value={x.id} />],
                [t('state.title'), <State key="s" state={x.valid ? 'valid' : 'rejected'} reason={x.valid ? undefined : x.validation} />],
                [t('transaction.what'), x.contract ? `${x.contract} · ${x.function}` : t(`transactionType.${x.type}`)],
                [t('transaction.arguments'), x.arguments?.length ? <code key="a">{x.arguments.join(' · ')}</code> : t('none')],
                [t('transaction.by'), `${x.creatorMsp} ${x.creator ?? ''}`],
                [t('transaction.endorsedBy'), x.endorsedBy?.join(', ') || t('none')],
                [t('contract.privateData'), x.collections?.join(', ') || t('none')],
                [t('block.number'), <Link key="b" to={`/ledgers/${ledger}/blocks/${x.block}`}>{x.block}</Link>],
                [t('when'), <When key="w" time={x.time} />],
              ]}
            />
            {x.writes && x.writes.length > 0 && (
              <Card className="b4a-gap">
                <CardTitle component="h2">{t('transaction.writes')}</CardTitle>
                <CardBody>
                  <Rows
                    label={t('transaction.writes')}
                    rows={x.writes}
                    id={(w) => `${w.contract}/${w.key}`}
                    columns={[
                      { name: t('contract.title'), cell: (w) => w.contract },
                      { name: t('transaction.key'), cell: (w) => <code>{w.key.replaceAll('\u0000', ' ')}</code> },
                      { name: t('transaction.value'), cell: (w) => (w.deleted ? t('transaction.deleted') : <code>{w.value}</code>) },
                    ]}
                  />
                </CardBody>
              </Card>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}
