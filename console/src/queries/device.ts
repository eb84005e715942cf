// SPDX-License-Identifier: Apache-2.0

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { problemOf } from '../api/client';
import { issueCertificate } from '../api/organizations';
import { forgetKey, getKey, listKeys, putKey } from '../device/keys';
import { newKey } from '../device/request';
import { saveText } from '../device/saveFile';
import { keys } from './keys';
import { useWrite } from './write';

/** The keys for an organization that this browser keeps. */
export const useDeviceKeys = (org: string) =>
  useQuery({ queryKey: keys.deviceKeys(org), queryFn: () => listKeys(org), enabled: org !== '', networkMode: 'always' });

export interface Enrolment {
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
