// SPDX-License-Identifier: Apache-2.0

// Package invitation asks organizations into ledgers.
//
//	         Invite            Accept
//	(none) ─────────► pending ─────────► accepted ── the ledger's own operation adds the organization
//	                   │ │ │ Decline
//	                   │ │ └────────────► declined
//	                   │ └ Revoke ──────► revoked
//	                   └─── 30 days ────► expired
//
// An invitation is to an organization of the platform, or to a mail address: whoever has its code may then accept it for
// an organization that they administer, which may have to be admitted first.
package invitation

import (
	"context"
	"time"
)

// State of an invitation.
type State string

// The states.
const (
	Pending  State = "pending"
	Accepted State = "accepted"
	Declined State = "declined"
	Revoked  State = "revoked"
	Expired  State = "expired" // never stored: a pending one after its time
)

// Invitation of an organization into a ledger.
type Invitation struct {
	ID        string // ULID
	Ledger    string
	Inviter   string // ID of the organization that invites
	By        string // name of who invites
	Org       string // ID of the invited organization; empty for a mail address, until it is accepted
	Email     string // erased when the invitation has ended
	Hash      []byte // SHA-256 of the code
	State     State
	Operation string // that adds the organization
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Store keeps invitations. An absent one is a fault.NotFound "invitation_not_found".
type Store interface {
	CreateInvitation(ctx context.Context, i Invitation) error
	UpdateInvitation(ctx context.Context, i Invitation) error
	GetInvitation(ctx context.Context, id string) (Invitation, error)
	// FindInvitation gives the one with a code's hash.
	FindInvitation(ctx context.Context, hash []byte) (Invitation, error)
	// ListInvitations gives the newest first, before an ID; org, if not empty, invites or is invited.
	ListInvitations(ctx context.Context, org, before string, limit int) ([]Invitation, error)
}
