// SPDX-License-Identifier: Apache-2.0

import { answer, download, http, once, page, type Schemas } from './client';

export type Application = Schemas['Application'];
export type NewApplication = Schemas['NewApplication'];

export const listApplications = (org: string, cursor?: string) =>
  page(http.GET('/organizations/{org}/applications', { params: { path: { org }, query: { cursor, limit: 50 } } }));
export const createApplication = (org: string, body: NewApplication, key: string) =>
  answer(http.POST('/organizations/{org}/applications', { params: { path: { org } }, body, ...once(key) }));
export const deleteApplication = (org: string, application: string, key: string) =>
  answer(http.DELETE('/organizations/{org}/applications/{application}', { params: { path: { org, application } }, ...once(key) }));
export const downloadBundle = (org: string, application: string) =>
  download(`/organizations/${encodeURIComponent(org)}/applications/${encodeURIComponent(application)}/bundle`, `${application}.zip`);
