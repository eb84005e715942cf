// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	"errors"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/transaction"
)

var _ transaction.Store = (*DB)(nil)

// PutEnvelope implements transaction.Store.
func (db *DB) PutEnvelope(ctx context.Context, e transaction.Envelope) (transaction.Envelope, error) {
	record := e
	record.Bytes = nil
	var n int64
	err := db.together(ctx, func(ctx context.Context) (err error) {
		n, err = db.put(ctx, record, `INSERT INTO envelopes (actor, idempotency_key, created_at, envelope, data)
			VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, e.Actor, e.Key, e.CreatedAt.UnixMicro(), e.Bytes)
		return err
	})
	if err != nil || n == 1 {
		return e, err
	}
	earlier, _, err := db.FindEnvelope(ctx, e.Actor, e.Key)
	return earlier, err
}

// FindEnvelope implements transaction.Store.
func (db *DB) FindEnvelope(ctx context.Context, actor, key string) (transaction.Envelope, bool, error) {
	e, envelope, err := oneWith[transaction.Envelope](ctx, db, errAbsent,
		"SELECT data, envelope FROM envelopes WHERE actor = ? AND idempotency_key = ?", actor, key)
	if errors.Is(err, errAbsent) {
		return e, false, nil
	}
	e.Bytes = envelope
	return e, err == nil, err
}

// DeleteEnvelopes implements transaction.Store.
func (db *DB) DeleteEnvelopes(ctx context.Context, t time.Time) error {
	_, err := db.exec(ctx, "DELETE FROM envelopes WHERE created_at < ?", t.UnixMicro())
	return err
}

// errAbsent stands for a row that is not there, where its absence is an answer.
var errAbsent = fault.New(fault.NotFound, "absent", "it is not there")
