// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import { can } from '../../app/scopes';
import { SelectField } from '../../components/fields';
import { useMemberChoices } from '../../queries/members';
import { usePrincipal } from '../../queries/session';

interface Props {
  id: string;
  organization: string;
  /** ID of a member; empty: nobody. */
  value: string;
  onChange: (member: string) => void;
}

/** Whose a certificate is: an active member of the organization, or nobody. */
export function MemberField({ id, organization, value, onChange }: Props) {
  const { t } = useTranslation();
  const knows = can(usePrincipal(), 'member.read', organization);
  const members = useMemberChoices(organization, knows).data ?? [];
  if (!knows) return null;
  return (
    <SelectField
      id={id}
      label={t('bind.member')}
      placeholder={t('bind.nobody')}
      options={members.map(({ person }) => ({ value: person.id, label: `${person.name} · ${person.email}` }))}
      value={value}
      onChange={onChange}
      help={t('bind.help')}
    />
  );
}
