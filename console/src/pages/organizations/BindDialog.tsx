// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { Certificate } from '../../api/organizations';
import { FormDialog } from '../../components/FormDialog';
import { useForm } from '../../hooks/useForm';
import { useBindCertificate } from '../../queries/organizations';
import { MemberField } from './MemberField';

interface Props {
  certificate: Certificate;
  external: boolean;
  onClose: () => void;
}

/** Says whose a certificate is. */
export function BindDialog({ certificate: c, external, onClose }: Props) {
  const { t } = useTranslation();
  const bind = useBindCertificate(c.organization);
  const form = useForm('bind', { member: c.member ?? '' }, () => ({}));
  const submit = async () => {
    await bind.mutateAsync({ serial: c.serial, member: form.values.member });
  };
  return (
    <FormDialog
      form={form}
      title={t('bind.title', { holder: c.holder })}
      description={external ? t('bind.bodyExternal') : t('bind.body')}
      action={t('bind.action')}
      onSubmit={submit}
      onClose={onClose}
      send={bind}
      errorTitle={t('bind.failed')}
    >
      <MemberField {...form.field('member')} organization={c.organization} />
    </FormDialog>
  );
}
