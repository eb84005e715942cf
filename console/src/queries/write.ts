// SPDX-License-Identifier: Apache-2.0

import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useRef } from 'react';

import { problemOf } from '../api/client';

interface Attempt {
  key: string;
  request: string;
}

/**
 * A write of the person's: each action has an Idempotency-Key of its own. A repeat of the same request after the
 * platform did not answer keeps the key, so that it happens once at most.
 */
export function useWrite<V, R>(send: (values: V, key: string) => Promise<R>, stale: readonly QueryKey[] = []) {
  const client = useQueryClient();
  const open = useRef<Attempt | null>(null);
  return useMutation<R, Error, V>({
    mutationFn: async (values) => {
      const request = JSON.stringify(values);
      const attempt = open.current?.request === request ? open.current : { key: crypto.randomUUID(), request };
      open.current = attempt;
      try {
        const result = await send(values, attempt.key);
        open.current = null;
        return result;
      } catch (error) {
        if (problemOf(error).status !== 0) open.current = null;
        throw error;
      }
    },
    onSuccess: () => Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
