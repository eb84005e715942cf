// SPDX-License-Identifier: Apache-2.0

import { Alert, Content } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { CheckField, TextField } from '../../components/fields';
import { PageForm } from '../../components/PageForm';
import { passwordFault } from '../../components/password';
import { PasswordField } from '../../components/PasswordField';
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
    <PageForm
      form={form}
      action={t('reset.ask')}
      send={ask}
      errorTitle={t('reset.askFailed')}
      onSubmit={() => ask.mutate(form.values.email.trim())}
    >
      <Content component="p">{t('reset.intro')}</Content>
      <TextField {...form.field('email')} type="email" label={t('person.email')} required autoComplete="username" />
    </PageForm>
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
    <PageForm
      form={form}
      action={t('reset.set')}
      send={reset}
      errorTitle={t('reset.failed')}
      onSubmit={() => reset.mutate({ code, ...form.values })}
    >
      <PasswordField {...form.field('password')} label={t('password.new')} isNew help={t('password.rules')} />
      <CheckField {...form.field('keepTokens')} label={t('reset.keepTokens')} help={t('reset.keepTokensHelp')} />
    </PageForm>
  );
}
