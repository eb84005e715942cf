// SPDX-License-Identifier: Apache-2.0

import type { AuditFilter } from '../api/audit';
import type { OperationFilter } from '../api/operations';

/** All query keys. What begins with a noun is refetched together when something of that noun changed. */
export const keys = {
  session: ['session'] as const,
  platform: ['platform'] as const,
  doctor: ['doctor'] as const,
  organizations: ['organizations'] as const,
  organizationPage: (cursor?: string) => ['organizations', 'page', cursor ?? ''] as const,
  organizationChoices: ['organizations', 'all'] as const,
  organization: (id: string) => ['organizations', 'one', id] as const,
  certificates: (id: string) => ['organizations', 'one', id, 'certificates'] as const,
  applications: (id: string) => ['organizations', 'one', id, 'applications'] as const,
  applicationPage: (id: string, cursor?: string) => ['organizations', 'one', id, 'applications', cursor ?? ''] as const,
  nodes: ['nodes'] as const,
  nodePage: (cursor?: string) => ['nodes', 'page', cursor ?? ''] as const,
  node: (id: string) => ['nodes', 'one', id] as const,
  nodeLogs: (id: string) => ['nodes', 'one', id, 'logs'] as const,
  ledgers: ['ledgers'] as const,
  ledgerPage: (cursor?: string) => ['ledgers', 'page', cursor ?? ''] as const,
  ledger: (name: string) => ['ledgers', 'one', name] as const,
  blocks: (ledger: string, cursor?: string) => ['ledgers', 'one', ledger, 'blocks', cursor ?? ''] as const,
  block: (ledger: string, number: number) => ['ledgers', 'one', ledger, 'block', number] as const,
  transactions: (ledger: string, cursor?: string) => ['ledgers', 'one', ledger, 'transactions', cursor ?? ''] as const,
  transaction: (ledger: string, id: string) => ['ledgers', 'one', ledger, 'transaction', id] as const,
  contracts: (ledger: string) => ['ledgers', 'one', ledger, 'contracts'] as const,
  contract: (ledger: string, name: string) => ['ledgers', 'one', ledger, 'contracts', name] as const,
  metadata: (ledger: string, name: string) => ['metadata', ledger, name] as const,
  contractLogs: (ledger: string, name: string) => ['ledgers', 'one', ledger, 'contracts', name, 'logs'] as const,
  catalogue: ['catalogue'] as const,
  operations: ['operations'] as const,
  operationPage: (filter: OperationFilter, limit: number, cursor?: string) =>
    ['operations', 'page', filter, limit, cursor ?? ''] as const,
  operation: (id: string) => ['operations', 'one', id] as const,
  authorities: (org: string) => ['organizations', 'one', org, 'authorities'] as const,
  rehearsal: (org: string) => ['organizations', 'one', org, 'authority-change'] as const,
  clinic: (asked: number, language: string) => ['clinic', asked, language] as const,
  audit: ['audit'] as const,
  auditPage: (filter: AuditFilter, cursor?: string) => ['audit', 'page', filter, cursor ?? ''] as const,
  deviceKeys: (org: string) => ['device-keys', org] as const,
};
