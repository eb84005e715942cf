// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { FormDialog } from '../../components/FormDialog';
import { useCreateOrganization } from '../../queries/organizations';
import { MSPField } from './MSPField';
import { OrganizationFields, useOrganizationForm } from './OrganizationFields';

/** Admits an organization that brings its MSP. Its page then tells what is asked of its authority. */
export function ImportOrganizationDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useCreateOrganization();
  const form = useOrganizationForm('import', true, create.error);
  const { name, id, kind, msp } = form.values;
  const submit = async () => {
    if (!kind || !msp) return;
    await create.mutateAsync({ id, name: name.trim(), kind, msp: msp.data });
    await navigate(`/organizations/${id}`);
  };
  return (
    <FormDialog
      form={form}
      title={t('external.import')}
      description={t('external.importBody')}
      action={t('external.import')}
      send={create}
      errorTitle={t('external.importFailed')}
      onSubmit={submit}
      onClose={onClose}
    >
      <OrganizationFields form={form} />
      <MSPField {...form.field('msp')} organization={id} />
    </FormDialog>
  );
}
