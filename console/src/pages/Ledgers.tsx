// SPDX-License-Identifier: Apache-2.0
import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Loaded, Nothing, Page, State, When } from '../components/common';
import { NewLedger } from '../components/dialogs';
import { Rows } from '../components/Rows';
import { useLedgers } from '../queries';

export default function Ledgers() {
  const { t } = useTranslation();
  const ledgers = useLedgers();
  const [creating, setCreating] = useState(false);
  const create = <Button onClick={() => setCreating(true)}>{t('ledger.create')}</Button>;
  return (
    <Page title={t('nav.ledgers')} lead={t('ledger.lead')} actions={create}>
      <Loaded query={ledgers}>
        {(page) =>
          page.items?.length ? (
            <Rows
              label={t('nav.ledgers')}
              rows={page.items}
              id={(l) => l.name}
              columns={[
                { name: t('name'), cell: (l) => <Link to={`/ledgers/${l.name}`}>{l.name}</Link> },
                { name: t('state.title'), cell: (l) => <State state={l.state} reason={l.reason} /> },
                { name: t('ledger.members'), cell: (l) => l.organizations?.join(', ') },
                { name: t('ledger.blocks'), cell: (l) => l.height },
                { name: t('contracts'), cell: (l) => l.contracts?.join(', ') || t('none') },
                { name: t('created'), cell: (l) => <When time={l.createdAt} /> },
              ]}
            />
          ) : (
            <Nothing title={t('ledger.none')} body={t('ledger.noneBody')} action={create} />
          )
        }
      </Loaded>
      {creating && <NewLedger close={() => setCreating(false)} />}
    </Page>
  );
}
