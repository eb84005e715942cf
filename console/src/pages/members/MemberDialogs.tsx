// SPDX-License-Identifier: Apache-2.0

import { Alert } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { Member, Role } from '../../api/members';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { SelectField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { useRoles } from '../../components/useRoles';
import { useForm } from '../../hooks/useForm';
import { useRemoveMember, useResumeMember, useSetMemberRole, useSuspendMember } from '../../queries/members';
import { rolesOf } from './InviteDialog';

interface Props {
  organization?: string;
  member: Member;
  onClose: () => void;
}

const administers = (role: Role) => role === 'admin' || role === 'operator';

export function RoleDialog({ organization, member, onClose }: Props) {
  const { t } = useTranslation();
  const roles = useRoles();
  const change = useSetMemberRole(organization);
  const form = useForm<{ role: Role | '' }>('role', { role: member.role }, (v) => (v.role ? {} : { role: t('form.choose') }));
  const submit = async () => {
    const { role } = form.values;
    if (!form.check() || role === '') return undefined;
    await change.mutateAsync({ member: member.person.id, role }).then(onClose, () => undefined);
    return undefined;
  };
  return (
    <FormDialog
      id="role"
      title={t('members.roleTitle', { name: member.person.name })}
      action={t('members.role')}
      onSubmit={submit}
      onClose={onClose}
      busy={change.isPending}
      error={change.error}
      errorTitle={t('members.roleFailed')}
    >
      {administers(member.role) && form.values.role !== '' && !administers(form.values.role) ? (
        <Alert variant="warning" isInline component="p" role="status" title={t('members.roleEnds')}>
          {t('members.roleEndsBody', { name: member.person.name })}
        </Alert>
      ) : null}
      <SelectField
        id="role-role"
        label={t('person.role')}
        required
        placeholder={t('form.choosePlaceholder')}
        options={rolesOf(organization).map((value) => ({ value, label: roles[value] }))}
        value={form.values.role}
        onChange={(v) => form.set('role', v as Role | '')}
        error={form.errorOf('role')}
        help={organization ? t('members.rolesHelp') : t('members.platformRolesHelp')}
      />
    </FormDialog>
  );
}

export function SuspendDialog({ organization, member, onClose }: Props) {
  const { t } = useTranslation();
  const suspend = useSuspendMember(organization);
  return (
    <ConfirmDialog
      id="suspend-member"
      title={t('members.suspendTitle', { name: member.person.name })}
      action={t('members.suspend')}
      danger
      busy={suspend.isPending}
      error={suspend.error}
      errorTitle={t('members.suspendFailed')}
      onConfirm={() => suspend.mutate(member.person.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t('members.suspendBody')}
    </ConfirmDialog>
  );
}

export function ResumeDialog({ organization, member, onClose }: Props) {
  const { t } = useTranslation();
  const resume = useResumeMember(organization);
  return (
    <ConfirmDialog
      id="resume-member"
      title={t('members.resumeTitle', { name: member.person.name })}
      action={t('members.resume')}
      busy={resume.isPending}
      error={resume.error}
      errorTitle={t('members.resumeFailed')}
      onConfirm={() => resume.mutate(member.person.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t('members.resumeBody')}
    </ConfirmDialog>
  );
}

export function RemoveDialog({ organization, member, named, onClose }: Props & { named: string }) {
  const { t } = useTranslation();
  const remove = useRemoveMember(organization);
  return (
    <ConfirmDialog
      id="remove-member"
      title={t('members.removeTitle', { name: member.person.name, organization: named })}
      action={t('members.remove')}
      danger
      busy={remove.isPending}
      error={remove.error}
      errorTitle={t('members.removeFailed')}
      onConfirm={() => remove.mutate(member.person.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      {member.state === 'invited' ? t('members.removeInvited') : t('members.removeBody')}
    </ConfirmDialog>
  );
}
