// SPDX-License-Identifier: Apache-2.0

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import {
  acceptInvitation,
  askPasswordReset,
  beginSecondFactor,
  changePassword,
  confirmSecondFactor,
  createToken,
  deleteToken,
  disableSecondFactor,
  endOtherSessions,
  endSession,
  getAccount,
  listOwnCertificates,
  listSessions,
  listTokens,
  previewInvitation,
  replaceRecoveryCodes,
  resetPassword,
} from '../api/account';
import { keys } from './keys';
import { enter } from './session';
import { useWrite } from './write';

export const useAccount = (enabled: boolean) => useQuery({ queryKey: keys.account, queryFn: getAccount, enabled });

/** A change of one's own account. Its secrets are in no Idempotency-Key: such a request is never repeated by itself. */
function useAccountChange<V, R>(change: (values: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.account }),
  });
}

export const useChangePassword = () => useAccountChange(changePassword);
export const useBeginSecondFactor = () => useMutation({ mutationFn: beginSecondFactor });
export const useConfirmSecondFactor = () => useAccountChange(confirmSecondFactor);
export const useReplaceRecoveryCodes = () => useAccountChange(replaceRecoveryCodes);
export const useDisableSecondFactor = () => useAccountChange(disableSecondFactor);

export const useOwnSessions = (cursor?: string) =>
  useQuery({ queryKey: keys.ownSessions(cursor), queryFn: () => listSessions(cursor), placeholderData: keepPreviousData });
export const useEndSession = () => useAccountChange(endSession);
export const useEndOtherSessions = () => useAccountChange(endOtherSessions);

export const useOwnCertificates = (cursor?: string) =>
  useQuery({
    queryKey: keys.ownCertificates(cursor),
    queryFn: () => listOwnCertificates(cursor),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });

export const useTokens = (cursor?: string) =>
  useQuery({ queryKey: keys.tokenPage(cursor), queryFn: () => listTokens(cursor), placeholderData: keepPreviousData });
export const useCreateToken = () => useWrite(createToken, [keys.tokens]);
export const useDeleteToken = () => useWrite(deleteToken, [keys.tokens]);

export const useInvitation = (code: string) =>
  useQuery({ queryKey: keys.invitation(code), queryFn: () => previewInvitation(code), enabled: code !== '', retry: false });

/** Accepts an invitation, which signs in. */
export function useAcceptInvitation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: acceptInvitation,
    onSuccess: (principal) => {
      enter(client, principal);
    },
  });
}

export const useAskPasswordReset = () => useMutation({ mutationFn: askPasswordReset });
export const useResetPassword = () => useMutation({ mutationFn: resetPassword });
