// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	"errors"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/operation"
)

var _ operation.Store = (*DB)(nil)

// CreateOperation implements operation.Store.
func (db *DB) CreateOperation(ctx context.Context, op operation.Operation) error {
	return db.InTx(ctx, func(ctx context.Context) error {
		_, err := db.put(ctx, op, `INSERT INTO operations (id, actor, idempotency_key, subject, state, data)
			VALUES (?, ?, ?, ?, ?, ?)`, op.ID, op.Actor, op.Key, op.Subject, string(op.State))
		if taken(err) {
			return operation.ErrDuplicateKey
		}
		if err != nil {
			return err
		}
		for _, o := range op.Orgs {
			if _, err := db.exec(ctx, "INSERT INTO operation_orgs (operation, org) VALUES (?, ?) ON CONFLICT DO NOTHING", op.ID, o); err != nil {
				return err
			}
		}
		return nil
	})
}

// UpdateOperation implements operation.Store.
func (db *DB) UpdateOperation(ctx context.Context, op operation.Operation) error {
	n, err := db.update(ctx, op, "UPDATE operations SET data = ?, state = ? WHERE id = ?", string(op.State), op.ID)
	if err == nil && n == 0 {
		return noOperation(op.ID)
	}
	return err
}

// GetOperation implements operation.Store.
func (db *DB) GetOperation(ctx context.Context, id string) (operation.Operation, error) {
	return one[operation.Operation](ctx, db, noOperation(id), "SELECT data FROM operations WHERE id = ?", id)
}

// FindOperation implements operation.Store.
func (db *DB) FindOperation(ctx context.Context, actor, key string) (operation.Operation, bool, error) {
	op, err := one[operation.Operation](ctx, db, noOperation(key),
		"SELECT data FROM operations WHERE actor = ? AND idempotency_key = ? AND idempotency_key <> ''", actor, key)
	if errors.Is(err, fault.NotFound) {
		return op, false, nil
	}
	return op, err == nil, err
}

// ListOperations implements operation.Store.
func (db *DB) ListOperations(ctx context.Context, f operation.Filter) ([]operation.Operation, error) {
	return many[operation.Operation](ctx, db, `SELECT data FROM operations
		WHERE (? = '' OR id < ?) AND (? = '' OR subject = ?) AND (? = '' OR state = ?)
			AND (? = '' OR id IN (SELECT operation FROM operation_orgs WHERE org = ?))
		ORDER BY id DESC LIMIT ?`, f.Before, f.Before, f.Subject, f.Subject, string(f.State), string(f.State),
		f.Org, f.Org, limited(f.Limit))
}

// UnfinishedOperations implements operation.Store.
func (db *DB) UnfinishedOperations(ctx context.Context) ([]operation.Operation, error) {
	return many[operation.Operation](ctx, db, "SELECT data FROM operations WHERE state IN (?, ?, ?) ORDER BY id",
		string(operation.Pending), string(operation.Running), string(operation.Waiting))
}

func noOperation(id string) error {
	return fault.New(fault.NotFound, "operation_not_found", "there is no operation %q", id).
		WithHint("see which there are: b4a operation list")
}
