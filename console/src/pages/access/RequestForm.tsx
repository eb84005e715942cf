// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { AccessForm, NewAccessRequest } from '../../api/access';
import { list } from '../../api/client';
import { isLanguage, languages } from '../../app/i18n';
import { CheckField, ChoiceField, SelectField, TextAreaField, TextField } from '../../components/fields';
import { PageForm } from '../../components/PageForm';
import { useComplaints, useFieldWords } from '../../components/useProblemWords';
import { useForm, type Sending } from '../../hooks/useForm';
import { useKinds } from '../organizations/useKinds';
import { readIdentifier, type IdentifierKind } from './identifier';
import { useTiers } from './useTiers';

interface Props {
  offer: AccessForm;
  invitation?: string;
  send: Sending;
  onSend: (request: NewAccessRequest) => void;
}

const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text.trim());

export function RequestForm({ offer, invitation, send, onSend }: Props) {
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
  }), useComplaints(send.error));
  const { values, set, field } = form;
  const read = readIdentifier(values.identifier);
  return (
    <PageForm
      form={form}
      action={t('access.send')}
      send={send}
      errorTitle={t('access.failed')}
      onSubmit={() => onSend({ ...values, terms: offer.terms, ...(invitation ? { invitation } : {}) })}
    >
      <SelectField
        {...field('kind')}
        label={t('organizations.kind')}
        required
        options={list(offer.kinds).map((k) => ({ value: k, label: kinds[k] ?? k }))}
      />
      <TextField {...field('legalName')} label={t('access.legalName')} required autoComplete="organization" />
      <TextField
        {...field('identifier')}
        label={t('access.identifier')}
        required
        isCode
        help={read.kind ? t('identifier.right', { kind: identifierKinds[read.kind] }) : t('access.identifierHelp')}
      />
      <TextField {...field('contactName')} label={t('access.contact')} required autoComplete="name" help={t('access.contactHelp')} />
      <TextField {...field('email')} type="email" label={t('access.email')} required autoComplete="email" help={t('access.emailHelp')} />
      <TextField {...field('phone')} type="tel" label={t('access.phone')} autoComplete="tel" help={t('form.optional')} />
      <TextAreaField
        {...field('purpose')}
        label={t('access.purpose')}
        required
        isProse
        help={t('access.purposeHelp')}
      />
      <ChoiceField
        {...field('tier')}
        label={t('access.tier')}
        required
        options={list(offer.tiers).map((value) => ({ value, label: tiers[value]?.label ?? value, description: tiers[value]?.description }))}
      />
      <SelectField
        {...field('locale')}
        label={t('access.locale')}
        required
        options={list(offer.locales).map((value) => ({ value, label: isLanguage(value) ? languages[value] : value }))}
      />
      <CheckField
        {...field('terms')}
        label={t('access.terms', { version: offer.terms })}
        required
        help={t('access.termsHelp')}
      />
      {/* A trap: programs fill it in, people neither see it nor hear of it. */}
      <div className="b4a-trap" aria-hidden="true">
        <label htmlFor="access-website">Website</label>
        <input id="access-website" tabIndex={-1} autoComplete="off" value={values.website} onChange={(e) => set('website', e.target.value)} />
      </div>
    </PageForm>
  );
}
