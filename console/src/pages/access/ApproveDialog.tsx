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
  const complaints = useComplaints(approve.error);
  const initial = {
    organization: r.proposed?.organization ?? r.suggestedId ?? '',
    tier: r.proposed?.tier ?? r.tier,
    reason: r.proposed?.reason ?? '',
  };
  const form = useForm('approve', initial, (v) => ({
    organization: isOrganizationId(v.organization) ? undefined : t('organizations.idInvalid'),
    tier: v.tier ? undefined : t('form.choose'),
    reason: v.reason.trim() ? undefined : t('form.required'),
  }));
  const { values, errorOf, set } = form;
  const submit = async () => {
    if (!form.check()) return undefined;
    const approved = await approve.mutateAsync({ ...values, reason: values.reason.trim() }).catch(() => undefined);
    if (approved && !approved.operation) onClose();
    return approved?.operation;
  };
  return (
    <FormDialog
      id="approve"
      title={t('requests.approveTitle', { name: r.legalName ?? r.number })}
      description={t('requests.approveBody')}
      action={t('requests.approve')}
      onSubmit={submit}
      onClose={onClose}
      busy={approve.isPending}
      error={approve.error}
      errorTitle={t('requests.approveFailed')}
      done={<Button onClick={() => void navigate(`/organizations/${values.organization}/members`)}>{t('requests.openMembers')}</Button>}
    >
      {r.proposed && <Alert variant="info" isInline isPlain component="p" title={t('requests.agree', { name: r.proposed.by })} />}
      <TextField
        {...form.text('organization', complaints)}
        label={t('organizations.id')}
        required
        isCode
        isReadOnly={Boolean(r.proposed)}
        help={t('organizations.idHelp')}
      />
      <SelectField
        id="approve-tier"
        label={t('access.tier')}
        required
        placeholder={t('form.choosePlaceholder')}
        isDisabled={Boolean(r.proposed)}
        options={Object.entries(tiers).map(([value, words]) => ({ value, label: words?.label ?? value }))}
        value={values.tier}
        onChange={(v) => set('tier', v)}
        error={errorOf('tier') ?? complaints.tier}
      />
      <TextAreaField
        {...form.text('reason', complaints)}
        label={t('requests.reason')}
        required
        isProse
        rows={3}
        help={t('requests.reasonHelp')}
      />
    </FormDialog>
  );
}
