// SPDX-License-Identifier: Apache-2.0

import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Organization } from '../../api/organizations';
import { can } from '../../app/scopes';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { FormDialog } from '../../components/FormDialog';
import { useForm } from '../../hooks/useForm';
import { usePrincipal } from '../../queries/session';
import { useGiveAdministration, useTakeAdministration } from '../../queries/signatures';
import { AdministratorKey } from '../signatures/AdministratorKey';

/** Who has the organization's administrator, and how its own administrators change that. */
export function Administration({ organization: o }: { organization: Organization }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  const own = o.administration === 'own';
  const allowed = can(usePrincipal(), 'administration.manage', o.id) && !o.operator && o.state === 'active';
  return (
    <>
      {own ? t('administration.own') : t('administration.managed')}{' '}
      {allowed && (
        <Button variant="link" isInline onClick={() => setOpen(true)}>
          {own ? t('administration.give') : t('administration.take')}
        </Button>
      )}
      {open && (own ? <GiveDialog organization={o} onClose={close} /> : <TakeDialog organization={o} onClose={close} />)}
    </>
  );
}

function TakeDialog({ organization: o, onClose }: { organization: Organization; onClose: () => void }) {
  const { t } = useTranslation();
  const take = useTakeAdministration(o.id);
  const form = useForm('take', { name: '' }, ({ name }) => (name ? {} : { name: t('form.choose') }));
  const submit = async () => {
    await take.mutateAsync(form.values.name);
  };
  return (
    <FormDialog
      form={form}
      title={t('administration.takeTitle')}
      description={t('administration.takeBody')}
      action={t('administration.take')}
      onSubmit={submit}
      onClose={onClose}
      send={take}
      errorTitle={t('administration.failed')}
    >
      <AdministratorKey {...form.field('name')} organization={o.id} />
    </FormDialog>
  );
}

function GiveDialog({ organization: o, onClose }: { organization: Organization; onClose: () => void }) {
  const { t } = useTranslation();
  const give = useGiveAdministration(o.id);
  return (
    <ConfirmDialog
      id="give"
      title={t('administration.giveTitle')}
      action={t('administration.give')}
      send={give}
      errorTitle={t('administration.failed')}
      onConfirm={() => give.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t('administration.giveBody')}
    </ConfirmDialog>
  );
}
