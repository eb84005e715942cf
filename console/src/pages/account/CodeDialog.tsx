// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import { TextField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { useForm } from '../../hooks/useForm';

interface Props {
  title: string;
  body: string;
  action: string;
  send: { mutateAsync: (code: string) => Promise<unknown>; isPending: boolean; error: unknown };
  onClose: () => void;
  stays?: boolean;
}

/** Asks for a code of the second factor before something changes. */
export function CodeDialog({ title, body, action, send, onClose, stays }: Props) {
  const { t } = useTranslation();
  const form = useForm('code', { code: '' }, ({ code }) => (code.trim().length >= 6 ? {} : { code: t('totp.codeHelp') }));
  const submit = async () => {
    await send.mutateAsync(form.values.code.trim());
  };
  return (
    <FormDialog
      form={form}
      title={title}
      description={body}
      action={action}
      send={send}
      errorTitle={t('totp.failed')}
      onSubmit={submit}
      onClose={onClose}
      stays={stays}
    >
      <TextField
        {...form.field('code')}
        label={t('totp.code')}
        required
        isCode
        autoComplete="one-time-code"
        help={form.errorOf('code') ? undefined : t('totp.codeHelp')}
      />
    </FormDialog>
  );
}
