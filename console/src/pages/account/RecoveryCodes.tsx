// SPDX-License-Identifier: Apache-2.0

import { Button } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { SecretDialog } from '../../components/SecretDialog';

/** The recovery codes, shown once: to be copied, downloaded or printed. */
export function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const text = codes.join('\n');
  return (
    <SecretDialog
      id="codes"
      title={t('totp.codes')}
      description={t('totp.codesBody')}
      secret={text}
      what={t('totp.codes')}
      onClose={onClose}
      actions={
        <>
          <Button variant="secondary" onClick={onClose}>{t('totp.kept')}</Button>
          <Button variant="link" component="a" href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`} download="b4a-recovery-codes.txt">
            {t('totp.download')}
          </Button>
          <Button variant="link" onClick={() => print()}>{t('totp.print')}</Button>
        </>
      }
    />
  );
}
