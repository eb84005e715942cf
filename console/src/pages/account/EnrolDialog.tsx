// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import { Code } from '../../components/Code';
import { TextField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { PasswordField } from '../../components/PasswordField';
import { useForm } from '../../hooks/useForm';
import { useBeginSecondFactor, useConfirmSecondFactor } from '../../queries/account';
import { RecoveryCodes } from './RecoveryCodes';

/** Sets a second factor up: the password, the QR code with a first code from the app, then the recovery codes. */
export function EnrolDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const begin = useBeginSecondFactor();
  const confirm = useConfirmSecondFactor();
  const factor = begin.data;
  const form = useForm('enrol', { password: '', code: '' }, (v) => ({
    password: factor || v.password ? undefined : t('form.required'),
    code: !factor || /^\d{6}$/.test(v.code.trim()) ? undefined : t('totp.sixDigits'),
  }));
  const submit = async () => {
    if (factor) await confirm.mutateAsync(form.values.code.trim());
    else await begin.mutateAsync(form.values.password);
  };
  if (confirm.data) return <RecoveryCodes codes={confirm.data} onClose={onClose} />;
  return (
    <FormDialog
      form={form}
      title={t('totp.enrol')}
      description={factor ? t('totp.scan') : t('totp.passwordFirst')}
      action={t('totp.next')}
      onSubmit={submit}
      onClose={onClose}
      stays
      send={{ isPending: begin.isPending || confirm.isPending, error: confirm.error ?? begin.error }}
      errorTitle={t('totp.failed')}
    >
      {factor ? (
        <>
          <img className="b4a-qr" src={`data:image/png;base64,${factor.qr}`} alt={t('totp.qr')} />
          <Code text={factor.secret} what={t('totp.secret')} />
          <TextField
            {...form.field('code')}
            label={t('totp.firstCode')}
            required
            isCode
            inputMode="numeric"
            autoComplete="one-time-code"
          />
        </>
      ) : (
        <PasswordField {...form.field('password')} label={t('password.one')} />
      )}
    </FormDialog>
  );
}
