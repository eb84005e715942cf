// SPDX-License-Identifier: Apache-2.0

import { Alert } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { Member, Role } from '../../api/members';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { FormDialog } from '../../components/FormDialog';
import { useForm } from '../../hooks/useForm';
import { useRemoveMember, useResumeMember, useSetMemberRole, useSuspendMember } from '../../queries/members';
import { RoleField } from './RoleField';

interface Props {
  organization?: string;
  member: Member;
  onClose: () => void;
}

const administers = (role: Role) => role === 'admin' || role === 'operator';

export function RoleDialog({ organization, member, onClose }: Props) {
  const { t } = useTranslation();
  const change = useSetMemberRole(organization);
  const form = useForm<{ role: Role | '' }>('role', { role: member.role }, (v) => (v.role ? {} : { role: t('form.choose') }));
  const submit = async () => {
    const { role } = form.values;
    if (role === '') return undefined;
    await change.mutateAsync({ member: member.person.id, role });
  };
  return (
    <FormDialog
      form={form}
      title={t('members.roleTitle', { name: member.person.name })}
      action={t('members.role')}
      onSubmit={submit}
      onClose={onClose}
      send={change}
      errorTitle={t('members.roleFailed')}
    >
      {administers(member.role) && form.values.role !== '' && !administers(form.values.role) ? (
        <Alert variant="warning" isInline component="p" role="status" title={t('members.roleEnds')}>
          {t('members.roleEndsBody', { name: member.person.name })}
        </Alert>
      ) : null}
      <RoleField {...form.field('role')} organization={organization} />
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
      send={suspend}
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
      send={resume}
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
      send={remove}
      errorTitle={t('members.removeFailed')}
      onConfirm={() => remove.mutate(member.person.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      {member.state === 'invited' ? t('members.removeInvited') : t('members.removeBody')}
    </ConfirmDialog>
  );
}
