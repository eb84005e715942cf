// SPDX-License-Identifier: Apache-2.0

import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { list, type Schemas } from '../../api/client';
import type { Ledger } from '../../api/ledgers';
import { isLanguage, languages } from '../../app/i18n';
import { Code } from '../../components/Code';
import { ChoiceField, SelectField, TextField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { fieldProblems } from '../../components/problem';
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
  }));
  const { values, set, errorOf } = form;
  const refused = fieldProblems(invite.error);
  const submit = async () => {
    if (!form.check()) return undefined;
    const to =
      values.to === 'email' ? { email: values.email.trim(), locale: values.locale } : { organization: values.organization.trim() };
    await invite.mutateAsync({ inviter: values.inviter, ...to }).catch(() => undefined);
    return undefined;
  };
  if (invite.data) return <Invited invited={invite.data} onClose={onClose} />;
  return (
    <FormDialog
      id="ledger-invite"
      title={t('ledgerInvite.title', { ledger: ledger.name })}
      description={t('ledgerInvite.body')}
      action={t('ledgerInvite.action')}
      onSubmit={submit}
      onClose={onClose}
      busy={invite.isPending}
      error={invite.error}
      errorTitle={t('ledgerInvite.failed')}
    >
      <SelectField
        id="ledger-invite-inviter"
        label={t('ledgerInvite.inviter')}
        required
        placeholder={t('form.choosePlaceholder')}
        options={inviters.map((id) => ({ value: id, label: known.find((o) => o.id === id)?.name ?? id }))}
        value={values.inviter}
        onChange={(v) => set('inviter', v)}
        error={errorOf('inviter') ?? refused.inviter}
      />
      <ChoiceField
        id="ledger-invite-to"
        label={t('ledgerInvite.to')}
        required
        options={[
          { value: 'organization', label: t('ledgerInvite.here'), description: t('ledgerInvite.hereBody') },
          { value: 'email', label: t('ledgerInvite.mail'), description: t('ledgerInvite.mailBody') },
        ]}
        value={values.to}
        onChange={(v) => set('to', v)}
      />
      {values.to === 'email' ? (
        <>
          <TextField {...form.text('email', refused)} type="email" label={t('ledgerInvite.email')} required />
          <SelectField
            id="ledger-invite-locale"
            label={t('access.locale')}
            required
            placeholder={t('form.choosePlaceholder')}
            options={Object.entries(languages).map(([value, label]) => ({ value, label }))}
            value={values.locale}
            onChange={(v) => {
              if (isLanguage(v)) set('locale', v);
            }}
          />
        </>
      ) : others.length > 0 ? (
        <SelectField
          id="ledger-invite-organization"
          label={t('organizations.one')}
          required
          placeholder={t('form.choosePlaceholder')}
          options={others.map((o) => ({ value: o.id, label: `${o.name} (${o.id})` }))}
          value={values.organization}
          onChange={(v) => set('organization', v)}
          error={errorOf('organization') ?? refused.organization}
        />
      ) : (
        <TextField
          {...form.text('organization', refused)}
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
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="ledger-invited-title">
      <ModalHeader title={t('ledgerInvite.invited', { who })} labelId="ledger-invited-title" />
      <ModalBody>
        <p>{invitation.organization ? t('ledgerInvite.linkHere') : t('ledgerInvite.linkMail')}</p>
        <div className="b4a-gap">
          <Code text={`${location.origin}/ledger-invitation#code=${code}`} what={t('members.link')} />
        </div>
      </ModalBody>
      <ModalFooter>
        <Button variant="secondary" onClick={onClose}>
          {t('dialog.close')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
