// SPDX-License-Identifier: Apache-2.0

import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { isDone, type Operation } from '../api/operations';
import { OperationProgress } from './OperationProgress';
import { ProblemAlert } from './ProblemAlert';

interface Props {
  id: string;
  title: string;
  description?: ReactNode;
  /** Wider, for a form with much in it. */
  wide?: boolean;
  /** The name of the button that sends. */
  action: string;
  /** Something is lost by it. */
  danger?: boolean;
  /** Checks and sends; gives the operation that it started, or nothing when it is done or was refused. */
  onSubmit: () => Promise<Operation | undefined>;
  onClose: () => void;
  busy: boolean;
  error: unknown;
  /** What could not be done, when there is an error. */
  errorTitle: string;
  /** Where to go once the operation has succeeded. */
  done?: ReactNode;
  children?: ReactNode;
}

/** A form in a dialog. When it starts an operation, the dialog shows its progress until the end. */
export function FormDialog(props: Props) {
  const { id, title, description, wide = false, action, danger = false, onSubmit, onClose, busy, error, errorTitle, done, children } = props;
  const { t } = useTranslation();
  const [started, setStarted] = useState<Operation>();
  const [ended, setEnded] = useState<Operation>();
  const send = async () => {
    const operation = await onSubmit();
    if (operation) setStarted(operation);
  };
  const main = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (started) main.current?.focus();
  }, [started]);
  return (
    <Modal variant={wide ? 'medium' : 'small'} isOpen onClose={onClose} aria-labelledby={`${id}-title`} elementToFocus={`#${id} :is(input:not([hidden]), select, textarea), [form="${id}"]`}>
      <ModalHeader title={title} description={started ? undefined : description} labelId={`${id}-title`} />
      <ModalBody>
        {started ? (
          <OperationProgress id={started.id} onEnd={setEnded} />
        ) : (
          <Form
            id={id}
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              void send();
            }}
          >
            {error ? <ProblemAlert error={error} title={errorTitle} /> : null}
            {children}
          </Form>
        )}
      </ModalBody>
      <ModalFooter>
        {/* One button from beginning to end: were the focused one removed, the dialog would lose the focus. */}
        {started ? (
          <Button key="main" ref={main} variant="secondary" onClick={onClose}>
            {ended && isDone(ended) ? t('dialog.close') : t('dialog.background')}
          </Button>
        ) : (
          <Button key="main" ref={main} type="submit" variant={danger ? 'danger' : 'primary'} form={id} isLoading={busy} isDisabled={busy}>
            {action}
          </Button>
        )}
        {!started && (
          <Button variant="link" onClick={onClose}>
            {t('dialog.cancel')}
          </Button>
        )}
        {ended?.state === 'succeeded' && done}
      </ModalFooter>
    </Modal>
  );
}
