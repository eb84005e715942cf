// SPDX-License-Identifier: Apache-2.0
import type { ContractFunction } from '../api/client';

/** A parameter as a form shows it. */
export interface Field {
  name: string;
  description: string;
  pattern?: RegExp;
  numeric: boolean;
  options: string[];
  optional: boolean;
}

/** A private input, sent as transient data: never on the ledger. */
export interface PrivateInput {
  name: string;
  description: string;
}

interface Schema {
  type?: string;
  pattern?: string;
  enum?: unknown[];
  default?: unknown;
}

interface RawTransaction {
  name: string;
  'x-transient'?: { name: string; description?: string }[];
}

/** fields gives the form of a function's parameters, from their JSON schemas. */
export function fields(f: ContractFunction): Field[] {
  return (f.parameters ?? []).map((p) => {
    const schema = (p.schema ?? {}) as Schema;
    return {
      name: p.name,
      description: p.description ?? '',
      pattern: safePattern(schema.pattern),
      numeric: schema.type === 'integer' || schema.type === 'number',
      options: Array.isArray(schema.enum) ? schema.enum.map(String) : [],
      optional: schema.default !== undefined,
    };
  });
}

function safePattern(pattern: string | undefined): RegExp | undefined {
  if (!pattern) return undefined;
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined; // the contract checks it anyway
  }
}

/** valid tells whether a text can be a parameter's value. */
export function valid(field: Field, value: string): boolean {
  if (value === '') return field.optional;
  if (field.numeric && Number.isNaN(Number(value))) return false;
  if (field.options.length > 0 && !field.options.includes(value)) return false;
  return field.pattern?.test(value) ?? true;
}

/** args gives a call's arguments: optional ones at the end that are empty are left out. */
export function args(list: Field[], values: Record<string, string>): string[] {
  const all = list.map((f) => values[f.name] ?? '');
  let last = all.length;
  while (last > 0 && all[last - 1] === '' && list[last - 1]?.optional) last--;
  return all.slice(0, last);
}

/** privateInputs gives what a contract's own metadata says of a function's transient data. */
export function privateInputs(raw: unknown, name: string): PrivateInput[] {
  const contracts = (raw as { contracts?: Record<string, { transactions?: RawTransaction[] }> })?.contracts ?? {};
  for (const contract of Object.values(contracts)) {
    for (const tx of contract.transactions ?? []) {
      if (tx.name === name) {
        return (tx['x-transient'] ?? []).map((i) => ({ name: i.name, description: i.description ?? '' }));
      }
    }
  }
  return [];
}

/** pretty gives JSON indented, and anything else as it is. */
export function pretty(result: string): string {
  try {
    return JSON.stringify(JSON.parse(result), null, 2);
  } catch {
    return result;
  }
}
