// SPDX-License-Identifier: Apache-2.0

import { FormGroup, Radio } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { TextAreaField, TextField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { fieldProblems } from '../../components/problem';
import { useForm } from '../../hooks/useForm';
import { useCreateApplication } from '../../queries/applications';
import { isApplicationName, parseAttributes } from './validation';

interface Values {
  name: string;
  custody: '' | 'holder' | 'platform';
  csr: string;
  certificate: string;
  attributes: string;
}

interface Props {
  organization: string;
  /** The organization issues for itself: the application comes with its certificate. */
  external: boolean;
  onClose: () => void;
}

export function CreateApplicationDialog({ organization, external, onClose }: Props) {
  const { t } = useTranslation();
  const create = useCreateApplication(organization);
  const form = useForm<Values>('application', { name: '', custody: external ? 'holder' : '', csr: '', certificate: '', attributes: '' }, (v) => ({
    name: isApplicationName(v.name) ? undefined : t('applications.nameInvalid'),
    custody: v.custody ? undefined : t('form.choose'),
    csr: external || v.custody !== 'holder' || v.csr.includes('-----BEGIN CERTIFICATE REQUEST-----') ? undefined : t('applications.csrInvalid'),
    certificate: !external || v.certificate.includes('-----BEGIN CERTIFICATE-----') ? undefined : t('authorities.chainInvalid'),
    attributes: parseAttributes(v.attributes) ? undefined : t('applications.attributesInvalid'),
  }));
  const { values, errorOf, set } = form;
  const refused = fieldProblems(create.error);
  const submit = async () => {
    if (!form.check()) return undefined;
    const attributes = parseAttributes(values.attributes) ?? {};
    const body = {
      name: values.name,
      ...(external ? { certificate: values.certificate } : values.custody === 'holder' ? { csr: values.csr } : {}),
      ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
    };
    await create.mutateAsync(body).then(onClose, () => undefined);
    return undefined;
  };
  const custody = (value: 'holder' | 'platform', label: string, description: string, id: string) => (
    <Radio
      id={id}
      name="custody"
      label={label}
      description={description}
      isChecked={values.custody === value}
      onChange={() => set('custody', value)}
    />
  );
  return (
    <FormDialog
      id="application"
      title={t('applications.create')}
      description={t('applications.createBody')}
      action={t('applications.create')}
      onSubmit={submit}
      onClose={onClose}
      busy={create.isPending}
      error={create.error}
      errorTitle={t('applications.createFailed')}
    >
      <TextField
        {...form.text('name', refused)}
        label={t('applications.name')}
        required
        isCode
        help={t('applications.nameHelp')}
      />
      {external ? (
        <TextAreaField
          {...form.text('certificate', refused)}
          label={t('external.certificate')}
          required
          help={t('external.certificateHelp')}
        />
      ) : (
        <>
          <FormGroup label={t('applications.custody')} role="radiogroup" isRequired isStack fieldId="application-custody">
            {custody('holder', t('custody.holder'), t('custody.holderBody'), 'application-custody')}
            {custody('platform', t('custody.platform'), t('custody.platformBody'), 'application-custody-platform')}
            {errorOf('custody') && <p role="alert">{errorOf('custody')}</p>}
          </FormGroup>
          {values.custody === 'holder' && (
            <TextAreaField
              {...form.text('csr', refused)}
              label={t('applications.csr')}
              required
              help={t('applications.csrHelp')}
            />
          )}
          <TextAreaField
            {...form.text('attributes')}
            label={t('applications.attributes')}
            rows={2}
            help={t('applications.attributesHelp')}
          />
        </>
      )}
    </FormDialog>
  );
}
