// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import type { Principal } from '../api/session';
import { can } from './scopes';

const caller = (more: Partial<Principal>): Principal => ({
  name: 'ane',
  role: 'reader',
  kind: 'session',
  secondFactor: false,
  scopes: [],
  actions: [],
  organizations: [],
  ...more,
});

it('offers what the session says, nothing else, and nothing to nobody', () => {
  const operator = caller({ role: 'operator', actions: ['node.manage', 'application.manage'] });
  expect(can(operator, 'node.manage')).toBe(true);
  expect(can(operator, 'application.manage', 'bizkaia')).toBe(true);
  expect(can(operator, 'doctor.read')).toBe(false);
  expect(can(undefined, 'doctor.read')).toBe(false);
  expect(can(caller({ role: 'operator', actions: null }), 'doctor.read')).toBe(false);
});

it('keeps members to their own organization', () => {
  const developer = caller({ role: 'developer', organization: 'bizkaia', actions: ['transaction.submit'] });
  expect(can(developer, 'transaction.submit', 'bizkaia')).toBe(true);
  expect(can(developer, 'transaction.submit', 'unibertsitatea')).toBe(false);
});
