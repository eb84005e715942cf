// SPDX-License-Identifier: Apache-2.0

import { Checkbox, FormGroup } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { SelectField, TextAreaField, TextField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { fieldProblems } from '../../components/problem';
import { useForm } from '../../hooks/useForm';
import { useDeviceKeys, useEnrol } from '../../queries/device';
import { isCommonName, parseAttributes } from './validation';

/** Long enough that a stolen file is worth nothing. */
const shortest = 12;

interface Values {
  name: string;
  role: '' | 'client' | 'admin';
  attributes: string;
  passphrase: string;
  repeated: string;
}

/** Makes a key in this browser and asks the organization's authority to certify it. */
export function EnrolDialog({ organization, onClose }: { organization: string; onClose: () => void }) {
  const { t } = useTranslation();
  const enrol = useEnrol(organization);
  const kept = useDeviceKeys(organization).data ?? [];
  const [copy, setCopy] = useState(false);
  const initial: Values = { name: '', role: '', attributes: '', passphrase: '', repeated: '' };
  const form = useForm<Values>('enrol', initial, (v) => ({
    name: !isCommonName(v.name)
      ? t('enrol.nameInvalid')
      : kept.some((k) => k.certificate && k.name === v.name)
        ? t('enrol.nameTaken')
        : undefined,
    role: v.role ? undefined : t('form.choose'),
    attributes: parseAttributes(v.attributes) ? undefined : t('applications.attributesInvalid'),
    passphrase: !copy || v.passphrase.length >= shortest ? undefined : t('enrol.passphraseShort', { count: shortest }),
    repeated: !copy || v.passphrase === v.repeated ? undefined : t('enrol.passphraseDiffers'),
  }), fieldProblems(enrol.error));
  const { values } = form;
  const submit = async () => {
    if (values.role === '') return undefined;
    const attributes = parseAttributes(values.attributes) ?? {};
    const passphrase = copy ? values.passphrase : '';
    await enrol.mutateAsync({ name: values.name, role: values.role, attributes, passphrase });
  };
  return (
    <FormDialog
      form={form}
      title={t('enrol.title')}
      description={t('enrol.body')}
      action={t('enrol.action')}
      onSubmit={submit}
      onClose={onClose}
      send={enrol}
      errorTitle={t('enrol.failed')}
    >
      <TextField {...form.field('name')} label={t('enrol.name')} required isCode help={t('enrol.nameHelp')} />
      <SelectField
        {...form.field('role')}
        label={t('enrol.role')}
        required
        options={[
          { value: 'client', label: t('enrol.roleClient') },
          { value: 'admin', label: t('enrol.roleAdmin') },
        ]}
        help={t('enrol.roleHelp')}
      />
      <TextAreaField
        {...form.field('attributes')}
        label={t('applications.attributes')}
        rows={2}
        help={t('applications.attributesHelp')}
      />
      <FormGroup role="group" fieldId="enrol-copy">
        <Checkbox
          id="enrol-copy"
          label={t('enrol.copy')}
          description={t('enrol.copyBody')}
          isChecked={copy}
          onChange={(_, on) => setCopy(on)}
        />
      </FormGroup>
      {copy && (
        <>
          <TextField
            {...form.field('passphrase')}
            label={t('enrol.passphrase')}
            type="password"
            required
            help={t('enrol.passphraseHelp')}
          />
          <TextField {...form.field('repeated')} label={t('enrol.repeated')} type="password" required />
        </>
      )}
    </FormDialog>
  );
}
