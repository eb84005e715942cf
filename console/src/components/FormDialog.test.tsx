// SPDX-License-Identifier: Apache-2.0

import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';

import type { Operation } from '../api/operations';
import { useForm, type Sending } from '../hooks/useForm';
import { serve, show } from '../test/render';
import { TextField } from './fields';
import { FormDialog } from './FormDialog';

interface Props {
  onSubmit: () => Promise<Operation | undefined>;
  onClose: () => void;
  send?: Sending;
  refused?: Record<string, string>;
  stays?: boolean;
}

function Example({ onSubmit, onClose, send = { isPending: false, error: null }, refused, stays }: Props) {
  const form = useForm('example', { name: '' }, (v) => ({ name: v.name ? undefined : 'Missing' }), refused);
  return (
    <FormDialog form={form} title="Example" action="Send" send={send} errorTitle="Not sent" onSubmit={onSubmit} onClose={onClose} stays={stays}>
      <TextField {...form.field('name')} label="Name" />
    </FormDialog>
  );
}

const started: Operation = {
  id: 'op1', kind: 'organization.create', state: 'running', subject: 'organization/a', actor: 'operator', attempts: 1,
  steps: [], createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z',
};

const name = () => screen.getByRole('textbox', { name: 'Name' });
const send = () => userEvent.click(screen.getByRole('button', { name: 'Send' }));

it('sends nothing while a field is wrong, and goes to it', async () => {
  const onSubmit = vi.fn(() => Promise.resolve(undefined));
  show(<Example onSubmit={onSubmit} onClose={vi.fn()} />);
  await send();
  expect(onSubmit).not.toHaveBeenCalled();
  expect(screen.getByText('Missing')).toBeVisible();
  expect(name()).toHaveFocus();
});

it.each([[false, 1], [true, 0]])('when nothing is left to do and it stays: %s, it closes: %i', async (stays, times) => {
  const onClose = vi.fn();
  const onSubmit = vi.fn(() => Promise.resolve(undefined));
  show(<Example onSubmit={onSubmit} onClose={onClose} stays={stays} />);
  await userEvent.type(name(), 'a');
  await send();
  expect(onSubmit).toHaveBeenCalledOnce();
  expect(onClose).toHaveBeenCalledTimes(times);
});

it('stays open and says why it was refused', async () => {
  const onClose = vi.fn();
  const onSubmit = vi.fn(() => Promise.reject(new Error('no')));
  show(<Example onSubmit={onSubmit} onClose={onClose} />);
  await userEvent.type(name(), 'a');
  await send();
  expect(onClose).not.toHaveBeenCalled();
  expect(screen.getByRole('alert')).toHaveTextContent('Not sent');
});

it("shows the platform's complaint about a field until the field is changed", async () => {
  show(<Example onSubmit={() => Promise.reject(new Error('no'))} onClose={vi.fn()} refused={{ name: 'Taken' }} />);
  await userEvent.type(name(), 'a');
  expect(screen.queryByText('Taken')).toBeNull();
  await send();
  expect(screen.getByText('Taken')).toBeVisible();
  await userEvent.type(name(), 'b');
  expect(screen.queryByText('Taken')).toBeNull();
});

it('shows the operation that was started, and keeps the focus', async () => {
  vi.stubGlobal('EventSource', class { addEventListener = vi.fn(); close = vi.fn(); });
  serve(() => [200, started]);
  const onClose = vi.fn();
  show(<Example onSubmit={() => Promise.resolve(started)} onClose={onClose} />);
  await userEvent.type(name(), 'a');
  await send();
  expect(screen.queryByRole('textbox')).toBeNull();
  const button = await screen.findByRole('button', { name: 'Continue in the background' });
  expect(button).toHaveFocus();
  expect(onClose).not.toHaveBeenCalled();
});
