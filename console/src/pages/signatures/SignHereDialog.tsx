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
    await sign.mutateAsync(form.values.name);
  };
  return (
    <FormDialog
      form={form}
      title={t('signatures.signTitle', { organization: request.organization })}
      description={act(request)}
      action={t('signatures.sign')}
      onSubmit={submit}
      onClose={onClose}
      send={sign}
      errorTitle={t('signatures.signFailed')}
    >
      <AdministratorKey {...form.field('name')} organization={request.organization} />
    </FormDialog>
  );
}
