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
    await decline.mutateAsync(form.values.reason.trim());
  };
  return (
    <FormDialog
      form={form}
      title={t('signatures.declineTitle')}
      description={t('signatures.declineBody')}
      action={t('signatures.decline')}
      onSubmit={submit}
      onClose={onClose}
      send={decline}
      errorTitle={t('signatures.declineFailed')}
    >
      <TextAreaField
        {...form.field('reason')}
        label={t('access.reason')}
        required
        isProse
        help={t('signatures.declineReason')}
      />
    </FormDialog>
  );
}
