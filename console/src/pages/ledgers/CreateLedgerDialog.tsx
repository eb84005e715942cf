// SPDX-License-Identifier: Apache-2.0

import { Button } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { ChoicesField, TextField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { fieldProblems } from '../../components/problem';
import { useForm } from '../../hooks/useForm';
import { useCreateLedger } from '../../queries/ledgers';
import { useOrganizationChoices } from '../../queries/organizations';
import { isLedgerName } from './validation';

interface Values {
  name: string;
  organizations: readonly string[];
}

export function CreateLedgerDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useCreateLedger();
  const choices = useOrganizationChoices();
  const active = (choices.data?.items ?? []).filter((o) => o.state === 'active');
  const form = useForm<Values>('ledger', { name: '', organizations: [] }, (v) => ({
    name: isLedgerName(v.name) ? undefined : t('ledgers.nameInvalid'),
    organizations: v.organizations.length > 0 ? undefined : t('ledgers.membersInvalid'),
  }), fieldProblems(create.error));
  const { values } = form;
  const submit = async () => {
    const body = { name: values.name, organizations: [...values.organizations] };
    return (await create.mutateAsync(body)).operation;
  };
  return (
    <FormDialog
      form={form}
      title={t('ledgers.create')}
      description={t('ledgers.createBody')}
      action={t('ledgers.create')}
      onSubmit={submit}
      onClose={onClose}
      send={{ isPending: create.isPending, error: create.error ?? choices.error }}
      errorTitle={t('ledgers.createFailed')}
      done={<Button onClick={() => void navigate(`/ledgers/${values.name}`)}>{t('ledgers.open')}</Button>}
    >
      <TextField {...form.field('name')} label={t('ledgers.name')} required isCode help={t('ledgers.nameHelp')} />
      <ChoicesField
        {...form.field('organizations')}
        label={t('ledgers.members')}
        required
        options={active.map((o) => ({ value: o.id, label: o.name, description: o.id }))}
        help={t('ledgers.membersHelp')}
      />
    </FormDialog>
  );
}
