// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import { list } from '../../api/client';
import type { SignInProvider, SignInState } from '../../api/signin';
import { languages } from '../../app/i18n';
import { Code } from '../../components/Code';
import { CheckField, SelectField, TextAreaField, TextField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { complaintsAt } from '../../components/problem';
import { useForm, type Form } from '../../hooks/useForm';
import { usePutSignInSettings } from '../../queries/signin';
import {
  callbackOf,
  fieldNames,
  isAddress,
  localeNames,
  parseLines,
  providerOf,
  templates,
  valuesOf,
  type ProviderValues,
  type Template,
} from './provider';

interface Props {
  state: SignInState;
  /** Whose settings are changed, or what a new one begins with. */
  of: SignInProvider | Template;
  onClose: () => void;
}

/** Adds a provider, or changes one. The change is on trial at once. */
export function ProviderDialog({ state: { revision, settings }, of, onClose }: Props) {
  const { t } = useTranslation();
  const put = usePutSignInSettings();
  const before = typeof of === 'string' ? undefined : of;
  const at = list(settings.providers).findIndex((p) => p.id === before?.id);
  const refused = complaintsAt(put.error, `providers[${at < 0 ? list(settings.providers).length : at}]`);
  const others = list(settings.providers).filter((p) => p.id !== before?.id);
  const address = (text: string) => (isAddress(text) ? undefined : t('provider.addressInvalid'));
  const form = useForm<ProviderValues>('provider', valuesOf(typeof of === 'string' ? templates[of] : of), (v) => ({
    id: !/^[a-z][a-z0-9-]{0,29}[a-z0-9]$/.test(v.id) || ['local', 'clientcert'].includes(v.id)
      ? t('provider.idInvalid')
      : others.some((p) => p.id === v.id)
        ? t('provider.idTaken')
        : undefined,
    nameEu: v.nameEu.trim() || v.nameEs.trim() || v.nameEn.trim() ? undefined : t('provider.nameNeeded'),
    ...(v.kind === 'oidc'
      ? { issuer: address(v.issuer) }
      : { authorizeUrl: address(v.authorizeUrl), tokenUrl: address(v.tokenUrl), userinfoUrl: address(v.userinfoUrl) }),
    clientId: v.clientId.trim() ? undefined : t('form.required'),
    parameters: parseLines(v.parameters) ? undefined : t('provider.linesInvalid'),
    locales: parseLines(v.locales, localeNames) ? undefined : t('provider.linesInvalid'),
    fields: fieldsComplaint(v) ? t('provider.fieldsInvalid', { names: fieldNames.join(', ') }) : undefined,
  }), refused);
  const submit = async () => {
    const changed = providerOf(form.values);
    const providers = before
      ? list(settings.providers).map((p) => (p.id === before.id ? changed : p))
      : [...list(settings.providers), changed];
    await put.mutateAsync({ revision, settings: { ...settings, providers } });
  };
  return (
    <FormDialog
      form={form}
      wide
      title={before ? t('provider.edit', { name: before.id }) : t('provider.add')}
      description={t('signInSettings.onTrial')}
      action={t('signInSettings.try')}
      onSubmit={submit}
      onClose={onClose}
      send={put}
      errorTitle={t('signInSettings.failed')}
    >
      <Who form={form} fixed={before !== undefined} />
      <Client form={form} kept={before?.clientSecretSet ?? false} />
      <Answers form={form} />
    </FormDialog>
  );
}

const fieldsComplaint = (v: ProviderValues): boolean => {
  const fields = parseLines(v.fields, fieldNames);
  return !fields || (v.kind === 'oauth2' && !fields.subject);
};

interface Part {
  form: Form<ProviderValues>;
}

/** Which provider it is, and where. */
function Who({ fixed, form }: Part & { fixed: boolean }) {
  const { t } = useTranslation();
  const { values, set, field } = form;
  return (
    <>
      <TextField {...field('id')} label={t('provider.id')} required isCode isReadOnly={fixed} help={t('provider.idHelp')} />
      <div>
        <p className="b4a-quiet">{t('provider.callback')}</p>
        <Code text={callbackOf(values.id)} what={t('provider.callback')} />
      </div>
      <SelectField
        id="provider-kind"
        label={t('provider.kind')}
        required
        options={[
          { value: 'oidc', label: 'OpenID Connect' },
          { value: 'oauth2', label: t('provider.oauth2') },
        ]}
        value={values.kind}
        onChange={(kind) => set('kind', kind === 'oauth2' ? kind : 'oidc')}
      />
      <TextField {...field('nameEu')} label={t('provider.nameIn', { language: languages.eu })} help={t('provider.nameHelp')} />
      <TextField {...field('nameEs')} label={t('provider.nameIn', { language: languages.es })} />
      <TextField {...field('nameEn')} label={t('provider.nameIn', { language: languages.en })} />
      {values.kind === 'oidc' ? (
        <TextField {...field('issuer')} label={t('provider.issuer')} required isCode help={t('provider.issuerHelp')} />
      ) : (
        <>
          <TextField {...field('authorizeUrl')} label={t('provider.authorizeUrl')} required isCode />
          <TextField {...field('tokenUrl')} label={t('provider.tokenUrl')} required isCode />
          <TextField {...field('userinfoUrl')} label={t('provider.userinfoUrl')} required isCode />
        </>
      )}
    </>
  );
}

/** How the platform proves itself there. */
function Client({ kept, form }: Part & { kept: boolean }) {
  const { t } = useTranslation();
  const { values, set, field } = form;
  return (
    <>
      <TextField {...field('clientId')} label={t('provider.clientId')} required isCode />
      <SelectField
        id="provider-clientAuth"
        label={t('provider.clientAuth')}
        required
        options={[
          { value: 'basic', label: t('provider.basic') },
          { value: 'post', label: t('provider.post') },
          { value: 'none', label: t('provider.public') },
        ]}
        value={values.clientAuth}
        onChange={(auth) => set('clientAuth', auth === 'post' || auth === 'none' ? auth : 'basic')}
      />
      {values.clientAuth !== 'none' && (
        <>
          <TextField
            {...field('clientSecret')}
            type="password"
            autoComplete="new-password"
            label={t('provider.secret')}
            help={kept ? t('provider.secretKept') : t('provider.secretHelp')}
          />
          <TextField {...field('clientSecretFile')} isCode label={t('provider.secretFile')} help={t('provider.secretFileHelp')} />
        </>
      )}
    </>
  );
}

/** What is asked for, and how the answer is read. */
function Answers({ form }: Part) {
  const { t } = useTranslation();
  const { field } = form;
  return (
    <>
      <TextField {...field('scopes')} isCode label={t('provider.scopes')} help={t('provider.scopesHelp')} />
      <TextAreaField {...field('parameters')} rows={3} label={t('provider.parameters')} help={t('provider.parametersHelp')} />
      <TextAreaField {...field('locales')} rows={3} label={t('provider.locales')} help={t('provider.localesHelp')} />
      <TextAreaField {...field('fields')} rows={3} label={t('provider.fields')} help={t('provider.fieldsHelp')} />
      <CheckField
        {...field('trustEmail')}
        label={t('provider.trustEmail')}
        help={t('provider.trustEmailHelp')}
      />
    </>
  );
}
