// SPDX-License-Identifier: Apache-2.0

import { Alert, Button } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import type { LedgerInvitation } from '../../api/invitations';
import { can } from '../../app/scopes';
import { FormDialog } from '../../components/FormDialog';
import { Moment } from '../../components/Moment';
import { useAcceptLedgerInvitation, useLedgerInvitations } from '../../queries/invitations';
import { usePrincipal } from '../../queries/session';
import { DeclineDialog } from './DeclineDialog';

/** Invitations that wait for the answer of the caller's organization. */
export function OwnInvitations() {
  const { t } = useTranslation();
  const principal = usePrincipal();
  const own = principal?.organization;
  const query = useLedgerInvitations(own !== undefined && can(principal, 'ledger-invitation.read', own));
  const [accepting, setAccepting] = useState<LedgerInvitation>();
  const [declining, setDeclining] = useState<LedgerInvitation>();
  if (!own) return null;
  const waiting = (query.data ?? []).filter((i) => i.state === 'pending' && i.organization === own);
  const answers = can(principal, 'ledger-invitation.answer', own);
  return (
    <>
      {waiting.map((i) => (
        <Alert
          key={i.id}
          className="b4a-gap"
          variant="info"
          isInline
          component="h2"
          title={t('ledgerInvite.received', { ledger: i.ledger })}
          actionLinks={
            answers && (
              <div className="b4a-buttons">
                <Button onClick={() => setAccepting(i)}>{t('ledgerInvitation.accept')}</Button>
                <Button variant="secondary" onClick={() => setDeclining(i)}>
                  {t('ledgerInvite.decline')}
                </Button>
              </div>
            )
          }
        >
          <p>
            {t('ledgerInvite.from', { inviter: i.inviter })} {t('ledgerInvitation.expires')}: <Moment time={i.expiresAt} />
          </p>
          {!answers && <p>{t('ledgerInvitation.notYou')}</p>}
        </Alert>
      ))}
      {accepting && <AcceptDialog invitation={accepting} organization={own} onClose={() => setAccepting(undefined)} />}
      {declining && (
        <DeclineDialog invitation={declining} answer={{ organization: own }} onClose={() => setDeclining(undefined)} />
      )}
    </>
  );
}

function AcceptDialog({ invitation: i, organization, onClose }: { invitation: LedgerInvitation; organization: string; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const accept = useAcceptLedgerInvitation();
  const submit = async () => {
    return (await accept.mutateAsync({ invitation: i.id, organization })).operation;
  };
  return (
    <FormDialog
      form={{ id: 'accept-invitation' }}
      title={t('ledgerInvite.acceptTitle', { ledger: i.ledger })}
      description={t('ledgerInvite.acceptBody')}
      action={t('ledgerInvitation.accept')}
      onSubmit={submit}
      onClose={onClose}
      send={accept}
      errorTitle={t('ledgerInvitation.acceptFailed')}
      done={<Button onClick={() => void navigate(`/ledgers/${i.ledger}`)}>{t('ledgers.open')}</Button>}
    />
  );
}
