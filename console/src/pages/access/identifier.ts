// SPDX-License-Identifier: Apache-2.0

// Sources: Real Decreto 1553/2005 art. 11 (modulus 23), Real Decreto 1065/2007 arts. 18 to 22, Orden EHA/451/2008.
const personLetters = 'TRWAGMYFPDXBNJZSQVHLCKE';
const entityLetters = 'JABCDEFGHI';
const members = 'AT BE BG CY CZ DE DK EE EL ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI'.split(' ');

export type IdentifierKind = 'nif' | 'nie' | 'cif' | 'vat';

interface Reading {
  readonly kind?: IdentifierKind;
  /** The code that the platform would complain with. */
  readonly fault?: string;
}

/**
 * What an identifier is, or what is wrong with it, while it is typed. The check digits of other states' VAT numbers are
 * left to the platform, which checks everything again.
 */
export function readIdentifier(text: string): Reading {
  const s = text.toUpperCase().replace(/[\s\-./]/g, '');
  if (s === '') return { fault: 'identifier_empty' };
  if (!/^[A-Z0-9+*]+$/.test(s)) return { fault: 'identifier_character' };
  if (s.startsWith('ES')) return readSpanish(s.slice(2));
  if (!/^[A-Z]{2}./.test(s)) return readSpanish(s);
  if (!members.includes(s.slice(0, 2))) return { fault: 'identifier_country' };
  return s.length < 4 || s.length > 14 ? { fault: 'identifier_length' } : { kind: 'vat' };
}

function readSpanish(s: string): Reading {
  if (s.length !== 9) return { fault: 'identifier_length' };
  const first = s.charAt(0);
  if (/\d/.test(first)) return readPerson('nif', s);
  if ('XYZ'.includes(first)) return readPerson('nie', String('XYZ'.indexOf(first)) + s.slice(1));
  if ('KLM'.includes(first)) return readPerson('nif', s.slice(1));
  if ('ABCDEFGHJNPQRSUVW'.includes(first)) return readEntity(first, s.slice(1, 8), s.charAt(8));
  return { fault: 'identifier_format' };
}

function readPerson(kind: IdentifierKind, s: string): Reading {
  if (!/^\d+[A-Z]$/.test(s)) return { fault: 'identifier_format' };
  return personLetters.charAt(Number(s.slice(0, -1)) % 23) === s.slice(-1) ? { kind } : { fault: 'identifier_check' };
}

function readEntity(kind: string, body: string, control: string): Reading {
  if (!/^\d{7}$/.test(body) || !/^[A-Z0-9]$/.test(control)) return { fault: 'identifier_format' };
  const sum = Array.from(body, Number).reduce((total, digit, n) => {
    const d = n % 2 === 0 ? digit * 2 : digit;
    return total + Math.floor(d / 10) + (d % 10);
  }, 0);
  const want = (10 - (sum % 10)) % 10;
  const isDigit = /\d/.test(control);
  if (isDigit ? 'NPQRSW'.includes(kind) : 'ABEH'.includes(kind)) return { fault: 'identifier_format' };
  return control === String(want) || control === entityLetters.charAt(want) ? { kind: 'cif' } : { fault: 'identifier_check' };
}
