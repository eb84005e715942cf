// SPDX-License-Identifier: Apache-2.0

import { answer, download, http, once, page, type Schemas } from './client';

export type AuditEntry = Schemas['AuditEntry'];
export type AuditAnchor = Schemas['AuditAnchor'];

export interface AuditFilter {
  readonly organization?: string;
  readonly action?: string;
  /** RFC 3339. */
  readonly from?: string;
  readonly to?: string;
}

export const listAudit = (filter: AuditFilter, cursor?: string) =>
  page(http.GET('/audit', { params: { query: { ...filter, cursor, limit: 25 } } }));
export const anchorAudit = (key: string) => answer(http.POST('/audit/anchors', once(key)));
export const exportAudit = (filter: AuditFilter) => {
  const query = new URLSearchParams(Object.entries(filter).filter(([, v]) => Boolean(v)) as [string, string][]);
  return download(`/audit/export?${query}`, 'audit.jsonl');
};
