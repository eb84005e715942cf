// SPDX-License-Identifier: Apache-2.0

import { useSearchParams } from 'react-router';

/** The place in a list of pages, kept in the address, so that going back works. */
export function useCursor(name = 'from'): [string | undefined, (cursor: string | undefined) => void] {
  const [search, setSearch] = useSearchParams();
  const choose = (cursor: string | undefined) =>
    setSearch((params) => {
      const next = new URLSearchParams(params);
      if (cursor) next.set(name, cursor);
      else next.delete(name);
      return next;
    });
  return [search.get(name) ?? undefined, choose];
}
