// SPDX-License-Identifier: Apache-2.0

import { Alert, Checkbox, Content } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Authority, AuthorityPurpose, Rehearsal } from '../../api/authorities';
import { list } from '../../api/client';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { Facts } from '../../components/Facts';
import { ChoicesField } from '../../components/fields';
import { FormDialog } from '../../components/FormDialog';
import { PEMField, usePEMComplaint } from '../../components/PEMField';
import { fieldProblems } from '../../components/problem';
import { ServerText } from '../../components/ServerText';
import { useForm } from '../../hooks/useForm';
import {
  useAuthorityWork,
  useChangeAuthority,
  useDiscardAuthority,
  useInstallChain,
  useRehearsal,
  useRequestAuthorities,
  type AuthorityWork,
} from '../../queries/authorities';

interface Props {
  organization: string;
  onClose: () => void;
}

export function RequestDialog({ organization, onClose }: Props) {
  const { t } = useTranslation();
  const request = useRequestAuthorities(organization);
  const form = useForm<{ purposes: readonly string[] }>('authority', { purposes: ['ca'] }, (v) => ({
    purposes: v.purposes.length > 0 ? undefined : t('form.choose'),
  }));
  const submit = async () => {
    await request.mutateAsync(form.values.purposes as AuthorityPurpose[]);
  };
  return (
    <FormDialog
      form={form}
      title={t('authorities.request')}
      description={t('authorities.requestBody')}
      action={t('authorities.requestAction')}
      onSubmit={submit}
      onClose={onClose}
      send={request}
      errorTitle={t('authorities.requestFailed')}
    >
      <ChoicesField
        {...form.field('purposes')}
        label={t('authorities.what')}
        required
        options={[
          { value: 'ca', label: t('authorities.ca'), description: t('authorities.caBody') },
          { value: 'tls-ca', label: t('authorities.tlsCa'), description: t('authorities.tlsCaBody') },
        ]}
      />
    </FormDialog>
  );
}

export function InstallDialog({ organization, onClose }: Props) {
  const { t } = useTranslation();
  const install = useInstallChain(organization);
  const complaint = usePEMComplaint();
  const form = useForm('chain', { pem: '' }, (v) => ({ pem: complaint(v.pem) }), fieldProblems(install.error));
  return (
    <FormDialog
      form={form}
      title={t('authorities.install')}
      description={t('authorities.installBody')}
      action={t('authorities.installAction')}
      onSubmit={async () => {
        await install.mutateAsync(form.values.pem);
      }}
      onClose={onClose}
      send={install}
      errorTitle={t('authorities.installFailed')}
    >
      <PEMField {...form.field('pem')} label={t('authorities.chain')} files={t('clinic.files')} adds rows={8} help={t('authorities.chainHelp')} />
    </FormDialog>
  );
}

/** Tells what the change would do, then does it. */
export function ChangeDialog({ organization, onClose }: Props) {
  const { t } = useTranslation();
  const rehearsal = useRehearsal(organization);
  const change = useChangeAuthority(organization);
  const [keepOld, setKeepOld] = useState(true);
  const submit = async () => (await change.mutateAsync(keepOld)).operation;
  return (
    <FormDialog
      form={{ id: 'change' }}
      title={t('authorities.change')}
      description={t('authorities.changeBody')}
      action={t('authorities.changeAction')}
      onSubmit={submit}
      onClose={onClose}
      send={{ isPending: change.isPending || rehearsal.isPending, error: change.error ?? rehearsal.error }}
      errorTitle={t('authorities.changeFailed')}
    >
      {rehearsal.data && <Report of={rehearsal.data} />}
      <Checkbox
        id="change-keep"
        label={t('authorities.keepOld')}
        description={t('authorities.keepOldBody')}
        isChecked={keepOld}
        onChange={(_, on) => setKeepOld(on)}
      />
    </FormDialog>
  );
}

function Report({ of: r }: { of: Rehearsal }) {
  const { t } = useTranslation();
  const problems = list(r.problems);
  const names = (of: readonly string[] | null) => list(of).join(', ') || '—';
  return (
    <>
      {problems.length > 0 ? (
        <Alert variant="warning" isInline component="p" title={t('authorities.wouldFail')}>
          <ul className="b4a-list">
            {problems.map((p) => (
              <li key={p}>
                <ServerText>{p}</ServerText>
              </li>
            ))}
          </ul>
        </Alert>
      ) : (
        <Alert variant="info" isInline component="p" title={t('authorities.wouldPass')} />
      )}
      <Facts
        columns={1}
        items={[
          [t('authorities.to'), list(r.authorities).map((a) => a.root ?? a.subject ?? a.purpose).join(' · ') || '—'],
          [t('ledgers.title'), names(r.ledgers)],
          [t('authorities.restarts'), names(r.restarts)],
          [t('authorities.reissued'), String(r.reissued)],
          [t('authorities.holders'), names(r.holders)],
        ]}
      />
    </>
  );
}

/** Asks, then shows the operation that finishes or reverts a change, or renews certificates. */
export function AuthorityWorkDialog({ organization, work, onClose }: Props & { work: AuthorityWork }) {
  const { t } = useTranslation();
  const run = useAuthorityWork(organization, work);
  const words: Record<AuthorityWork, readonly [string, string, string]> = {
    finish: [t('authorities.finish'), t('authorities.finishBody'), t('authorities.finishFailed')],
    revert: [t('authorities.revert'), t('authorities.revertBody'), t('authorities.revertFailed')],
    renew: [t('renew.title'), t('renew.body'), t('renew.failed')],
  };
  const [title, body, failed] = words[work];
  return (
    <FormDialog
      form={{ id: work }}
      title={title}
      action={title}
      onSubmit={async () => (await run.mutateAsync(null)).operation}
      onClose={onClose}
      send={run}
      errorTitle={failed}
    >
      <Content component="p">{body}</Content>
    </FormDialog>
  );
}

export function DiscardDialog({ organization, authority, onClose }: Props & { authority: Authority }) {
  const { t } = useTranslation();
  const discard = useDiscardAuthority(organization);
  return (
    <ConfirmDialog
      id="discard"
      title={t('authorities.discardTitle', { name: `${authority.purpose}-${authority.generation}` })}
      action={t('authorities.discard')}
      danger
      send={discard}
      errorTitle={t('authorities.discardFailed')}
      onConfirm={() => discard.mutate(authority, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t('authorities.discardBody')}
    </ConfirmDialog>
  );
}
