// SPDX-License-Identifier: Apache-2.0

import { answer, http, once, type Schemas } from './client';

export type SignInMethods = Schemas['SignInMethods'];
export type SignInMethod = Schemas['SignInMethod'];
export type SignInSettings = Schemas['SignInSettings'];
export type SignInProvider = Schemas['SignInProvider'];
export type SignInState = Schemas['SignInState'];

export const getSignInMethods = () => answer(http.GET('/signin-methods'));
export const getSignInSettings = () => answer(http.GET('/signin-settings'));
export const putSignInSettings = (revision: number, settings: SignInSettings, key: string) =>
  answer(http.PUT('/signin-settings', { body: { revision, settings }, ...once(key) }));
export const confirmSignInSettings = (revision: number) => answer(http.POST('/signin-settings/confirm', { body: { revision } }));
export const revertSignInSettings = (revision: number) => answer(http.POST('/signin-settings/revert', { body: { revision } }));
