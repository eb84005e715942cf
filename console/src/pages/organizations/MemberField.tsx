// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import { can } from '../../app/scopes';
import { SelectField } from '../../components/fields';
import type { Field } from '../../hooks/useForm';
import { useMemberChoices } from '../../queries/members';
import { usePrincipal } from '../../queries/session';

/** Whose a certificate is: an active member of the organization, or nobody, which is empty. */
export function MemberField({ organization, ...field }: Field<string> & { organization: string }) {
  const { t } = useTranslation();
  const knows = can(usePrincipal(), 'member.read', organization);
  const members = useMemberChoices(organization, knows).data ?? [];
  if (!knows) return null;
  return (
    <SelectField
      {...field}
      label={t('bind.member')}
      placeholder={t('bind.nobody')}
      options={members.map(({ person }) => ({ value: person.id, label: `${person.name} · ${person.email}` }))}
      help={t('bind.help')}
    />
  );
}
