// SPDX-License-Identifier: Apache-2.0

import { Alert, Button, Card, CardBody, CardTitle, Form } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { Account } from '../../api/account';
import { passwordFault } from '../../components/password';
import { PasswordField } from '../../components/PasswordField';
import { ProblemAlert } from '../../components/ProblemAlert';
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
        <Form
          className="b4a-form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (form.check()) change.mutate(form.values, { onSuccess: form.reset });
          }}
        >
          {change.error ? <ProblemAlert error={change.error} title={t('password.failed')} /> : null}
          {change.isSuccess && <Alert variant="success" isInline component="p" role="status" title={t('password.changed')} />}
          <PasswordField
            id="password-present"
            label={t('password.present')}
            value={form.values.present}
            onChange={(v) => form.set('present', v)}
            error={form.errorOf('present')}
          />
          <PasswordField
            id="password-new"
            label={t('password.new')}
            isNew
            value={form.values.new}
            onChange={(v) => form.set('new', v)}
            error={form.errorOf('new')}
            help={t('password.rules')}
          />
          <div>
            <Button type="submit" variant="secondary" isLoading={change.isPending} isDisabled={change.isPending}>
              {t('password.change')}
            </Button>
          </div>
        </Form>
      </CardBody>
    </Card>
  );
}
