// SPDX-License-Identifier: Apache-2.0

import { Button, Content, Skeleton } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';

import { list } from '../../api/client';
import type { LedgerInvitation } from '../../api/invitations';
import type { Operation } from '../../api/operations';
import { can } from '../../app/scopes';
import { Facts } from '../../components/Facts';
import { TextField } from '../../components/fields';
import { Moment } from '../../components/Moment';
import { OperationProgress } from '../../components/OperationProgress';
import { PageForm } from '../../components/PageForm';
import { ProblemAlert } from '../../components/ProblemAlert';
import { PublicPage } from '../../components/PublicPage';
import { useForm } from '../../hooks/useForm';
import { useFragment } from '../../hooks/useFragment';
import { useAcceptLedgerInvitation, useLedgerInvitation } from '../../queries/invitations';
import { usePrincipal } from '../../queries/session';
import { LinkBroken } from '../access/LinkBroken';
import { DeclineDialog } from './DeclineDialog';
import { InvitationStateLabel } from './InvitationStateLabel';

/** The invitation of a mailed link into a ledger: who has no organization here asks for access first. */
export function LedgerInvitationPage() {
  const { t } = useTranslation();
  const code = useFragment('code');
  const invitation = useLedgerInvitation(code);
  return (
    <PublicPage title={t('ledgerInvitation.title')} footer={<Link to="/">{t('notFound.home')}</Link>}>
      {!code ? (
        <LinkBroken />
      ) : invitation.data ? (
        <Detail code={code} invitation={invitation.data} />
      ) : invitation.error ? (
        <ProblemAlert error={invitation.error} title={t('invitation.unusable')} />
      ) : (
        <Skeleton height="12rem" screenreaderText={t('loading')} />
      )}
    </PublicPage>
  );
}

function Detail({ code, invitation: i }: { code: string; invitation: LedgerInvitation }) {
  const { t } = useTranslation();
  const { pathname, hash } = useLocation();
  const principal = usePrincipal();
  return (
    <div className="b4a-stack">
      <Content component="p">{t('ledgerInvitation.intro')}</Content>
      <Facts
        columns={1}
        items={[
          [t('ledgers.one'), i.ledger],
          [t('ledgerInvitation.inviter'), i.inviter],
          [t('state'), <InvitationStateLabel key="s" state={i.state} />],
          [t('ledgerInvitation.expires'), <Moment key="e" time={i.expiresAt} full />],
        ]}
      />
      {i.state !== 'pending' ? null : !principal ? (
        <>
          <Content component="p">{t('ledgerInvitation.member')}</Content>
          <div className="b4a-buttons">
            <Link className="pf-v6-c-button pf-m-primary" to="/signin" state={{ from: pathname + hash }}>
              {t('signIn.title')}
            </Link>
            <Link className="pf-v6-c-button pf-m-secondary" to={`/access?invitation=${i.id}`}>
              {t('access.title')}
            </Link>
          </div>
        </>
      ) : can(principal, 'ledger-invitation.answer') ? (
        <AcceptForm code={code} invitation={i} organization={principal.organization} />
      ) : (
        <Content component="p">{t('ledgerInvitation.notYou')}</Content>
      )}
    </div>
  );
}

function AcceptForm({ code, invitation: i, organization }: { code: string; invitation: LedgerInvitation; organization?: string }) {
  const { t } = useTranslation();
  const accept = useAcceptLedgerInvitation();
  const [ended, setEnded] = useState<Operation>();
  const [declining, setDeclining] = useState(false);
  const names = list(usePrincipal()?.organizations);
  const form = useForm('ledger-invitation', { organization: organization ?? i.organization ?? '' }, (v) => ({
    organization: v.organization.trim() ? undefined : t('form.required'),
  }));
  if (accept.data) {
    return (
      <>
        <OperationProgress id={accept.data.operation.id} onEnd={setEnded} />
        {ended?.state === 'succeeded' && <Link to={`/ledgers/${i.ledger}`}>{t('ledgers.open')}</Link>}
      </>
    );
  }
  const name = names.find((o) => o.organization === form.values.organization)?.name;
  return (
    <PageForm
      form={form}
      action={t('ledgerInvitation.accept')}
      send={accept}
      errorTitle={t('ledgerInvitation.acceptFailed')}
      onSubmit={() => accept.mutate({ invitation: i.id, organization: form.values.organization.trim(), code })}
      beside={
        <Button variant="secondary" onClick={() => form.check() && setDeclining(true)}>
          {t('ledgerInvite.decline')}
        </Button>
      }
    >
      <TextField
        {...form.field('organization')}
        label={t('ledgerInvitation.for')}
        required
        isCode
        isReadOnly={organization !== undefined}
        help={name}
      />
      {declining && (
        <DeclineDialog
          invitation={i}
          answer={{ organization: form.values.organization.trim(), code }}
          onClose={() => setDeclining(false)}
        />
      )}
    </PageForm>
  );
}
