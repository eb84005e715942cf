// SPDX-License-Identifier: Apache-2.0

import { describe, expect, it } from 'vitest';

import { isApplicationName, isOrganizationId, parseAttributes, suggestId } from './validation';

it.each([
  ['bizkaia', true],
  ['a1', true],
  ['a', false],
  ['-a', false],
  ['a-', false],
  ['Bizkaia', false],
  ['1a', false],
  ['a/../b', false],
  ['a'.repeat(31), true],
  ['a'.repeat(32), false],
])('organization ID %s', (id, valid) => expect(isOrganizationId(id)).toBe(valid));

it('allows longer names of applications', () => {
  expect(isApplicationName('a'.repeat(40))).toBe(true);
  expect(isApplicationName('a'.repeat(41))).toBe(false);
});

describe('suggestId', () => {
  it.each([
    ['Bizkaiko Foru Aldundia', 'bizkaiko-foru-aldundia'],
    ['Iruñeko Udala', 'iruneko-udala'],
    ['  3. Ikastetxea ', 'ikastetxea'],
    ['日本', ''],
    ['Euskal Herriko Unibertsitatea UPV', 'euskal-herriko-unibertsitatea-u'],
  ])('%s', (name, id) => expect(suggestId(name)).toBe(id));
});

describe('parseAttributes', () => {
  it('reads one a line', () => {
    expect(parseAttributes('b4a.role = a,b\n\n x=1=2 ')).toEqual({ 'b4a.role': 'a,b', x: '1=2' });
    expect(parseAttributes('')).toEqual({});
  });
  it.each(['role', '=x'])('refuses %s', (text) => expect(parseAttributes(text)).toBeUndefined());
});
