// SPDX-License-Identifier: Apache-2.0

import { useSearchParams } from 'react-router';

/** The value of a filter in the address; undefined when there is none, or none such. */
export function useFilter<V extends string>(name: string, options: Partial<Record<V, string>>): V | undefined {
  const value = useSearchParams()[0].get(name);
  return value !== null && Object.hasOwn(options, value) ? (value as V) : undefined;
}
