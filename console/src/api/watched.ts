// SPDX-License-Identifier: Apache-2.0

import { answer, http, list, once, type Schemas } from './client';

export type WatchedCertificate = Schemas['WatchedCertificate'];
export type NewWatchedCertificate = Schemas['NewWatchedCertificate'];

export const listWatched = async (org: string) =>
  list((await answer(http.GET('/organizations/{org}/watched-certificates', { params: { path: { org } } }))).items);
export const watchCertificate = (org: string, body: NewWatchedCertificate, key: string) =>
  answer(http.POST('/organizations/{org}/watched-certificates', { params: { path: { org } }, body, ...once(key) }));
export const unwatchCertificate = (org: string, watched: string) =>
  answer(http.DELETE('/organizations/{org}/watched-certificates/{watched}', { params: { path: { org, watched } } }));
