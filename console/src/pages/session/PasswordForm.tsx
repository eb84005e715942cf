// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { problemOf } from '../../api/client';
import { TextField } from '../../components/fields';
import { PageForm } from '../../components/PageForm';
import { PasswordField } from '../../components/PasswordField';
import { useForm } from '../../hooks/useForm';
import { usePasswordSignIn } from '../../queries/session';

/** Signs in with a password of this platform; asks for the second factor once the platform does. */
export function PasswordForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const signIn = usePasswordSignIn();
  const needed = signIn.error !== null && problemOf(signIn.error).code === 'second_factor_needed';
  const form = useForm('signin', { email: '', password: '', totp: '' }, (v) => ({
    email: v.email.trim() ? undefined : t('form.required'),
    password: v.password ? undefined : t('form.required'),
    totp: needed && !v.totp.trim() ? t('form.required') : undefined,
  }));
  const { values } = form;
  return (
    <PageForm
      form={form}
      action={t('signIn.title')}
      send={{ isPending: signIn.isPending, error: needed ? null : signIn.error }}
      errorTitle={t('signIn.failed')}
      onSubmit={() =>
        signIn.mutate({ email: values.email.trim(), password: values.password, totp: values.totp.trim() }, { onSuccess: onDone })
      }
      beside={<Link to="/password-reset">{t('reset.forgotten')}</Link>}
    >
      <TextField
        {...form.field('email')}
        // A complaint on leaving it would move the link below from under the pointer.
        onBlur={undefined}
        type="email"
        label={t('person.email')}
        required
        autoComplete="username"
      />
      <PasswordField {...form.field('password')} label={t('password.one')} />
      {(needed || values.totp !== '') && (
        <div role="status">
          <TextField
            {...form.field('totp')}
            label={t('totp.code')}
            required
            isCode
            autoComplete="one-time-code"
            help={t('totp.codeHelp')}
          />
        </div>
      )}
    </PageForm>
  );
}
