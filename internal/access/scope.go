// SPDX-License-Identifier: Apache-2.0

package access

import (
	"slices"
	"strings"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Groups of actions that a token's scopes may name beside single actions.
const (
	ScopeRead         = "read"         // everything that changes nothing
	ScopeTransactions = "transactions" // find a contract, submit to it and query it
	ScopeCertificates = "certificates" // enroll people, register applications
)

// scopeActions gives the actions of a scope: those of a group, or the one that it names; nil for an unknown one.
func scopeActions(scope string) []Action {
	switch scope {
	case ScopeRead:
		var read []Action
		for _, a := range Actions() {
			if strings.HasSuffix(string(a), ".read") {
				read = append(read, a)
			}
		}
		return read
	case ScopeTransactions:
		return []Action{
			PlatformRead, LedgerRead, ContractRead, BlockRead, ApplicationRead, TransactionEvaluate, TransactionSubmit,
		}
	case ScopeCertificates:
		return []Action{OrganizationRead, CertificateRead, CertificateIssue, ApplicationRead, ApplicationManage}
	}
	if slices.Contains(Actions(), Action(scope)) {
		return []Action{Action(scope)}
	}
	return nil
}

// CheckScopes refuses what is neither a group nor an action, as a fault.Invalid "scope_unknown".
func CheckScopes(scopes []string) error {
	for _, scope := range scopes {
		if scopeActions(scope) == nil {
			return fault.New(fault.Invalid, "scope_unknown", "%q is not a scope", scope).
				WithHint("use read, transactions, certificates, or an action such as ledger.read").
				WithDetail("body.scopes", scope)
		}
	}
	return nil
}

// inScope tells whether scopes let an action through. Everybody may ask who he is.
func inScope(scopes []string, a Action) bool {
	if len(scopes) == 0 || a == SessionRead {
		return true
	}
	for _, scope := range scopes {
		if slices.Contains(scopeActions(scope), a) {
			return true
		}
	}
	return false
}

// May gives all that a principal may do within its organization, or on the platform for a platform role.
func May(p Principal) []Action {
	var may []Action
	for _, a := range Actions() {
		if Can(p, a, p.Org) == nil {
			may = append(may, a)
		}
	}
	return may
}

// covers tells whether a role may do all that another may.
func covers(r, other Role) bool {
	return !slices.ContainsFunc(Actions(), func(a Action) bool { return allowed(other, a) && !allowed(r, a) })
}

// MayGrant refuses to let a principal give away more than it has: a role and scopes in an organization (empty: the
// platform), as a token or as a membership. The fault is a fault.Forbidden "grant_exceeds_rights".
func MayGrant(p Principal, role Role, orgID string, scopes []string) error {
	platform := p.Role.Platform() && p.Org == ""
	if !platform && orgID != p.Org {
		return fault.New(fault.NotFound, "organization_not_found", "there is no organization %q", orgID)
	}
	if !known(role) || role.Platform() != (orgID == "") || role.Platform() && !platform {
		return exceeds(p, role)
	}
	for _, a := range Actions() {
		if !allowed(role, a) || !inScope(scopes, a) {
			continue
		}
		has := allowed(p.Role, a) || platform && ofOrganization(a)
		if !has || !inScope(p.Scopes, a) {
			return exceeds(p, role)
		}
	}
	return nil
}

func exceeds(p Principal, role Role) error {
	return fault.New(fault.Forbidden, "grant_exceeds_rights",
		"this would give more rights than the caller has (%s, as %s)", role, p.Role).
		WithHint("give a lesser role or fewer scopes, or ask an administrator")
}
