// SPDX-License-Identifier: Apache-2.0

import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Sending } from '../hooks/useForm';
import { ProblemAlert } from './ProblemAlert';

interface Props {
  id: string;
  title: string;
  /** What will be lost or interrupted. */
  children: ReactNode;
  action: string;
  danger?: boolean;
  /** What it sends. */
  send: Sending;
  errorTitle: string;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something is lost or interrupted. */
export function ConfirmDialog({ id, title, children, action, danger, send, errorTitle, onConfirm, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={title} titleIconVariant="warning" labelId={`${id}-title`} />
      <ModalBody id={`${id}-body`}>
        {children}
        {send.error ? <ProblemAlert error={send.error} title={errorTitle} /> : null}
      </ModalBody>
      <ModalFooter>
        <Button variant={danger ? 'danger' : 'primary'} isLoading={send.isPending} isDisabled={send.isPending} onClick={onConfirm}>
          {action}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('dialog.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
