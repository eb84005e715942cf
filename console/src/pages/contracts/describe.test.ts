// SPDX-License-Identifier: Apache-2.0

import { describe as suite, expect, it } from 'vitest';

import { describe, fieldOf, inLanguage } from './describe';
import { complain, encodeCall, initialValues, keyedFields, randomBase64 } from './values';

const mark = { type: 'string', pattern: '^[0-9](\\.[0-9])?$' };
const salt = { type: 'string', contentEncoding: 'base64', minLength: 22 };
const metadata = {
  functions: [
    {
      name: 'Record',
      title: 'Record',
      submit: true,
      parameters: [
        { name: 'session', schema: { type: 'string', minLength: 3 } },
        { name: 'count', schema: { type: 'integer', minimum: 1, maximum: 9, default: 5 } },
        { name: 'options', schema: { type: 'object' } },
      ],
    },
    { name: 'Plain', submit: false, parameters: null },
  ],
  raw: {
    contracts: {
      'org.hyperledger.fabric': { transactions: [{ name: 'Record', 'x-title': { eu: 'ez hau' } }] },
      exams: {
        transactions: [
          null,
          {
            name: 'Record',
            'x-title': { eu: 'Erregistratu', en: 'Record it' },
            'x-parameter-titles': { session: { eu: 'Deialdia' } },
            'x-transient': [
              { name: 'result', schema: { type: 'object', required: ['mark'], properties: { mark, salt } } },
              { name: 'notes', schema: { type: 'array' } },
              'odd',
            ],
          },
        ],
      },
    },
  },
};

suite('describe', () => {
  it('takes titles from the contract in the language asked for, else in English, else as they are', () => {
    expect(describe(metadata, 'eu').map((f) => f.title)).toEqual(['Erregistratu', 'Plain']);
    expect(describe(metadata, 'es')[0]?.title).toBe('Record it');
    expect(describe(metadata, 'eu')[0]?.parameters.map((p) => p.title)).toEqual(['Deialdia', 'count', 'options']);
  });
  it('asks for flat private objects by field, for others as a whole', () => {
    const [record] = describe(metadata, 'en');
    expect(record?.transient.map((p) => p.fields?.map((f) => [f.name, f.required, f.bytes]))).toEqual([
      [
        ['mark', true, false],
        ['salt', false, true],
      ],
      undefined,
    ]);
  });
  it.each([undefined, null, 'text', [], { contracts: 3 }, { contracts: { a: { transactions: 'x' } } }])('survives %j', (raw) => {
    expect(describe({ functions: [{ name: 'F', submit: false, parameters: [] }], raw }, 'eu')[0]?.title).toBe('F');
  });
});

it('encodes a call: texts as they are, JSON compact, private objects by field', () => {
  const [record] = describe(metadata, 'en');
  if (!record) throw new Error('no function');
  expect(keyedFields(record).map(([key]) => key)).toEqual(['a0', 'a1', 'a2', 't.result.mark', 't.result.salt', 't.notes']);
  const values = { ...initialValues(record), a0: ' x ', a2: '{ "b": 1 }', 't.result.mark': '7.5' };
  expect(encodeCall(record, values)).toEqual({ arguments: [' x ', '5', '{"b":1}'], transient: { result: '{"mark":"7.5"}' } });
});

suite('complain', () => {
  it.each([
    [{ type: 'string', minLength: 3 }, '', 'required'],
    [{ type: 'string', minLength: 3 }, 'ab', 'short'],
    [{ type: 'string', maxLength: 2 }, 'añb', 'long'],
    [{ type: 'string' }, '', undefined],
    [{ type: 'string', pattern: '^[a-z]+$' }, 'A', 'form'],
    [{ type: 'string', pattern: '([' }, 'A', undefined],
    [{ type: 'integer' }, '1.5', 'integer'],
    [{ type: 'number' }, 'x', 'number'],
    [{ type: 'number', minimum: 1 }, '0', 'small'],
    [{ type: 'number', maximum: 1 }, '2', 'large'],
    [{ type: 'object' }, '{', 'json'],
    [{ type: 'boolean' }, 'true', undefined],
    [{ enum: ['a'] }, '', 'required'],
    ['not a schema', '{}', undefined],
  ])('%j %s', (schema, value, complaint) => expect(complain(fieldOf('x', schema), value)).toBe(complaint));
});

it('makes random bytes as long as the schema asks for', () => {
  expect(atob(randomBase64(fieldOf('s', salt)))).toHaveLength(24);
  expect(randomBase64(fieldOf('s', { ...salt, minLength: 44 })).length).toBeGreaterThanOrEqual(44);
});

it('finds a text in a language', () => {
  expect(inLanguage({ eu: 'bai', en: 'yes' }, 'eu')).toBe('bai');
  expect(inLanguage({ fr: 'oui' }, 'eu')).toBe('oui');
  expect(inLanguage('text', 'eu')).toBeUndefined();
});
