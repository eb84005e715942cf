// SPDX-License-Identifier: Apache-2.0

import { answer, http, list, once, type Schemas } from './client';

export type MSP = Schemas['MSP'];
export type MSPAuthority = Schemas['MSPAuthority'];
export type MSPUpdate = Schemas['MSPUpdate'];
export type NodeRequest = Schemas['NodeRequest'];
export type InstalledCertificates = Schemas['InstalledCertificates'];
export type RecordedCertificate = Schemas['RecordedCertificate'];

export const getMSP = (org: string) => answer(http.GET('/organizations/{org}/msp', { params: { path: { org } } }));
export const updateMSP = (org: string, body: MSPUpdate, key: string) =>
  answer(http.POST('/organizations/{org}/msp', { params: { path: { org } }, body, ...once(key) }));
export const listNodeRequests = async (node: string) =>
  list((await answer(http.GET('/nodes/{node}/certificate-requests', { params: { path: { node } } }))).items);
export const installNodeCertificates = (node: string, pem: string, key: string) =>
  answer(http.POST('/nodes/{node}/certificates', { params: { path: { node } }, body: { pem }, ...once(key) }));
export const recordCertificate = (org: string, body: RecordedCertificate, key: string) =>
  answer(http.POST('/organizations/{org}/recorded-certificates', { params: { path: { org } }, body, ...once(key) }));
