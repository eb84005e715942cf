// SPDX-License-Identifier: Apache-2.0
import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Operation } from '../api/client';
import { useOperation } from '../hooks/useOperation';
import { OperationSteps } from './OperationSteps';
import { Problem } from './common';

/** WorkDialog asks for what long work needs, starts it, and then shows how it goes. */
export function WorkDialog(props: {
  title: string;
  submit: string;
  ready: boolean;
  start: () => Promise<{ operation: Operation }>;
  close: () => void;
  done?: () => void;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const [error, setError] = useState<unknown>();
  const [started, setStarted] = useState<Operation>();
  const [busy, setBusy] = useState(false);
  const operation = useOperation(started?.id) ?? started;
  const ended = operation && (operation.state === 'succeeded' || operation.state === 'failed');
  const start = async () => {
    setBusy(true);
    setError(undefined);
    try {
      setStarted((await props.start()).operation);
    } catch (e) {
      setError(e);
    }
    setBusy(false);
  };
  const leave = () => {
    if (operation?.state === 'succeeded') props.done?.();
    props.close();
  };
  return (
    <Modal isOpen variant="small" onClose={leave} aria-labelledby="work-title" aria-describedby="work-body">
      <ModalHeader title={props.title} labelId="work-title" />
      <ModalBody id="work-body">
        {operation ? (
          <OperationSteps operation={operation} />
        ) : (
          <Form
            id="work-form"
            onSubmit={(e) => {
              e.preventDefault();
              if (props.ready && !busy) void start();
            }}
          >
            {props.children}
            <Problem error={error} />
          </Form>
        )}
      </ModalBody>
      <ModalFooter>
        {operation ? (
          <Button variant={ended ? 'primary' : 'secondary'} onClick={leave}>
            {ended ? t('close') : t('operation.background')}
          </Button>
        ) : (
          <>
            <Button type="submit" form="work-form" isDisabled={!props.ready || busy} isLoading={busy}>
              {props.submit}
            </Button>
            <Button variant="link" onClick={props.close}>
              {t('cancel')}
            </Button>
          </>
        )}
      </ModalFooter>
    </Modal>
  );
}
