// SPDX-License-Identifier: Apache-2.0

import { Button, Form } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { problemOf } from '../../api/client';
import { TextField } from '../../components/fields';
import { PasswordField } from '../../components/PasswordField';
import { ProblemAlert } from '../../components/ProblemAlert';
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
  const { values, errorOf, set } = form;
  return (
    <Form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!form.check()) return;
        signIn.mutate({ email: values.email.trim(), password: values.password, totp: values.totp.trim() }, { onSuccess: onDone });
      }}
    >
      {signIn.error && !needed ? <ProblemAlert error={signIn.error} title={t('signIn.failed')} /> : null}
      <TextField
        id="signin-email"
        type="email"
        label={t('person.email')}
        required
        autoComplete="username"
        value={values.email}
        onChange={(v) => set('email', v)}
        error={errorOf('email')}
      />
      <PasswordField
        id="signin-password"
        label={t('password.one')}
        value={values.password}
        onChange={(v) => set('password', v)}
        error={errorOf('password')}
      />
      {(needed || values.totp !== '') && (
        <div role="status">
          <TextField
            id="signin-totp"
            label={t('totp.code')}
            required
            isCode
            autoComplete="one-time-code"
            value={values.totp}
            onChange={(v) => set('totp', v)}
            error={errorOf('totp')}
            help={t('totp.codeHelp')}
          />
        </div>
      )}
      <div className="b4a-buttons">
        <Button type="submit" isLoading={signIn.isPending} isDisabled={signIn.isPending}>
          {t('signIn.title')}
        </Button>
        <Link to="/password-reset">{t('reset.forgotten')}</Link>
      </div>
    </Form>
  );
}
