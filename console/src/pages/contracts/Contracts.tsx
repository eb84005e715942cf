// SPDX-License-Identifier: Apache-2.0

import { Button } from '@patternfly/react-core';
import FileContractIcon from '@patternfly/react-icons/dist/esm/icons/file-contract-icon';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { list } from '../../api/client';
import type { Ledger } from '../../api/ledgers';
import { can } from '../../app/scopes';
import { Empty } from '../../components/Empty';
import { Listing } from '../../components/Listing';
import { ServerText } from '../../components/ServerText';
import { ContractStateLabel } from '../../components/StateLabel';
import { useContracts } from '../../queries/contracts';
import { usePrincipal } from '../../queries/session';
import { DeployDialog } from './DeployDialog';

/** The contracts of a ledger. */
export function Contracts({ ledger }: { ledger: Ledger }) {
  const { t } = useTranslation();
  const query = useContracts(ledger.name);
  const [deploying, setDeploying] = useState(false);
  const deploy = can(usePrincipal(), 'contract.deploy') && ledger.state === 'active' && (
    <Button variant="secondary" onClick={() => setDeploying(true)}>
      {t('contracts.deploy')}
    </Button>
  );
  return (
    <>
      {deploy && query.data?.items.length !== 0 && <div className="b4a-gap">{deploy}</div>}
      <Listing
        name={t('contracts.title')}
        query={query}
        rowKey={(c) => c.name}
        empty={
          <Empty title={t('contracts.empty')} icon={FileContractIcon} action={deploy}>
            {t('contracts.emptyBody')}
          </Empty>
        }
        columns={[
          { label: t('contracts.one'), show: (c) => <Link to={`/ledgers/${c.ledger}/contracts/${c.name}`}>{c.name}</Link> },
          {
            label: t('state'),
            show: (c) => (
              <>
                <ContractStateLabel state={c.state} /> {c.reason && <ServerText>{c.reason}</ServerText>}
              </>
            ),
          },
          { label: t('contracts.version'), show: (c) => c.version },
          { label: t('contracts.approvals'), show: (c) => list(c.approvals).join(', ') || '—' },
        ]}
      />
      {deploying && <DeployDialog ledger={ledger.name} onClose={() => setDeploying(false)} />}
    </>
  );
}
