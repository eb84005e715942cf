// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { Member, Role } from '../../api/members';
import type { Schemas } from '../../api/client';
import { isLanguage } from '../../app/i18n';
import { TextField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { LanguageField } from '../../components/LanguageField';
import { SecretDialog } from '../../components/SecretDialog';
import { useComplaints } from '../../components/useProblemWords';
import { useForm } from '../../hooks/useForm';
import { useInviteMember } from '../../queries/members';
import { RoleField } from './RoleField';

interface Props {
  organization?: string;
  /** The organization's name. */
  named: string;
  /** Who was invited before and needs another link. */
  again?: Member;
  onClose: () => void;
}

/** Invites a person; then shows the link, once, to be handed over where no mail is sent. */
export function InviteDialog({ organization, named, again, onClose }: Props) {
  const { t, i18n } = useTranslation();
  const invite = useInviteMember(organization);
  const language = isLanguage(i18n.language) ? i18n.language : 'en';
  const initial = {
    email: again?.person.email ?? '',
    name: again?.person.name ?? '',
    role: again?.role ?? ('' as Role | ''),
    locale: again?.person.locale ?? language,
  };
  const form = useForm('invite', initial, (v) => ({
    email: /^\S+@\S+$/.test(v.email.trim()) ? undefined : t('field.email'),
    name: v.name.trim() ? undefined : t('form.required'),
    role: v.role ? undefined : t('form.choose'),
  }), useComplaints(invite.error));
  const { values } = form;
  const submit = async () => {
    if (values.role === '') return undefined;
    const body = { email: values.email.trim(), name: values.name.trim(), role: values.role, locale: values.locale };
    await invite.mutateAsync(body);
  };
  if (invite.data) return <Invited invited={invite.data} onClose={onClose} />;
  return (
    <FormDialog
      form={form}
      title={t('members.inviteTitle', { name: named })}
      description={again ? t('members.againBody') : t('members.inviteBody')}
      action={t('members.invite')}
      onSubmit={submit}
      onClose={onClose}
      stays
      send={invite}
      errorTitle={t('members.inviteFailed')}
    >
      <TextField
        {...form.field('email')}
        type="email"
        label={t('person.email')}
        required
        isReadOnly={again !== undefined}
      />
      <TextField {...form.field('name')} label={t('person.name')} required />
      <RoleField {...form.field('role')} organization={organization} />
      <LanguageField {...form.field('locale')} label={t('access.locale')} />
    </FormDialog>
  );
}

function Invited({ invited: { member, link, mailed }, onClose }: { invited: Schemas['InvitedMember']; onClose: () => void }) {
  const { t } = useTranslation();
  const { name, email } = member.person;
  return (
    <SecretDialog id="invited" title={t('members.invited', { name })} description={t('members.linkBody')} secret={link} what={t('members.link')} onClose={onClose}>
      <p className="b4a-gap">{mailed ? t('members.mailed', { email }) : t('members.notMailed')}</p>
    </SecretDialog>
  );
}
