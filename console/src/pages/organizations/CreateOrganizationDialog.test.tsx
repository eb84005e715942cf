// SPDX-License-Identifier: Apache-2.0

import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';

import { serve, show } from '../../test/render';
import { CreateOrganizationDialog } from './CreateOrganizationDialog';

const create = { name: 'Create organization' };

it('shows what is missing and sends nothing', async () => {
  const asked = serve(() => [500, {}]);
  show(<CreateOrganizationDialog onClose={vi.fn()} />);
  await userEvent.click(screen.getByRole('button', create));
  expect(screen.getByText('This is needed')).toBeVisible();
  expect(screen.getByText('Choose one')).toBeVisible();
  expect(screen.getByRole('textbox', { name: 'Name' })).toHaveFocus();
  expect(asked.filter((r) => r.method === 'POST')).toHaveLength(0);
});

it('shows why it was refused, with the hint and the request ID, and repeats under another key', async () => {
  const problem = { type: 'x', title: 'Conflict', status: 409, code: 'org_exists', detail: 'bizkaia exists', hint: 'choose another', requestId: 'R1' };
  const asked = serve((r) => (r.method === 'POST' ? [409, problem] : [200, { name: 'operator', role: 'operator' }]));
  show(<CreateOrganizationDialog onClose={vi.fn()} />);
  await userEvent.type(screen.getByRole('textbox', { name: 'Name' }), 'Bizkaia');
  expect(screen.getByRole('textbox', { name: 'Identifier' })).toHaveValue('bizkaia');
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Kind' }), 'Public body');
  await userEvent.click(screen.getByRole('button', create));
  const alert = await screen.findByRole('alert');
  for (const text of ['bizkaia exists', 'choose another', 'org_exists', 'R1']) expect(alert).toHaveTextContent(text);
  await userEvent.click(screen.getByRole('button', create));
  await vi.waitFor(() => expect(asked.filter((r) => r.method === 'POST')).toHaveLength(2));
  const writes = asked.filter((r) => r.method === 'POST');
  const keys = writes.map((r) => r.headers.get('Idempotency-Key'));
  expect(new Set(keys).size).toBe(2);
  expect(writes[0]?.headers.get('X-B4A-CSRF')).toBe('1');
});
