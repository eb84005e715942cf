// SPDX-License-Identifier: Apache-2.0

import { Alert, Content, ExpandableSection, Spinner } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate, useSearchParams } from 'react-router';

import { Code } from '../../components/Code';
import { TextField } from '../../components/fields';
import { PageForm } from '../../components/PageForm';
import { ProblemAlert } from '../../components/ProblemAlert';
import { PublicPage } from '../../components/PublicPage';
import { useProblemWords } from '../../components/useProblemWords';
import { useForm } from '../../hooks/useForm';
import { useFragment } from '../../hooks/useFragment';
import { useSignIn } from '../../queries/session';
import { useSignInMethods } from '../../queries/signin';
import { Elsewhere } from './Elsewhere';
import { PasswordForm } from './PasswordForm';

const command = 'b4a login --browser';

/** Paths of this console. Browsers take // and /\ at the beginning for another host's name. */
const ofConsole = /^\/(?![/\\])/;

/** Where the person wanted to go before being asked to sign in. */
export function wanted(state: unknown): string {
  if (typeof state !== 'object' || state === null || !('from' in state)) return '/';
  return typeof state.from === 'string' && ofConsole.test(state.from) ? state.from : '/';
}

export function SignInPage() {
  const { t } = useTranslation();
  const location = useLocation();
  const code = useFragment('code');
  const from = wanted(location.state);
  const [byToken, setByToken] = useState(false);
  const [byLink, setByLink] = useState(false);
  const navigate = useNavigate();
  const methods = useSignInMethods();
  const { mutate, isPending, isError, error } = useSignIn();
  useEffect(() => {
    if (code) mutate({ code }, { onSuccess: () => void navigate('/', { replace: true }) });
  }, [code, mutate, navigate]);
  const enter = () => void navigate(from, { replace: true });
  const offered = methods.data;
  return (
    <PublicPage title={t('signIn.title')} footer={<Link to="/access">{t('access.title')}</Link>}>
      {code && !isError ? (
        <p role="status">
          <Spinner size="md" aria-hidden="true" /> {t('signIn.busy')}
        </p>
      ) : (
        <div className="b4a-stack">
          {isError && <ProblemAlert error={error} title={code && !byToken ? t('signIn.linkFailed') : t('signIn.failed')} />}
          {!isError && <ProviderProblem />}
          {methods.error && !offered ? <ProblemAlert error={methods.error} title={t('signIn.methodsFailed')} retry={() => void methods.refetch()} /> : null}
          {offered?.local && <PasswordForm onDone={enter} />}
          {offered && <Elsewhere methods={offered} from={from} />}
          <ExpandableSection toggleText={t('signIn.withLink')} isExpanded={byLink} onToggle={(_, open) => setByLink(open)}>
            <Content>
              <p>{t('signIn.how')}</p>
              <ul>
                <li>{t('signIn.fromUp')}</li>
                <li>
                  {t('signIn.fromLogin')}
                  <Code text={command} what={t('signIn.command')} />
                </li>
              </ul>
            </Content>
          </ExpandableSection>
          <ExpandableSection toggleText={t('signIn.withToken')} isExpanded={byToken} onToggle={(_, open) => setByToken(open)}>
            <TokenForm busy={isPending} onSend={(token) => mutate({ token }, { onSuccess: enter })} />
          </ExpandableSection>
        </div>
      )}
    </PublicPage>
  );
}

/** Why a provider, or a certificate, did not sign the person in: the platform leads back here with a code. */
function ProviderProblem() {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const words = useProblemWords();
  const code = search.get('problem');
  if (!code) return null;
  const request = search.get('request');
  return (
    <Alert variant="danger" isInline component="p" role="alert" title={t('signIn.failed')}>
      <p>{(Object.hasOwn(words, code) ? words[code] : undefined) ?? t('why.unknown')}</p>
      <p className="b4a-quiet">
        {t('problem.code')} <code className="b4a-break">{code}</code>
        {request && (
          <>
            {' · '}
            {t('problem.request')} <code className="b4a-break">{request}</code>
          </>
        )}
      </p>
    </Alert>
  );
}

function TokenForm({ busy, onSend }: { busy: boolean; onSend: (token: string) => void }) {
  const { t } = useTranslation();
  const form = useForm('token', { token: '' }, ({ token }) => (token.trim() ? {} : { token: t('form.required') }));
  return (
    <PageForm form={form} action={t('signIn.title')} send={{ isPending: busy, error: null }} errorTitle={t('signIn.failed')} onSubmit={() => onSend(form.values.token.trim())}>
      <TextField {...form.field('token')} label={t('signIn.token')} type="password" isCode required help={t('signIn.tokenHelp')} />
    </PageForm>
  );
}
