// SPDX-License-Identifier: Apache-2.0

import { FormGroup, HelperText, HelperTextItem } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { getOperation } from '../../api/operations';
import type { Node } from '../../api/nodes';
import { ChosenFiles } from '../../components/ChosenFiles';
import { SelectField, TextField } from '../../components/fields';
import { FileButton } from '../../components/FileButton';
import { FormDialog } from '../../components/FormDialog';
import { PEMField, usePEMComplaint } from '../../components/PEMField';
import { fieldProblems } from '../../components/problem';
import { toBase64 } from '../../device/der';
import { useForm } from '../../hooks/useForm';
import { useInstallNodeCertificates, useRecordCertificate, useUpdateMSP } from '../../queries/external';
import { MemberField } from './MemberField';
import { MSPField, type ChosenMSP } from './MSPField';
import { isApplicationName, isCommonName } from './validation';

/** Takes what the authority made of a node's requests. */
export function InstallCertificatesDialog({ node, onClose }: { node: Node; onClose: () => void }) {
  const { t } = useTranslation();
  const install = useInstallNodeCertificates(node.organization, node.id);
  const complaint = usePEMComplaint();
  const form = useForm('certificates', { pem: '' }, (v) => ({ pem: complaint(v.pem) }));
  const submit = async () => {
    const { operation } = await install.mutateAsync(form.values.pem);
    return operation ? getOperation(operation) : undefined;
  };
  return (
    <FormDialog
      form={form}
      title={t('external.install')}
      description={t('external.installBody', { node: node.id })}
      action={t('authorities.installAction')}
      onSubmit={submit}
      onClose={onClose}
      send={install}
      errorTitle={t('external.installFailed')}
    >
      <PEMField {...form.field('pem')} label={t('certificates.title')} files={t('clinic.files')} adds rows={8} help={t('external.installHelp')} />
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
    if (!form.values.msp) return undefined;
    return (await update.mutateAsync({ msp: form.values.msp.data })).operation;
  };
  return (
    <FormDialog
      form={form}
      title={t('external.update')}
      description={t('external.updateBody')}
      action={t('external.updateAction')}
      onSubmit={submit}
      onClose={onClose}
      send={update}
      errorTitle={t('external.updateFailed')}
    >
      <MSPField {...form.field('msp')} organization={organization} />
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
  const submit = async () => (await update.mutateAsync({ lists: form.values.lists.map((l) => l.data) })).operation;
  const add = async (files: readonly File[]) => {
    const read = await Promise.all(files.map(async (f) => ({ name: f.name, data: toBase64(new Uint8Array(await f.arrayBuffer())) })));
    form.set('lists', [...form.values.lists, ...read]);
  };
  return (
    <FormDialog
      form={form}
      title={t('external.updateLists')}
      description={t('external.updateListsBody')}
      action={t('external.updateAction')}
      onSubmit={submit}
      onClose={onClose}
      send={update}
      errorTitle={t('external.updateFailed')}
    >
      <FormGroup label={t('external.lists')} isRequired role="group" fieldId="lists-files">
        <FileButton id="lists-files" label={t('clinic.files')} accept=".crl,.pem,.der,.txt" multiple onFiles={(f) => void add(f)} />
        <ChosenFiles files={form.values.lists} onChange={(lists) => form.set('lists', lists)} />
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
  const complaint = usePEMComplaint();
  const refused = fieldProblems(record.error);
  const form = useForm<Recorded>('record', { kind: '', name: '', member: '', pem: '' }, (v) => ({
    kind: v.kind ? undefined : t('form.choose'),
    name: (v.kind === 'application' ? isApplicationName(v.name) : isCommonName(v.name)) ? undefined : t('enrol.nameInvalid'),
    pem: complaint(v.pem),
  }), { name: refused.holder, pem: refused.pem });
  const { values } = form;
  const submit = async () => {
    const member = values.member ? { member: values.member } : {};
    await record.mutateAsync({ holder: `${values.kind}/${values.name}`, pem: values.pem, ...member });
  };
  return (
    <FormDialog
      form={form}
      title={t('external.record')}
      description={t('external.recordBody')}
      action={t('external.recordAction')}
      onSubmit={submit}
      onClose={onClose}
      send={record}
      errorTitle={t('external.recordFailed')}
    >
      <SelectField
        {...form.field('kind')}
        label={t('certificates.holder')}
        required
        options={[
          { value: 'member', label: t('external.ofMember') },
          { value: 'application', label: t('external.ofApplication') },
        ]}
      />
      <TextField {...form.field('name')} label={t('enrol.name')} required isCode />
      <MemberField {...form.field('member')} organization={organization} />
      <PEMField {...form.field('pem')} label={t('external.certificate')} files={t('external.chooseFile')} multiple={false} rows={8} />
    </FormDialog>
  );
}
