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

// Principal is who is calling.
type Principal struct {
	ID      string // of the credential
	Name    string
	Role    Role
	Org     string    // empty for platform roles
	Expires time.Time // zero: never
}

// CredentialKind says how a credential is used.
type CredentialKind string

// The kinds.
const (
	Token   CredentialKind = "token"   // API token, sent as a bearer
	Link    CredentialKind = "link"    // one-time code of a sign-in link
	Session CredentialKind = "session" // cookie
)

// Credential is a stored secret's record; the secret itself is never stored.
type Credential struct {
	ID        string
	Kind      CredentialKind
	Name      string
	Role      Role
	Org       string
	Hash      []byte // SHA-256 of the secret
	CreatedAt time.Time
	ExpiresAt time.Time // zero: never
}

// Store keeps credentials. An absent one is a fault.NotFound with the code "token_not_found".
type Store interface {
	CreateCredential(ctx context.Context, c Credential) error
	// FindCredential returns the credential with this hash, or false. Expiry is the caller's to check.
	FindCredential(ctx context.Context, hash []byte) (Credential, bool, error)
	GetCredential(ctx context.Context, id string) (Credential, error)
	// ListCredentials gives those of a kind by ID, from after (exclusive); an empty org means all.
	ListCredentials(ctx context.Context, k CredentialKind, org, after string, limit int) ([]Credential, error)
	// TakeCredential deletes the credential and tells whether it was there: of several callers one gets true.
	TakeCredential(ctx context.Context, id string) (bool, error)
	// DeleteExpiredCredentials removes what expired before now.
	DeleteExpiredCredentials(ctx context.Context, now time.Time) error
}
