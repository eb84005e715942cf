// SPDX-License-Identifier: Apache-2.0

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { problemOf } from '../api/client';
import { issueCertificate, listHolderCertificates, type Certificate } from '../api/organizations';
import { publicKeyOf } from '../device/certificate';
import { forgetKey, getKey, listKeys, putKey, type DeviceKey } from '../device/keys';
import { newKey } from '../device/request';
import { saveText } from '../device/saveFile';
import { keys } from './keys';
import { useWrite } from './write';

/** The keys for an organization that this browser keeps, each with the certificate that stands for it now. */
export const useDeviceKeys = (org: string) =>
  useQuery({
    queryKey: keys.deviceKeys(org),
    queryFn: async () => Promise.all((await listKeys(org)).map(followInventory)),
    enabled: org !== '',
    networkMode: 'always',
    refetchInterval: 15_000,
  });

/** A key with what the inventory says of its certificate; absent when the inventory could not tell. */
export interface ObservedKey extends DeviceKey {
  readonly observed?: Certificate;
}

/**
 * Gives a key with its newest certificate that stands, and keeps that: the platform issues certificates again on the same
 * key, when the organization moves to another authority for instance. Without one that stands it says why. What the
 * inventory cannot tell now leaves the key as it is.
 */
export async function followInventory(kept: DeviceKey): Promise<ObservedKey> {
  const { organization, name, csr } = kept;
  const own = publicKeyOf(csr);
  const found = await listHolderCertificates(organization, `member/${name}`).catch(() => []);
  const issued = found.filter((c) => c.purpose === 'sign' && publicKeyOf(c.pem) === own);
  const newest = issued.sort((a, b) => standing(b) - standing(a) || Date.parse(b.issuedAt) - Date.parse(a.issuedAt))[0];
  if (!newest) return kept;
  const before = kept.certificate;
  const same = before?.serial === newest.serial;
  const revoked = newest.status === 'revoked' ? (newest.reason ?? 'unspecified') : undefined;
  if (same && before.revoked === revoked) return { ...kept, observed: newest };
  const { pem, serial, notAfter, role = '' } = newest;
  const takenOverAt = same ? before.takenOverAt : before && new Date().toISOString();
  const next = { ...kept, certificate: { pem, serial, notAfter, role, takenOverAt, revoked } };
  // It may have been forgotten meanwhile.
  if (await getKey(organization, name)) await putKey(next);
  return { ...next, observed: newest };
}

const standing = (c: Certificate): number => (c.status === 'valid' || c.status === 'expiring' ? 1 : 0);

interface Enrolment {
  readonly name: string;
  readonly role: 'client' | 'admin';
  readonly attributes: Record<string, string>;
  /** Of the copy that is downloaded; empty: there is no copy. */
  readonly passphrase: string;
}

/** Makes a key in this browser and has it certified. Only the request is sent. */
export function useEnrol(org: string) {
  return useWrite(
    async ({ name, role, attributes, passphrase }: Enrolment, key) => {
      const { csr } = (await getKey(org, name)) ?? (await makeKey(org, name, passphrase));
      const issued = await issueCertificate(org, { csr, name, role, attributes }, key).catch(async (error: unknown) => {
        // Without an answer it may have been issued: the key stays, and the same request can be sent again.
        if (problemOf(error).status !== 0) await forgetKey(org, name);
        throw error;
      });
      const made = await getKey(org, name);
      if (!made) throw new Error('the key was forgotten meanwhile');
      const { pem, serial, notAfter } = issued.certificate;
      await putKey({ ...made, certificate: { pem, serial, notAfter, role } });
      return issued;
    },
    [keys.deviceKeys(org), keys.organization(org)],
  );
}

async function makeKey(organization: string, name: string, passphrase: string) {
  const { key, csr, file } = await newKey(passphrase);
  await putKey({ organization, name, key, csr });
  if (file) saveText(`${organization}-${name.replace(/[^A-Za-z0-9._-]/g, '_')}.key.pem`, file);
  return { csr };
}

export function useForgetKey(org: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => forgetKey(org, name),
    networkMode: 'always',
    onSuccess: () => client.invalidateQueries({ queryKey: keys.deviceKeys(org) }),
  });
}
