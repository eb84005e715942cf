// SPDX-License-Identifier: Apache-2.0

import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { list } from '../../api/client';
import type { Ledger } from '../../api/ledgers';
import { can } from '../../app/scopes';
import { DataTable } from '../../components/DataTable';
import { SelectField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { useForm } from '../../hooks/useForm';
import { useAddMember } from '../../queries/ledgers';
import { useOrganizationChoices } from '../../queries/organizations';
import { usePrincipal } from '../../queries/session';
import { LedgerInvitations } from '../invitations/LedgerInvitations';

export function Members({ ledger }: { ledger: Ledger }) {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  const known = useOrganizationChoices().data?.items ?? [];
  const of = (id: string) => known.find((o) => o.id === id);
  return (
    <>
      {can(usePrincipal(), 'ledger.manage') && ledger.state === 'active' && (
        <Button variant="secondary" className="b4a-gap" onClick={() => setAdding(true)}>
          {t('members.add')}
        </Button>
      )}
      <DataTable
        name={t('ledgers.members')}
        rows={list(ledger.organizations)}
        rowKey={(id) => id}
        columns={[
          { label: t('organizations.name'), show: (id) => <Link to={`/organizations/${id}`}>{of(id)?.name ?? id}</Link> },
          { label: t('organizations.id'), show: (id) => <code>{id}</code> },
          { label: t('organizations.msp'), show: (id) => <code>{of(id)?.mspId ?? '—'}</code> },
        ]}
      />
      <LedgerInvitations ledger={ledger} />
      {adding && <AddMemberDialog ledger={ledger} onClose={() => setAdding(false)} />}
    </>
  );
}

function AddMemberDialog({ ledger, onClose }: { ledger: Ledger; onClose: () => void }) {
  const { t } = useTranslation();
  const add = useAddMember(ledger.name);
  const choices = useOrganizationChoices();
  const others = (choices.data?.items ?? []).filter((o) => o.state === 'active' && !list(ledger.organizations).includes(o.id));
  const form = useForm('member', { organization: '' }, (v) => (v.organization ? {} : { organization: t('form.choose') }));
  const submit = async () => {
    return (await add.mutateAsync(form.values.organization)).operation;
  };
  return (
    <FormDialog
      form={form}
      title={t('members.addTitle', { ledger: ledger.name })}
      description={t('members.addBody')}
      action={t('members.add')}
      onSubmit={submit}
      onClose={onClose}
      send={{ isPending: add.isPending, error: add.error ?? choices.error }}
      errorTitle={t('members.addFailed')}
    >
      <SelectField
        {...form.field('organization')}
        label={t('organizations.one')}
        required
        options={others.map((o) => ({ value: o.id, label: `${o.name} (${o.id})` }))}
        help={choices.data && others.length === 0 ? t('members.nobody') : undefined}
      />
    </FormDialog>
  );
}
