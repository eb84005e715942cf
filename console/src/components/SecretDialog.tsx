// SPDX-License-Identifier: Apache-2.0

import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Code } from './Code';

interface Props {
  id: string;
  title: string;
  description: string;
  secret: string;
  /** What it is, for the button that copies it. */
  what: string;
  /** Said after it. */
  children?: ReactNode;
  /** In place of the button that closes. */
  actions?: ReactNode;
  onClose: () => void;
}

/** What is shown once: a link, a token, codes. */
export function SecretDialog({ id, title, description, secret, what, children, actions, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby={`${id}-title`}>
      <ModalHeader title={title} description={description} labelId={`${id}-title`} />
      <ModalBody>
        <Code text={secret} what={what} />
        {children}
      </ModalBody>
      <ModalFooter>
        {actions ?? (
          <Button variant="secondary" onClick={onClose}>
            {t('dialog.close')}
          </Button>
        )}
      </ModalFooter>
    </Modal>
  );
}
