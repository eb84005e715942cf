// SPDX-License-Identifier: Apache-2.0

import { answer, http, once, page, type Schemas } from './client';

export type Mail = Schemas['Mail'];
export type MailState = Mail['state'];

export const listMails = (state: MailState, cursor?: string) =>
  page(http.GET('/mails', { params: { query: { state, cursor, limit: 50 } } }));
export const retryMail = (mail: string, key: string) => answer(http.POST('/mails/{mail}/retry', { params: { path: { mail } }, ...once(key) }));
export const discardMail = (mail: string) => answer(http.DELETE('/mails/{mail}', { params: { path: { mail } } }));
