// SPDX-License-Identifier: Apache-2.0

import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';

import { ProblemError } from '../api/client';
import {
  composeProposal,
  endorseProposal,
  evaluateProposal,
  submitSigned,
  type Call,
  type Commit,
  type SignedProposal,
  type SignedTransaction,
} from '../api/contracts';
import { fromBase64, toBase64 } from '../device/der';
import { getKey, type DeviceKey } from '../device/keys';
import { sign } from '../device/signature';
import { followInventory } from './device';
import { keys } from './keys';
import { useWrite } from './write';

/** A call signed by a key on this device. */
interface SignedCall {
  readonly name: string;
  readonly call: Omit<Call, 'application'>;
}

const signed = async (key: CryptoKey, message: string): Promise<string> => toBase64(await sign(key, fromBase64(message)));

const unusable = (code: string, state: string) =>
  new ProblemError({ type: 'about:blank', title: '', status: 409, code, detail: `the certificate of this key is ${state}` });

async function certified({ name, call }: SignedCall): Promise<[CryptoKey, NonNullable<DeviceKey['certificate']>]> {
  const kept = await getKey(call.organization, name);
  const { key, certificate } = kept ? await followInventory(kept) : {};
  if (!key || !certificate) throw new Error(`this device has no key of ${name} any more`);
  if (certificate.revoked === 'certificateHold') throw unusable('device_key_held', 'on hold');
  if (certificate.revoked) throw unusable('device_key_revoked', 'revoked');
  if (Date.parse(certificate.notAfter) <= Date.now()) throw unusable('device_key_expired', 'expired');
  return [key, certificate];
}

async function propose(ledger: string, contract: string, of: SignedCall): Promise<[CryptoKey, SignedProposal]> {
  const [key, certificate] = await certified(of);
  const { call } = of;
  const { proposal, message } = await composeProposal(ledger, contract, { ...call, certificate: certificate.pem });
  return [key, { organization: call.organization, proposal, signature: await signed(key, message) }];
}

async function endorse(ledger: string, contract: string, of: SignedCall): Promise<[SignedTransaction, string]> {
  const [key, proposal] = await propose(ledger, contract, of);
  const { transaction, message, result } = await endorseProposal(ledger, contract, proposal);
  const { organization } = of.call;
  return [{ organization, transaction, signature: await signed(key, message) }, result];
}

/**
 * Submits a transaction signed here. When the platform does not answer, a repeat sends the same signed transaction, of
 * which the ledger takes one only.
 */
export function useSignedSubmit(ledger: string, contract: string) {
  const sent = useRef<{ key: string; transaction: SignedTransaction; result: string } | null>(null);
  return useWrite(
    async (of: SignedCall, key): Promise<Commit> => {
      if (sent.current?.key !== key) {
        const [transaction, result] = await endorse(ledger, contract, of);
        sent.current = { key, transaction, result };
      }
      const { transaction, result } = sent.current;
      const commit = await submitSigned(ledger, contract, transaction);
      return { ...commit, result: commit.result ?? result };
    },
    [keys.ledger(ledger)],
  );
}

export const useSignedEvaluate = (ledger: string, contract: string) =>
  useMutation({
    mutationFn: async (of: SignedCall) => {
      const [, proposal] = await propose(ledger, contract, of);
      return evaluateProposal(ledger, contract, proposal);
    },
  });
