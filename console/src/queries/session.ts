// SPDX-License-Identifier: Apache-2.0

import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';

import { problemOf } from '../api/client';
import {
  createSession,
  deleteSession,
  getSession,
  signInWithPassword,
  signInWithToken,
  switchSession,
  type Principal,
} from '../api/session';
import { keys } from './keys';

/** Who is signed in; null when nobody is. */
export function useSession() {
  return useQuery({
    queryKey: keys.session,
    queryFn: async (): Promise<Principal | null> => {
      try {
        return await getSession();
      } catch (error) {
        if (problemOf(error).status === 401) return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });
}

/** The caller, on pages behind the sign-in. */
export function usePrincipal(): Principal | undefined {
  return useSession().data ?? undefined;
}

const exchanges = new Map<string, Promise<Principal>>();

/** A code works once; two renders of the same page must not use it twice. */
function exchange(code: string): Promise<Principal> {
  const running = exchanges.get(code) ?? createSession(code);
  exchanges.set(code, running);
  return running;
}

/** Another caller, or none, sees nothing of what the one before asked for. */
export function enter(client: QueryClient, principal: Principal | null): void {
  client.setQueryData(keys.session, principal);
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.session[0] });
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ code, token }: { code?: string; token?: string }) => (code ? exchange(code) : signInWithToken(token ?? '')),
    onSuccess: (principal) => {
      enter(client, principal);
    },
  });
}

export function usePasswordSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ email, password, totp }: { email: string; password: string; totp: string }) =>
      signInWithPassword(email, password, totp),
    onSuccess: (principal) => {
      enter(client, principal);
    },
  });
}

export function useSwitchSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: switchSession,
    onSuccess: (principal) => {
      enter(client, principal);
    },
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: deleteSession,
    onSettled: () => {
      enter(client, null);
    },
  });
}
