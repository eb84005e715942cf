// SPDX-License-Identifier: Apache-2.0

import { useParams } from 'react-router';

/** A part of the address that the route surely has. */
export function useParam(name: string): string {
  const value = useParams()[name];
  if (value === undefined) throw new Error(`the route has no ${name}`);
  return value;
}
