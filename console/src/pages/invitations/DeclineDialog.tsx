// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { Schemas } from '../../api/client';
import type { LedgerInvitation } from '../../api/invitations';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { useDeclineLedgerInvitation } from '../../queries/invitations';

interface Props {
  invitation: LedgerInvitation;
  answer: Schemas['InvitationAnswer'];
  onClose: () => void;
}

export function DeclineDialog({ invitation: i, answer, onClose }: Props) {
  const { t } = useTranslation();
  const decline = useDeclineLedgerInvitation();
  return (
    <ConfirmDialog
      id="decline-invitation"
      title={t('ledgerInvite.declineTitle', { ledger: i.ledger })}
      action={t('ledgerInvite.decline')}
      danger
      send={decline}
      errorTitle={t('ledgerInvite.declineFailed')}
      onConfirm={() => decline.mutate({ invitation: i.id, ...answer }, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t('ledgerInvite.declineBody')}
    </ConfirmDialog>
  );
}
