// SPDX-License-Identifier: Apache-2.0

import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { Code } from '../../components/Code';

/** The recovery codes, shown once: to be copied, downloaded or printed. */
export function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const text = codes.join('\n');
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="codes-title">
      <ModalHeader title={t('totp.codes')} description={t('totp.codesBody')} labelId="codes-title" />
      <ModalBody>
        <Code text={text} what={t('totp.codes')} />
      </ModalBody>
      <ModalFooter>
        <Button variant="secondary" onClick={onClose}>{t('totp.kept')}</Button>
        <Button variant="link" component="a" href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`} download="b4a-recovery-codes.txt">
          {t('totp.download')}
        </Button>
        <Button variant="link" onClick={() => print()}>{t('totp.print')}</Button>
      </ModalFooter>
    </Modal>
  );
}
