// SPDX-License-Identifier: Apache-2.0

import { Button, Card, CardBody, CardTitle, Content } from '@patternfly/react-core';
import CheckIcon from '@patternfly/react-icons/dist/esm/icons/check-icon';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Ledger } from '../../api/ledgers';
import type { Organization } from '../../api/organizations';
import { can } from '../../app/scopes';
import { usePrincipal } from '../../queries/session';
import { DeployDialog } from '../contracts/DeployDialog';
import { CreateLedgerDialog } from '../ledgers/CreateLedgerDialog';
import { CreateOrganizationDialog } from '../organizations/CreateOrganizationDialog';

type Dialog = 'organization' | 'ledger' | 'contract';

interface Props {
  organizations: readonly Organization[] | undefined;
  ledgers: readonly Ledger[] | undefined;
}

/** The way from an empty platform to the first contract, step by step. */
export function FirstSteps({ organizations = [], ledgers = [] }: Props) {
  const { t } = useTranslation();
  const principal = usePrincipal();
  const [dialog, setDialog] = useState<Dialog>();
  const members = organizations.filter((o) => !o.operator && o.state === 'active').length;
  const active = ledgers.filter((l) => l.state === 'active');
  const close = () => setDialog(undefined);
  const steps = [
    {
      dialog: 'organization',
      title: t('first.organizations'),
      body: t('first.organizationsBody'),
      action: members > 0 ? t('first.oneMore') : t('organizations.create'),
      done: members >= 2,
      ready: can(principal, 'organization.create'),
    },
    {
      dialog: 'ledger',
      title: t('first.ledger'),
      body: t('first.ledgerBody'),
      action: t('ledgers.create'),
      done: active.length > 0,
      ready: members > 0 && can(principal, 'ledger.create'),
    },
    {
      dialog: 'contract',
      title: t('first.contract'),
      body: t('first.contractBody'),
      action: t('contracts.deploy'),
      done: false,
      ready: active.length > 0 && can(principal, 'contract.deploy'),
    },
  ] as const;
  const next = steps.findIndex((s) => !s.done);
  return (
    <Card>
      <CardTitle component="h2">{t('first.title')}</CardTitle>
      <CardBody>
        <Content component="p">{t('first.body')}</Content>
        <ol className="b4a-plain-list">
          {steps.map((s, n) => (
            <li key={s.dialog} className={s.done ? 'b4a-step b4a-step-done' : 'b4a-step'}>
              <span className="b4a-step-mark" aria-hidden="true">
                {s.done ? <CheckIcon /> : n + 1}
              </span>
              <div>
                <strong>{s.title}</strong>
                {s.done && <span className="pf-v6-screen-reader"> ({t('first.done')})</span>}
                <p className="b4a-quiet">{s.body}</p>
              </div>
              <Button
                variant={n === next ? 'primary' : 'secondary'}
                isDisabled={!s.ready}
                onClick={() => setDialog(s.dialog)}
              >
                {s.action}
              </Button>
            </li>
          ))}
        </ol>
      </CardBody>
      {dialog === 'organization' && <CreateOrganizationDialog onClose={close} />}
      {dialog === 'ledger' && <CreateLedgerDialog onClose={close} />}
      {dialog === 'contract' && <DeployDialog onClose={close} />}
    </Card>
  );
}
