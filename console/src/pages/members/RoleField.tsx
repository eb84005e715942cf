// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { Role } from '../../api/members';
import { SelectField } from '../../components/fields';
import { useRoles } from '../../components/useRoles';
import type { Field } from '../../hooks/useForm';

/** The role of somebody in an organization, or on the platform where none is named. */
export function RoleField({ organization, ...field }: Field<Role | ''> & { organization?: string }) {
  const { t } = useTranslation();
  const roles = useRoles();
  const offered: readonly Role[] = organization ? ['admin', 'developer', 'reader'] : ['operator', 'auditor'];
  return (
    <SelectField
      {...field}
      label={t('person.role')}
      required
      options={offered.map((value) => ({ value, label: roles[value] }))}
      help={organization ? t('members.rolesHelp') : t('members.platformRolesHelp')}
    />
  );
}
