// SPDX-License-Identifier: Apache-2.0

import { answer, http, once, page, type Schemas } from './client';

export type SignatureRequest = Schemas['SignatureRequest'];
export type ToSign = Schemas['ToSign'];

export interface SignatureFilter {
  readonly state?: SignatureRequest['state'];
}

const at = (signature: string) => ({ params: { path: { signature } } });

export const listSignatureRequests = (filter: SignatureFilter = {}, cursor?: string, limit = 20) =>
  page(http.GET('/signature-requests', { params: { query: { ...filter, cursor, limit } } }));
export const getSignatureRequest = (id: string) => answer(http.GET('/signature-requests/{signature}', at(id)));
export const prepareSignature = (id: string, certificate: string) =>
  answer(http.POST('/signature-requests/{signature}/prepare', { ...at(id), body: { certificate } }));
export const sendSignature = (id: string, body: Schemas['Signature']) =>
  answer(http.POST('/signature-requests/{signature}/sign', { ...at(id), body }));
export const declineSignature = (id: string, reason: string, key: string) =>
  answer(http.POST('/signature-requests/{signature}/decline', { ...at(id), body: { reason }, ...once(key) }));
export const setAdministration = (org: string, body: Schemas['NewAdministration'], key: string) =>
  answer(http.POST('/organizations/{org}/administration', { params: { path: { org } }, body, ...once(key) }));
