// SPDX-License-Identifier: Apache-2.0

import type { Principal } from '../api/session';

/**
 * What the console offers to whom. The platform decides by itself whether a request is allowed; scopes only keep
 * buttons away that would be refused. The names are those of the API's actions.
 */
export type Scope =
  | 'doctor.read'
  | 'organization.create'
  | 'application.manage'
  | 'node.manage'
  | 'ledger.create'
  | 'ledger.manage'
  | 'contract.deploy'
  | 'transaction.evaluate'
  | 'transaction.submit'
  | 'operation.manage'
  | 'certificate.issue'
  | 'authority.manage'
  | 'audit.read'
  | 'audit.anchor';

const granted: Record<Scope, readonly Principal['role'][]> = {
  'doctor.read': ['operator', 'auditor'],
  'organization.create': ['operator'],
  'application.manage': ['operator', 'admin', 'developer'],
  'node.manage': ['operator'],
  'ledger.create': ['operator', 'admin'],
  'ledger.manage': ['operator'],
  'contract.deploy': ['operator', 'admin', 'developer'],
  'transaction.evaluate': ['operator', 'admin', 'developer', 'reader'],
  'transaction.submit': ['operator', 'admin', 'developer'],
  'operation.manage': ['operator', 'admin'],
  'certificate.issue': ['operator', 'admin'],
  'authority.manage': ['operator', 'admin'],
  'audit.read': ['operator', 'auditor', 'admin'],
  'audit.anchor': ['operator'],
};

/** Tells whether to offer something to a caller; for an organization's objects, name the organization. */
export function can(principal: Pick<Principal, 'name' | 'role' | 'organization'> | undefined, scope: Scope, organization?: string): boolean {
  if (!principal || !granted[scope].includes(principal.role)) return false;
  return !principal.organization || organization === undefined || organization === principal.organization;
}
