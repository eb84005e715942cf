// SPDX-License-Identifier: Apache-2.0

import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

import type { SignatureRequest } from '../../api/signatures';

/** What a signature consents to, in the person's language. What the console does not know is shown in English. */
export function useActWords() {
  const { t } = useTranslation();
  return ({ act, ledger, title }: SignatureRequest): string => {
    const of = act.parameters;
    switch (act.code) {
      case 'ledger.add-organization':
        return t('act.addOrganization', { organization: of.organization, ledger });
      case 'ledger.set-msp':
        return t('act.setMsp', { organization: of.organization, ledger });
      case 'contract.approve':
        return t('act.approve', { contract: of.contract, version: of.version, sequence: of.sequence, ledger });
      default:
        return title;
    }
  };
}

/** The states of signature requests in words. */
export const useSignatureStates = (t: TFunction): Record<SignatureRequest['state'], string> => ({
  open: t('signatureState.open'),
  signed: t('signatureState.signed'),
  declined: t('signatureState.declined'),
  superseded: t('signatureState.superseded'),
  withdrawn: t('signatureState.withdrawn'),
});
