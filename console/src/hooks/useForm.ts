// SPDX-License-Identifier: Apache-2.0

import { useCallback, useState } from 'react';

type Complaints<V> = Partial<Record<keyof V & string, string>>;

/** Fields give any text; which texts there may be is the form's to check. */
type Given<T> = T extends string ? string : T;

/** What a field needs of its form. */
export interface Field<T> {
  readonly id: string;
  readonly value: Given<T>;
  readonly onChange: (value: Given<T>) => void;
  readonly onBlur: () => void;
  readonly error: string | undefined;
}

export interface Form<V> {
  readonly id: string;
  readonly values: V;
  /** The complaint about a field: its own, once the person has left it or asked to send, or the platform's. */
  readonly errorOf: (name: keyof V & string) => string | undefined;
  readonly set: <K extends keyof V & string>(name: K, value: V[K]) => void;
  readonly touch: (name: keyof V & string) => void;
  /** Binds a field to the value of that name. */
  readonly field: <K extends keyof V & string>(name: K) => Field<V[K]>;
  /** Shows all complaints and focuses the first wrong field; true when there is none. */
  readonly check: () => boolean;
  readonly reset: () => void;
}

/** What a form sends: under way, or refused. Mutations are such. */
export interface Sending {
  readonly isPending: boolean;
  readonly error: unknown;
}

/**
 * The one form mechanism of the console: values, complaints by field, and when to show them. Fields carry the ID
 * `${id}-${name}`, which the focus relies on. `refused` are the platform's complaints about what was sent last, by
 * field: each stands until its field is changed.
 */
export function useForm<V extends object>(
  id: string,
  initial: V,
  validate: (values: V) => Complaints<V>,
  refused: Partial<Record<string, string>> = {},
): Form<V> {
  const [values, setValues] = useState(initial);
  const [sent, setSent] = useState(initial);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState(false);
  const errors = validate(values);
  const set = useCallback(<K extends keyof V & string>(name: K, value: V[K]) => {
    setValues((v) => ({ ...v, [name]: value }));
  }, []);
  const touch = useCallback((name: string) => setTouched((t) => new Set(t).add(name)), []);
  const check = () => {
    setAsked(true);
    const wrong = Object.keys(errors).find((name) => errors[name as keyof V & string]);
    if (wrong) document.getElementById(`${id}-${wrong}`)?.focus();
    else setSent(values);
    return wrong === undefined;
  };
  const reset = () => {
    setValues(initial);
    setTouched(new Set());
    setAsked(false);
  };
  const errorOf = (name: keyof V & string) =>
    (asked || touched.has(name) ? errors[name] : undefined) ?? (sent[name] === values[name] ? refused[name] : undefined);
  const field = <K extends keyof V & string>(name: K): Field<V[K]> => ({
    id: `${id}-${name}`,
    value: values[name] as Given<V[K]>,
    onChange: (value) => set(name, value as V[K]),
    onBlur: () => touch(name),
    error: errorOf(name),
  });
  return { id, values, errorOf, set, touch, field, check, reset };
}
