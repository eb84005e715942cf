// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

/** What mails are about, in words, by the name of their template. Others are shown by that name. */
export function useMailTemplates(): Partial<Record<string, string>> {
  const { t } = useTranslation();
  return {
    invitation: t('mailTemplate.invitation'),
    'password-reset': t('mailTemplate.passwordReset'),
    'password-changed': t('mailTemplate.passwordChanged'),
    'account-locked': t('mailTemplate.accountLocked'),
    'certificate-expiring': t('mailTemplate.certificateExpiring'),
    'ledger-invitation': t('mailTemplate.ledgerInvitation'),
    'access-verify': t('mailTemplate.accessVerify'),
    'access-received': t('mailTemplate.accessReceived'),
    'access-in-review': t('mailTemplate.accessInReview'),
    'access-information': t('mailTemplate.accessInformation'),
    'access-reminder': t('mailTemplate.accessReminder'),
    'access-approved': t('mailTemplate.accessApproved'),
    'access-rejected': t('mailTemplate.accessRejected'),
    'access-active': t('mailTemplate.accessActive'),
    'access-withdrawn': t('mailTemplate.accessWithdrawn'),
    'access-expired': t('mailTemplate.accessExpired'),
    'access-duplicate': t('mailTemplate.accessDuplicate'),
    'sandbox-ending': t('mailTemplate.sandboxEnding'),
    'sandbox-ended': t('mailTemplate.sandboxEnded'),
    'access-new': t('mailTemplate.accessNew'),
    'access-answered': t('mailTemplate.accessAnswered'),
    'access-due': t('mailTemplate.accessDue'),
  };
}
