// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { passwordFault } from './password';

it.each([
  ['hamaika letra', undefined],
  ['elevenchars', 'length'],
  ['🔑'.repeat(11), 'length'],
  ['🔑'.repeat(12), undefined],
  ['a'.repeat(257), 'length'],
  ['ane.etxebarria@example.eus', 'guessable'],
  ['Ane.Etxebarria', 'guessable'],
  ['ane etxebarria', 'guessable'],
  ['AneEtxebarria', 'guessable'],
])('%s: %s', (password, fault) => {
  expect(passwordFault(password, 'ane.etxebarria@example.eus', 'Ane Etxebarria')).toBe(fault);
});

it('holds no name against whoever has none', () => expect(passwordFault('twelve chars')).toBeUndefined());
