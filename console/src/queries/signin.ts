// SPDX-License-Identifier: Apache-2.0

import { useQuery } from '@tanstack/react-query';

import {
  confirmSignInSettings,
  getSignInMethods,
  getSignInSettings,
  putSignInSettings,
  revertSignInSettings,
  type SignInSettings,
} from '../api/signin';
import { keys } from './keys';
import { useWrite } from './write';

export const useSignInMethods = () => useQuery({ queryKey: keys.signInMethods, queryFn: getSignInMethods });

/** The settings, asked for often: they may revert by themselves. */
export const useSignInSettings = () =>
  useQuery({ queryKey: keys.signInSettings, queryFn: getSignInSettings, refetchInterval: 5_000 });

const changed = [keys.signInSettings, keys.signInMethods];

export const usePutSignInSettings = () =>
  useWrite(
    ({ revision, settings }: { revision: number; settings: SignInSettings }, key) => putSignInSettings(revision, settings, key),
    changed,
  );
export const useConfirmSignInSettings = () => useWrite(confirmSignInSettings, changed);
export const useRevertSignInSettings = () => useWrite(revertSignInSettings, changed);
