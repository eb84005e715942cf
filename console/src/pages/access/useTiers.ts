// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

interface Words {
  readonly label: string;
  readonly description: string;
}

/** The tiers in words. */
export function useTiers(): Partial<Record<string, Words>> {
  const { t } = useTranslation();
  return {
    sandbox: { label: t('tier.sandbox'), description: t('tier.sandboxBody') },
    pilot: { label: t('tier.pilot'), description: t('tier.pilotBody') },
    production: { label: t('tier.production'), description: t('tier.productionBody') },
  };
}
