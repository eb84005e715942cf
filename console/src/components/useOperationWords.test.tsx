// SPDX-License-Identifier: Apache-2.0

import { renderHook } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import type { Operation } from '../api/operations';
import '../test/render';
import known from './operations.golden.json';
import { subjectName, subjectPath, useOperationWords } from './useOperationWords';

it.each([
  ['organization/bizkaia', '/organizations/bizkaia', 'bizkaia'],
  ['ledger/azterketak', '/ledgers/azterketak', 'azterketak'],
  ['ledger/azterketak/contract/exams', '/ledgers/azterketak/contracts/exams', 'azterketak/contract/exams'],
  ['node/bizkaia-peer0', '/nodes/bizkaia-peer0', 'bizkaia-peer0'],
  ['revocation/bizkaia', '/organizations/bizkaia/certificates', 'bizkaia'],
  ['something/else', undefined, 'else'],
  ['odd', undefined, 'odd'],
])('%s', (subject, path, name) => {
  expect(subjectPath(subject)).toBe(path);
  expect(subjectName(subject)).toBe(name);
});

// The Go test that writes this list compares it with what the platform plans.
describe('every operation of the platform has words', () => {
  const { kindTitle, stepTitle } = renderHook(() => useOperationWords()).result.current;

  it.each(Object.keys(known))('%s', (kind) => {
    expect(kindTitle({ kind } as Operation)).not.toBe(kind);
  });

  it.each(Object.entries(known).flatMap(([kind, steps]) => Object.keys(steps).map((name) => [kind, name] as const)))(
    '%s, %s',
    (kind, name) => {
      expect(stepTitle(kind, { name, title: 'unknown', state: 'pending' })).not.toBe('unknown');
    },
  );
});
