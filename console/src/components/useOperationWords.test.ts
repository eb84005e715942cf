// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { subjectName, subjectPath } from './useOperationWords';

it.each([
  ['organization/bizkaia', '/organizations/bizkaia', 'bizkaia'],
  ['ledger/azterketak', '/ledgers/azterketak', 'azterketak'],
  ['ledger/azterketak/contract/exams', '/ledgers/azterketak/contracts/exams', 'azterketak/contract/exams'],
  ['node/bizkaia-peer0', '/nodes/bizkaia-peer0', 'bizkaia-peer0'],
  ['something/else', undefined, 'else'],
  ['odd', undefined, 'odd'],
])('%s', (subject, path, name) => {
  expect(subjectPath(subject)).toBe(path);
  expect(subjectName(subject)).toBe(name);
});
