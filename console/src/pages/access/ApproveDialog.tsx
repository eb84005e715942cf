// SPDX-License-Identifier: Apache-2.0

import { Alert, Button } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import type { AccessRequest } from '../../api/access';
import { SelectField, TextAreaField, TextField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { useComplaints } from '../../components/useProblemWords';
import { useForm } from '../../hooks/useForm';
import { useApproveAccess } from '../../queries/access';
import { isOrganizationId } from '../organizations/validation';
import { useTiers } from './useTiers';

/** Approves a request: its organization and first administrator are made by one operation, shown until its end. */
export function ApproveDialog({ request: r, onClose }: { request: AccessRequest; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const tiers = useTiers();
  const approve = useApproveAccess(r.id);
  const initial = {
    organization: r.proposed?.organization ?? r.suggestedId ?? '',
    tier: r.proposed?.tier ?? r.tier,
    reason: r.proposed?.reason ?? '',
  };
  const form = useForm('approve', initial, (v) => ({
    organization: isOrganizationId(v.organization) ? undefined : t('organizations.idInvalid'),
    tier: v.tier ? undefined : t('form.choose'),
    reason: v.reason.trim() ? undefined : t('form.required'),
  }), useComplaints(approve.error));
  const { values } = form;
  const submit = async () => {
    const approved = await approve.mutateAsync({ ...values, reason: values.reason.trim() }).catch(() => undefined);
    if (approved && !approved.operation) onClose();
    return approved?.operation;
  };
  return (
    <FormDialog
      form={form}
      title={t('requests.approveTitle', { name: r.legalName ?? r.number })}
      description={t('requests.approveBody')}
      action={t('requests.approve')}
      onSubmit={submit}
      onClose={onClose}
      send={approve}
      errorTitle={t('requests.approveFailed')}
      done={<Button onClick={() => void navigate(`/organizations/${values.organization}/members`)}>{t('requests.openMembers')}</Button>}
    >
      {r.proposed && <Alert variant="info" isInline isPlain component="p" title={t('requests.agree', { name: r.proposed.by })} />}
      <TextField
        {...form.field('organization')}
        label={t('organizations.id')}
        required
        isCode
        isReadOnly={Boolean(r.proposed)}
        help={t('organizations.idHelp')}
      />
      <SelectField
        {...form.field('tier')}
        label={t('access.tier')}
        required
        isDisabled={Boolean(r.proposed)}
        options={Object.entries(tiers).map(([value, words]) => ({ value, label: words?.label ?? value }))}
      />
      <TextAreaField
        {...form.field('reason')}
        label={t('requests.reason')}
        required
        isProse
        rows={3}
        help={t('requests.reasonHelp')}
      />
    </FormDialog>
  );
}
