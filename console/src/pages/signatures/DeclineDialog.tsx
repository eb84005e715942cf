// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { SignatureRequest } from '../../api/signatures';
import { TextAreaField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { useForm } from '../../hooks/useForm';
import { useDeclineSignature } from '../../queries/signatures';

interface Props {
  request: SignatureRequest;
  onClose: () => void;
}

export function DeclineDialog({ request, onClose }: Props) {
  const { t } = useTranslation();
  const decline = useDeclineSignature(request.id);
  const form = useForm('decline', { reason: '' }, ({ reason }) => (reason.trim() ? {} : { reason: t('form.required') }));
  const submit = async () => {
    if (!form.check()) return undefined;
    await decline.mutateAsync(form.values.reason.trim()).then(onClose, () => undefined);
    return undefined;
  };
  return (
    <FormDialog
      id="decline"
      title={t('signatures.declineTitle')}
      description={t('signatures.declineBody')}
      action={t('signatures.decline')}
      onSubmit={submit}
      onClose={onClose}
      busy={decline.isPending}
      error={decline.error}
      errorTitle={t('signatures.declineFailed')}
    >
      <TextAreaField
        id="decline-reason"
        label={t('access.reason')}
        required
        isProse
        value={form.values.reason}
        onChange={(v) => form.set('reason', v)}
        onBlur={() => form.touch('reason')}
        error={form.errorOf('reason')}
        help={t('signatures.declineReason')}
      />
    </FormDialog>
  );
}
