// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import { list, type Schemas } from '../../api/client';
import type { Ledger } from '../../api/ledgers';
import { isLanguage } from '../../app/i18n';
import { ChoiceField, SelectField, TextField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { LanguageField } from '../../components/LanguageField';
import { fieldProblems } from '../../components/problem';
import { SecretDialog } from '../../components/SecretDialog';
import { useForm } from '../../hooks/useForm';
import { useInviteToLedger } from '../../queries/invitations';
import { useOrganizationChoices } from '../../queries/organizations';

interface Props {
  ledger: Ledger;
  /** The members in whose name the caller may invite. */
  inviters: readonly string[];
  onClose: () => void;
}

/** Invites an organization into a ledger; then shows the link, once, to be handed over. */
export function InviteToLedgerDialog({ ledger, inviters, onClose }: Props) {
  const { t, i18n } = useTranslation();
  const invite = useInviteToLedger(ledger.name);
  const known = useOrganizationChoices().data?.items ?? [];
  const others = known.filter((o) => o.state === 'active' && !list(ledger.organizations).includes(o.id));
  const language = isLanguage(i18n.language) ? i18n.language : 'en';
  const initial = { inviter: inviters.length === 1 ? (inviters[0] ?? '') : '', to: 'organization', organization: '', email: '', locale: language };
  const form = useForm('ledger-invite', initial, (v) => ({
    inviter: v.inviter ? undefined : t('form.choose'),
    organization: v.to === 'email' || v.organization.trim() ? undefined : t('form.required'),
    email: v.to === 'organization' || /^[^\s@]+@[^\s@]+$/.test(v.email.trim()) ? undefined : t('field.email'),
  }), fieldProblems(invite.error));
  const { values } = form;
  const submit = async () => {
    const to =
      values.to === 'email' ? { email: values.email.trim(), locale: values.locale } : { organization: values.organization.trim() };
    await invite.mutateAsync({ inviter: values.inviter, ...to });
  };
  if (invite.data) return <Invited invited={invite.data} onClose={onClose} />;
  return (
    <FormDialog
      form={form}
      title={t('ledgerInvite.title', { ledger: ledger.name })}
      description={t('ledgerInvite.body')}
      action={t('ledgerInvite.action')}
      onSubmit={submit}
      onClose={onClose}
      stays
      send={invite}
      errorTitle={t('ledgerInvite.failed')}
    >
      <SelectField
        {...form.field('inviter')}
        label={t('ledgerInvite.inviter')}
        required
        options={inviters.map((id) => ({ value: id, label: known.find((o) => o.id === id)?.name ?? id }))}
      />
      <ChoiceField
        {...form.field('to')}
        label={t('ledgerInvite.to')}
        required
        options={[
          { value: 'organization', label: t('ledgerInvite.here'), description: t('ledgerInvite.hereBody') },
          { value: 'email', label: t('ledgerInvite.mail'), description: t('ledgerInvite.mailBody') },
        ]}
      />
      {values.to === 'email' ? (
        <>
          <TextField {...form.field('email')} type="email" label={t('ledgerInvite.email')} required />
          <LanguageField {...form.field('locale')} label={t('access.locale')} />
        </>
      ) : others.length > 0 ? (
        <SelectField
          {...form.field('organization')}
          label={t('organizations.one')}
          required
          options={others.map((o) => ({ value: o.id, label: `${o.name} (${o.id})` }))}
        />
      ) : (
        <TextField
          {...form.field('organization')}
          label={t('ledgerInvite.identifier')}
          required
          isCode
          help={t('ledgerInvite.identifierHelp')}
        />
      )}
    </FormDialog>
  );
}

function Invited({ invited: { invitation, code }, onClose }: { invited: Schemas['IssuedLedgerInvitation']; onClose: () => void }) {
  const { t } = useTranslation();
  const who = invitation.organization ?? invitation.email ?? '';
  return (
    <SecretDialog
      id="ledger-invited"
      title={t('ledgerInvite.invited', { who })}
      description={invitation.organization ? t('ledgerInvite.linkHere') : t('ledgerInvite.linkMail')}
      secret={`${location.origin}/ledger-invitation#code=${code}`}
      what={t('members.link')}
      onClose={onClose}
    />
  );
}
