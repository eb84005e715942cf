// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { Schemas } from '../../api/client';

/** What of a certificate names the person, in words. */
export function useCertificateSubjects(): Record<Schemas['SignInCertificateSettings']['subject'], string> {
  const { t } = useTranslation();
  return {
    'serial-number': t('clientCertificates.bySerialNumber'),
    'issuer-serial': t('clientCertificates.byIssuerSerial'),
    email: t('clientCertificates.byEmail'),
  };
}
