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
  onDone?: () => void;
  onClose: () => void;
}

/** Asks for a code of the second factor before something changes. */
export function CodeDialog({ title, body, action, send, onDone, onClose }: Props) {
  const { t } = useTranslation();
  const form = useForm('code', { code: '' }, ({ code }) => (code.trim().length >= 6 ? {} : { code: t('totp.codeHelp') }));
  const submit = async () => {
    if (!form.check()) return undefined;
    await send.mutateAsync(form.values.code.trim()).then(onDone, () => undefined);
    return undefined;
  };
  return (
    <FormDialog id="code" title={title} description={body} action={action} onSubmit={submit} onClose={onClose} busy={send.isPending} error={send.error} errorTitle={t('totp.failed')}>
      <TextField
        id="code-code"
        label={t('totp.code')}
        required
        isCode
        autoComplete="one-time-code"
        value={form.values.code}
        onChange={(v) => form.set('code', v)}
        error={form.errorOf('code')}
        help={form.errorOf('code') ? undefined : t('totp.codeHelp')}
      />
    </FormDialog>
  );
}
