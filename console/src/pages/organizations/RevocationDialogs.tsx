// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { Certificate, RevocationReason } from '../../api/organizations';
import { ChoiceField } from '../../components/fields';
import { Facts } from '../../components/Facts';
import { FormDialog } from '../../components/FormDialog';
import { Identifier } from '../../components/Identifier';
import { useRevocationReasons } from '../../components/useRevocationReasons';
import { useForm } from '../../hooks/useForm';
import { useReleaseCertificate, useRevokeCertificate } from '../../queries/organizations';

interface Props {
  certificate: Certificate;
  onClose: () => void;
}

/** In the order in which they are offered. */
const reasons: readonly RevocationReason[] = [
  'certificateHold', 'keyCompromise', 'superseded', 'affiliationChanged', 'privilegeWithdrawn', 'cessationOfOperation', 'unspecified',
];

function Which({ certificate: c }: { certificate: Certificate }) {
  const { t } = useTranslation();
  return (
    <Facts
      columns={1}
      items={[
        [t('certificates.holder'), c.holder],
        [t('certificates.serial'), <Identifier key="s" value={c.serial} what={t('certificates.serial')} />],
      ]}
    />
  );
}

/** Revokes a certificate, for good or for the time being; nothing is preselected. */
export function RevokeDialog({ certificate: c, onClose }: Props) {
  const { t } = useTranslation();
  const words = useRevocationReasons();
  const revoke = useRevokeCertificate(c.organization);
  const form = useForm<{ reason: RevocationReason | '' }>('revoke', { reason: '' }, (v) => (v.reason ? {} : { reason: t('form.choose') }));
  const { reason } = form.values;
  const submit = async () => {
    if (reason === '') return undefined;
    return (await revoke.mutateAsync({ serial: c.serial, reason })).operation;
  };
  const scope: Partial<Record<RevocationReason, string>> = {
    certificateHold: t('revoke.holdBody'),
    superseded: t('revoke.supersededBody'),
  };
  return (
    <FormDialog
      form={form}
      title={t('revoke.title')}
      description={t('revoke.body')}
      action={reason === 'certificateHold' ? t('revoke.hold') : t('revoke.action')}
      danger
      onSubmit={submit}
      onClose={onClose}
      send={revoke}
      errorTitle={t('revoke.failed')}
    >
      <Which certificate={c} />
      <ChoiceField
        {...form.field('reason')}
        label={t('revoke.reason')}
        required
        options={reasons.map((value) => ({ value, label: words[value] ?? value, description: scope[value] ?? t('revoke.forGood') }))}
      />
    </FormDialog>
  );
}

/** Gives back a certificate that is on hold. */
export function ReleaseDialog({ certificate: c, onClose }: Props) {
  const { t } = useTranslation();
  const release = useReleaseCertificate(c.organization);
  const submit = async () => (await release.mutateAsync(c.serial)).operation;
  return (
    <FormDialog
      form={{ id: 'release' }}
      title={t('revoke.releaseTitle')}
      description={t('revoke.releaseBody')}
      action={t('revoke.release')}
      onSubmit={submit}
      onClose={onClose}
      send={release}
      errorTitle={t('revoke.releaseFailed')}
    >
      <Which certificate={c} />
    </FormDialog>
  );
}
