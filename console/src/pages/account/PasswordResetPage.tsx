// SPDX-License-Identifier: Apache-2.0

import { Alert, Button, Content, Form } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { CheckField, TextField } from '../../components/fields';
import { passwordFault } from '../../components/password';
import { PasswordField } from '../../components/PasswordField';
import { ProblemAlert } from '../../components/ProblemAlert';
import { PublicPage } from '../../components/PublicPage';
import { useForm } from '../../hooks/useForm';
import { useFragment } from '../../hooks/useFragment';
import { useAskPasswordReset, useResetPassword } from '../../queries/account';

/** Asks for a link that sets a new password, or, with such a link, sets it. */
export function PasswordResetPage() {
  const { t } = useTranslation();
  const code = useFragment('code');
  return (
    <PublicPage title={t('reset.title')} footer={<Link to="/signin">{t('signIn.title')}</Link>}>
      {code ? <SetForm key={code} code={code} /> : <AskForm />}
    </PublicPage>
  );
}

function AskForm() {
  const { t } = useTranslation();
  const ask = useAskPasswordReset();
  const form = useForm('reset', { email: '' }, (v) => ({ email: /^\S+@\S+$/.test(v.email.trim()) ? undefined : t('field.email') }));
  if (ask.isSuccess) {
    return (
      <Alert variant="success" isInline component="p" role="status" title={t('reset.asked')}>
        {t('reset.askedBody')}
      </Alert>
    );
  }
  return (
    <Form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (form.check()) ask.mutate(form.values.email.trim());
      }}
    >
      {ask.error ? <ProblemAlert error={ask.error} title={t('reset.askFailed')} /> : null}
      <Content component="p">{t('reset.intro')}</Content>
      <TextField
        id="reset-email"
        type="email"
        label={t('person.email')}
        required
        autoComplete="username"
        value={form.values.email}
        onChange={(v) => form.set('email', v)}
        error={form.errorOf('email')}
      />
      <div>
        <Button type="submit" isLoading={ask.isPending} isDisabled={ask.isPending}>
          {t('reset.ask')}
        </Button>
      </div>
    </Form>
  );
}

function SetForm({ code }: { code: string }) {
  const { t } = useTranslation();
  const reset = useResetPassword();
  const form = useForm('reset', { password: '', keepTokens: false }, (v) => ({
    password: passwordFault(v.password) === 'length' ? t('why.passwordLength') : undefined,
  }));
  if (reset.isSuccess) {
    const ended = reset.data.endedTokens ?? [];
    const kept = reset.data.keptTokens ?? [];
    return (
      <Alert variant="success" isInline component="p" role="status" title={t('reset.done')}>
        <p>{t('reset.doneBody')}</p>
        {ended.length > 0 && <p>{t('reset.tokensEnded', { names: ended.join(', ') })}</p>}
        {kept.length > 0 && <p>{t('reset.tokensKept', { names: kept.join(', ') })}</p>}
        <Link to="/signin">{t('signIn.title')}</Link>
      </Alert>
    );
  }
  return (
    <Form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (form.check()) reset.mutate({ code, ...form.values });
      }}
    >
      {reset.error ? <ProblemAlert error={reset.error} title={t('reset.failed')} /> : null}
      <PasswordField
        id="reset-password"
        label={t('password.new')}
        isNew
        value={form.values.password}
        onChange={(v) => form.set('password', v)}
        error={form.errorOf('password')}
        help={t('password.rules')}
      />
      <CheckField
        id="reset-tokens"
        label={t('reset.keepTokens')}
        value={form.values.keepTokens}
        onChange={(v) => form.set('keepTokens', v)}
        help={t('reset.keepTokensHelp')}
      />
      <div>
        <Button type="submit" isLoading={reset.isPending} isDisabled={reset.isPending}>
          {t('reset.set')}
        </Button>
      </div>
    </Form>
  );
}
