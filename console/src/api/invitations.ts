// SPDX-License-Identifier: Apache-2.0

import { answer, http, once, page, type Schemas } from './client';

export type LedgerInvitation = Schemas['LedgerInvitation'];
export type NewLedgerInvitation = Schemas['NewLedgerInvitation'];

const at = (invitation: string) => ({ params: { path: { invitation } } });

export const listLedgerInvitations = (cursor?: string) =>
  page(http.GET('/ledger-invitations', { params: { query: { cursor, limit: 200 } } }));
export const lookUpLedgerInvitation = (code: string) => answer(http.POST('/ledger-invitations/lookup', { body: { code } }));
export const inviteToLedger = (ledger: string, body: NewLedgerInvitation, key: string) =>
  answer(http.POST('/ledgers/{ledger}/invitations', { params: { path: { ledger } }, body, ...once(key) }));
export const acceptLedgerInvitation = (invitation: string, body: Schemas['InvitationAnswer'], key: string) =>
  answer(http.POST('/ledger-invitations/{invitation}/accept', { ...at(invitation), body, ...once(key) }));
export const declineLedgerInvitation = (invitation: string, body: Schemas['InvitationAnswer']) =>
  answer(http.POST('/ledger-invitations/{invitation}/decline', { ...at(invitation), body }));
export const revokeLedgerInvitation = (invitation: string, inviter: string) =>
  answer(http.DELETE('/ledger-invitations/{invitation}', { params: { path: { invitation }, query: { inviter } } }));
