// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { AccessState } from '../api/access';
import { StateLabel } from './StateLabel';

/** The states of access requests in words, in the order in which they come. */
export function useAccessStates(): Record<AccessState, string> {
  const { t } = useTranslation();
  return {
    submitted: t('accessState.submitted'),
    verified: t('accessState.verified'),
    'in-review': t('accessState.inReview'),
    'information-asked': t('accessState.informationAsked'),
    approved: t('accessState.approved'),
    active: t('accessState.active'),
    rejected: t('accessState.rejected'),
    withdrawn: t('accessState.withdrawn'),
    expired: t('accessState.expired'),
  };
}

const tones = {
  submitted: 'off',
  verified: 'busy',
  'in-review': 'busy',
  'information-asked': 'warning',
  approved: 'busy',
  active: 'good',
  rejected: 'bad',
  withdrawn: 'off',
  expired: 'off',
} as const;

export function AccessStateLabel({ state }: { state: AccessState }) {
  const words = useAccessStates();
  return <StateLabel tone={tones[state]}>{words[state]}</StateLabel>;
}

/** States in which the applicant may still withdraw and operators decide. */
export const isOpen = (state: AccessState): boolean => ['verified', 'in-review', 'information-asked'].includes(state);
