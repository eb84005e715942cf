// SPDX-License-Identifier: Apache-2.0

import { answer, http, list, once, page, type Schemas } from './client';

export type Account = Schemas['Account'];
export type OwnSession = Schemas['OwnSession'];
export type OwnCertificate = Schemas['OwnCertificate'];
export type Token = Schemas['Token'];
export type NewToken = Schemas['NewToken'];
export type IssuedToken = Schemas['IssuedToken'];
export type Invitation = Schemas['Invitation'];
export type InvitationAcceptance = Schemas['InvitationAcceptance'];

export const getAccount = () => answer(http.GET('/account'));
export const changePassword = (body: Schemas['PasswordChange']) => answer(http.POST('/account/password', { body }));

export const beginSecondFactor = (password: string) => answer(http.POST('/account/totp', { body: { password } }));
export const confirmSecondFactor = async (code: string) =>
  list((await answer(http.POST('/account/totp/confirm', { body: { code } }))).codes);
export const replaceRecoveryCodes = async (code: string) =>
  list((await answer(http.POST('/account/recovery-codes', { body: { code } }))).codes);
export const disableSecondFactor = (code: string) => answer(http.POST('/account/totp/disable', { body: { code } }));

export const listSessions = (cursor?: string) => page(http.GET('/account/sessions', { params: { query: { cursor, limit: 50 } } }));
export const endSession = (session: string) => answer(http.DELETE('/account/sessions/{session}', { params: { path: { session } } }));
export const endOtherSessions = () => answer(http.DELETE('/account/sessions'));

export const listOwnCertificates = (cursor?: string) => page(http.GET('/account/certificates', { params: { query: { cursor, limit: 50 } } }));

export const listTokens = (cursor?: string) => page(http.GET('/tokens', { params: { query: { cursor, limit: 20 } } }));
export const createToken = (body: NewToken, key: string) => answer(http.POST('/tokens', { body, ...once(key) }));
export const deleteToken = (token: string) => answer(http.DELETE('/tokens/{token}', { params: { path: { token } } }));

export const previewInvitation = (code: string) => answer(http.POST('/invitations/preview', { body: { code } }));
export const acceptInvitation = (body: InvitationAcceptance) => answer(http.POST('/invitations/accept', { body }));

export const askPasswordReset = (email: string) => answer(http.POST('/password-resets', { body: { email } }));
export const resetPassword = (body: Schemas['PasswordReset']) => answer(http.POST('/password-resets/confirm', { body }));
