// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"

	"github.com/blockchain4all/blockchain4all/internal/consent"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

var _ consent.Store = (*DB)(nil)

// CreateSignatureRequest implements consent.Store.
func (db *DB) CreateSignatureRequest(ctx context.Context, r consent.Request) error {
	_, err := db.put(ctx, r, "INSERT INTO signature_requests (id, org, operation, ledger, state, data) VALUES (?, ?, ?, ?, ?, ?)",
		r.ID, r.Org, r.Operation, r.Ledger, string(r.State))
	return err
}

// UpdateSignatureRequest implements consent.Store.
func (db *DB) UpdateSignatureRequest(ctx context.Context, r consent.Request) error {
	n, err := db.update(ctx, r, "UPDATE signature_requests SET data = ?, state = ? WHERE id = ?", string(r.State), r.ID)
	if err == nil && n == 0 {
		return noSignatureRequest(r.ID)
	}
	return err
}

// GetSignatureRequest implements consent.Store.
func (db *DB) GetSignatureRequest(ctx context.Context, id string) (consent.Request, error) {
	return one[consent.Request](ctx, db, noSignatureRequest(id), "SELECT data FROM signature_requests WHERE id = ?", id)
}

// ListSignatureRequests implements consent.Store.
func (db *DB) ListSignatureRequests(ctx context.Context, f consent.Filter) ([]consent.Request, error) {
	return many[consent.Request](ctx, db, `SELECT data FROM signature_requests
		WHERE (? = '' OR org = ?) AND (? = '' OR state = ?) AND (? = '' OR operation = ?) AND (? = '' OR id < ?)
		ORDER BY id DESC LIMIT ?`, f.Org, f.Org, string(f.State), string(f.State), f.Operation, f.Operation,
		f.Before, f.Before, limited(f.Limit))
}

func noSignatureRequest(id string) error {
	return fault.New(fault.NotFound, "signature_request_not_found", "there is no signature request %q", id).
		WithHint("see which there are: b4a signature list")
}
