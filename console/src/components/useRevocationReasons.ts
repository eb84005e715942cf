// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

/** Why a certificate is revoked, in words, by the name of RFC 5280. Others are shown as the platform wrote them. */
export function useRevocationReasons(): Partial<Record<string, string>> {
  const { t } = useTranslation();
  return {
    unspecified: t('revocation.unspecified'),
    keyCompromise: t('revocation.keyCompromise'),
    affiliationChanged: t('revocation.affiliationChanged'),
    superseded: t('revocation.superseded'),
    cessationOfOperation: t('revocation.cessationOfOperation'),
    certificateHold: t('revocation.certificateHold'),
    privilegeWithdrawn: t('revocation.privilegeWithdrawn'),
  };
}
