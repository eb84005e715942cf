// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	"errors"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/idempotency"
)

var _ idempotency.Store = (*DB)(nil)

// PutAnswer implements idempotency.Store.
func (db *DB) PutAnswer(ctx context.Context, a idempotency.Answer) error {
	_, err := db.put(ctx, a, `INSERT INTO answers (actor, idempotency_key, created_at, data) VALUES (?, ?, ?, ?)
		ON CONFLICT (actor, idempotency_key) DO UPDATE SET data = excluded.data`, a.Actor, a.Key, a.CreatedAt.UnixMicro())
	return err
}

// FindAnswer implements idempotency.Store.
func (db *DB) FindAnswer(ctx context.Context, actor, key string) (idempotency.Answer, bool, error) {
	a, err := one[idempotency.Answer](ctx, db, errAbsent,
		"SELECT data FROM answers WHERE actor = ? AND idempotency_key = ?", actor, key)
	if errors.Is(err, errAbsent) {
		return a, false, nil
	}
	return a, err == nil, err
}

// DeleteAnswers implements idempotency.Store.
func (db *DB) DeleteAnswers(ctx context.Context, t time.Time) error {
	_, err := db.exec(ctx, "DELETE FROM answers WHERE created_at < ?", t.UnixMicro())
	return err
}
