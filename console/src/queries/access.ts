// SPDX-License-Identifier: Apache-2.0

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import {
  answerQuestion,
  approveAccess,
  askApplicant,
  assignAccess,
  confirmAccess,
  getAccessForm,
  getAccessPolicy,
  getAccessRequest,
  getReceipt,
  listAccessRequests,
  putAccessPolicy,
  rejectAccess,
  requestAccess,
  withdrawAccess,
  type AccessFilter,
  type AccessPolicy,
  type AccessReceipt,
} from '../api/access';
import type { Schemas } from '../api/client';
import { keys } from './keys';
import { useWrite } from './write';

export const useAccessForm = () => useQuery({ queryKey: keys.accessForm, queryFn: getAccessForm, staleTime: 60_000 });

export const useRequestAccess = () => useWrite(requestAccess);

export const useConfirmAccess = () => useMutation({ mutationFn: confirmAccess });

export const useReceipt = (secret: string) =>
  useQuery({ queryKey: keys.receipt(secret), queryFn: () => getReceipt(secret), refetchInterval: 30_000, enabled: secret !== '' });

/** A change by the applicant, whose answer is the new receipt. */
function useReceiptChange<V>(secret: string, change: (values: V) => Promise<AccessReceipt>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (receipt) => {
      client.setQueryData(keys.receipt(secret), receipt);
    },
  });
}

export const useAnswerQuestion = (secret: string) => useReceiptChange(secret, (text: string) => answerQuestion(secret, text));
export const useWithdrawAccess = (secret: string) => useReceiptChange(secret, () => withdrawAccess(secret));

export const useAccessRequests = (filter: AccessFilter, cursor?: string) =>
  useQuery({
    queryKey: keys.accessRequestPage(filter, cursor),
    queryFn: () => listAccessRequests(filter, cursor),
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  });

export const useAccessRequest = (id: string) =>
  useQuery({ queryKey: keys.accessRequest(id), queryFn: () => getAccessRequest(id), refetchInterval: 5_000 });

const changed = [keys.accessRequests];

export const useAssignAccess = (id: string) =>
  useWrite((assignee: string, key) => assignAccess(id, assignee, key), changed);
export const useAskApplicant = (id: string) => useWrite((text: string, key) => askApplicant(id, text, key), changed);
export const useRejectAccess = (id: string) => useWrite((reason: string, key) => rejectAccess(id, reason, key), changed);
export const useApproveAccess = (id: string) =>
  useWrite((body: Schemas['AccessApproval'], key) => approveAccess(id, body, key), [...changed, keys.organizations, keys.operations]);

export const useAccessPolicy = () => useQuery({ queryKey: keys.accessPolicy, queryFn: getAccessPolicy });
export const usePutAccessPolicy = () =>
  useWrite((policy: AccessPolicy, key) => putAccessPolicy(policy, key), [keys.accessPolicy, keys.accessForm]);
