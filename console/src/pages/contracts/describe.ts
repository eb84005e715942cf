// SPDX-License-Identifier: Apache-2.0

import { list } from '../../api/client';
import type { ContractMetadata } from '../../api/contracts';

/** How a value is asked for. */
export type Kind = 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'date' | 'json';

/** One value of a function's form. */
export interface Field {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  readonly kind: Kind;
  readonly choices: readonly string[];
  readonly initial: string;
  readonly required: boolean;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Bytes in base64: the console can make random ones. */
  readonly bytes: boolean;
}

/** A private input: its own fields where it is a flat object, else one field with its whole text. */
export interface PrivateInput {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  readonly fields: readonly Field[] | undefined;
  readonly whole: Field;
}

/** A function as the forms need it. */
export interface FunctionForm {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  readonly submit: boolean;
  readonly parameters: readonly Field[];
  readonly transient: readonly PrivateInput[];
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const objectAt = (value: unknown, key: string): Json => (isObject(value) && isObject(value[key]) ? value[key] : {});
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** The text in a language, or in English, or in whichever there is. */
export function inLanguage(texts: unknown, language: string): string | undefined {
  if (!isObject(texts)) return undefined;
  return text(texts[language]) ?? text(texts.en) ?? Object.values(texts).map(text).find((v) => v !== undefined);
}

function kindOf(schema: Json): Kind {
  if (Array.isArray(schema.enum)) return 'choice';
  switch (schema.type) {
    case 'string':
      return schema.format === 'date' ? 'date' : 'text';
    case 'number':
    case 'integer':
    case 'boolean':
      return schema.type;
    default:
      return 'json';
  }
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value));

/** A field of a JSON schema, as contract-api writes it. */
export function fieldOf(name: string, schema: unknown, title?: string, description?: string): Field {
  const s = isObject(schema) ? schema : {};
  const kind = kindOf(s);
  const pattern = text(s.pattern);
  const minLength = number(s.minLength);
  const mayBeEmpty = kind === 'text' && !minLength && (pattern === undefined || matches(pattern, ''));
  return {
    name,
    title: title ?? text(s.title) ?? name,
    description: description ?? text(s.description),
    kind,
    choices: Array.isArray(s.enum) ? s.enum.map(asText) : [],
    initial: asText(s.default),
    required: !mayBeEmpty,
    pattern,
    minLength,
    maxLength: number(s.maxLength),
    minimum: number(s.minimum),
    maximum: number(s.maximum),
    bytes: s.contentEncoding === 'base64',
  };
}

function privateInput(value: unknown, titles: Json, language: string): PrivateInput | undefined {
  const name = isObject(value) ? text(value.name) : undefined;
  if (!isObject(value) || name === undefined) return undefined;
  const schema = isObject(value.schema) ? value.schema : {};
  const whole = fieldOf(name, schema, inLanguage(titles[name], language), text(value.description));
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
  const fields = Object.entries(objectAt(schema, 'properties')).map(([key, s]) => ({
    ...fieldOf(key, s),
    required: required.includes(key),
  }));
  const flat = schema.type === 'object' && fields.length > 0 && fields.every((f) => f.kind !== 'json');
  return { name, title: whole.title, description: whole.description, fields: flat ? fields : undefined, whole };
}

/** Every function's entry in the contract's own JSON, by the name that callers write. */
function entries(raw: unknown): Map<string, Json> {
  const found = new Map<string, Json>();
  for (const [contract, value] of Object.entries(objectAt(raw, 'contracts'))) {
    if (contract === 'org.hyperledger.fabric' || !isObject(value) || !Array.isArray(value.transactions)) continue;
    for (const tx of value.transactions as unknown[]) {
      const name = isObject(tx) ? text(tx.name) : undefined;
      if (!isObject(tx) || name === undefined) continue;
      if (!found.has(name)) found.set(name, tx);
      found.set(`${contract}:${name}`, tx);
    }
  }
  return found;
}

/**
 * A contract's functions as forms, in a language where the contract says it. Titles in several languages and private
 * inputs come from the contract's own JSON: `x-title`, `x-parameter-titles` and `x-transient`.
 */
export function describe(metadata: ContractMetadata, language: string): FunctionForm[] {
  const own = entries(metadata.raw);
  return list(metadata.functions).map((f) => {
    const entry = own.get(f.name) ?? {};
    const titles = objectAt(entry, 'x-parameter-titles');
    const transient: readonly unknown[] = Array.isArray(entry['x-transient']) ? entry['x-transient'] : [];
    return {
      name: f.name,
      title: inLanguage(entry['x-title'], language) ?? f.title ?? f.name,
      description: f.description,
      submit: f.submit,
      parameters: list(f.parameters).map((p) => fieldOf(p.name, p.schema, inLanguage(titles[p.name], language), p.description)),
      transient: transient.map((v) => privateInput(v, titles, language)).filter((v) => v !== undefined),
    };
  });
}

/** Whether a text has the form that a schema's pattern asks for; a pattern that browsers can't read allows all. */
export function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}
