// SPDX-License-Identifier: Apache-2.0

import { Button, FormGroup, HelperText, HelperTextItem, Radio } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { SelectField, TextField } from '../../components/fields';
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
  }));
  const { values, errorOf, set } = form;
  const refused = fieldProblems(deploy.error);
  const submit = async () => {
    if (!form.check()) return undefined;
    const body = { ledger: values.ledger, catalogue: values.catalogue, ...(values.name ? { name: values.name } : {}) };
    const accepted = await deploy.mutateAsync(body).catch(() => undefined);
    return accepted?.operation;
  };
  const open = () => void navigate(`/ledgers/${values.ledger}/contracts/${values.name || values.catalogue}`);
  return (
    <FormDialog
      id="contract"
      title={t('contracts.deploy')}
      description={t('contracts.deployBody')}
      action={t('contracts.deploy')}
      onSubmit={submit}
      onClose={onClose}
      busy={deploy.isPending}
      error={deploy.error ?? catalogue.error}
      errorTitle={t('contracts.deployFailed')}
      done={<Button onClick={open}>{t('contracts.open')}</Button>}
    >
      {ledger === undefined && (
        <SelectField
          id="contract-ledger"
          label={t('ledgers.one')}
          required
          placeholder={t('form.choosePlaceholder')}
          options={(ledgers.data?.items ?? []).filter((l) => l.state === 'active').map((l) => ({ value: l.name, label: l.name }))}
          value={values.ledger}
          onChange={(v) => set('ledger', v)}
          error={errorOf('ledger')}
        />
      )}
      <FormGroup label={t('contracts.catalogue')} role="radiogroup" isRequired isStack fieldId="contract-catalogue">
        {(catalogue.data?.items ?? []).map((entry, n) => (
          <Radio
            key={entry.name}
            id={n === 0 ? 'contract-catalogue' : `contract-catalogue-${entry.name}`}
            name="catalogue"
            label={`${inLanguage(entry.title, i18n.language) ?? entry.name} (${entry.name} ${entry.version})`}
            description={inLanguage(entry.description, i18n.language)}
            isChecked={values.catalogue === entry.name}
            onChange={() => set('catalogue', entry.name)}
          />
        ))}
        {catalogue.data?.items.length === 0 && <p>{t('contracts.catalogueEmpty')}</p>}
        {errorOf('catalogue') && (
          <HelperText>
            <HelperTextItem variant="error">{errorOf('catalogue')}</HelperTextItem>
          </HelperText>
        )}
      </FormGroup>
      <TextField {...form.text('name', refused)} label={t('contracts.name')} isCode help={t('contracts.nameHelp')} />
    </FormDialog>
  );
}
