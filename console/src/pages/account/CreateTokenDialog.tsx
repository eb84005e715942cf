// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { Principal } from '../../api/session';
import { ChoicesField, SelectField, TextField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { SecretDialog } from '../../components/SecretDialog';
import { useForm } from '../../hooks/useForm';
import { useCreateToken } from '../../queries/account';

const day = 86_400;

/** Makes a token with the caller's own role, narrowed by scopes; then shows its secret, once. */
export function CreateTokenDialog({ principal, onClose }: { principal: Principal; onClose: () => void }) {
  const { t } = useTranslation();
  const create = useCreateToken();
  const form = useForm('token-new', { name: '', days: '90', scopes: [] as readonly string[] }, (v) => ({
    name: v.name.trim() ? undefined : t('form.required'),
  }));
  const { values, set } = form;
  const submit = async () => {
    const body = {
      name: values.name.trim(),
      role: principal.role,
      ...(principal.organization ? { organization: principal.organization } : {}),
      scopes: [...values.scopes],
      expiresIn: Number(values.days) * day,
    };
    await create.mutateAsync(body);
  };
  if (create.data) {
    return (
      <SecretDialog
        id="token"
        title={t('tokens.made', { name: create.data.token.name })}
        description={t('tokens.madeBody')}
        secret={create.data.secret}
        what={t('signIn.token')}
        onClose={onClose}
      />
    );
  }
  return (
    <FormDialog
      form={form}
      title={t('tokens.create')}
      description={t('tokens.createBody')}
      action={t('tokens.create')}
      onSubmit={submit}
      onClose={onClose}
      stays
      send={create}
      errorTitle={t('tokens.createFailed')}
    >
      <TextField {...form.field('name')} label={t('person.name')} required />
      <ChoicesField
        {...form.field('scopes')}
        label={t('tokens.scopes')}
        options={[
          { value: 'read', label: t('scope.read'), description: t('scope.readBody') },
          { value: 'transactions', label: t('scope.transactions'), description: t('scope.transactionsBody') },
          { value: 'certificates', label: t('scope.certificates'), description: t('scope.certificatesBody') },
        ]}
        help={t('tokens.scopesHelp')}
      />
      <SelectField
        id="token-new-days"
        label={t('tokens.lifetime')}
        required
        options={['7', '30', '90', '365'].map((value) => ({ value, label: t('tokens.days', { count: Number(value) }) }))}
        value={values.days}
        onChange={(v) => set('days', v || '90')}
      />
    </FormDialog>
  );
}
