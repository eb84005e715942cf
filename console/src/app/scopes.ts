// SPDX-License-Identifier: Apache-2.0

import { list } from '../api/client';
import type { Principal } from '../api/session';

/**
 * What the console asks about before it offers it. The session says what its caller may do, and the platform checks
 * every request again: this only keeps buttons away that would be refused. The names are those of the API's actions.
 */
type Scope =
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
  | 'certificate.read'
  | 'certificate.issue'
  | 'authority.manage'
  | 'audit.read'
  | 'audit.anchor'
  | 'access-request.read'
  | 'access-request.manage'
  | 'member.read'
  | 'member.manage'
  | 'person.manage'
  | 'organization.suspend'
  | 'ledger.invite'
  | 'ledger-invitation.read'
  | 'ledger-invitation.answer'
  | 'mail.read'
  | 'mail.manage'
  | 'sign-in.read'
  | 'sign-in.manage'
  | 'certificate.revoke'
  | 'signature.read'
  | 'signature.answer'
  | 'administration.manage';

/** Tells whether to offer something to a caller; for an organization's objects, name the organization. */
export function can(principal: Principal | undefined, scope: Scope, organization?: string): boolean {
  if (!principal || !list(principal.actions).includes(scope)) return false;
  return !principal.organization || organization === undefined || organization === principal.organization;
}
