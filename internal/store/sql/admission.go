// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	stdsql "database/sql"
	"encoding/hex"
	"errors"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/admission"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

var _ admission.Store = (*DB)(nil)

// CreateRequest implements admission.Store.
func (db *DB) CreateRequest(ctx context.Context, r admission.Request) error {
	_, err := db.put(ctx, r, `INSERT INTO access_requests (id, number, state, kind, assignee, identifier, next_at, revision, data)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.ID, r.Number, string(r.State), r.Application.Kind, r.Assignee,
		r.Application.Identifier.Canonical, microOrZero(r.NextAt), r.Revision)
	return err
}

// UpdateRequest implements admission.Store.
func (db *DB) UpdateRequest(ctx context.Context, r admission.Request) error {
	n, err := db.update(ctx, r, `UPDATE access_requests SET data = ?, state = ?, assignee = ?, identifier = ?, next_at = ?, revision = ?
		WHERE id = ? AND revision = ?`, string(r.State), r.Assignee, r.Application.Identifier.Canonical,
		microOrZero(r.NextAt), r.Revision, r.ID, r.Revision-1)
	if err != nil || n == 1 {
		return err
	}
	if _, err := db.GetRequest(ctx, r.ID); err != nil {
		return err
	}
	return fault.New(fault.Conflict, "access_request_changed", "somebody else has changed request %s", r.Number).
		WithHint("look at it again, then decide")
}

// GetRequest implements admission.Store.
func (db *DB) GetRequest(ctx context.Context, id string) (admission.Request, error) {
	return one[admission.Request](ctx, db, fault.New(fault.NotFound, "access_request_not_found", "there is no access request %q", id).
		WithHint("see which there are: b4a access list"), "SELECT data FROM access_requests WHERE id = ? OR number = ?", id, id)
}

// ListRequests implements admission.Store.
func (db *DB) ListRequests(ctx context.Context, f admission.Filter) ([]admission.Request, error) {
	return many[admission.Request](ctx, db, `SELECT data FROM access_requests
		WHERE (? = '' OR id < ?) AND (? = '' OR state = ?) AND (? = '' OR kind = ?) AND (? = '' OR assignee = ?)
		ORDER BY id DESC LIMIT ?`, f.Before, f.Before, string(f.State), string(f.State), f.Kind, f.Kind,
		f.Assignee, f.Assignee, limited(f.Limit))
}

// RequestsOf implements admission.Store.
func (db *DB) RequestsOf(ctx context.Context, canonical string) ([]admission.Request, error) {
	return many[admission.Request](ctx, db,
		"SELECT data FROM access_requests WHERE identifier = ? AND identifier <> '' ORDER BY id", canonical)
}

// DueRequests implements admission.Store.
func (db *DB) DueRequests(ctx context.Context, now time.Time, limit int) ([]admission.Request, error) {
	return many[admission.Request](ctx, db,
		"SELECT data FROM access_requests WHERE next_at <> 0 AND next_at <= ? ORDER BY next_at LIMIT ?", now.UnixMicro(), limited(limit))
}

// NextNumber implements admission.Store.
func (db *DB) NextNumber(ctx context.Context, year int) (int, error) {
	var n int
	err := only(ctx, db.write(ctx), `INSERT INTO access_numbers (year, last) VALUES (?, 1)
		ON CONFLICT (year) DO UPDATE SET last = access_numbers.last + 1 RETURNING last`, []any{year}, &n)
	return n, classify(err)
}

// PutSecret implements admission.SecretStore.
func (db *DB) PutSecret(ctx context.Context, s admission.Secret) error {
	_, err := db.exec(ctx, "INSERT INTO access_secrets (hash, request, purpose) VALUES (?, ?, ?)",
		hex.EncodeToString(s.Hash), s.Request, string(s.Purpose))
	return err
}

// FindSecret implements admission.SecretStore.
func (db *DB) FindSecret(ctx context.Context, hash []byte, p admission.Purpose) (string, bool, error) {
	var id string
	err := db.scan(ctx, "SELECT request FROM access_secrets WHERE hash = ? AND purpose = ?", []any{
		hex.EncodeToString(hash), string(p),
	}, &id)
	if errors.Is(err, stdsql.ErrNoRows) {
		return "", false, nil
	}
	return id, err == nil, classify(err)
}

// DeleteSecrets implements admission.SecretStore.
func (db *DB) DeleteSecrets(ctx context.Context, request string, p admission.Purpose) error {
	_, err := db.exec(ctx, "DELETE FROM access_secrets WHERE request = ? AND (? = '' OR purpose = ?)", request, string(p), string(p))
	return err
}
