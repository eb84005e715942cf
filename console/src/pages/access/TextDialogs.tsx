// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { AccessRequest } from '../../api/access';
import { TextAreaField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { useForm } from '../../hooks/useForm';
import { useAskApplicant, useRejectAccess } from '../../queries/access';

interface Props {
  request: AccessRequest;
  onClose: () => void;
}

interface TextProps {
  id: string;
  title: string;
  description: string;
  label: string;
  action: string;
  errorTitle: string;
  send: { mutateAsync: (text: string) => Promise<unknown>; isPending: boolean; error: unknown };
  onClose: () => void;
}

/** A text that is mailed to the applicant. */
function TextDialog({ id, title, description, label, action, errorTitle, send, onClose }: TextProps) {
  const { t } = useTranslation();
  const form = useForm(id, { text: '' }, ({ text }) => (text.trim() ? {} : { text: t('form.required') }));
  const submit = async () => {
    await send.mutateAsync(form.values.text.trim());
  };
  return (
    <FormDialog
      form={form}
      title={title}
      description={description}
      action={action}
      onSubmit={submit}
      onClose={onClose}
      send={send}
      errorTitle={errorTitle}
    >
      <TextAreaField
        {...form.field('text')}
        label={label}
        required
        isProse
      />
    </FormDialog>
  );
}

export function AskDialog({ request, onClose }: Props) {
  const { t } = useTranslation();
  const send = useAskApplicant(request.id);
  return (
    <TextDialog
      id="ask"
      title={t('requests.ask')}
      description={t('requests.askBody')}
      label={t('requests.question')}
      action={t('requests.askSend')}
      errorTitle={t('requests.askFailed')}
      send={send}
      onClose={onClose}
    />
  );
}

export function RejectDialog({ request, onClose }: Props) {
  const { t } = useTranslation();
  const send = useRejectAccess(request.id);
  return (
    <TextDialog
      id="reject"
      title={t('requests.rejectTitle', { name: request.legalName ?? request.number })}
      description={t('requests.rejectBody')}
      label={t('requests.reason')}
      action={t('requests.reject')}
      errorTitle={t('requests.rejectFailed')}
      send={send}
      onClose={onClose}
    />
  );
}
