// SPDX-License-Identifier: Apache-2.0

import { expect, it } from 'vitest';

import { readIdentifier } from './identifier';

// Synthetic numbers: made by the algorithms, not taken from registers. They are those of the platform's own tests.
it.each([
  ['12345678Z', 'nif'],
  [' 12.345.678-z ', 'nif'],
  ['ES12345678Z', 'nif'],
  ['K0867756N', 'nif'],
  ['X0000000T', 'nie'],
  ['Y1234567X', 'nie'],
  ['Z1234567R', 'nie'],
  ['A58818501', 'cif'],
  ['ES-P4800000D', 'cif'],
  ['G12345674', 'cif'],
  ['G1234567D', 'cif'],
  ['FR 83 404 833 048 ', 'vat'],
  ['XIGD001', 'vat'],
])('%s is a %s', (text, kind) => expect(readIdentifier(text)).toEqual({ kind }));

it.each([
  ['  ', 'identifier_empty'],
  ['1234#', 'identifier_character'],
  ['1234567Z', 'identifier_length'],
  ['12345678A', 'identifier_check'],
  ['X0000000R', 'identifier_check'],
  ['B12345675', 'identifier_check'],
  ['P48000001', 'identifier_format'],
  ['A5881850A', 'identifier_format'],
  ['I12345674', 'identifier_format'],
  ['US123456789', 'identifier_country'],
])('%s has the fault %s', (text, fault) => expect(readIdentifier(text)).toEqual({ fault }));
