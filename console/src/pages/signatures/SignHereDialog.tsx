// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { SignatureRequest } from '../../api/signatures';
import { FormDialog } from '../../components/FormDialog';
import { useForm } from '../../hooks/useForm';
import { useSignHere } from '../../queries/signatures';
import { AdministratorKey } from './AdministratorKey';
import { useActWords } from './useActWords';

interface Props {
  request: SignatureRequest;
  onClose: () => void;
}

/** Signs with a key that this browser keeps. */
export function SignHereDialog({ request, onClose }: Props) {
  const { t } = useTranslation();
  const act = useActWords();
  const sign = useSignHere(request);
  const form = useForm('sign', { name: '' }, ({ name }) => (name ? {} : { name: t('form.choose') }));
  const submit = async () => {
    if (!form.check()) return undefined;
    await sign.mutateAsync(form.values.name).then(onClose, () => undefined);
    return undefined;
  };
  return (
    <FormDialog
      id="sign"
      title={t('signatures.signTitle', { organization: request.organization })}
      description={act(request)}
      action={t('signatures.sign')}
      onSubmit={submit}
      onClose={onClose}
      busy={sign.isPending}
      error={sign.error}
      errorTitle={t('signatures.signFailed')}
    >
      <AdministratorKey
        id="sign-key"
        organization={request.organization}
        value={form.values.name}
        onChange={(v) => form.set('name', v)}
        error={form.errorOf('name')}
      />
    </FormDialog>
  );
}
