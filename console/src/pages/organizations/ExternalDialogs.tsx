// SPDX-License-Identifier: Apache-2.0

import { FormGroup, HelperText, HelperTextItem, Label, LabelGroup } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { getOperation } from '../../api/operations';
import type { Node } from '../../api/nodes';
import { SelectField, TextAreaField, TextField } from '../../components/fields';
import { FileButton } from '../../components/FileButton';
import { FormDialog } from '../../components/FormDialog';
import { fieldProblems } from '../../components/problem';
import { toBase64 } from '../../device/der';
import { useForm } from '../../hooks/useForm';
import { useInstallNodeCertificates, useRecordCertificate, useUpdateMSP } from '../../queries/external';
import { MemberField } from './MemberField';
import { MSPField, type ChosenMSP } from './MSPField';
import { isApplicationName, isCommonName } from './validation';

/** Complains about what is no certificate, or holds a key. */
function usePemComplaint() {
  const { t } = useTranslation();
  return (pem: string) =>
    pem.includes('PRIVATE KEY')
      ? t('clinic.privateKey')
      : pem.includes('-----BEGIN CERTIFICATE-----')
        ? undefined
        : t('authorities.chainInvalid');
}

const accept = '.pem,.crt,.cer,.txt';

/** Takes what the authority made of a node's requests. */
export function InstallCertificatesDialog({ node, onClose }: { node: Node; onClose: () => void }) {
  const { t } = useTranslation();
  const install = useInstallNodeCertificates(node.organization, node.id);
  const complaint = usePemComplaint();
  const form = useForm<{ pem: string }>('certificates', { pem: '' }, (v) => ({ pem: complaint(v.pem) }));
  const submit = async () => {
    if (!form.check()) return undefined;
    const done = await install.mutateAsync(form.values.pem).catch(() => undefined);
    if (!done) return undefined;
    if (done.operation) return getOperation(done.operation);
    onClose();
    return undefined;
  };
  const add = async (files: readonly File[]) => {
    const texts = await Promise.all(files.map((f) => f.text()));
    form.set('pem', [form.values.pem.trim(), ...texts].filter(Boolean).join('\n'));
  };
  return (
    <FormDialog
      id="certificates"
      title={t('external.install')}
      description={t('external.installBody', { node: node.id })}
      action={t('authorities.installAction')}
      onSubmit={submit}
      onClose={onClose}
      busy={install.isPending}
      error={install.error}
      errorTitle={t('external.installFailed')}
    >
      <TextAreaField
        id="certificates-pem"
        label={t('certificates.title')}
        required
        rows={8}
        value={form.values.pem}
        onChange={(v) => form.set('pem', v)}
        onBlur={() => form.touch('pem')}
        error={form.errorOf('pem')}
        help={t('external.installHelp')}
      />
      <div>
        <FileButton id="certificates-files" label={t('clinic.files')} accept={accept} multiple onFiles={(f) => void add(f)} />
      </div>
    </FormDialog>
  );
}

interface OfOrganization {
  organization: string;
  onClose: () => void;
}

/** Replaces the MSP that an organization brought. */
export function UpdateMSPDialog({ organization, onClose }: OfOrganization) {
  const { t } = useTranslation();
  const update = useUpdateMSP(organization);
  const form = useForm<{ msp: ChosenMSP | undefined }>('msp', { msp: undefined }, (v) => ({
    msp: v.msp ? undefined : t('external.mspMissing'),
  }));
  const submit = async () => {
    if (!form.check() || !form.values.msp) return undefined;
    return (await update.mutateAsync({ msp: form.values.msp.data }).catch(() => undefined))?.operation;
  };
  return (
    <FormDialog
      id="msp"
      title={t('external.update')}
      description={t('external.updateBody')}
      action={t('external.updateAction')}
      onSubmit={submit}
      onClose={onClose}
      busy={update.isPending}
      error={update.error}
      errorTitle={t('external.updateFailed')}
    >
      <MSPField
        id="msp-file"
        organization={organization}
        value={form.values.msp}
        onChange={(v) => form.set('msp', v)}
        error={form.errorOf('msp')}
      />
    </FormDialog>
  );
}

interface List {
  readonly name: string;
  /** Base64. */
  readonly data: string;
}

/** Replaces the revocation lists in the MSP that an organization brought. */
export function UpdateListsDialog({ organization, onClose }: OfOrganization) {
  const { t } = useTranslation();
  const update = useUpdateMSP(organization);
  const form = useForm<{ lists: readonly List[] }>('lists', { lists: [] }, (v) => ({
    lists: v.lists.length > 0 ? undefined : t('external.listsMissing'),
  }));
  const submit = async () => {
    if (!form.check()) return undefined;
    return (await update.mutateAsync({ lists: form.values.lists.map((l) => l.data) }).catch(() => undefined))?.operation;
  };
  const add = async (files: readonly File[]) => {
    const read = await Promise.all(files.map(async (f) => ({ name: f.name, data: toBase64(new Uint8Array(await f.arrayBuffer())) })));
    form.set('lists', [...form.values.lists, ...read]);
  };
  return (
    <FormDialog
      id="lists"
      title={t('external.updateLists')}
      description={t('external.updateListsBody')}
      action={t('external.updateAction')}
      onSubmit={submit}
      onClose={onClose}
      busy={update.isPending}
      error={update.error}
      errorTitle={t('external.updateFailed')}
    >
      <FormGroup label={t('external.lists')} isRequired role="group" fieldId="lists-files">
        <FileButton id="lists-files" label={t('clinic.files')} accept=".crl,.pem,.der,.txt" multiple onFiles={(f) => void add(f)} />
        {form.values.lists.length > 0 && (
          <div className="b4a-gap">
            <LabelGroup categoryName={t('clinic.chosen')} numLabels={10}>
              {form.values.lists.map((l, n) => (
                <Label
                  key={`${n} ${l.name}`}
                  variant="outline"
                  closeBtnAriaLabel={t('clinic.remove', { name: l.name })}
                  onClose={() => form.set('lists', form.values.lists.filter((x) => x !== l))}
                >
                  {l.name}
                </Label>
              ))}
            </LabelGroup>
          </div>
        )}
        <HelperText aria-live="polite">
          {form.errorOf('lists') && <HelperTextItem variant="error">{form.errorOf('lists')}</HelperTextItem>}
          <HelperTextItem>{t('external.listsHelp')}</HelperTextItem>
        </HelperText>
      </FormGroup>
    </FormDialog>
  );
}

interface Recorded {
  kind: '' | 'member' | 'application';
  name: string;
  member: string;
  pem: string;
}

/** Records a certificate that an organization issued itself. */
export function RecordDialog({ organization, onClose }: OfOrganization) {
  const { t } = useTranslation();
  const record = useRecordCertificate(organization);
  const complaint = usePemComplaint();
  const form = useForm<Recorded>('record', { kind: '', name: '', member: '', pem: '' }, (v) => ({
    kind: v.kind ? undefined : t('form.choose'),
    name: (v.kind === 'application' ? isApplicationName(v.name) : isCommonName(v.name)) ? undefined : t('enrol.nameInvalid'),
    pem: complaint(v.pem),
  }));
  const { values, errorOf, set, touch } = form;
  const refused = fieldProblems(record.error);
  const submit = async () => {
    if (!form.check() || values.kind === '') return undefined;
    const member = values.member ? { member: values.member } : {};
    await record.mutateAsync({ holder: `${values.kind}/${values.name}`, pem: values.pem, ...member }).then(onClose, () => undefined);
    return undefined;
  };
  const add = async ([file]: readonly File[]) => {
    if (file) set('pem', await file.text());
  };
  return (
    <FormDialog
      id="record"
      title={t('external.record')}
      description={t('external.recordBody')}
      action={t('external.recordAction')}
      onSubmit={submit}
      onClose={onClose}
      busy={record.isPending}
      error={record.error}
      errorTitle={t('external.recordFailed')}
    >
      <SelectField
        id="record-kind"
        label={t('certificates.holder')}
        required
        placeholder={t('form.choosePlaceholder')}
        options={[
          { value: 'member', label: t('external.ofMember') },
          { value: 'application', label: t('external.ofApplication') },
        ]}
        value={values.kind}
        onChange={(v) => set('kind', v as Recorded['kind'])}
        onBlur={() => touch('kind')}
        error={errorOf('kind')}
      />
      <TextField
        id="record-name"
        label={t('enrol.name')}
        required
        isCode
        value={values.name}
        onChange={(v) => set('name', v)}
        onBlur={() => touch('name')}
        error={errorOf('name') ?? refused.holder}
      />
      <MemberField id="record-member" organization={organization} value={values.member} onChange={(v) => set('member', v)} />
      <TextAreaField
        id="record-pem"
        label={t('external.certificate')}
        required
        rows={8}
        value={values.pem}
        onChange={(v) => set('pem', v)}
        onBlur={() => touch('pem')}
        error={errorOf('pem') ?? refused.pem}
      />
      <div>
        <FileButton id="record-file" label={t('external.chooseFile')} accept={accept} onFiles={(f) => void add(f)} />
      </div>
    </FormDialog>
  );
}
