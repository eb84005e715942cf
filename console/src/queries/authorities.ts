// SPDX-License-Identifier: Apache-2.0

import { useQuery } from '@tanstack/react-query';

import {
  changeAuthority,
  discardAuthority,
  finishChange,
  installChain,
  listAuthorities,
  rehearseChange,
  renewCertificates,
  requestAuthorities,
  revertChange,
  type Authority,
  type AuthorityPurpose,
} from '../api/authorities';
import { keys } from './keys';
import { useWrite } from './write';

export const useAuthorities = (org: string) =>
  useQuery({ queryKey: keys.authorities(org), queryFn: () => listAuthorities(org), refetchInterval: 5_000 });

/** What a change would do now: asked anew each time it is looked at. */
export const useRehearsal = (org: string) =>
  useQuery({ queryKey: keys.rehearsal(org), queryFn: () => rehearseChange(org), staleTime: 0, gcTime: 0 });

export const useRequestAuthorities = (org: string) =>
  useWrite((purposes: AuthorityPurpose[], key) => requestAuthorities(org, purposes, key), [keys.authorities(org)]);

export const useInstallChain = (org: string) =>
  useWrite((pem: string, key) => installChain(org, pem, key), [keys.authorities(org)]);

export const useDiscardAuthority = (org: string) =>
  useWrite((authority: Authority, key) => discardAuthority(org, authority, key), [keys.authorities(org)]);

export const useChangeAuthority = (org: string) =>
  useWrite((keepOld: boolean, key) => changeAuthority(org, keepOld, key), [keys.authorities(org), keys.operations]);

/** The work on an organization's certificates that needs no more than its name. */
const works = { finish: finishChange, revert: revertChange, renew: renewCertificates };
export type AuthorityWork = keyof typeof works;

export const useAuthorityWork = (org: string, work: AuthorityWork) =>
  useWrite((_: null, key) => works[work](org, key), [keys.authorities(org), keys.operations]);
