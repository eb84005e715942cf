// SPDX-License-Identifier: Apache-2.0

import { Button, Card, CardBody, CardTitle } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Account } from '../../api/account';
import { StateLabel } from '../../components/StateLabel';
import { useDisableSecondFactor, useReplaceRecoveryCodes } from '../../queries/account';
import { CodeDialog } from './CodeDialog';
import { EnrolDialog } from './EnrolDialog';
import { RecoveryCodes } from './RecoveryCodes';

export function SecondFactorCard({ account: a }: { account: Account }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<'enrol' | 'disable' | 'replace'>();
  const disable = useDisableSecondFactor();
  const replace = useReplaceRecoveryCodes();
  const on = a.person.secondFactor;
  const close = () => {
    setOpen(undefined);
    disable.reset();
    replace.reset();
  };
  return (
    <Card isCompact>
      <CardTitle component="h2">{t('totp.title')}</CardTitle>
      <CardBody className="b4a-stack">
        <div>{on ? <StateLabel tone="good">{t('totp.isOn')}</StateLabel> : <StateLabel tone="off">{t('totp.isOff')}</StateLabel>}</div>
        <p>{on ? t('totp.left', { count: a.recoveryCodes }) : t('totp.body')}</p>
        <div className="b4a-buttons">
          {!on && <Button variant="secondary" onClick={() => setOpen('enrol')}>{t('totp.enrol')}</Button>}
          {on && <Button variant="secondary" onClick={() => setOpen('replace')}>{t('totp.replace')}</Button>}
          {on && <Button variant="link" isDanger onClick={() => setOpen('disable')}>{t('totp.disable')}</Button>}
        </div>
      </CardBody>
      {open === 'enrol' && <EnrolDialog onClose={close} />}
      {open === 'disable' && (
        <CodeDialog title={t('totp.disable')} body={t('totp.disableBody')} action={t('totp.disable')} send={disable} onClose={close} />
      )}
      {open === 'replace' &&
        (replace.data ? (
          <RecoveryCodes codes={replace.data} onClose={close} />
        ) : (
          <CodeDialog title={t('totp.replace')} body={t('totp.replaceBody')} action={t('totp.replace')} send={replace} onClose={close} stays />
        ))}
    </Card>
  );
}
