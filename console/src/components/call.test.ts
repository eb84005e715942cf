// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { ContractFunction } from '../api/client';
import { args, fields, pretty, privateInputs, valid } from './call';

const record = {
  name: 'RecordResult',
  submit: true,
  parameters: [
    { name: 'sessionID', schema: { type: 'string', pattern: '^[a-z]+$' } },
    { name: 'pageSize', schema: { type: 'integer', default: 50 } },
    { name: 'role', schema: { type: 'string', enum: ['examiner', 'reader'], default: 'reader' } },
  ],
} as unknown as ContractFunction;

describe('a function as a form', () => {
  const form = fields(record);
  const [session, size, role] = form;
  if (!session || !size || !role) throw new Error('three fields');

  it.each([
    [session, 'ekaina', true],
    [session, 'EKAINA', false],
    [session, '', false],
    [size, '', true],
    [size, '7', true],
    [size, 'many', false],
    [role, 'examiner', true],
    [role, 'king', false],
  ])('checks %o against %s', (field, value, ok) => {
    expect(valid(field, value)).toBe(ok);
  });

  it('leaves out optional arguments at the end', () => {
    expect(args(form, { sessionID: 'a' })).toEqual(['a']);
    expect(args(form, { sessionID: 'a', role: 'reader' })).toEqual(['a', '', 'reader']);
  });

  it('bears a pattern that is none', () => {
    const broken = { name: 'f', submit: false, parameters: [{ name: 'p', schema: { pattern: '(' } }] };
    expect(valid(fields(broken as unknown as ContractFunction)[0] ?? session, 'x')).toBe(true);
  });
});

describe('private inputs', () => {
  it('finds them in the metadata', () => {
    const raw = { contracts: { exams: { transactions: [{ name: 'F', 'x-transient': [{ name: 'result' }] }] } } };
    expect(privateInputs(raw, 'F')).toEqual([{ name: 'result', description: '' }]);
    expect(privateInputs(raw, 'G')).toEqual([]);
    expect(privateInputs(null, 'F')).toEqual([]);
  });
});

describe('results', () => {
  it('indents JSON and leaves text alone', () => {
    expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(pretty('kaixo')).toBe('kaixo');
  });
});
