// SPDX-License-Identifier: Apache-2.0
import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Loaded, Nothing, Page, State, When } from '../components/common';
import { NewOrganization } from '../components/dialogs';
import { Rows } from '../components/Rows';
import { useOrganizations } from '../queries';

export default function Organizations() {
  const { t } = useTranslation();
  const organizations = useOrganizations();
  const [creating, setCreating] = useState(false);
  const create = <Button onClick={() => setCreating(true)}>{t('organization.create')}</Button>;
  return (
    <Page title={t('nav.organizations')} lead={t('organization.lead')} actions={create}>
      <Loaded query={organizations}>
        {(page) => (
          <>
            <Rows
              label={t('nav.organizations')}
              rows={page.items ?? []}
              id={(o) => o.id}
              columns={[
                { name: t('name'), cell: (o) => <Link to={`/organizations/${o.id}`}>{o.name}</Link> },
                { name: t('organization.id'), cell: (o) => <code>{o.id}</code> },
                { name: t('organization.kind'), cell: (o) => t([`kind.${o.kind}`, o.kind]) },
                { name: t('state.title'), cell: (o) => <State state={o.state} reason={o.reason} /> },
                { name: t('nav.ledgers'), cell: (o) => o.ledgers?.length },
                { name: t('created'), cell: (o) => <When time={o.createdAt} /> },
              ]}
            />
            {page.items?.length === 1 && <Nothing title={t('organization.onlyOperator')} body={t('organization.onlyOperatorBody')} />}
          </>
        )}
      </Loaded>
      {creating && <NewOrganization close={() => setCreating(false)} />}
    </Page>
  );
}
