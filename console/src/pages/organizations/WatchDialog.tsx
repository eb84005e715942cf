// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import { SelectField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { PEMField, usePEMComplaint } from '../../components/PEMField';
import { fieldProblems } from '../../components/problem';
import { useForm } from '../../hooks/useForm';
import { useCertificates } from '../../queries/organizations';
import { useWatch } from '../../queries/watched';

/** Watches a certificate of another authority, by which a holder has certificates here. */
export function WatchDialog({ organization, onClose }: { organization: string; onClose: () => void }) {
  const { t } = useTranslation();
  const watch = useWatch(organization);
  const certificates = useCertificates(organization);
  const holders = [...new Set((certificates.data ?? []).map((c) => c.holder))].filter((h) => /^(member|application)\/./.test(h)).sort();
  const complaint = usePEMComplaint();
  const form = useForm('watch', { holder: '', certificate: '', issuers: '' }, (v) => ({
    holder: v.holder ? undefined : t('form.choose'),
    certificate: complaint(v.certificate),
    issuers: complaint(v.issuers),
  }), fieldProblems(watch.error));
  const submit = async () => {
    await watch.mutateAsync(form.values);
  };
  const material = (name: 'certificate' | 'issuers', label: string, help: string) => (
    <PEMField {...form.field(name)} label={label} files={t('watched.file', { what: label })} help={help} />
  );
  return (
    <FormDialog
      form={form}
      title={t('watched.add')}
      description={t('watched.addBody')}
      action={t('watched.addAction')}
      onSubmit={submit}
      onClose={onClose}
      send={{ isPending: watch.isPending, error: watch.error ?? certificates.error }}
      errorTitle={t('watched.addFailed')}
    >
      <SelectField
        {...form.field('holder')}
        label={t('watched.holder')}
        required
        options={holders.map((value) => ({ value, label: value }))}
        help={certificates.data && holders.length === 0 ? t('watched.nobody') : t('watched.holderHelp')}
      />
      {material('certificate', t('watched.certificate'), t('watched.certificateHelp'))}
      {material('issuers', t('watched.issuers'), t('watched.issuersHelp'))}
    </FormDialog>
  );
}
