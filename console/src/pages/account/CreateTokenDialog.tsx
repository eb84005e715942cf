// SPDX-License-Identifier: Apache-2.0

import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { Principal } from '../../api/session';
import { Code } from '../../components/Code';
import { ChoicesField, SelectField, TextField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
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
    if (!form.check()) return undefined;
    const body = {
      name: values.name.trim(),
      role: principal.role,
      ...(principal.organization ? { organization: principal.organization } : {}),
      scopes: [...values.scopes],
      expiresIn: Number(values.days) * day,
    };
    await create.mutateAsync(body).catch(() => undefined);
    return undefined;
  };
  if (create.data) {
    return (
      <Modal variant="small" isOpen onClose={onClose} aria-labelledby="token-title">
        <ModalHeader title={t('tokens.made', { name: create.data.token.name })} description={t('tokens.madeBody')} labelId="token-title" />
        <ModalBody>
          <Code text={create.data.secret} what={t('signIn.token')} />
        </ModalBody>
        <ModalFooter>
          <Button variant="secondary" onClick={onClose}>{t('dialog.close')}</Button>
        </ModalFooter>
      </Modal>
    );
  }
  return (
    <FormDialog
      id="token-new"
      title={t('tokens.create')}
      description={t('tokens.createBody')}
      action={t('tokens.create')}
      onSubmit={submit}
      onClose={onClose}
      busy={create.isPending}
      error={create.error}
      errorTitle={t('tokens.createFailed')}
    >
      <TextField id="token-new-name" label={t('person.name')} required value={values.name} onChange={(v) => set('name', v)} error={form.errorOf('name')} />
      <ChoicesField
        id="token-new-scopes"
        label={t('tokens.scopes')}
        options={[
          { value: 'read', label: t('scope.read'), description: t('scope.readBody') },
          { value: 'transactions', label: t('scope.transactions'), description: t('scope.transactionsBody') },
          { value: 'certificates', label: t('scope.certificates'), description: t('scope.certificatesBody') },
        ]}
        values={values.scopes}
        onChange={(v) => set('scopes', v)}
        help={t('tokens.scopesHelp')}
      />
      <SelectField
        id="token-new-days"
        label={t('tokens.lifetime')}
        required
        placeholder={t('form.choosePlaceholder')}
        options={['7', '30', '90', '365'].map((value) => ({ value, label: t('tokens.days', { count: Number(value) }) }))}
        value={values.days}
        onChange={(v) => set('days', v || '90')}
      />
    </FormDialog>
  );
}
