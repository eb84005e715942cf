// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import { FileButton } from '../../components/FileButton';
import { SelectField, TextAreaField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { fieldProblems } from '../../components/problem';
import { useForm } from '../../hooks/useForm';
import { useCertificates } from '../../queries/organizations';
import { useWatch } from '../../queries/watched';

const isPem = (text: string): boolean => text.includes('-----BEGIN CERTIFICATE-----');

/** Watches a certificate of another authority, by which a holder has certificates here. */
export function WatchDialog({ organization, onClose }: { organization: string; onClose: () => void }) {
  const { t } = useTranslation();
  const watch = useWatch(organization);
  const certificates = useCertificates(organization);
  const holders = [...new Set((certificates.data ?? []).map((c) => c.holder))].filter((h) => /^(member|application)\/./.test(h)).sort();
  const form = useForm('watch', { holder: '', certificate: '', issuers: '' }, (v) => {
    const pem = (text: string) =>
      text.includes('PRIVATE KEY') ? t('clinic.privateKey') : isPem(text) ? undefined : t('authorities.chainInvalid');
    return { holder: v.holder ? undefined : t('form.choose'), certificate: pem(v.certificate), issuers: pem(v.issuers) };
  });
  const { values, set, touch, errorOf } = form;
  const refused = fieldProblems(watch.error);
  const submit = async () => {
    if (!form.check()) return undefined;
    await watch.mutateAsync(values).then(onClose, () => undefined);
    return undefined;
  };
  const material = (name: 'certificate' | 'issuers', label: string, help: string) => (
    <>
      <TextAreaField
        id={`watch-${name}`}
        label={label}
        required
        value={values[name]}
        onChange={(v) => set(name, v)}
        onBlur={() => touch(name)}
        error={errorOf(name) ?? refused[name]}
        help={help}
      />
      <div>
        <FileButton
          id={`watch-${name}-file`}
          label={t('watched.file', { what: label })}
          accept=".pem,.crt,.cer"
          multiple
          onFiles={(files) => void Promise.all(files.map((f) => f.text())).then((texts) => set(name, texts.join('\n')))}
        />
      </div>
    </>
  );
  return (
    <FormDialog
      id="watch"
      title={t('watched.add')}
      description={t('watched.addBody')}
      action={t('watched.addAction')}
      onSubmit={submit}
      onClose={onClose}
      busy={watch.isPending}
      error={watch.error ?? certificates.error}
      errorTitle={t('watched.addFailed')}
    >
      <SelectField
        id="watch-holder"
        label={t('watched.holder')}
        required
        placeholder={t('form.choosePlaceholder')}
        options={holders.map((value) => ({ value, label: value }))}
        value={values.holder}
        onChange={(v) => set('holder', v)}
        error={errorOf('holder') ?? refused.holder}
        help={certificates.data && holders.length === 0 ? t('watched.nobody') : t('watched.holderHelp')}
      />
      {material('certificate', t('watched.certificate'), t('watched.certificateHelp'))}
      {material('issuers', t('watched.issuers'), t('watched.issuersHelp'))}
    </FormDialog>
  );
}
