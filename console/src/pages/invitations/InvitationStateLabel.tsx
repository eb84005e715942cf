// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { LedgerInvitation } from '../../api/invitations';
import { StateLabel } from '../../components/StateLabel';

export function InvitationStateLabel({ state }: { state: LedgerInvitation['state'] }) {
  const { t } = useTranslation();
  switch (state) {
    case 'pending':
      return <StateLabel tone="busy">{t('invitationState.pending')}</StateLabel>;
    case 'accepted':
      return <StateLabel tone="good">{t('invitationState.accepted')}</StateLabel>;
    case 'declined':
      return <StateLabel tone="warning">{t('invitationState.declined')}</StateLabel>;
    case 'revoked':
      return <StateLabel tone="off">{t('invitationState.revoked')}</StateLabel>;
    case 'expired':
      return <StateLabel tone="off">{t('invitationState.expired')}</StateLabel>;
  }
}
