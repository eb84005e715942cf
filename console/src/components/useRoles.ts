// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { Principal } from '../api/session';

/** Roles in words. */
export function useRoles(): Record<Principal['role'], string> {
  const { t } = useTranslation();
  return {
    operator: t('role.operator'),
    auditor: t('role.auditor'),
    admin: t('role.admin'),
    developer: t('role.developer'),
    reader: t('role.reader'),
  };
}
