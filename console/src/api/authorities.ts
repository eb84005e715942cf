// SPDX-License-Identifier: Apache-2.0

import { answer, http, list, once, type Schemas } from './client';

export type Authority = Schemas['Authority'];
export type AuthorityPurpose = Authority['purpose'];
export type Rehearsal = Schemas['AuthorityRehearsal'];

const at = (org: string) => ({ params: { path: { org } } });

export const listAuthorities = async (org: string) =>
  list((await answer(http.GET('/organizations/{org}/authorities', at(org)))).items);
export const requestAuthorities = (org: string, purposes: AuthorityPurpose[], key: string) =>
  answer(http.POST('/organizations/{org}/authorities', { ...at(org), body: { purposes }, ...once(key) }));
export const installChain = (org: string, pem: string, key: string) =>
  answer(http.PUT('/organizations/{org}/authorities/chain', { ...at(org), body: { pem }, ...once(key) }));
export const discardAuthority = (org: string, { purpose, generation }: Authority, key: string) =>
  answer(http.DELETE('/organizations/{org}/authorities/{purpose}/{generation}', {
    params: { path: { org, purpose, generation } },
    ...once(key),
  }));
export const rehearseChange = (org: string) => answer(http.GET('/organizations/{org}/authority-change', at(org)));
export const changeAuthority = (org: string, keepOld: boolean, key: string) =>
  answer(http.POST('/organizations/{org}/authority-change', { ...at(org), body: { keepOld }, ...once(key) }));
export const finishChange = (org: string, key: string) =>
  answer(http.POST('/organizations/{org}/authority-change/finish', { ...at(org), ...once(key) }));
export const revertChange = (org: string, key: string) =>
  answer(http.POST('/organizations/{org}/authority-change/revert', { ...at(org), ...once(key) }));
export const renewCertificates = (org: string, key: string) =>
  answer(http.POST('/organizations/{org}/renewals', { ...at(org), ...once(key) }));
