// SPDX-License-Identifier: Apache-2.0

import { answer, http, once, page, type Schemas } from './client';

export type Organization = Schemas['Organization'];
export type NewOrganization = Schemas['NewOrganization'];
export type OrganizationKind = Organization['kind'];
export type Certificate = Schemas['Certificate'];

export const listOrganizations = (cursor?: string, limit = 50) =>
  page(http.GET('/organizations', { params: { query: { cursor, limit } } }));
export const getOrganization = (org: string) => answer(http.GET('/organizations/{org}', { params: { path: { org } } }));
export const createOrganization = (body: NewOrganization, key: string) =>
  answer(http.POST('/organizations', { body, ...once(key) }));
export const listCertificates = (org: string, cursor?: string) =>
  page(http.GET('/organizations/{org}/certificates', { params: { path: { org }, query: { cursor, limit: 200 } } }));

/** All certificates of a holder in an organization; a holder has few. */
export async function listHolderCertificates(org: string, holder: string): Promise<Certificate[]> {
  const found: Certificate[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await page(http.GET('/certificates', { params: { query: { org, holder, cursor, limit: 200 } } }));
    found.push(...items);
    cursor = next;
  } while (cursor);
  return found;
}

export type NewCertificate = Schemas['NewCertificate'];

/** Has the organization's authority certify a key, of which only the request is sent. */
export const issueCertificate = (org: string, body: NewCertificate, key: string) =>
  answer(http.POST('/organizations/{org}/certificates', { params: { path: { org } }, body, ...once(key) }));

export type RevocationReason = NonNullable<Schemas['CertificateRevocation']['reason']>;

export const revokeCertificate = (org: string, serial: string, reason: RevocationReason, key: string) =>
  answer(
    http.POST('/organizations/{org}/certificates/{serial}/revoke', { params: { path: { org, serial } }, body: { reason }, ...once(key) }),
  );
export const releaseCertificate = (org: string, serial: string, key: string) =>
  answer(http.POST('/organizations/{org}/certificates/{serial}/release', { params: { path: { org, serial } }, ...once(key) }));
export const bindCertificate = (org: string, serial: string, member: string, key: string) =>
  answer(http.PUT('/organizations/{org}/certificates/{serial}/member', { params: { path: { org, serial } }, body: { member }, ...once(key) }));
