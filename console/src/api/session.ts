// SPDX-License-Identifier: Apache-2.0

import { answer, http, keepBearer, type Schemas } from './client';

export type Principal = Schemas['Principal'];

export const getSession = () => answer(http.GET('/session'));

/** Exchanges a one-time code for a session cookie. */
export const createSession = (code: string) => answer(http.POST('/session', { body: { code } }));

/** Signs in with a password of this platform, and a code where there is a second factor. */
export const signInWithPassword = (email: string, password: string, totp: string) =>
  answer(http.POST('/session', { body: { email, password, ...(totp ? { totp } : {}) } }));

/** Acts in another of the person's organizations; empty: the platform. */
export const switchSession = (organization: string) => answer(http.PUT('/session', { body: { organization } }));

export const deleteSession = async () => {
  await answer(http.DELETE('/session'));
  keepBearer('');
};

/**
 * Signs in with an API token. An operator's token is exchanged for a session cookie and forgotten; any other is kept in
 * memory, because only operators may have sign-in links.
 */
export async function signInWithToken(token: string): Promise<Principal> {
  keepBearer(token);
  try {
    const principal = await getSession();
    if (principal.role !== 'operator') return principal;
    const link = await answer(http.POST('/signin-links'));
    const code = new URL(link.url, location.origin).hash.replace('#code=', '');
    const session = await createSession(code);
    keepBearer('');
    return session;
  } catch (error) {
    keepBearer('');
    throw error;
  }
}
