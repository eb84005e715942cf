// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { OrganizationKind } from '../../api/organizations';

/** The kinds of organizations in words, in the order in which they are offered. */
export function useKinds(): Record<OrganizationKind, string> {
  const { t } = useTranslation();
  return {
    'public-body': t('kind.publicBody'),
    municipality: t('kind.municipality'),
    university: t('kind.university'),
    company: t('kind.company'),
    association: t('kind.association'),
    citizen: t('kind.citizen'),
  };
}
