// SPDX-License-Identifier: Apache-2.0

import { Button } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { FormDialog } from '../../components/FormDialog';
import { useCreateOrganization } from '../../queries/organizations';
import { OrganizationFields, useOrganizationForm } from './OrganizationFields';

export function CreateOrganizationDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useCreateOrganization();
  const form = useOrganizationForm('organization', false, create.error);
  const { name, id, kind } = form.values;
  return (
    <FormDialog
      form={form}
      title={t('organizations.create')}
      description={t('organizations.createBody')}
      action={t('organizations.create')}
      send={create}
      errorTitle={t('organizations.createFailed')}
      onSubmit={async () => kind === '' ? undefined : (await create.mutateAsync({ id, name: name.trim(), kind })).operation}
      onClose={onClose}
      done={<Button onClick={() => void navigate(`/organizations/${id}`)}>{t('organizations.open')}</Button>}
    >
      <OrganizationFields form={form} />
    </FormDialog>
  );
}
