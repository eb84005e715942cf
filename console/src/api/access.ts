// SPDX-License-Identifier: Apache-2.0

import { answer, http, once, page, type Schemas } from './client';

export type AccessForm = Schemas['AccessForm'];
export type AccessReceipt = Schemas['AccessReceipt'];
export type AccessRequest = Schemas['AccessRequest'];
export type AccessEntry = Schemas['AccessEntry'];
export type AccessDecision = Schemas['AccessDecision'];
export type AccessPolicy = Schemas['AccessPolicy'];
export type NewAccessRequest = Schemas['NewAccessRequest'];
export type AccessState = AccessRequest['state'];

export interface AccessFilter {
  readonly state?: AccessState;
  readonly kind?: string;
  readonly assignee?: string;
}

const at = (request: string) => ({ params: { path: { request } } });

export const getAccessForm = () => answer(http.GET('/access-form'));
export const requestAccess = (body: NewAccessRequest, key: string) => answer(http.POST('/access-requests', { body, ...once(key) }));
export const confirmAccess = (secret: string) => answer(http.POST('/access-requests/confirm', { body: { secret } }));
export const getReceipt = (secret: string) => answer(http.POST('/access-requests/receipt', { body: { secret } }));
export const answerQuestion = (secret: string, text: string) =>
  answer(http.POST('/access-requests/receipt/answer', { body: { secret, text } }));
export const withdrawAccess = (secret: string) => answer(http.POST('/access-requests/receipt/withdraw', { body: { secret } }));

export const listAccessRequests = (filter: AccessFilter, cursor?: string) =>
  page(http.GET('/access-requests', { params: { query: { ...filter, cursor, limit: 20 } } }));
export const getAccessRequest = (request: string) => answer(http.GET('/access-requests/{request}', at(request)));
export const assignAccess = (request: string, assignee: string, key: string) =>
  answer(http.POST('/access-requests/{request}/assign', { ...at(request), body: { assignee }, ...once(key) }));
export const askApplicant = (request: string, text: string, key: string) =>
  answer(http.POST('/access-requests/{request}/ask', { ...at(request), body: { text }, ...once(key) }));
export const approveAccess = (request: string, body: Schemas['AccessApproval'], key: string) =>
  answer(http.POST('/access-requests/{request}/approve', { ...at(request), body, ...once(key) }));
export const rejectAccess = (request: string, reason: string, key: string) =>
  answer(http.POST('/access-requests/{request}/reject', { ...at(request), body: { reason }, ...once(key) }));

export const getAccessPolicy = () => answer(http.GET('/access-policy'));
export const putAccessPolicy = (body: AccessPolicy, key: string) => answer(http.PUT('/access-policy', { body, ...once(key) }));
