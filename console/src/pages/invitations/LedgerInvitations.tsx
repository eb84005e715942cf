// SPDX-License-Identifier: Apache-2.0

import { Button, Title } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { LedgerInvitation } from '../../api/invitations';
import type { Ledger } from '../../api/ledgers';
import { list } from '../../api/client';
import { can } from '../../app/scopes';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { DataTable } from '../../components/DataTable';
import { Moment } from '../../components/Moment';
import { ProblemAlert } from '../../components/ProblemAlert';
import { useLedgerInvitations, useRevokeLedgerInvitation } from '../../queries/invitations';
import { usePrincipal } from '../../queries/session';
import { InvitationStateLabel } from './InvitationStateLabel';
import { InviteToLedgerDialog } from './InviteToLedgerDialog';

/** Who was invited into a ledger, and how to invite and to take an invitation back. */
export function LedgerInvitations({ ledger }: { ledger: Ledger }) {
  const { t } = useTranslation();
  const principal = usePrincipal();
  const query = useLedgerInvitations(can(principal, 'ledger-invitation.read'));
  const [inviting, setInviting] = useState(false);
  const [withdrawing, setWithdrawing] = useState<LedgerInvitation>();
  const inviters = list(ledger.organizations).filter((o) => can(principal, 'ledger.invite', o));
  const rows = (query.data ?? []).filter((i) => i.ledger === ledger.name);
  const invites = inviters.length > 0 && ledger.state === 'active';
  if (!invites && rows.length === 0) return null;
  return (
    <section className="b4a-section" aria-labelledby="ledger-invitations">
      <div className="b4a-section-head">
        <Title id="ledger-invitations" headingLevel="h2" size="lg">
          {t('ledgerInvite.list')}
        </Title>
        {invites && (
          <Button variant="secondary" onClick={() => setInviting(true)}>
            {t('ledgerInvite.open')}
          </Button>
        )}
      </div>
      {query.error && !query.data && <ProblemAlert error={query.error} title={t('problem.load', { what: t('ledgerInvite.list') })} />}
      {query.data && rows.length === 0 ? (
        <p className="b4a-quiet">{t('ledgerInvite.none')}</p>
      ) : (
        <DataTable
          name={t('ledgerInvite.list')}
          rows={query.data && rows}
          rowKey={(i) => i.id}
          columns={[
            { label: t('ledgerInvite.invitee'), show: (i) => <Invitee of={i} /> },
            {
              label: t('ledgerInvitation.inviter'),
              show: (i) => (
                <>
                  {i.inviter}
                  {i.by && <div className="b4a-quiet">{i.by}</div>}
                </>
              ),
            },
            {
              label: t('state'),
              show: (i) => (
                <>
                  <InvitationStateLabel state={i.state} />{' '}
                  {i.operation && <Link to={`/operations/${i.operation}`}>{t('operations.one')}</Link>}
                </>
              ),
            },
            { label: t('ledgerInvitation.expires'), show: (i) => <Moment time={i.expiresAt} /> },
            {
              label: t('actions'),
              narrow: true,
              show: (i) =>
                i.state === 'pending' && can(principal, 'ledger.invite', i.inviter) ? (
                  <Button className="b4a-nowrap" variant="link" isInline isDanger onClick={() => setWithdrawing(i)}>
                    {t('ledgerInvite.withdraw')}
                  </Button>
                ) : (
                  '—'
                ),
            },
          ]}
        />
      )}
      {inviting && <InviteToLedgerDialog ledger={ledger} inviters={inviters} onClose={() => setInviting(false)} />}
      {withdrawing && <WithdrawDialog invitation={withdrawing} onClose={() => setWithdrawing(undefined)} />}
    </section>
  );
}

function Invitee({ of: { organization, email } }: { of: LedgerInvitation }) {
  const { t } = useTranslation();
  if (organization) return <code>{organization}</code>;
  return <span className="b4a-break">{email ?? t('ledgerInvite.byLink')}</span>;
}

function WithdrawDialog({ invitation: i, onClose }: { invitation: LedgerInvitation; onClose: () => void }) {
  const { t } = useTranslation();
  const revoke = useRevokeLedgerInvitation();
  return (
    <ConfirmDialog
      id="withdraw-invitation"
      title={t('ledgerInvite.withdrawTitle', { who: i.organization ?? i.email ?? t('ledgerInvite.byLink') })}
      action={t('ledgerInvite.withdraw')}
      danger
      send={revoke}
      errorTitle={t('ledgerInvite.withdrawFailed')}
      onConfirm={() => revoke.mutate({ invitation: i.id, inviter: i.inviter }, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t('ledgerInvite.withdrawBody')}
    </ConfirmDialog>
  );
}
