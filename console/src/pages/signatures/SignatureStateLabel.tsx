// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { SignatureRequest } from '../../api/signatures';
import { StateLabel } from '../../components/StateLabel';
import { useSignatureStates } from './useActWords';

const tones = { open: 'busy', signed: 'good', declined: 'warning', superseded: 'off', withdrawn: 'off' } as const;

export function SignatureStateLabel({ state }: { state: SignatureRequest['state'] }) {
  const { t } = useTranslation();
  return <StateLabel tone={tones[state]}>{useSignatureStates(t)[state]}</StateLabel>;
}
