// SPDX-License-Identifier: Apache-2.0

// Package access knows who is calling (API tokens, one-time sign-in links, sessions) and, in one place, what each role may do.
package access

import (
	"context"
	"time"
)

// Role of a principal.
type Role string

// The roles. Operator and Auditor are of the platform, the others of one organization.
const (
	Operator  Role = "operator"
	Auditor   Role = "auditor"
	Admin     Role = "admin"
	Developer Role = "developer"
	Reader    Role = "reader"
)

// Platform tells whether a role is of the platform and not of an organization.
func (r Role) Platform() bool { return r == Operator || r == Auditor }

// Principal is who is calling.
type Principal struct {
	ID           string // of the credential
	Kind         CredentialKind
	Name         string
	Role         Role
	Org          string    // empty for platform roles
	Member       string    // ID of the person; empty for what was made without one
	Scopes       []string  // of a token: all that it may do of what its role may; empty: all
	Method       string    // of a session: how the person signed in
	SecondFactor bool      // of a session: a second factor was shown
	Began        time.Time // of a session: when the person signed in, whatever fresh secrets it got since
	Expires      time.Time // zero: never
}

// CredentialKind says how a credential is used.
type CredentialKind string

// The kinds.
const (
	Token   CredentialKind = "token"   // API token, sent as a bearer
	Link    CredentialKind = "link"    // one-time code of a sign-in link
	Session CredentialKind = "session" // cookie
)

// MethodLink is the method of a session that a sign-in link began.
const MethodLink = "link"

// Whose gives the ID of the person, or of the credential of who is no person.
func (p Principal) Whose() string {
	if p.Member != "" {
		return p.Member
	}
	return p.ID
}

// OwnSession tells whether a person signed in to this session. One that a link began may be its maker's, but a link is
// made with no more than a token: it opens nobody's account.
func (p Principal) OwnSession() bool {
	return p.Kind == Session && p.Member != "" && p.Method != MethodLink
}

// Credential is a stored secret's record; the secret itself is never stored.
type Credential struct {
	ID           string
	Kind         CredentialKind
	Name         string
	Role         Role
	Org          string
	Member       string    // whose it is; empty: nobody's, it stands by itself
	Scopes       []string  // of a token; empty: all that the role may
	Method       string    // of a session
	SecondFactor bool      // of a session
	BeganAt      time.Time // of a session: when the person signed in; zero in old records: CreatedAt
	Certificate  string    // of a session begun with one: SHA-256 of its DER, lower-case hex
	Hash         []byte    // SHA-256 of the secret
	CreatedAt    time.Time
	ExpiresAt    time.Time // zero: never
}

// Standing is how a member and an organization stand at this moment.
type Standing struct {
	OrgKnown     bool
	OrgSuspended bool
	MemberActive bool
	Role         Role // of the member in the organization, or of the platform for an empty organization; empty: none
	Platform     Role // of the member on the platform; empty: none
}

// Store keeps credentials. An absent one is a fault.NotFound with the code "token_not_found".
type Store interface {
	CreateCredential(ctx context.Context, c Credential) error
	// FindCredential returns the credential with this hash, or false. Expiry is the caller's to check.
	FindCredential(ctx context.Context, hash []byte) (Credential, bool, error)
	GetCredential(ctx context.Context, id string) (Credential, error)
	// ListCredentials gives those of a kind by ID.
	ListCredentials(ctx context.Context, f Filter) ([]Credential, error)
	// TakeCredential deletes the credential and tells whether it was there: of several callers one gets true.
	TakeCredential(ctx context.Context, id string) (bool, error)
	// DeleteExpiredCredentials removes what expired before now.
	DeleteExpiredCredentials(ctx context.Context, now time.Time) error
	// Standing tells how a member and an organization stand; either may be empty.
	Standing(ctx context.Context, memberID, orgID string) (Standing, error)
}

// Filter selects credentials; empty fields select all.
type Filter struct {
	Kind   CredentialKind
	Org    string
	Member string
	After  string // ID: only later ones
	Limit  int    // 0: no limit
}
