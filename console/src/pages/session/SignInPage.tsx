// SPDX-License-Identifier: Apache-2.0

import { Button, Card, CardBody, CardTitle, Content, ExpandableSection, Form, Spinner, Title } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';

import { Brand } from '../../app/Header';
import { LanguageMenu, ThemeMenu } from '../../app/menus';
import { Code } from '../../components/Code';
import { TextField } from '../../components/fields';
import { ProblemAlert } from '../../components/ProblemAlert';
import { useForm } from '../../hooks/useForm';
import { useTitle } from '../../hooks/useTitle';
import { useSignIn } from '../../queries/session';

const command = 'b4a login --browser';

/** Where the person wanted to go before being asked to sign in. */
function wanted(state: unknown): string {
  if (typeof state !== 'object' || state === null || !('from' in state)) return '/';
  return typeof state.from === 'string' && state.from.startsWith('/') ? state.from : '/';
}

export function SignInPage() {
  const { t } = useTranslation();
  const location = useLocation();
  const { hash } = location;
  const [code] = useState(() => (hash.startsWith('#code=') ? hash.slice('#code='.length) : ''));
  const [byToken, setByToken] = useState(false);
  const navigate = useNavigate();
  const { mutate, isPending, isError, error } = useSignIn();
  useTitle(t('signIn.title'));
  useEffect(() => {
    if (code) mutate({ code }, { onSuccess: () => void navigate('/', { replace: true }) });
  }, [code, mutate, navigate]);
  const enter = () => void navigate(wanted(location.state), { replace: true });
  return (
    <main className="b4a-signin">
      <div className="b4a-signin-top">
        <Brand />
        <span>
          <LanguageMenu />
          <ThemeMenu />
        </span>
      </div>
      <Card className="b4a-signin-card" isLarge>
        <CardTitle>
          <Title headingLevel="h1">{t('signIn.title')}</Title>
        </CardTitle>
        <CardBody>
          {code && !isError ? (
            <p role="status">
              <Spinner size="md" aria-hidden="true" /> {t('signIn.busy')}
            </p>
          ) : (
            <>
              {isError && <ProblemAlert error={error} title={code && !byToken ? t('signIn.linkFailed') : t('signIn.failed')} />}
              <Content className="b4a-gap">
                <p>{t('signIn.how')}</p>
                <ul>
                  <li>{t('signIn.fromUp')}</li>
                  <li>
                    {t('signIn.fromLogin')}
                    <Code text={command} what={t('signIn.command')} />
                  </li>
                </ul>
              </Content>
              <ExpandableSection
                className="b4a-gap"
                toggleText={t('signIn.withToken')}
                isExpanded={byToken}
                onToggle={(_, open) => setByToken(open)}
              >
                <TokenForm busy={isPending} onSend={(token) => mutate({ token }, { onSuccess: enter })} />
              </ExpandableSection>
            </>
          )}
        </CardBody>
      </Card>
    </main>
  );
}

function TokenForm({ busy, onSend }: { busy: boolean; onSend: (token: string) => void }) {
  const { t } = useTranslation();
  const form = useForm('token', { token: '' }, ({ token }) => (token.trim() ? {} : { token: t('form.required') }));
  return (
    <Form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (form.check()) onSend(form.values.token.trim());
      }}
    >
      <TextField
        id="token-token"
        label={t('signIn.token')}
        type="password"
        isCode
        required
        value={form.values.token}
        onChange={(v) => form.set('token', v)}
        error={form.errorOf('token')}
        help={t('signIn.tokenHelp')}
      />
      <div>
        <Button type="submit" isLoading={busy} isDisabled={busy}>
          {t('signIn.title')}
        </Button>
      </div>
    </Form>
  );
}
