// SPDX-License-Identifier: Apache-2.0

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import type { OrganizationKind } from '../../api/organizations';
import { SelectField, TextField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { fieldProblems } from '../../components/problem';
import { useForm } from '../../hooks/useForm';
import { useCreateOrganization } from '../../queries/organizations';
import { MSPField, type ChosenMSP } from './MSPField';
import { useKinds } from './useKinds';
import { isOrganizationId, suggestId } from './validation';

interface Values {
  name: string;
  id: string;
  kind: OrganizationKind | '';
  msp: ChosenMSP | undefined;
}

/** Admits an organization that brings its MSP. Its page then tells what is asked of its authority. */
export function ImportOrganizationDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const kinds = useKinds();
  const create = useCreateOrganization();
  const [ownId, setOwnId] = useState(false);
  const form = useForm<Values>('import', { name: '', id: '', kind: '', msp: undefined }, (v) => ({
    name: v.name.trim() ? undefined : t('form.required'),
    id: isOrganizationId(v.id) ? undefined : t('organizations.idInvalid'),
    kind: v.kind ? undefined : t('form.choose'),
    msp: v.msp ? undefined : t('external.mspMissing'),
  }));
  const { values, errorOf, set, touch } = form;
  const refused = fieldProblems(create.error);
  const submit = async () => {
    if (!form.check() || values.kind === '' || !values.msp) return undefined;
    await create
      .mutateAsync({ id: values.id, name: values.name.trim(), kind: values.kind, msp: values.msp.data })
      .then(() => navigate(`/organizations/${values.id}`), () => undefined);
    return undefined;
  };
  return (
    <FormDialog
      id="import"
      title={t('external.import')}
      description={t('external.importBody')}
      action={t('external.import')}
      onSubmit={submit}
      onClose={onClose}
      busy={create.isPending}
      error={create.error}
      errorTitle={t('external.importFailed')}
    >
      <TextField
        id="import-name"
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
        id="import-id"
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
        id="import-kind"
        label={t('organizations.kind')}
        required
        placeholder={t('form.choosePlaceholder')}
        options={Object.entries(kinds).map(([value, label]) => ({ value, label }))}
        value={values.kind}
        onChange={(v) => set('kind', v as OrganizationKind | '')}
        onBlur={() => touch('kind')}
        error={errorOf('kind') ?? refused.kind}
      />
      <MSPField id="import-msp" organization={values.id} value={values.msp} onChange={(v) => set('msp', v)} error={errorOf('msp')} />
    </FormDialog>
  );
}
