// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { bytes, Loaded, Page, State, When } from '../components/common';
import { Rows } from '../components/Rows';
import { useNodes } from '../queries';

export default function Nodes() {
  const { t, i18n } = useTranslation();
  return (
    <Page title={t('nav.nodes')} lead={t('node.lead')}>
      <Loaded query={useNodes()}>
        {(page) => (
          <Rows
            label={t('nav.nodes')}
            rows={page.items ?? []}
            id={(n) => n.id}
            columns={[
              { name: t('name'), cell: (n) => <Link to={`/nodes/${n.id}`}>{n.id}</Link> },
              { name: t('node.kind'), cell: (n) => t(`nodeKind.${n.kind}`) },
              { name: t('organization.title'), cell: (n) => <Link to={`/organizations/${n.organization}`}>{n.organization}</Link> },
              { name: t('state.title'), cell: (n) => <State state={n.phase} reason={n.reason} /> },
              { name: t('node.since'), cell: (n) => <When time={n.since} /> },
              { name: t('node.restarts'), cell: (n) => n.restarts },
              { name: t('node.memory'), cell: (n) => bytes(n.rss, i18n.language) },
              { name: t('node.disk'), cell: (n) => bytes(n.disk, i18n.language) },
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}
