// SPDX-License-Identifier: Apache-2.0

import { useCallback, useState } from 'react';

type Errors<V> = Partial<Record<keyof V & string, string>>;

/** The values that are any text. */
type TextOf<V> = { [K in keyof V & string]: string extends V[K] ? K : never }[keyof V & string];

/** What a field for text needs of its form. */
export interface TextBinding {
  readonly id: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur: () => void;
  readonly error: string | undefined;
}

export interface Form<V> {
  readonly values: V;
  /** The complaint about a field, once the person has left it or asked to send. */
  readonly errorOf: (name: keyof V & string) => string | undefined;
  readonly set: <K extends keyof V & string>(name: K, value: V[K]) => void;
  readonly touch: (name: keyof V & string) => void;
  /** Binds a field for text; `refused` are the platform's own complaints, by field. */
  readonly text: (name: TextOf<V>, refused?: Partial<Record<string, string>>) => TextBinding;
  /** Shows all complaints and focuses the first wrong field; true when there is none. */
  readonly check: () => boolean;
  readonly reset: () => void;
}

/**
 * The one form mechanism of the console: values, complaints by field, and when to show them. Fields carry the ID
 * `${id}-${name}`, which the focus relies on.
 */
export function useForm<V extends object>(id: string, initial: V, validate: (values: V) => Errors<V>): Form<V> {
  const [values, setValues] = useState(initial);
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
    return wrong === undefined;
  };
  const reset = () => {
    setValues(initial);
    setTouched(new Set());
    setAsked(false);
  };
  const errorOf = (name: keyof V & string) => (asked || touched.has(name) ? errors[name] : undefined);
  const text = (name: TextOf<V>, refused: Partial<Record<string, string>> = {}): TextBinding => ({
    id: `${id}-${name}`,
    value: values[name] as string,
    onChange: (value) => set(name, value as V[typeof name]),
    onBlur: () => touch(name),
    error: errorOf(name) ?? refused[name],
  });
  return { values, errorOf, set, touch, text, check, reset };
}
