// SPDX-License-Identifier: Apache-2.0

import { answer, http, once, page, type Schemas } from './client';

export type Node = Schemas['Node'];
export type Phase = Node['phase'];

export const listNodes = (cursor?: string) => page(http.GET('/nodes', { params: { query: { cursor, limit: 50 } } }));
export const getNode = (node: string) => answer(http.GET('/nodes/{node}', { params: { path: { node } } }));
export const getNodeLogs = (node: string, tail: number) =>
  answer(http.GET('/nodes/{node}/logs', { params: { path: { node }, query: { tail } } }));
export const restartNode = (node: string, key: string) =>
  answer(http.POST('/nodes/{node}/restart', { params: { path: { node } }, ...once(key) }));
