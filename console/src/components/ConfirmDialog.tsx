// SPDX-License-Identifier: Apache-2.0

import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ProblemAlert } from './ProblemAlert';

interface Props {
  id: string;
  title: string;
  /** What will be lost or interrupted. */
  children: ReactNode;
  action: string;
  danger?: boolean;
  busy: boolean;
  error: unknown;
  errorTitle: string;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something is lost or interrupted. */
export function ConfirmDialog({ id, title, children, action, danger, busy, error, errorTitle, onConfirm, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={title} titleIconVariant="warning" labelId={`${id}-title`} />
      <ModalBody id={`${id}-body`}>
        {children}
        {error ? <ProblemAlert error={error} title={errorTitle} /> : null}
      </ModalBody>
      <ModalFooter>
        <Button variant={danger ? 'danger' : 'primary'} isLoading={busy} isDisabled={busy} onClick={onConfirm}>
          {action}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('dialog.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
