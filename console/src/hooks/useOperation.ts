// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, unwrap, type Operation } from '../api/client';

const done = (o: Operation) => o.state === 'succeeded' || o.state === 'failed';

/** useOperation follows an operation by server-sent events until it ends; EventSource reconnects by itself. */
export function useOperation(id: string | undefined): Operation | undefined {
  const [operation, setOperation] = useState<Operation>();
  const client = useQueryClient();
  useEffect(() => {
    if (!id) return;
    const show = (o: Operation) => {
      setOperation(o);
      if (done(o)) void client.invalidateQueries();
    };
    if (typeof EventSource === 'undefined') {
      void unwrap(api.GET('/operations/{operation}', { params: { path: { operation: id } } })).then(show);
      return;
    }
    const events = new EventSource(`/api/v1/operations/${id}/events`);
    events.addEventListener('operation', (e) => {
      const o = JSON.parse((e as MessageEvent<string>).data) as Operation;
      show(o);
      if (done(o)) events.close();
    });
    return () => events.close();
  }, [id, client]);
  return operation?.id === id ? operation : undefined;
}
