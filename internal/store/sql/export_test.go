// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	stdsql "database/sql"
	"errors"
)

// Together is together.
func (db *DB) Together(ctx context.Context, do func(context.Context) error) error {
	return db.together(ctx, do)
}

// Waiting gives how many writes wait for the next batch's turn.
func (db *DB) Waiting() int {
	db.group.mu.Lock()
	defer db.group.mu.Unlock()
	if db.group.next == nil {
		return 0
	}
	return len(db.group.next.writes)
}

// InTransaction tells whether ctx is within a transaction.
func InTransaction(ctx context.Context) bool {
	_, ok := ctx.Value(txKey{}).(*stdsql.Tx)
	return ok
}

// MakeAt makes a database whose schema is of an earlier version, and runs statements in it.
func MakeAt(ctx context.Context, path string, version int64, statements ...string) error {
	db, err := connect(path, "rwc", 1)
	if err != nil {
		return err
	}
	err = migrate(ctx, db.db, version)
	for _, s := range statements {
		_, e := db.db.ExecContext(ctx, s)
		err = errors.Join(err, e)
	}
	return errors.Join(err, db.Close())
}
