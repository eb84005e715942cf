// SPDX-License-Identifier: Apache-2.0

import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { isDone, type Operation } from '../api/operations';
import type { Form as FormState, Sending } from '../hooks/useForm';
import { OperationProgress } from './OperationProgress';
import { ProblemAlert } from './ProblemAlert';

interface Props {
  /** The form in it; where there is nothing to fill in, an ID. */
  form: Partial<Pick<FormState<object>, 'check'>> & Pick<FormState<object>, 'id'>;
  title: string;
  description?: ReactNode;
  /** Wider, for a form with much in it. */
  wide?: boolean;
  /** The name of the button that sends. */
  action: string;
  /** Something is lost by it. */
  danger?: boolean;
  /** What it sends, and what it needed beforehand. */
  send: Sending;
  /** What could not be done, when it was refused. */
  errorTitle: string;
  /** Sends what was found right; gives the operation that it started, if any. */
  onSubmit: () => Promise<Operation | undefined> | Promise<void>;
  onClose: () => void;
  /** Stays open when no operation was started: something else is shown in its place. */
  stays?: boolean;
  /** Where to go once the operation has succeeded. */
  done?: ReactNode;
  children?: ReactNode;
}

/** A form in a dialog. When it starts an operation, the dialog shows its progress until the end; else it closes once sent. */
export function FormDialog(props: Props) {
  const { form, title, description, wide = false, action, danger = false, send, errorTitle, onSubmit, onClose, stays = false, done, children } = props;
  const { id } = form;
  const { t } = useTranslation();
  const [started, setStarted] = useState<Operation>();
  const [ended, setEnded] = useState<Operation>();
  const [failed, setFailed] = useState<unknown>();
  const error = send.error ?? failed;
  const submit = async () => {
    if (form.check?.() === false) return;
    setFailed(undefined);
    try {
      const operation = await onSubmit();
      if (operation) setStarted(operation);
      else if (!stays) onClose();
    } catch (e) {
      setFailed(e);
    }
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
              void submit();
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
          <Button key="main" ref={main} type="submit" variant={danger ? 'danger' : 'primary'} form={id} isLoading={send.isPending} isDisabled={send.isPending}>
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
