// SPDX-License-Identifier: Apache-2.0

import { keepPreviousData, useQuery } from '@tanstack/react-query';

import {
  bindCertificate,
  createOrganization,
  getOrganization,
  listCertificates,
  listOrganizations,
  releaseCertificate,
  revokeCertificate,
  type Certificate,
  type RevocationReason,
} from '../api/organizations';
import { keys } from './keys';
import { useWrite } from './write';

export const useOrganizations = (cursor?: string) =>
  useQuery({
    queryKey: keys.organizationPage(cursor),
    queryFn: () => listOrganizations(cursor),
    refetchInterval: 5_000,
    placeholderData: keepPreviousData,
  });

/** The organizations to choose from; the first 200. */
export const useOrganizationChoices = () =>
  useQuery({ queryKey: keys.organizationChoices, queryFn: () => listOrganizations(undefined, 200) });

export const useOrganization = (id: string) =>
  useQuery({ queryKey: keys.organization(id), queryFn: () => getOrganization(id), refetchInterval: 5_000 });

/** An organization's certificates, all of them: they are few, and what expires next may be on any page. */
export const useCertificates = (id: string) =>
  useQuery({
    queryKey: keys.certificates(id),
    queryFn: async (): Promise<Certificate[]> => {
      const all: Certificate[] = [];
      let cursor: string | undefined;
      do {
        const { items, next } = await listCertificates(id, cursor);
        all.push(...items);
        cursor = next;
      } while (cursor);
      return all;
    },
    refetchInterval: 10_000,
  });

export const useCreateOrganization = () => useWrite(createOrganization, [keys.organizations, keys.operations]);

export const useRevokeCertificate = (org: string) =>
  useWrite(
    ({ serial, reason }: { serial: string; reason: RevocationReason }, key) => revokeCertificate(org, serial, reason, key),
    [keys.certificates(org), keys.deviceKeys(org), keys.operations],
  );
export const useReleaseCertificate = (org: string) =>
  useWrite((serial: string, key) => releaseCertificate(org, serial, key), [keys.certificates(org), keys.deviceKeys(org), keys.operations]);
export const useBindCertificate = (org: string) =>
  useWrite(({ serial, member }: { serial: string; member: string }, key) => bindCertificate(org, serial, member, key), [keys.certificates(org)]);
