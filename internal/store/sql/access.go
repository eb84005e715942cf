// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	stdsql "database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/member"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

var _ access.Store = (*DB)(nil)

// CreateCredential implements access.Store.
func (db *DB) CreateCredential(ctx context.Context, c access.Credential) error {
	var expires int64
	if !c.ExpiresAt.IsZero() {
		expires = c.ExpiresAt.UnixMicro()
	}
	_, err := db.put(ctx, c, `INSERT INTO credentials (id, kind, org, member, hash, expires_at, data)
		VALUES (?, ?, ?, ?, ?, ?, ?)`,
		c.ID, string(c.Kind), c.Org, c.Member, hex.EncodeToString(c.Hash), expires)
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
func (db *DB) ListCredentials(ctx context.Context, f access.Filter) ([]access.Credential, error) {
	return many[access.Credential](ctx, db, `SELECT data FROM credentials
		WHERE kind = ? AND id > ? AND (? = '' OR org = ?) AND (? = '' OR member = ?) ORDER BY id LIMIT ?`,
		string(f.Kind), f.After, f.Org, f.Org, f.Member, f.Member, limited(f.Limit))
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

// Standing implements access.Store.
func (db *DB) Standing(ctx context.Context, memberID, orgID string) (access.Standing, error) {
	var (
		organization, state, role, platform stdsql.NullString
		standing                            access.Standing
	)
	err := db.scan(ctx, `SELECT
		(SELECT data FROM organizations WHERE id = ?),
		(SELECT state FROM members WHERE id = ?),
		(SELECT role FROM memberships WHERE member = ? AND org = ? AND state = 'active'),
		(SELECT role FROM memberships WHERE member = ? AND org = '' AND state = 'active')`, []any{
		orgID, memberID, memberID, orgID, memberID,
	}, &organization, &state, &role, &platform)
	if err != nil {
		return standing, classify(err)
	}
	if organization.Valid {
		var o org.Organization
		if err := json.Unmarshal([]byte(organization.String), &o); err != nil {
			return standing, fmt.Errorf("decode record: %w", err)
		}
		standing.OrgKnown, standing.OrgSuspended = true, o.State == org.Suspended
	}
	standing.MemberActive = state.String == string(member.Active)
	standing.Role, standing.Platform = access.Role(role.String), access.Role(platform.String)
	return standing, nil
}

func noCredential() error {
	return fault.New(fault.NotFound, "token_not_found", "there is no such token").
		WithHint("see which there are: b4a token list")
}
