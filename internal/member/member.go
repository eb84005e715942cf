// SPDX-License-Identifier: Apache-2.0

// Package member keeps people: who they are, which organizations they belong to and as what, and how they prove it.
//
//	          Invite                 accepted by its link           Suspend
//	(none) ─────────────► invited ─────────────────────────► active ◄───────► suspended
//	                                                                 Resume
//
// A person and each membership of that person have these states of their own. Access takes both to be active.
package member

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/access"
)

// State of a person or of a membership.
type State string

// The states.
const (
	Invited   State = "invited"
	Active    State = "active"
	Suspended State = "suspended"
)

// Member is a person.
type Member struct {
	ID            string // ULID
	Email         string // lower case, unique
	Name          string
	Locale        string // eu, es or en
	State         State
	EmailVerified bool // a link that was sent there has been used
	SecondFactor  bool // a code is asked for at sign-in
	CreatedAt     time.Time
}

// Membership is what a person is in an organization.
type Membership struct {
	Member    string
	Org       string // empty: of the platform
	Role      access.Role
	State     State
	Name      string // that the inviter gave, shown until the person accepts
	CreatedAt time.Time
}

// Identity is how another system knows a person.
type Identity struct {
	Provider  string // "oidc:izenpe", "certificate"
	Subject   string // unique within the provider
	Member    string
	CreatedAt time.Time
}

// ID names an identity in addresses: lower-case hex.
func (i Identity) ID() string {
	sum := sha256.Sum256([]byte(i.Provider + "\x00" + i.Subject))
	return hex.EncodeToString(sum[:16])
}

// Secrets are what a person proves herself with.
type Secrets struct {
	Member    string
	Password  string   // argon2id in PHC string format; empty: none
	TOTP      []byte   // the sealed secret; empty: none
	Confirmed bool     // a first code was given: codes are asked for
	Step      uint64   // time step (RFC 6238) of the last code that was used
	Recovery  [][]byte // SHA-256 of the recovery codes that are left
}

// CodeKind is what a one-time link is for.
type CodeKind string

// The kinds.
const (
	Invitation    CodeKind = "invitation"
	PasswordReset CodeKind = "password-reset"
)

// Code is the record of a one-time link; its secret is never stored.
type Code struct {
	Hash      []byte // SHA-256
	Kind      CodeKind
	Member    string
	Org       string // of an invitation
	Mailed    bool   // went to the person's address and nowhere else: its use proves the address
	Inviter   string // name of who invited
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Failures counts what went wrong for an account or a source address.
type Failures struct {
	Subject string // "account:" and a digest of the address, or "source:" and the network address
	Count   int
	Last    time.Time
}

// Store keeps people. An absent person or membership is a fault.NotFound "member_not_found"; a taken address a
// fault.Conflict "member_exists"; an identity that is another's a fault.Conflict "identity_taken".
type Store interface {
	PersonStore
	MembershipStore
	IdentityStore
	SecretStore
	CodeStore
	FailureStore
}

// PersonStore keeps people.
type PersonStore interface {
	CreateMember(ctx context.Context, m Member) error
	UpdateMember(ctx context.Context, m Member) error
	GetMember(ctx context.Context, id string) (Member, error)
	FindMember(ctx context.Context, email string) (Member, bool, error)
	// ListPeople gives them by ID, from after (exclusive); limit 0 is no limit.
	ListPeople(ctx context.Context, after string, limit int) ([]Member, error)
	// DeleteMember removes a person and all that belongs to it.
	DeleteMember(ctx context.Context, id string) error
}

// MembershipStore keeps memberships.
type MembershipStore interface {
	// PutMembership stores a membership, in place of an earlier one.
	PutMembership(ctx context.Context, m Membership) error
	GetMembership(ctx context.Context, memberID, orgID string) (Membership, error)
	DeleteMembership(ctx context.Context, memberID, orgID string) error
	// OrganizationMembers gives an organization's memberships by member ID, from after (exclusive); limit 0 is no limit.
	OrganizationMembers(ctx context.Context, orgID, after string, limit int) ([]Membership, error)
	// Memberships gives a person's memberships by organization: the platform's first.
	Memberships(ctx context.Context, memberID string) ([]Membership, error)
}

// IdentityStore keeps identities.
type IdentityStore interface {
	// PutIdentity adds an identity; one that the person has already is no error.
	PutIdentity(ctx context.Context, i Identity) error
	// DeleteIdentity forgets one; an absent one is no error.
	DeleteIdentity(ctx context.Context, i Identity) error
	FindIdentity(ctx context.Context, provider, subject string) (Identity, bool, error)
	Identities(ctx context.Context, memberID string) ([]Identity, error)
	// DeleteIdentities removes all of a person's.
	DeleteIdentities(ctx context.Context, memberID string) error
}

// SecretStore keeps secrets.
type SecretStore interface {
	// PutSecrets stores a person's secrets, in place of earlier ones.
	PutSecrets(ctx context.Context, s Secrets) error
	// GetSecrets gives a person's secrets; none are the zero value.
	GetSecrets(ctx context.Context, memberID string) (Secrets, error)
}

// CodeStore keeps one-time links.
type CodeStore interface {
	PutCode(ctx context.Context, c Code) error
	FindCode(ctx context.Context, hash []byte) (Code, bool, error)
	// DeleteCodes removes a person's codes of a kind and organization.
	DeleteCodes(ctx context.Context, memberID string, k CodeKind, orgID string) error
	// DeleteExpiredCodes removes what expired before now.
	DeleteExpiredCodes(ctx context.Context, now time.Time) error
}

// FailureStore counts failures.
type FailureStore interface {
	// GetFailures gives what is known of a subject; nothing is a count of 0.
	GetFailures(ctx context.Context, subject string) (Failures, error)
	PutFailures(ctx context.Context, f Failures) error
	// DeleteFailures removes those whose last one was before t.
	DeleteFailures(ctx context.Context, t time.Time) error
}
