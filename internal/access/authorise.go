// SPDX-License-Identifier: Apache-2.0

package access

import (
	"slices"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Action is something that a caller may be allowed to do. Every route of the API has one.
type Action string

// The actions.
const (
	PlatformRead        Action = "platform.read"
	DoctorRead          Action = "doctor.read"
	SessionRead         Action = "session.read"
	SignInLinkCreate    Action = "sign-in-link.create"
	AccountManage       Action = "account.manage" // one's own password, second factor, sessions
	TokenOwn            Action = "token.own"      // one's own API tokens
	TokenManage         Action = "token.manage"   // those of everybody in one's scope
	MemberRead          Action = "member.read"
	MemberManage        Action = "member.manage"
	PersonManage        Action = "person.manage"        // people as such, in whatever organization
	OrganizationSuspend Action = "organization.suspend" // and resume
	OrganizationRead    Action = "organization.read"
	OrganizationCreate  Action = "organization.create"
	CertificateRead     Action = "certificate.read"
	CertificateIssue    Action = "certificate.issue"
	CertificateRevoke   Action = "certificate.revoke"
	AuthorityManage     Action = "authority.manage"
	ApplicationRead     Action = "application.read"
	ApplicationManage   Action = "application.manage"
	NodeRead            Action = "node.read"
	NodeManage          Action = "node.manage"
	LedgerRead          Action = "ledger.read"
	LedgerCreate        Action = "ledger.create"
	LedgerManage        Action = "ledger.manage"
	BlockRead           Action = "block.read"
	CatalogueRead       Action = "catalogue.read"
	ContractRead        Action = "contract.read"
	ContractDeploy      Action = "contract.deploy"
	TransactionEvaluate Action = "transaction.evaluate"
	TransactionSubmit   Action = "transaction.submit"
	OperationRead       Action = "operation.read"
	OperationManage     Action = "operation.manage"
	AuditRead           Action = "audit.read"
	AuditAnchor         Action = "audit.anchor"
	AccessRequestRead   Action = "access-request.read"
	AccessRequestManage Action = "access-request.manage"

	LedgerInvite           Action = "ledger.invite"
	LedgerInvitationRead   Action = "ledger-invitation.read"
	LedgerInvitationAnswer Action = "ledger-invitation.answer"
	MailRead               Action = "mail.read"
	MailManage             Action = "mail.manage"
	SignatureRead          Action = "signature.read"
	SignatureAnswer        Action = "signature.answer"      // in the organization's name, by whoever has its key
	AdministrationManage   Action = "administration.manage" // who has the organization's administrator
	SignInRead             Action = "sign-in.read"
	SignInManage           Action = "sign-in.manage"
)

// Actions gives all actions.
func Actions() []Action {
	return []Action{
		PlatformRead, DoctorRead, SessionRead, SignInLinkCreate, AccountManage, TokenOwn, TokenManage, MemberRead,
		MemberManage, PersonManage, OrganizationRead, OrganizationCreate, OrganizationSuspend, CertificateRead,
		CertificateIssue, CertificateRevoke, AuthorityManage, ApplicationRead, ApplicationManage, NodeRead, NodeManage, LedgerRead,
		LedgerCreate, LedgerManage, BlockRead, CatalogueRead, ContractRead, ContractDeploy, TransactionEvaluate,
		TransactionSubmit, OperationRead, OperationManage, AuditRead, AuditAnchor, AccessRequestRead, AccessRequestManage,
		LedgerInvite, LedgerInvitationRead, LedgerInvitationAnswer, MailRead, MailManage, SignatureRead, SignatureAnswer,
		AdministrationManage, SignInRead, SignInManage,
	}
}

// Roles gives all roles.
func Roles() []Role { return []Role{Operator, Auditor, Admin, Developer, Reader} }

// allowed tells what a role may do within its scope: an operator and an auditor everywhere, the others in their own
// organization. What is not named is denied. An auditor reads everything and changes nothing.
func allowed(r Role, a Action) bool {
	switch a {
	case PlatformRead, SessionRead, OrganizationRead, CertificateRead, ApplicationRead, NodeRead, LedgerRead, BlockRead,
		CatalogueRead, ContractRead, OperationRead, AccountManage, TokenOwn, LedgerInvitationRead:
		return known(r)
	case DoctorRead, AccessRequestRead, SignInRead, MailRead:
		return r == Operator || r == Auditor
	case AuditRead, MemberRead, SignatureRead:
		return r == Operator || r == Auditor || r == Admin
	case TransactionEvaluate:
		return r != Auditor
	case TransactionSubmit, ApplicationManage, ContractDeploy:
		return r == Operator || r == Admin || r == Developer
	case CertificateIssue, CertificateRevoke, AuthorityManage, TokenManage, MemberManage, LedgerCreate, OperationManage, LedgerInvite,
		LedgerInvitationAnswer:
		return r == Operator || r == Admin
	case SignatureAnswer, AdministrationManage:
		return r == Admin // see ofOrganization
	case SignInLinkCreate, PersonManage, OrganizationCreate, OrganizationSuspend, NodeManage, LedgerManage, AuditAnchor,
		AccessRequestManage, SignInManage, MailManage:
		return r == Operator
	}
	return false
}

// ofOrganization tells whether an action is an organization's own: the platform's operators hand out the right to it, as
// when they admit an organization's administrators, and do not have it themselves.
func ofOrganization(a Action) bool { return a == SignatureAnswer || a == AdministrationManage }

// Can tells whether the caller may do something to an organization's objects, or, for an empty orgID, to those of the
// platform. Another tenant's organization is a fault.NotFound, the same as for one that does not exist; a right that
// the role lacks is a fault.Forbidden "forbidden".
func Can(p Principal, a Action, orgID string) error {
	platform := p.Role.Platform()
	if platform != (p.Org == "") || !known(p.Role) {
		return denied(p, a)
	}
	if !platform && orgID != p.Org && orgID != "" {
		return fault.New(fault.NotFound, "organization_not_found", "there is no organization %q", orgID).
			WithHint("see which there are: b4a org list")
	}
	if !slices.Contains(Actions(), a) || !allowed(p.Role, a) || !platform && orgID == "" {
		return denied(p, a)
	}
	if !inScope(p.Scopes, a) {
		return fault.New(fault.Forbidden, "scope_missing", "this token has no scope for this (%s)", a).
			WithHint("use a token with the scope %s", a)
	}
	return nil
}

func known(r Role) bool {
	return slices.Contains(Roles(), r)
}

func denied(p Principal, a Action) error {
	return fault.New(fault.Forbidden, "forbidden", "the role %s may not do this (%s)", p.Role, a).
		WithHint("ask an administrator for the right, or use another token")
}
