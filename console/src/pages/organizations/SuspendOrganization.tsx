// SPDX-License-Identifier: Apache-2.0

import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Organization } from '../../api/organizations';
import { can } from '../../app/scopes';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { TextField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { useForm } from '../../hooks/useForm';
import { useResumeOrganization, useSuspendOrganization } from '../../queries/members';
import { usePrincipal } from '../../queries/session';

/** Takes an organization's access away, or gives it back. */
export function SuspendOrganization({ organization: o }: { organization: Organization }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  const suspended = o.state === 'suspended';
  const allowed = can(usePrincipal(), 'organization.suspend');
  if (o.operator || !allowed || (o.state !== 'active' && !suspended)) return null;
  return (
    <>
      <Button variant="secondary" isDanger={!suspended} onClick={() => setOpen(true)}>
        {suspended ? t('organizations.resume') : t('organizations.suspend')}
      </Button>
      {open && (suspended ? <ResumeDialog organization={o} onClose={close} /> : <SuspendDialog organization={o} onClose={close} />)}
    </>
  );
}

function SuspendDialog({ organization: o, onClose }: { organization: Organization; onClose: () => void }) {
  const { t } = useTranslation();
  const suspend = useSuspendOrganization(o.id);
  const form = useForm('suspend', { reason: '' }, ({ reason }) => (reason.trim() ? {} : { reason: t('form.required') }));
  const submit = async () => {
    await suspend.mutateAsync(form.values.reason.trim());
  };
  return (
    <FormDialog
      form={form}
      title={t('organizations.suspendTitle', { name: o.name })}
      description={t('organizations.suspendBody')}
      action={t('organizations.suspend')}
      onSubmit={submit}
      onClose={onClose}
      send={suspend}
      errorTitle={t('organizations.suspendFailed')}
    >
      <TextField
        {...form.field('reason')}
        label={t('access.reason')}
        required
        help={t('organizations.suspendReason')}
      />
    </FormDialog>
  );
}

function ResumeDialog({ organization: o, onClose }: { organization: Organization; onClose: () => void }) {
  const { t } = useTranslation();
  const resume = useResumeOrganization(o.id);
  return (
    <ConfirmDialog
      id="resume"
      title={t('organizations.resumeTitle', { name: o.name })}
      action={t('organizations.resume')}
      send={resume}
      errorTitle={t('organizations.resumeFailed')}
      onConfirm={() => resume.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t('organizations.resumeBody')}
    </ConfirmDialog>
  );
}
