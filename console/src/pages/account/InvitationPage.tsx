// SPDX-License-Identifier: Apache-2.0

import { Content, Skeleton } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';

import type { Invitation } from '../../api/account';
import { problemOf } from '../../api/client';
import { TextField } from '../../components/fields';
import { PageForm } from '../../components/PageForm';
import { passwordFault } from '../../components/password';
import { PasswordField } from '../../components/PasswordField';
import { ProblemAlert } from '../../components/ProblemAlert';
import { PublicPage } from '../../components/PublicPage';
import { useRoles } from '../../components/useRoles';
import { useForm } from '../../hooks/useForm';
import { useFragment } from '../../hooks/useFragment';
import { useAcceptInvitation, useInvitation } from '../../queries/account';
import { usePrincipal } from '../../queries/session';
import { LinkBroken } from '../access/LinkBroken';

/** What an invitation offers, and how to accept it: with a new account, or with the one that is there. */
export function InvitationPage() {
  const { t } = useTranslation();
  const code = useFragment('code');
  const invitation = useInvitation(code);
  return (
    <PublicPage title={t('invitation.title')} footer={<Link to="/signin">{t('signIn.title')}</Link>}>
      {!code ? (
        <LinkBroken />
      ) : invitation.data ? (
        <Accept code={code} invitation={invitation.data} />
      ) : invitation.error ? (
        <ProblemAlert error={invitation.error} title={t('invitation.unusable')} />
      ) : (
        <Skeleton height="12rem" screenreaderText={t('loading')} />
      )}
    </PublicPage>
  );
}

function Accept({ code, invitation: i }: { code: string; invitation: Invitation }) {
  const { t } = useTranslation();
  const roles = useRoles();
  const principal = usePrincipal();
  const own = i.account && principal?.member?.email === i.email;
  const where = i.organization ? i.organizationName : t('members.platform');
  return (
    <div className="b4a-stack">
      <Content component="p">
        {t('invitation.offer', { organization: where, role: roles[i.role] })}
        {i.inviter && ` ${t('invitation.by', { name: i.inviter })}`}
      </Content>
      <AcceptForm code={code} invitation={i} signedIn={own} />
    </div>
  );
}

function AcceptForm({ code, invitation: i, signedIn }: { code: string; invitation: Invitation; signedIn: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const accept = useAcceptInvitation();
  const problem = accept.error ? problemOf(accept.error) : undefined;
  const needsCode = i.account && !signedIn && problem?.code === 'second_factor_needed';
  const form = useForm('invitation', { name: i.name, password: '', totp: '' }, (v) => {
    if (signedIn) return {};
    if (i.account) return { password: v.password ? undefined : t('form.required') };
    const fault = passwordFault(v.password, i.email, v.name);
    return {
      name: v.name.trim() ? undefined : t('form.required'),
      password: fault && (fault === 'length' ? t('why.passwordLength') : t('why.passwordGuessable')),
    };
  });
  const { values } = form;
  const send = () => {
    const proof = signedIn ? {} : { password: values.password, ...(values.totp ? { totp: values.totp } : {}) };
    const name = i.account ? {} : { name: values.name.trim() };
    accept.mutate({ code, ...name, ...proof }, {
      onSuccess: (p) => void navigate(p.organization ? `/organizations/${p.organization}` : '/', { replace: true }),
    });
  };
  return (
    <PageForm
      form={form}
      action={t('invitation.accept')}
      send={{ isPending: accept.isPending, error: needsCode ? null : accept.error }}
      errorTitle={t('invitation.failed')}
      onSubmit={send}
      beside={i.account && !signedIn && <Link to="/password-reset">{t('reset.forgotten')}</Link>}
    >
      <p>{signedIn ? t('invitation.signedIn', { email: i.email }) : i.account ? t('invitation.existing') : t('invitation.new')}</p>
      {!signedIn && (
        <TextField id="invitation-email" type="email" label={t('person.email')} autoComplete="username" isReadOnly value={i.email} onChange={() => undefined} />
      )}
      {!i.account && (
        <TextField {...form.field('name')} label={t('person.name')} required autoComplete="name" />
      )}
      {!signedIn && (
        <PasswordField
          {...form.field('password')}
          label={t('password.one')}
          isNew={!i.account}
          help={i.account ? undefined : t('password.rules')}
        />
      )}
      {needsCode && (
        <TextField
          {...form.field('totp')}
          label={t('totp.code')}
          required
          isCode
          autoComplete="one-time-code"
          help={t('totp.codeHelp')}
        />
      )}
    </PageForm>
  );
}
