// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

var _ access.Store = (*DB)(nil)

// CreateCredential implements access.Store.
func (db *DB) CreateCredential(ctx context.Context, c access.Credential) error {
	var expires int64
	if !c.ExpiresAt.IsZero() {
		expires = c.ExpiresAt.UnixMicro()
	}
	_, err := db.put(ctx, c, "INSERT INTO credentials (id, kind, org, hash, expires_at, data) VALUES (?, ?, ?, ?, ?, ?)",
		c.ID, string(c.Kind), c.Org, hex.EncodeToString(c.Hash), expires)
	return err
}

// FindCredential implements access.Store.
func (db *DB) FindCredential(ctx context.Context, hash []byte) (access.Credential, bool, error) {
	c, err := one[access.Credential](ctx, db, noCredential(),
		"SELECT data FROM credentials WHERE hash = ?", hex.EncodeToString(hash))
	if errors.Is(err, fault.NotFound) {
		return c, false, nil
	}
	return c, err == nil, err
}

// GetCredential implements access.Store.
func (db *DB) GetCredential(ctx context.Context, id string) (access.Credential, error) {
	return one[access.Credential](ctx, db, noCredential(), "SELECT data FROM credentials WHERE id = ?", id)
}

// ListCredentials implements access.Store.
func (db *DB) ListCredentials(
	ctx context.Context, k access.CredentialKind, orgID, after string, limit int,
) ([]access.Credential, error) {
	return many[access.Credential](ctx, db, `SELECT data FROM credentials
		WHERE kind = ? AND id > ? AND (? = '' OR org = ?) ORDER BY id LIMIT ?`,
		string(k), after, orgID, orgID, limited(limit))
}

// TakeCredential implements access.Store.
func (db *DB) TakeCredential(ctx context.Context, id string) (bool, error) {
	n, err := db.exec(ctx, "DELETE FROM credentials WHERE id = ?", id)
	return n == 1, err
}

// DeleteExpiredCredentials implements access.Store.
func (db *DB) DeleteExpiredCredentials(ctx context.Context, now time.Time) error {
	_, err := db.exec(ctx, "DELETE FROM credentials WHERE expires_at <> 0 AND expires_at < ?", now.UnixMicro())
	return err
}

func noCredential() error {
	return fault.New(fault.NotFound, "token_not_found", "there is no such token").
		WithHint("see which there are: b4a token list")
}
