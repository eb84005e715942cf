// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Loaded, Nothing, Page, State, When } from '../components/common';
import { Rows } from '../components/Rows';
import { useOperations } from '../queries';

export default function Operations() {
  const { t } = useTranslation();
  return (
    <Page title={t('nav.operations')} lead={t('operation.lead')}>
      <Loaded query={useOperations()}>
        {(page) =>
          page.items?.length ? (
            <Rows
              label={t('nav.operations')}
              rows={page.items}
              id={(o) => o.id}
              columns={[
                { name: t('operation.title'), cell: (o) => <Link to={`/operations/${o.id}`}>{t([`operationKind.${o.kind}`, o.kind])}</Link> },
                { name: t('operation.subject'), cell: (o) => o.subject },
                { name: t('state.title'), cell: (o) => <State state={o.state} reason={o.problem?.detail} /> },
                { name: t('when'), cell: (o) => <When time={o.createdAt} /> },
              ]}
            />
          ) : (
            <Nothing title={t('operation.none')} body={t('operation.noneBody')} />
          )
        }
      </Loaded>
    </Page>
  );
}
