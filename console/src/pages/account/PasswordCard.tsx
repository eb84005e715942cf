// SPDX-License-Identifier: Apache-2.0

import { Alert, Card, CardBody, CardTitle } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { Account } from '../../api/account';
import { PageForm } from '../../components/PageForm';
import { passwordFault } from '../../components/password';
import { PasswordField } from '../../components/PasswordField';
import { useForm } from '../../hooks/useForm';
import { useChangePassword } from '../../queries/account';

export function PasswordCard({ account: { person } }: { account: Account }) {
  const { t } = useTranslation();
  const change = useChangePassword();
  const form = useForm('password', { present: '', new: '' }, (v) => {
    const fault = passwordFault(v.new, person.email, person.name);
    return {
      present: v.present ? undefined : t('form.required'),
      new: fault && (fault === 'length' ? t('why.passwordLength') : t('why.passwordGuessable')),
    };
  });
  return (
    <Card isCompact>
      <CardTitle component="h2">{t('password.one')}</CardTitle>
      <CardBody>
        <PageForm
          form={form}
          action={t('password.change')}
          variant="secondary"
          send={change}
          errorTitle={t('password.failed')}
          onSubmit={() => change.mutate(form.values, { onSuccess: form.reset })}
        >
          {change.isSuccess && <Alert variant="success" isInline component="p" role="status" title={t('password.changed')} />}
          <PasswordField {...form.field('present')} label={t('password.present')} />
          <PasswordField {...form.field('new')} label={t('password.new')} isNew help={t('password.rules')} />
        </PageForm>
      </CardBody>
    </Card>
  );
}
