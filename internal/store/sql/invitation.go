// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	"encoding/hex"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/invitation"
)

var _ invitation.Store = (*DB)(nil)

// CreateInvitation implements invitation.Store.
func (db *DB) CreateInvitation(ctx context.Context, i invitation.Invitation) error {
	_, err := db.put(ctx, i, "INSERT INTO ledger_invitations (id, ledger, inviter, org, hash, data) VALUES (?, ?, ?, ?, ?, ?)",
		i.ID, i.Ledger, i.Inviter, i.Org, hex.EncodeToString(i.Hash))
	return err
}

// UpdateInvitation implements invitation.Store.
func (db *DB) UpdateInvitation(ctx context.Context, i invitation.Invitation) error {
	n, err := db.update(ctx, i, "UPDATE ledger_invitations SET data = ?, org = ? WHERE id = ?", i.Org, i.ID)
	if err == nil && n == 0 {
		return noInvitation()
	}
	return err
}

// GetInvitation implements invitation.Store.
func (db *DB) GetInvitation(ctx context.Context, id string) (invitation.Invitation, error) {
	return one[invitation.Invitation](ctx, db, noInvitation(), "SELECT data FROM ledger_invitations WHERE id = ?", id)
}

// FindInvitation implements invitation.Store.
func (db *DB) FindInvitation(ctx context.Context, hash []byte) (invitation.Invitation, error) {
	return one[invitation.Invitation](ctx, db, noInvitation(), "SELECT data FROM ledger_invitations WHERE hash = ?", hex.EncodeToString(hash))
}

// ListInvitations implements invitation.Store.
func (db *DB) ListInvitations(ctx context.Context, orgID, before string, limit int) ([]invitation.Invitation, error) {
	return many[invitation.Invitation](ctx, db, `SELECT data FROM ledger_invitations
		WHERE (? = '' OR org = ? OR inviter = ?) AND (? = '' OR id < ?) ORDER BY id DESC LIMIT ?`,
		orgID, orgID, orgID, before, before, limited(limit))
}

func noInvitation() error {
	return fault.New(fault.NotFound, "invitation_not_found", "there is no such invitation").
		WithHint("see which there are: b4a ledger invitations")
}
