// SPDX-License-Identifier: Apache-2.0

import { matches, type Field, type FunctionForm, type PrivateInput } from './describe';

/** What is wrong with a value. */
type Complaint = 'required' | 'number' | 'integer' | 'json' | 'short' | 'long' | 'small' | 'large' | 'form';

const isJson = (value: string): boolean => {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
};

function complainNumber(field: Field, value: string): Complaint | undefined {
  const n = Number(value);
  if (!Number.isFinite(n)) return 'number';
  if (field.kind === 'integer' && !Number.isInteger(n)) return 'integer';
  if (field.minimum !== undefined && n < field.minimum) return 'small';
  if (field.maximum !== undefined && n > field.maximum) return 'large';
  return undefined;
}

/** What is wrong with a value by its schema. The contract decides by itself; this spares a round trip. */
export function complain(field: Field, value: string): Complaint | undefined {
  if (value.trim() === '') return field.required ? 'required' : undefined;
  switch (field.kind) {
    case 'number':
    case 'integer':
      return complainNumber(field, value);
    case 'json':
      return isJson(value) ? undefined : 'json';
    case 'boolean':
    case 'choice':
    case 'date':
      return undefined;
    case 'text': {
      const length = Array.from(value).length;
      if (field.minLength !== undefined && length < field.minLength) return 'short';
      if (field.maxLength !== undefined && length > field.maxLength) return 'long';
      return field.pattern === undefined || matches(field.pattern, value) ? undefined : 'form';
    }
  }
}

/** The text of an argument: Fabric's arguments are texts, and contract-api reads anything but strings as JSON. */
export function encode(field: Field, value: string): string {
  if (field.kind === 'json' && value.trim() !== '') return JSON.stringify(JSON.parse(value));
  return field.kind === 'text' ? value : value.trim();
}

function encodeJson(field: Field, value: string): unknown {
  return field.kind === 'text' || field.kind === 'choice' || field.kind === 'date' ? value : JSON.parse(value);
}

/** Names of a form's values: arguments by place, private inputs by name and property. */
export const argumentKey = (place: number): string => `a${place}`;
export const privateKey = (input: PrivateInput, field?: Field): string => `t.${input.name}${field ? `.${field.name}` : ''}`;

export type Values = Readonly<Record<string, string>>;

/** Every field of a form with its key. */
export function keyedFields(form: FunctionForm): [string, Field][] {
  return [
    ...form.parameters.map((f, n): [string, Field] => [argumentKey(n), f]),
    ...form.transient.flatMap((input): [string, Field][] =>
      input.fields ? input.fields.map((f) => [privateKey(input, f), f]) : [[privateKey(input), input.whole]],
    ),
  ];
}

export const initialValues = (form: FunctionForm): Values => Object.fromEntries(keyedFields(form).map(([key, f]) => [key, f.initial]));

/** A call's arguments and private inputs; the values must have no complaints. */
export function encodeCall(form: FunctionForm, values: Values): { arguments: string[]; transient: Record<string, string> } {
  const value = (key: string) => values[key] ?? '';
  const transient: Record<string, string> = {};
  for (const input of form.transient) {
    if (!input.fields) {
      const written = value(privateKey(input));
      if (written.trim() !== '') transient[input.name] = encode(input.whole, written);
      continue;
    }
    const filled = input.fields.filter((f) => value(privateKey(input, f)).trim() !== '');
    if (filled.length === 0) continue;
    transient[input.name] = JSON.stringify(
      Object.fromEntries(filled.map((f) => [f.name, encodeJson(f, value(privateKey(input, f)))])),
    );
  }
  return { arguments: form.parameters.map((f, n) => encode(f, value(argumentKey(n)))), transient };
}

/** Random bytes in base64: at least 24, and as many as the schema asks for. */
export function randomBase64(field: Field): string {
  const count = Math.max(24, Math.ceil(((field.minLength ?? 0) * 3) / 4));
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(count))));
}
