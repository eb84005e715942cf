// SPDX-License-Identifier: Apache-2.0

import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import type { Certificate } from '../api/organizations';
import { serve, show } from '../test/render';
import { Effects } from './Effects';

const held = (...heldBy: string[]) =>
  ({ organization: 'bizkaia', memberOf: 'bizkaia', reason: 'certificateHold', revokedAt: '2026-11-01T00:00:00Z', heldBy }) as Certificate;

const as = (organization: string, ...actions: string[]) => serve(() => [200, { name: 'x', role: 'admin', organization, actions }]);

it.each([
  ['membership', ['member.manage'], 'People', '/organizations/bizkaia/members'],
  ['person', ['person.manage'], 'Everybody', '/members/everybody'],
  ['organization', ['organization.suspend'], 'bizkaia', '/organizations/bizkaia'],
])('a hold with the %s is lifted where it was laid on', async (cause, actions, name, path) => {
  as('', ...actions);
  show(<Effects of={held(cause)} />);
  expect(await screen.findByRole('link', { name })).toHaveAttribute('href', path);
});

it.each([['membership'], ['person'], ['organization'], ['its authority'], ['watched certificate 1f']])(
  'who can do nothing about a hold with the %s reads why, without a link',
  async (cause) => {
    as('bizkaia', 'certificate.revoke');
    show(<Effects of={held(cause)} />);
    expect(await screen.findByText(/it is released/)).toBeVisible();
    expect(screen.queryByRole('link')).toBeNull();
  },
);

it('says of each hold who lifts it', () => {
  as('bizkaia');
  show(<Effects of={held('certificate', 'membership')} />);
  expect(screen.getByText(/an administrator of the organization can release it/)).toBeVisible();
  expect(screen.getByText(/The membership of its holder is suspended/)).toBeVisible();
});
