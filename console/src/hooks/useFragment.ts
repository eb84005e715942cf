// SPDX-License-Identifier: Apache-2.0

import { useLocation } from 'react-router';

/** A secret behind the # of a link, which browsers send to nobody. Empty when the link is not whole. */
export function useFragment(name: string): string {
  const { hash } = useLocation();
  return new URLSearchParams(hash.slice(1)).get(name) ?? '';
}
