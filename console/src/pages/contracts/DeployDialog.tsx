// SPDX-License-Identifier: Apache-2.0

import { Button } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { ChoiceField, SelectField, TextField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { fieldProblems } from '../../components/problem';
import { useForm } from '../../hooks/useForm';
import { useCatalogue, useDeployContract } from '../../queries/contracts';
import { useLedgers } from '../../queries/ledgers';
import { inLanguage } from './describe';

interface Values {
  ledger: string;
  catalogue: string;
  name: string;
}

const isContractName = (name: string): boolean => /^[a-z][a-z0-9_-]{0,63}$/.test(name);

/** Deploys a contract of the catalogue; asks for the ledger unless it is named. */
export function DeployDialog({ ledger, onClose }: { ledger?: string; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const catalogue = useCatalogue();
  const ledgers = useLedgers();
  const deploy = useDeployContract();
  const form = useForm<Values>('contract', { ledger: ledger ?? '', catalogue: '', name: '' }, (v) => ({
    ledger: v.ledger ? undefined : t('form.choose'),
    catalogue: v.catalogue ? undefined : t('form.choose'),
    name: v.name === '' || isContractName(v.name) ? undefined : t('contracts.nameInvalid'),
  }), fieldProblems(deploy.error));
  const { values } = form;
  const submit = async () => {
    const body = { ledger: values.ledger, catalogue: values.catalogue, ...(values.name ? { name: values.name } : {}) };
    return (await deploy.mutateAsync(body)).operation;
  };
  const open = () => void navigate(`/ledgers/${values.ledger}/contracts/${values.name || values.catalogue}`);
  return (
    <FormDialog
      form={form}
      title={t('contracts.deploy')}
      description={t('contracts.deployBody')}
      action={t('contracts.deploy')}
      onSubmit={submit}
      onClose={onClose}
      send={{ isPending: deploy.isPending, error: deploy.error ?? catalogue.error }}
      errorTitle={t('contracts.deployFailed')}
      done={<Button onClick={open}>{t('contracts.open')}</Button>}
    >
      {ledger === undefined && (
        <SelectField
          {...form.field('ledger')}
          label={t('ledgers.one')}
          required
          options={(ledgers.data?.items ?? []).filter((l) => l.state === 'active').map((l) => ({ value: l.name, label: l.name }))}
        />
      )}
      <ChoiceField
        {...form.field('catalogue')}
        label={t('contracts.catalogue')}
        required
        options={(catalogue.data?.items ?? []).map((entry) => ({
          value: entry.name,
          label: `${inLanguage(entry.title, i18n.language) ?? entry.name} (${entry.name} ${entry.version})`,
          description: inLanguage(entry.description, i18n.language),
        }))}
        help={catalogue.data?.items.length === 0 ? t('contracts.catalogueEmpty') : undefined}
      />
      <TextField {...form.field('name')} label={t('contracts.name')} isCode help={t('contracts.nameHelp')} />
    </FormDialog>
  );
}
