// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/revocation"
)

var _ revocation.Store = (*DB)(nil)

// PutList implements revocation.Store.
func (db *DB) PutList(ctx context.Context, l revocation.List) error {
	_, err := db.put(ctx, l, `INSERT INTO revocation_lists (org, purpose, generation, data) VALUES (?, ?, ?, ?)
		ON CONFLICT (org, purpose, generation) DO UPDATE SET data = excluded.data`, l.Org, string(l.Purpose), l.Generation)
	return err
}

// GetList implements revocation.Store.
func (db *DB) GetList(ctx context.Context, orgID string, p org.Purpose, generation int) (revocation.List, error) {
	absent := fault.New(fault.NotFound, "crl_not_found", "there is no revocation list of %s yet", orgID)
	return one[revocation.List](ctx, db, absent,
		"SELECT data FROM revocation_lists WHERE org = ? AND purpose = ? AND generation = ?", orgID, string(p), generation)
}

// ListLists implements revocation.Store.
func (db *DB) ListLists(ctx context.Context) ([]revocation.List, error) {
	return many[revocation.List](ctx, db, "SELECT data FROM revocation_lists ORDER BY org, purpose, generation")
}

// PutWatched implements revocation.Store.
func (db *DB) PutWatched(ctx context.Context, w revocation.Watched) error {
	_, err := db.put(ctx, w, `INSERT INTO watched_certificates (id, org, data) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET data = excluded.data`, w.ID, w.Org)
	return err
}

// GetWatched implements revocation.Store.
func (db *DB) GetWatched(ctx context.Context, id string) (revocation.Watched, error) {
	return one[revocation.Watched](ctx, db, noWatched(id), "SELECT data FROM watched_certificates WHERE id = ?", id)
}

// DeleteWatched implements revocation.Store.
func (db *DB) DeleteWatched(ctx context.Context, id string) error {
	n, err := db.exec(ctx, "DELETE FROM watched_certificates WHERE id = ?", id)
	if err == nil && n == 0 {
		return noWatched(id)
	}
	return err
}

// ListWatched implements revocation.Store.
func (db *DB) ListWatched(ctx context.Context, orgID string) ([]revocation.Watched, error) {
	return many[revocation.Watched](ctx, db,
		"SELECT data FROM watched_certificates WHERE (? = '' OR org = ?) ORDER BY org, id", orgID, orgID)
}

func noWatched(id string) error {
	return fault.New(fault.NotFound, "watched_certificate_not_found", "there is no watched certificate %q", id).
		WithHint("see which there are: b4a cert watched")
}

// PutNotice implements revocation.Store.
func (db *DB) PutNotice(ctx context.Context, orgID, serial string, days int, at time.Time) error {
	_, err := db.exec(ctx, `INSERT INTO expiry_notices (org, serial, days, sent_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		orgID, serial, days, at.Unix())
	return err
}

// Noticed implements revocation.Store.
func (db *DB) Noticed(ctx context.Context, orgID, serial string) ([]int, error) {
	var days []int
	err := each(ctx, db.read(ctx), "SELECT days FROM expiry_notices WHERE org = ? AND serial = ? ORDER BY days DESC",
		[]any{orgID, serial}, func(scan scanner) error {
			var n int
			err := scan(&n)
			days = append(days, n)
			return err
		})
	return days, classify(err)
}
