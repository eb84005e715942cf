// SPDX-License-Identifier: Apache-2.0

import { Button, Form } from '@patternfly/react-core';
import type { ReactNode } from 'react';

import type { Form as FormState, Sending } from '../hooks/useForm';
import { ProblemAlert } from './ProblemAlert';

interface Props {
  form: Pick<FormState<object>, 'check'>;
  /** The name of the button that sends. */
  action: string;
  variant?: 'primary' | 'secondary';
  /** What it sends. */
  send: Sending;
  /** What could not be done, when it was refused. */
  errorTitle: string;
  /** Sends what was found right. */
  onSubmit: () => void;
  children: ReactNode;
  /** Beside the button. */
  beside?: ReactNode;
}

/** A form in a page. */
export function PageForm({ form, action, variant, send, errorTitle, onSubmit, children, beside }: Props) {
  return (
    <Form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (form.check()) onSubmit();
      }}
    >
      {send.error ? <ProblemAlert error={send.error} title={errorTitle} /> : null}
      {children}
      <div className="b4a-buttons">
        <Button type="submit" variant={variant} isLoading={send.isPending} isDisabled={send.isPending}>
          {action}
        </Button>
        {beside}
      </div>
    </Form>
  );
}
