// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

/** Fabric's validation codes in a sentence: what happened to a transaction, and what it means. */
export function useValidation(code: string): string {
  const { t } = useTranslation();
  switch (code) {
    case 'VALID':
      return t('validation.valid');
    case 'MVCC_READ_CONFLICT':
      return t('validation.mvcc');
    case 'PHANTOM_READ_CONFLICT':
      return t('validation.phantom');
    case 'ENDORSEMENT_POLICY_FAILURE':
      return t('validation.endorsement');
    case 'DUPLICATE_TXID':
      return t('validation.duplicate');
    case 'BAD_CREATOR_SIGNATURE':
      return t('validation.signature');
    case 'EXPIRED_CHAINCODE':
      return t('validation.expired');
    default:
      return t('validation.other');
  }
}
