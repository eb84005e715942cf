// SPDX-License-Identifier: Apache-2.0

import { describe, expect, it } from 'vitest';

import { fieldNames, isAddress, parseLines, providerOf, templates, valuesOf } from './provider';

describe('a provider', () => {
  it.each(Object.entries(templates))('goes through its form as it was: %s', (_, template) => {
    const { scopes, ...rest } = providerOf(valuesOf(template));
    expect(scopes).toEqual(template.scopes);
    for (const [name, value] of Object.entries(template)) {
      if (name !== 'scopes') expect(rest[name as keyof typeof rest], name).toEqual(value);
    }
  });

  it('leaves out the addresses of the other kind, and a secret that was not written', () => {
    const of = providerOf({ ...valuesOf(templates.giltza), issuer: 'https://a.example' });
    expect(of.issuer).toBeUndefined();
    expect('clientSecret' in of).toBe(false);
    expect(providerOf({ ...valuesOf(templates.giltza), clientAuth: 'none', clientSecret: 's' }).clientSecret).toBeUndefined();
  });
});

describe('lines', () => {
  it.each([
    ['', {}],
    ['prompt = login\n\nacr_values=a=b|c', { prompt: 'login', acr_values: 'a=b|c' }],
    ['prompt', undefined],
    ['=login', undefined],
    ['prompt=', undefined],
    ['a=1\na=2', undefined],
  ])('%j', (text, map) => expect(parseLines(text)).toEqual(map));

  it('may have known names only', () => {
    expect(parseLines('subject=sub\nemail=/contact/0', fieldNames)).toEqual({ subject: 'sub', email: '/contact/0' });
    expect(parseLines('phone=tel', fieldNames)).toBeUndefined();
  });
});

it.each([
  ['https://id.example.eus/realms/a', true],
  ['http://127.0.0.1:5556/dex', true],
  ['http://localhost:5556', true],
  ['http://[::1]:5556', true],
  ['http://id.example.eus', false],
  ['https://id.example.eus/?a=1', false],
  ['https://id.example.eus/#a', false],
  ['https://ane@id.example.eus', false],
  ['id.example.eus', false],
])('%s', (text, good) => expect(isAddress(text)).toBe(good));
