// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { wanted } from './SignInPage';

it('leads to this console only', () => {
  expect(wanted({ from: '/ledgers/azterketak?tab=blocks' })).toBe('/ledgers/azterketak?tab=blocks');
  for (const from of ['//evil.example/x', '/\\evil.example/x', 'https://evil.example', 'javascript:alert(1)', 1, undefined]) {
    expect(wanted({ from })).toBe('/');
  }
  expect(wanted(null)).toBe('/');
});
