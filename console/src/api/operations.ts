// SPDX-License-Identifier: Apache-2.0

import { answer, base, hasBearer, http, once, page, type Schemas } from './client';

export type Operation = Schemas['Operation'];
export type Step = Schemas['Step'];
export type Waiting = Schemas['Waiting'];

export interface OperationFilter {
  readonly subject?: string;
  readonly state?: Operation['state'];
}

export const isDone = (operation: Operation): boolean => operation.state === 'succeeded' || operation.state === 'failed';

export const listOperations = (filter: OperationFilter = {}, cursor?: string, limit = 20) =>
  page(http.GET('/operations', { params: { query: { ...filter, cursor, limit } } }));
export const getOperation = (operation: string) =>
  answer(http.GET('/operations/{operation}', { params: { path: { operation } } }));
export const retryOperation = (operation: string, key: string) =>
  answer(http.POST('/operations/{operation}/retry', { params: { path: { operation } }, ...once(key) }));

export const cancelOperation = (operation: string, key: string) =>
  answer(http.POST('/operations/{operation}/cancel', { params: { path: { operation } }, ...once(key) }));

/**
 * Calls `report` on every change of an operation until it has ended. Gives how to stop. With a token instead of a
 * session there is no stream, since browsers send no header with it; callers poll anyway.
 */
export function followOperation(id: string, report: (operation: Operation) => void): () => void {
  if (hasBearer()) return () => undefined;
  const source = new EventSource(`${base}/operations/${encodeURIComponent(id)}/events`);
  source.addEventListener('operation', (event: MessageEvent<string>) => {
    const operation = JSON.parse(event.data) as Operation;
    report(operation);
    if (isDone(operation)) source.close();
  });
  return () => source.close();
}
