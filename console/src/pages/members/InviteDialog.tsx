// SPDX-License-Identifier: Apache-2.0

import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { Member, Role } from '../../api/members';
import type { Schemas } from '../../api/client';
import { isLanguage, languages } from '../../app/i18n';
import { Code } from '../../components/Code';
import { SelectField, TextField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { useComplaints } from '../../components/useProblemWords';
import { useRoles } from '../../components/useRoles';
import { useForm } from '../../hooks/useForm';
import { useInviteMember } from '../../queries/members';

export const rolesOf = (organization?: string): readonly Role[] =>
  organization ? ['admin', 'developer', 'reader'] : ['operator', 'auditor'];

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
  const roles = useRoles();
  const invite = useInviteMember(organization);
  const complaints = useComplaints(invite.error);
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
  }));
  const { values, errorOf, set, touch } = form;
  const submit = async () => {
    if (!form.check() || values.role === '') return undefined;
    const body = { email: values.email.trim(), name: values.name.trim(), role: values.role, locale: values.locale };
    await invite.mutateAsync(body).catch(() => undefined);
    return undefined;
  };
  if (invite.data) return <Invited invited={invite.data} onClose={onClose} />;
  return (
    <FormDialog
      id="invite"
      title={t('members.inviteTitle', { name: named })}
      description={again ? t('members.againBody') : t('members.inviteBody')}
      action={t('members.invite')}
      onSubmit={submit}
      onClose={onClose}
      busy={invite.isPending}
      error={invite.error}
      errorTitle={t('members.inviteFailed')}
    >
      <TextField
        {...form.text('email', complaints)}
        type="email"
        label={t('person.email')}
        required
        isReadOnly={again !== undefined}
      />
      <TextField {...form.text('name', complaints)} label={t('person.name')} required />
      <SelectField
        id="invite-role"
        label={t('person.role')}
        required
        placeholder={t('form.choosePlaceholder')}
        options={rolesOf(organization).map((value) => ({ value, label: roles[value] }))}
        value={values.role}
        onChange={(v) => set('role', v as Role | '')}
        onBlur={() => touch('role')}
        error={errorOf('role') ?? complaints.role}
        help={organization ? t('members.rolesHelp') : t('members.platformRolesHelp')}
      />
      <SelectField
        id="invite-locale"
        label={t('access.locale')}
        required
        placeholder={t('form.choosePlaceholder')}
        options={Object.entries(languages).map(([value, label]) => ({ value, label }))}
        value={values.locale}
        onChange={(v) => {
          if (isLanguage(v)) set('locale', v);
        }}
      />
    </FormDialog>
  );
}

function Invited({ invited, onClose }: { invited: Schemas['InvitedMember']; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="invited-title">
      <ModalHeader title={t('members.invited', { name: invited.member.person.name })} labelId="invited-title" />
      <ModalBody>
        <p>{t('members.linkBody')}</p>
        <div className="b4a-gap">
          <Code text={invited.link} what={t('members.link')} />
        </div>
        <p className="b4a-gap">{invited.mailed ? t('members.mailed', { email: invited.member.person.email }) : t('members.notMailed')}</p>
      </ModalBody>
      <ModalFooter>
        <Button variant="secondary" onClick={onClose}>
          {t('dialog.close')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
