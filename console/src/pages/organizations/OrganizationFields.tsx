// SPDX-License-Identifier: Apache-2.0

import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { OrganizationKind } from '../../api/organizations';
import { SelectField, TextField } from '../../components/fields';
import { fieldProblems } from '../../components/problem';
import { useForm, type Form } from '../../hooks/useForm';
import type { ChosenMSP } from './MSPField';
import { useKinds } from './useKinds';
import { isOrganizationId, suggestId } from './validation';

interface Values {
  name: string;
  id: string;
  kind: OrganizationKind | '';
  msp: ChosenMSP | undefined;
}

/** The form of a new organization; `external` when it must bring its MSP. `error` is that of sending it. */
export function useOrganizationForm(id: string, external: boolean, error: unknown): Form<Values> {
  const { t } = useTranslation();
  const validate = (v: Values) => ({
    name: v.name.trim() ? undefined : t('form.required'),
    id: isOrganizationId(v.id) ? undefined : t('organizations.idInvalid'),
    kind: v.kind ? undefined : t('form.choose'),
    msp: !external || v.msp ? undefined : t('external.mspMissing'),
  });
  return useForm<Values>(id, { name: '', id: '', kind: '', msp: undefined }, validate, fieldProblems(error));
}

/** Who it is. The identifier follows the name until it is written. */
export function OrganizationFields({ form }: { form: Form<Values> }) {
  const { t } = useTranslation();
  const kinds = useKinds();
  const [ownId, setOwnId] = useState(false);
  const rename = (name: string) => {
    form.set('name', name);
    if (!ownId) form.set('id', suggestId(name));
  };
  const identify = (id: string) => {
    setOwnId(true);
    form.set('id', id);
  };
  return (
    <>
      <TextField {...form.field('name')} label={t('organizations.name')} required onChange={rename} />
      <TextField {...form.field('id')} label={t('organizations.id')} required isCode onChange={identify} help={t('organizations.idHelp')} />
      <SelectField
        {...form.field('kind')}
        label={t('organizations.kind')}
        required
        options={Object.entries(kinds).map(([value, label]) => ({ value, label }))}
      />
    </>
  );
}
