// SPDX-License-Identifier: Apache-2.0

import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';

import type { Account } from '../../api/account';
import { serve, show } from '../../test/render';
import { SignInWays } from './SignInWays';

const methods = { local: true, providers: [{ id: 'dex', names: { en: 'Our account' }, url: '/x' }], clientCertificate: '/y' };
const problem = { type: 'x', title: 'Forbidden', status: 403, code: 'sign_in_stale', detail: 'no' };

const account = (last: boolean) =>
  ({ person: {}, hasPassword: !last, recoveryCodes: 0, identities: [{ id: 'i1', provider: 'dex', subject: 'ane', createdAt: '', last }] }) as unknown as Account;

it('links what is offered, and says what is wrong', async () => {
  const asked = serve((r) => (r.url.endsWith('/signin-methods') ? [200, methods] : [403, problem]));
  show(<SignInWays account={account(false)} />);
  await userEvent.click(await screen.findByRole('button', { name: 'Link: A certificate' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('a sign-in of the last ten minutes');
  const sent = asked.find((r) => r.method === 'POST');
  expect(await sent?.json()).toEqual({ provider: 'clientcert', language: 'en' });
});

it('unlinks after a question', async () => {
  const asked = serve((r) => (r.url.endsWith('/signin-methods') ? [200, methods] : [200, {}]));
  show(<SignInWays account={account(false)} />);
  await userEvent.click(await screen.findByRole('button', { name: 'Unlink: Our account' }));
  await userEvent.click(screen.getByRole('button', { name: 'Unlink' }));
  await vi.waitFor(() => expect(asked.filter((r) => r.method === 'DELETE' && r.url.endsWith('/account/identities/i1'))).toHaveLength(1));
});

it('does not offer to unlink the last way, and tells what the browser came back with', async () => {
  serve((r) => (r.url.endsWith('/signin-methods') ? [200, methods] : [200, {}]));
  show(<SignInWays account={account(true)} />, '/account/security?problem=identity_taken');
  expect(await screen.findByText('The only way to sign in: it stays')).toBeVisible();
  expect(screen.queryByRole('button', { name: /^Unlink/ })).toBeNull();
  expect(screen.getByRole('alert')).toHaveTextContent('opens another account here');
});
