// SPDX-License-Identifier: Apache-2.0

import { keepPreviousData, useQuery } from '@tanstack/react-query';

import { createOrganization, getOrganization, listCertificates, listOrganizations } from '../api/organizations';
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

export const useCertificates = (id: string, cursor?: string) =>
  useQuery({
    queryKey: keys.certificates(id, cursor),
    queryFn: () => listCertificates(id, cursor),
    placeholderData: keepPreviousData,
  });

export const useCreateOrganization = () => useWrite(createOrganization, [keys.organizations, keys.operations]);
