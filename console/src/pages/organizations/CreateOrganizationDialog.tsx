// SPDX-License-Identifier: Apache-2.0

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { Button } from '@patternfly/react-core';

import type { OrganizationKind } from '../../api/organizations';
import { SelectField, TextField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { fieldProblems } from '../../components/problem';
import { useForm } from '../../hooks/useForm';
import { useCreateOrganization } from '../../queries/organizations';
import { useKinds } from './useKinds';
import { isOrganizationId, suggestId } from './validation';

interface Values {
  name: string;
  id: string;
  kind: OrganizationKind | '';
}

export function CreateOrganizationDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const kinds = useKinds();
  const create = useCreateOrganization();
  const [ownId, setOwnId] = useState(false);
  const form = useForm<Values>('organization', { name: '', id: '', kind: '' }, (v) => ({
    name: v.name.trim() ? undefined : t('form.required'),
    id: isOrganizationId(v.id) ? undefined : t('organizations.idInvalid'),
    kind: v.kind ? undefined : t('form.choose'),
  }));
  const { values, errorOf, set, touch } = form;
  const refused = fieldProblems(create.error);
  const submit = async () => {
    if (!form.check() || values.kind === '') return undefined;
    const accepted = await create.mutateAsync({ id: values.id, name: values.name.trim(), kind: values.kind }).catch(() => undefined);
    return accepted?.operation;
  };
  const open = () => void navigate(`/organizations/${values.id}`);
  return (
    <FormDialog
      id="organization"
      title={t('organizations.create')}
      description={t('organizations.createBody')}
      action={t('organizations.create')}
      onSubmit={submit}
      onClose={onClose}
      busy={create.isPending}
      error={create.error}
      errorTitle={t('organizations.createFailed')}
      done={<Button onClick={open}>{t('organizations.open')}</Button>}
    >
      <TextField
        id="organization-name"
        label={t('organizations.name')}
        required
        value={values.name}
        onChange={(v) => {
          set('name', v);
          if (!ownId) set('id', suggestId(v));
        }}
        onBlur={() => touch('name')}
        error={errorOf('name') ?? refused.name}
      />
      <TextField
        id="organization-id"
        label={t('organizations.id')}
        required
        isCode
        value={values.id}
        onChange={(v) => {
          setOwnId(true);
          set('id', v);
        }}
        onBlur={() => touch('id')}
        error={errorOf('id') ?? refused.id}
        help={t('organizations.idHelp')}
      />
      <SelectField
        id="organization-kind"
        label={t('organizations.kind')}
        required
        placeholder={t('form.choosePlaceholder')}
        options={Object.entries(kinds).map(([value, label]) => ({ value, label }))}
        value={values.kind}
        onChange={(v) => set('kind', v as OrganizationKind | '')}
        onBlur={() => touch('kind')}
        error={errorOf('kind') ?? refused.kind}
      />
    </FormDialog>
  );
}
