// SPDX-License-Identifier: Apache-2.0

import { Button, FormFieldGroup, FormFieldGroupHeader } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { list, type Schemas } from '../../api/client';
import type { SignInState } from '../../api/signin';
import { CheckField, SelectField, TextAreaField, TextField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { PEMField } from '../../components/PEMField';
import { complaintsAt } from '../../components/problem';
import { useForm } from '../../hooks/useForm';
import { usePutSignInSettings } from '../../queries/signin';
import { useCertificateSubjects } from './useCertificateSubjects';

type Settings = Schemas['SignInCertificateSettings'];

interface Row {
  readonly key: number;
  readonly name: string;
  readonly pem: string;
}

interface Values {
  enabled: boolean;
  subject: Settings['subject'];
  acceptUnknown: boolean;
  /** One a line. */
  hosts: string;
  crls: string;
  authorities: readonly Row[];
}

const blocks = (pem: string, label: string): string[] => pem.match(new RegExp(`-----BEGIN ${label}-----[\\s\\S]+?-----END ${label}-----`, 'g')) ?? [];

/** Which certificates people may sign in with. The change is on trial at once. */
export function CertificatesDialog({ state: { revision, settings }, onClose }: { state: SignInState; onClose: () => void }) {
  const { t } = useTranslation();
  const put = usePutSignInSettings();
  const subjects = useCertificateSubjects();
  const before = settings.clientCertificates;
  const initial: Values = {
    enabled: before.enabled,
    subject: before.subject,
    acceptUnknown: before.acceptUnknown ?? false,
    hosts: list(before.hosts).join('\n'),
    crls: list(before.crls).join('\n'),
    authorities: list(before.authorities).map((a, key) => ({ key, ...a })),
  };
  const hosts = (text: string) => text.split(/\s+/).filter(Boolean);
  const refused = complaintsAt(put.error, 'clientCertificates');
  const form = useForm<Values>('certificates', initial, (v) => ({
    authorities: v.enabled && v.authorities.length === 0 ? t('clientCertificates.authoritiesNeeded') : undefined,
    hosts: hosts(v.hosts).every((h) => /^(\[[0-9a-f:]+\]|[a-z0-9][a-z0-9.-]*)(:\d{1,5})?$/.test(h)) ? undefined : t('clientCertificates.hostsInvalid'),
    crls: v.crls.trim() && blocks(v.crls, 'X509 CRL').length === 0 ? t('clientCertificates.crlsInvalid') : undefined,
  }), refused);
  const { values, set, errorOf } = form;
  const [asked, setAsked] = useState(false);
  const wrong = values.authorities.find((a) => !a.name.trim() || blocks(a.pem, 'CERTIFICATE').length === 0);
  const check = () => {
    setAsked(true);
    if (!form.check()) return false;
    if (wrong) document.getElementById(`certificates-${wrong.name.trim() ? 'pem' : 'name'}-${wrong.key}`)?.focus();
    return !wrong;
  };
  const submit = async () => {
    const clientCertificates: Settings = {
      enabled: values.enabled,
      subject: values.subject,
      acceptUnknown: values.acceptUnknown,
      hosts: hosts(values.hosts),
      crls: blocks(values.crls, 'X509 CRL'),
      authorities: values.authorities.map(({ name, pem }) => ({ name: name.trim(), pem })),
    };
    await put.mutateAsync({ revision, settings: { ...settings, clientCertificates } });
  };
  const change = (key: number, to: Partial<Row>) =>
    set('authorities', values.authorities.map((a) => (a.key === key ? { ...a, ...to } : a)));
  const add = () =>
    set('authorities', [...values.authorities, { key: Math.max(-1, ...values.authorities.map((a) => a.key)) + 1, name: '', pem: '' }]);
  return (
    <FormDialog
      form={{ ...form, check }}
      wide
      title={t('clientCertificates.edit')}
      description={t('signInSettings.onTrial')}
      action={t('signInSettings.try')}
      onSubmit={submit}
      onClose={onClose}
      send={put}
      errorTitle={t('signInSettings.failed')}
    >
      <CheckField
        {...form.field('enabled')}
        label={t('clientCertificates.enabled')}
        help={t('clientCertificates.enabledHelp')}
      />
      <SelectField
        {...form.field('subject')}
        label={t('clientCertificates.subject')}
        required
        options={Object.entries(subjects).map(([value, label]) => ({ value, label }))}
        help={t('clientCertificates.subjectHelp')}
      />
      {values.authorities.map((a, n) => (
        <FormFieldGroup
          key={a.key}
          role="group"
          header={
            <FormFieldGroupHeader
              titleText={{ text: a.name || t('clientCertificates.authority', { number: n + 1 }), id: `certificates-authority-${a.key}` }}
              actions={
                <Button variant="link" isDanger onClick={() => set('authorities', values.authorities.filter((x) => x.key !== a.key))}>
                  {t('remove')}
                </Button>
              }
            />
          }
        >
          <TextField
            id={`certificates-name-${a.key}`}
            label={t('clientCertificates.authorityName')}
            required
            value={a.name}
            onChange={(name) => change(a.key, { name })}
            error={(asked && !a.name.trim() ? t('form.required') : undefined) ?? refused[`authorities[${n}].name`]}
          />
          <PEMField
            id={`certificates-pem-${a.key}`}
            label={t('clientCertificates.pem')}
            files={t('clientCertificates.file')}
            value={a.pem}
            onChange={(pem) => change(a.key, { pem })}
            error={
              (asked && blocks(a.pem, 'CERTIFICATE').length === 0 ? t('authorities.chainInvalid') : undefined) ?? refused[`authorities[${n}].pem`]
            }
            help={t('clientCertificates.pemHelp')}
          />
        </FormFieldGroup>
      ))}
      <div>
        <Button id="certificates-authorities" variant="secondary" onClick={add}>
          {t('clientCertificates.addAuthority')}
        </Button>
        {errorOf('authorities') && <p className="b4a-complaint">{errorOf('authorities')}</p>}
      </div>
      <TextAreaField
        {...form.field('hosts')}
        label={t('clientCertificates.hosts')}
        rows={3}
        help={t('clientCertificates.hostsHelp')}
      />
      <TextAreaField
        {...form.field('crls')}
        label={t('clientCertificates.crls')}
        rows={3}
        help={t('clientCertificates.crlsHelp')}
      />
      <CheckField
        {...form.field('acceptUnknown')}
        label={t('clientCertificates.acceptUnknown')}
        help={t('clientCertificates.acceptUnknownHelp')}
      />
    </FormDialog>
  );
}
