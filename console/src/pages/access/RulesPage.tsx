// SPDX-License-Identifier: Apache-2.0

import { Alert, Button, Form, FormFieldGroup, FormFieldGroupHeader, PageSection } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { AccessPolicy } from '../../api/access';
import { list } from '../../api/client';
import type { OrganizationKind } from '../../api/organizations';
import { can } from '../../app/scopes';
import { CheckField, TextField } from '../../components/fields';
import { LanguageField } from '../../components/LanguageField';
import { PageHeader } from '../../components/PageHeader';
import { ProblemAlert } from '../../components/ProblemAlert';
import { fieldProblems } from '../../components/problem';
import { Whole } from '../../components/Whole';
import { useForm } from '../../hooks/useForm';
import { useAccessPolicy, usePutAccessPolicy } from '../../queries/access';
import { usePrincipal } from '../../queries/session';
import { useKinds } from '../organizations/useKinds';

/** How requests for access are decided: deadlines, who agrees, and which are approved without an operator. */
export function RulesPage() {
  const { t } = useTranslation();
  const query = useAccessPolicy();
  return (
    <Whole what={t('rules.title')} query={query}>
      {(policy) => (
        <>
          <PageHeader
            title={t('rules.title')}
            crumbs={[{ label: t('requests.title'), to: '/access-requests' }]}
            description={t('rules.body')}
          />
          <PageSection hasBodyWrapper={false}>
            <PolicyForm policy={policy} />
          </PageSection>
        </>
      )}
    </Whole>
  );
}

const periods = ['verifyDays', 'reviewDays', 'answerDays', 'reminderDays', 'retentionDays'] as const;
type Period = (typeof periods)[number];

/** A rule as the form holds it; the kinds that are not automatic have one too, switched off. */
interface Rule {
  readonly on: boolean;
  readonly quota: string;
  readonly days: string;
}

type Values = Record<Period, string> & {
  terms: string;
  secondPerson: boolean;
  notifyEmail: string;
  notifyLocale: AccessPolicy['notifyLocale'];
  rules: Readonly<Record<string, Rule>>;
};

/** What a rule begins with when it is switched on. */
const suggested = { quota: '10', days: '30' };

const within = (text: string, least: number, most: number): boolean =>
  /^\d{1,5}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;

const good = ({ on, quota, days }: Rule): boolean => !on || (within(quota, 1, 10_000) && within(days, 1, 3650));

function valuesOf(p: AccessPolicy, kinds: readonly string[]): Values {
  const rule = (kind: string) => list(p.rules).find((r) => r.kind === kind);
  return {
    terms: p.terms,
    verifyDays: String(p.verifyDays),
    reviewDays: String(p.reviewDays),
    answerDays: String(p.answerDays),
    reminderDays: String(p.reminderDays),
    retentionDays: String(p.retentionDays),
    secondPerson: p.secondPerson,
    notifyEmail: p.notifyEmail ?? '',
    notifyLocale: p.notifyLocale,
    rules: Object.fromEntries(
      kinds.map((kind) => {
        const r = rule(kind);
        return [kind, r ? { on: true, quota: String(r.quota), days: String(r.days) } : { on: false, ...suggested }];
      }),
    ),
  };
}

const policyOf = (v: Values): AccessPolicy => ({
  terms: v.terms.trim(),
  verifyDays: Number(v.verifyDays),
  reviewDays: Number(v.reviewDays),
  answerDays: Number(v.answerDays),
  reminderDays: Number(v.reminderDays),
  retentionDays: Number(v.retentionDays),
  secondPerson: v.secondPerson,
  ...(v.notifyEmail.trim() ? { notifyEmail: v.notifyEmail.trim() } : {}),
  notifyLocale: v.notifyLocale,
  rules: Object.entries(v.rules).flatMap(([kind, r]) =>
    r.on ? [{ kind, quota: Number(r.quota), days: Number(r.days) }] : [],
  ),
});

function PolicyForm({ policy }: { policy: AccessPolicy }) {
  const { t } = useTranslation();
  const kinds = useKinds();
  const manages = can(usePrincipal(), 'access-request.manage');
  const put = usePutAccessPolicy();
  const [asked, setAsked] = useState(false);
  const form = useForm<Values>('rules', valuesOf(policy, Object.keys(kinds)), (v) => ({
    terms: v.terms.trim() ? undefined : t('form.required'),
    ...Object.fromEntries(periods.flatMap((p) => (p === 'reminderDays' || within(v[p], 1, 3650) ? [] : [[p, t('rules.daysInvalid')]]))),
    reminderDays: within(v.reminderDays, 0, Math.min(Number(v.reviewDays), Number(v.answerDays)) - 1) ? undefined : t('rules.reminderInvalid'),
    notifyEmail: !v.notifyEmail.trim() || /^[^\s@]+@[^\s@]+$/.test(v.notifyEmail.trim()) ? undefined : t('field.email'),
  }), fieldProblems(put.error));
  const { values, set } = form;
  const labels: Record<Period, [string, string]> = {
    verifyDays: [t('rules.verify'), t('rules.verifyHelp')],
    reviewDays: [t('rules.review'), t('rules.reviewHelp')],
    answerDays: [t('rules.answer'), t('rules.answerHelp')],
    reminderDays: [t('rules.reminder'), t('rules.reminderHelp')],
    retentionDays: [t('rules.retention'), t('rules.retentionHelp')],
  };
  const save = () => {
    setAsked(true);
    const wrong = Object.entries(values.rules).find(([, r]) => !good(r));
    if (!form.check()) return;
    if (wrong) document.getElementById(`rules-${within(wrong[1].quota, 1, 10_000) ? 'days' : 'quota'}-${wrong[0]}`)?.focus();
    else put.mutate(policyOf(values));
  };
  const text = (name: 'terms' | 'notifyEmail' | Period) => ({ ...form.field(name), isReadOnly: !manages });
  const saved = put.isSuccess && JSON.stringify(put.variables) === JSON.stringify(policyOf(values));
  return (
    <Form
      id="rules"
      className="b4a-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {put.error ? <ProblemAlert error={put.error} title={t('rules.failed')} /> : null}
      <FormFieldGroup role="group" header={<FormFieldGroupHeader titleText={{ text: t('rules.automatic'), id: 'rules-automatic' }} titleDescription={t('rules.automaticBody')} />}>
        {(Object.entries(kinds) as [OrganizationKind, string][]).map(([kind, label]) => (
          <RuleFields
            key={kind}
            kind={kind}
            label={label}
            rule={values.rules[kind] ?? { on: false, ...suggested }}
            asked={asked}
            fixed={!manages}
            onChange={(rule) => set('rules', { ...values.rules, [kind]: rule })}
          />
        ))}
      </FormFieldGroup>
      <FormFieldGroup role="group" header={<FormFieldGroupHeader titleText={{ text: t('rules.decision'), id: 'rules-decision' }} />}>
        <CheckField
          id="rules-secondPerson"
          label={t('rules.secondPerson')}
          value={values.secondPerson}
          onChange={(on) => manages && set('secondPerson', on)}
          help={t('rules.secondPersonHelp')}
        />
        <TextField {...text('terms')} label={t('rules.terms')} required help={t('rules.termsHelp')} />
        <TextField {...text('notifyEmail')} type="email" label={t('rules.mailbox')} help={t('rules.mailboxHelp')} />
        <LanguageField {...form.field('notifyLocale')} label={t('rules.mailboxLocale')} isDisabled={!manages} />
      </FormFieldGroup>
      <FormFieldGroup role="group" header={<FormFieldGroupHeader titleText={{ text: t('rules.periods'), id: 'rules-periods' }} titleDescription={t('rules.periodsBody')} />}>
        {periods.map((p) => (
          <TextField key={p} {...text(p)} inputMode="numeric" required label={labels[p][0]} help={labels[p][1]} />
        ))}
      </FormFieldGroup>
      {manages && (
        <div className="b4a-buttons">
          <Button type="submit" isLoading={put.isPending} isDisabled={put.isPending}>
            {t('rules.save')}
          </Button>
        </div>
      )}
      <div role="status">{saved && <Alert variant="success" isInline isPlain component="p" title={t('rules.saved')} />}</div>
    </Form>
  );
}

interface RuleProps {
  kind: string;
  label: string;
  rule: Rule;
  asked: boolean;
  fixed: boolean;
  onChange: (rule: Rule) => void;
}

function RuleFields({ kind, label, rule, asked, fixed, onChange }: RuleProps) {
  const { t } = useTranslation();
  const { on, quota, days } = rule;
  return (
    <div className="b4a-rule" role="group" aria-label={label}>
      <CheckField id={`rules-on-${kind}`} label={label} value={on} onChange={(to) => !fixed && onChange({ ...rule, on: to })} />
      {on && (
        <>
          <TextField
            id={`rules-quota-${kind}`}
            label={t('rules.quota')}
            inputMode="numeric"
            required
            isReadOnly={fixed}
            value={quota}
            onChange={(v) => onChange({ ...rule, quota: v })}
            error={asked && !within(quota, 1, 10_000) ? t('rules.quotaInvalid') : undefined}
          />
          <TextField
            id={`rules-days-${kind}`}
            label={t('rules.days')}
            inputMode="numeric"
            required
            isReadOnly={fixed}
            value={days}
            onChange={(v) => onChange({ ...rule, days: v })}
            error={asked && !within(days, 1, 3650) ? t('rules.daysInvalid') : undefined}
          />
        </>
      )}
    </div>
  );
}
