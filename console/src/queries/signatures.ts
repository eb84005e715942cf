// SPDX-License-Identifier: Apache-2.0

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import {
  declineSignature,
  getSignatureRequest,
  listSignatureRequests,
  prepareSignature,
  sendSignature,
  setAdministration,
  type SignatureFilter,
  type SignatureRequest,
  type ToSign,
} from '../api/signatures';
import { fromBase64, toBase64 } from '../device/der';
import { getKey } from '../device/keys';
import { administrationStatement, asksFor } from '../device/consent';
import { sign } from '../device/signature';
import { keys } from './keys';
import { useWrite } from './write';

export const useSignatureRequests = (filter: SignatureFilter = {}, cursor?: string, enabled = true) =>
  useQuery({
    queryKey: keys.signaturePage(filter, cursor),
    queryFn: () => listSignatureRequests(filter, cursor),
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
    enabled,
  });

export const useSignatureRequest = (id: string) =>
  useQuery({
    queryKey: keys.signatureRequest(id),
    queryFn: () => getSignatureRequest(id),
    refetchInterval: (q) => (q.state.data?.state === 'open' ? 5_000 : false),
  });

const stale = [keys.signatures, keys.operations];

/** Signs with a key that this browser keeps: only what the request shows. */
export function useSignHere(request: SignatureRequest) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (name: string) => {
      const kept = await getKey(request.organization, name);
      if (!kept?.certificate) throw new Error(`this device has no key of ${name} any more`);
      let next: ToSign | undefined = await prepareSignature(request.id, kept.certificate.pem);
      while (next) {
        if (!asksFor(request, next)) throw new Error('what the platform gives to sign is not what it shows');
        const { step, bytes, message }: ToSign = next;
        const signature = toBase64(await sign(kept.key, fromBase64(message)));
        next = (await sendSignature(request.id, { step, bytes, signature })).next;
      }
    },
    onSuccess: () => Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

/** Gets what another program signs. */
export const usePrepareSignature = (id: string) =>
  useMutation({ mutationFn: (certificate: string) => prepareSignature(id, certificate) });

/** Sends a signature that another program made; gives what is to be signed next, if anything. */
export const useSendSignature = (id: string) =>
  useWrite(async ({ step, bytes, signature }: Pick<ToSign, 'step' | 'bytes'> & { signature: string }) => {
    const { next } = await sendSignature(id, { step, bytes, signature });
    return next;
  }, stale);

export const useDeclineSignature = (id: string) =>
  useWrite((reason: string, key) => declineSignature(id, reason, key), stale);

/** Makes an organization administer itself, beginning with a key that this browser keeps. */
export const useTakeAdministration = (org: string) =>
  useWrite(
    async (name: string, key) => {
      const kept = await getKey(org, name);
      if (!kept?.certificate) throw new Error(`this device has no key of ${name} any more`);
      const certificate = kept.certificate.pem;
      const proof = toBase64(await sign(kept.key, await administrationStatement(org, certificate)));
      return setAdministration(org, { administration: 'own', certificate, proof }, key);
    },
    [keys.organizations, keys.operations],
  );

export const useGiveAdministration = (org: string) =>
  useWrite((_: undefined, key) => setAdministration(org, { administration: 'managed' }, key), [keys.organizations]);
