// SPDX-License-Identifier: Apache-2.0

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import {
  cancelOperation,
  followOperation,
  getOperation,
  isDone,
  listOperations,
  retryOperation,
  type OperationFilter,
} from '../api/operations';
import { keys } from './keys';
import { useWrite } from './write';

export const useOperations = (filter: OperationFilter = {}, cursor?: string, limit = 20) =>
  useQuery({
    queryKey: keys.operationPage(filter, limit, cursor),
    queryFn: () => listOperations(filter, cursor, limit),
    refetchInterval: 5_000,
    placeholderData: keepPreviousData,
  });

/** An operation, followed live while it runs. When it ends, everything it may have changed is asked for anew. */
export function useOperation(id: string) {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: keys.operation(id),
    queryFn: () => getOperation(id),
    refetchInterval: (q) => (q.state.data && isDone(q.state.data) ? false : 2_000),
  });
  const known = query.data !== undefined;
  const done = query.data !== undefined && isDone(query.data);
  useEffect(() => {
    if (!known || done) return;
    return followOperation(id, (operation) => client.setQueryData(keys.operation(id), operation));
  }, [client, id, known, done]);
  useEffect(() => {
    if (!done) return;
    const changed = [keys.platform, keys.organizations, keys.nodes, keys.ledgers, keys.allDeviceKeys];
    changed.forEach((queryKey) => void client.invalidateQueries({ queryKey }));
  }, [client, done]);
  return query;
}

export const useRetryOperation = () => useWrite((id: string, key) => retryOperation(id, key), [keys.operations]);
export const useCancelOperation = () => useWrite((id: string, key) => cancelOperation(id, key), [keys.operations, keys.signatures]);
