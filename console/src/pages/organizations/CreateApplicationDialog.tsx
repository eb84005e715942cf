// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import { ChoiceField, TextAreaField, TextField } from '../../components/fields';
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
  }), fieldProblems(create.error));
  const { values } = form;
  const submit = async () => {
    const attributes = parseAttributes(values.attributes) ?? {};
    const body = {
      name: values.name,
      ...(external ? { certificate: values.certificate } : values.custody === 'holder' ? { csr: values.csr } : {}),
      ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
    };
    await create.mutateAsync(body);
  };
  return (
    <FormDialog
      form={form}
      title={t('applications.create')}
      description={t('applications.createBody')}
      action={t('applications.create')}
      onSubmit={submit}
      onClose={onClose}
      send={create}
      errorTitle={t('applications.createFailed')}
    >
      <TextField
        {...form.field('name')}
        label={t('applications.name')}
        required
        isCode
        help={t('applications.nameHelp')}
      />
      {external ? (
        <TextAreaField
          {...form.field('certificate')}
          label={t('external.certificate')}
          required
          help={t('external.certificateHelp')}
        />
      ) : (
        <>
          <ChoiceField
            {...form.field('custody')}
            label={t('applications.custody')}
            required
            options={[
              { value: 'holder', label: t('custody.holder'), description: t('custody.holderBody') },
              { value: 'platform', label: t('custody.platform'), description: t('custody.platformBody') },
            ]}
          />
          {values.custody === 'holder' && (
            <TextAreaField
              {...form.field('csr')}
              label={t('applications.csr')}
              required
              help={t('applications.csrHelp')}
            />
          )}
          <TextAreaField
            {...form.field('attributes')}
            label={t('applications.attributes')}
            rows={2}
            help={t('applications.attributesHelp')}
          />
        </>
      )}
    </FormDialog>
  );
}
