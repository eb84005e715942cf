// SPDX-License-Identifier: Apache-2.0

import { Button, Form } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { AccessForm, NewAccessRequest } from '../../api/access';
import { list } from '../../api/client';
import { isLanguage, languages } from '../../app/i18n';
import { CheckField, ChoiceField, SelectField, TextAreaField, TextField } from '../../components/fields';
import { ProblemAlert } from '../../components/ProblemAlert';
import { useComplaints, useFieldWords } from '../../components/useProblemWords';
import { useForm } from '../../hooks/useForm';
import { useKinds } from '../organizations/useKinds';
import { readIdentifier, type IdentifierKind } from './identifier';
import { useTiers } from './useTiers';

interface Props {
  offer: AccessForm;
  invitation?: string;
  busy: boolean;
  error: unknown;
  onSend: (request: NewAccessRequest) => void;
}

const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text.trim());

export function RequestForm({ offer, invitation, busy, error, onSend }: Props) {
  const { t, i18n } = useTranslation();
  const kinds: Partial<Record<string, string>> = useKinds();
  const tiers = useTiers();
  const words = useFieldWords();
  const identifierKinds: Record<IdentifierKind, string> = {
    nif: t('identifier.nif'),
    nie: t('identifier.nie'),
    cif: t('identifier.cif'),
    vat: t('identifier.vat'),
  };
  const initial = {
    kind: '', legalName: '', identifier: '', contactName: '', email: '', phone: '', purpose: '', tier: '', locale: i18n.language, terms: false, website: '',
  };
  const form = useForm('access', initial, (v) => ({
    kind: v.kind ? undefined : t('form.choose'),
    legalName: v.legalName.trim() ? undefined : t('form.required'),
    identifier: words[readIdentifier(v.identifier).fault ?? ''],
    contactName: v.contactName.trim() ? undefined : t('form.required'),
    email: isEmail(v.email) ? undefined : t('field.email'),
    purpose: v.purpose.trim() ? undefined : t('form.required'),
    tier: v.tier ? undefined : t('form.choose'),
    terms: v.terms ? undefined : t('field.terms'),
  }));
  const { values, set, touch } = form;
  // A complaint of the platform stands at its field until that field is changed.
  const complaints = useComplaints(error);
  const [sent, setSent] = useState(values);
  const errorOf = (name: keyof typeof initial) =>
    form.errorOf(name) ?? (sent[name] === values[name] ? complaints[name] : undefined);
  const read = readIdentifier(values.identifier);
  const send = () => {
    if (!form.check()) return;
    setSent(values);
    onSend({ ...values, terms: offer.terms, ...(invitation ? { invitation } : {}) });
  };
  const text = (name: 'legalName' | 'contactName' | 'email' | 'phone' | 'identifier') => ({
    id: `access-${name}`,
    value: values[name],
    onChange: (v: string) => set(name, v),
    onBlur: () => touch(name),
    error: errorOf(name),
  });
  return (
    <Form
      id="access"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {error ? <ProblemAlert error={error} title={t('access.failed')} /> : null}
      <SelectField
        id="access-kind"
        label={t('organizations.kind')}
        required
        placeholder={t('form.choosePlaceholder')}
        options={list(offer.kinds).map((k) => ({ value: k, label: kinds[k] ?? k }))}
        value={values.kind}
        onChange={(v) => set('kind', v)}
        onBlur={() => touch('kind')}
        error={errorOf('kind')}
      />
      <TextField {...text('legalName')} label={t('access.legalName')} required autoComplete="organization" />
      <TextField
        {...text('identifier')}
        label={t('access.identifier')}
        required
        isCode
        help={read.kind ? t('identifier.right', { kind: identifierKinds[read.kind] }) : t('access.identifierHelp')}
      />
      <TextField {...text('contactName')} label={t('access.contact')} required autoComplete="name" help={t('access.contactHelp')} />
      <TextField {...text('email')} type="email" label={t('access.email')} required autoComplete="email" help={t('access.emailHelp')} />
      <TextField {...text('phone')} type="tel" label={t('access.phone')} autoComplete="tel" help={t('form.optional')} />
      <TextAreaField
        id="access-purpose"
        label={t('access.purpose')}
        required
        isProse
        value={values.purpose}
        onChange={(v) => set('purpose', v)}
        onBlur={() => touch('purpose')}
        error={errorOf('purpose')}
        help={t('access.purposeHelp')}
      />
      <ChoiceField
        id="access-tier"
        label={t('access.tier')}
        required
        options={list(offer.tiers).map((value) => ({ value, label: tiers[value]?.label ?? value, description: tiers[value]?.description }))}
        value={values.tier}
        onChange={(v) => set('tier', v)}
        error={errorOf('tier')}
      />
      <SelectField
        id="access-locale"
        label={t('access.locale')}
        required
        placeholder={t('form.choosePlaceholder')}
        options={list(offer.locales).map((value) => ({ value, label: isLanguage(value) ? languages[value] : value }))}
        value={values.locale}
        onChange={(v) => set('locale', v)}
        error={errorOf('locale')}
      />
      <CheckField
        id="access-terms"
        label={t('access.terms', { version: offer.terms })}
        required
        value={values.terms}
        onChange={(v) => set('terms', v)}
        error={errorOf('terms')}
        help={t('access.termsHelp')}
      />
      {/* A trap: programs fill it in, people neither see it nor hear of it. */}
      <div className="b4a-trap" aria-hidden="true">
        <label htmlFor="access-website">Website</label>
        <input id="access-website" tabIndex={-1} autoComplete="off" value={values.website} onChange={(e) => set('website', e.target.value)} />
      </div>
      <div>
        <Button type="submit" isLoading={busy} isDisabled={busy}>
          {t('access.send')}
        </Button>
      </div>
    </Form>
  );
}
