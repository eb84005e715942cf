// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { can } from './scopes';

it('gives everything to operators, nothing to nobody', () => {
  expect(can({ name: 'o', role: 'operator' }, 'node.manage')).toBe(true);
  expect(can({ name: 'o', role: 'operator' }, 'application.manage', 'bizkaia')).toBe(true);
  expect(can(undefined, 'doctor.read')).toBe(false);
});

it('keeps members to their own organization', () => {
  const developer = { name: 'd', role: 'developer', organization: 'bizkaia' } as const;
  expect(can(developer, 'transaction.submit', 'bizkaia')).toBe(true);
  expect(can(developer, 'transaction.submit', 'unibertsitatea')).toBe(false);
  expect(can(developer, 'organization.create')).toBe(false);
});

it('lets auditors read only', () => {
  const auditor = { name: 'a', role: 'auditor' } as const;
  expect(can(auditor, 'doctor.read')).toBe(true);
  expect(can(auditor, 'transaction.evaluate', 'bizkaia')).toBe(false);
});
