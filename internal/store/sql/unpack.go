// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	stdsql "database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pressly/goose/v3"
)

// unpackVersion is the migration that takes what is large out of the records' JSON: genesis blocks, signed envelopes,
// certificates. Decoding them was most of what reading a record cost.
const unpackVersion = 14

func unpackMigration() *goose.Migration {
	return goose.NewGoMigration(unpackVersion, &goose.GoFunc{RunTx: unpack}, nil)
}

// unpacked is a value that moves from a record's JSON field to a column of its own.
type unpacked struct {
	table, key string // the table and the columns that name a row
	field      string // of the record; base64
	column     string
}

func unpack(ctx context.Context, tx *stdsql.Tx) error {
	for _, u := range []unpacked{
		{"channels", "name", "Genesis", "genesis"},
		{"envelopes", "actor || ' ' || idempotency_key", "Bytes", "envelope"},
		{"certificates", "org || ' ' || serial", "PEM", "pem"},
	} {
		if _, err := tx.ExecContext(ctx, "ALTER TABLE "+u.table+" ADD COLUMN "+u.column+" BLOB"); err != nil {
			return fmt.Errorf("add column: %w", err)
		}
		err := u.each(ctx, tx, func(key string, record map[string]json.RawMessage) error {
			var value []byte
			if packed, ok := record[u.field]; !ok {
				return nil
			} else if err := json.Unmarshal(packed, &value); err != nil {
				return fmt.Errorf("decode %s of %s: %w", u.field, key, err)
			}
			delete(record, u.field)
			return u.put(ctx, tx, key, record, value)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// each does something with every row's key and record.
func (u unpacked) each(
	ctx context.Context, tx *stdsql.Tx, do func(key string, record map[string]json.RawMessage) error,
) error {
	rows, err := u.rows(ctx, tx)
	if err != nil {
		return fmt.Errorf("read %s: %w", u.table, err)
	}
	for _, r := range rows {
		var record map[string]json.RawMessage
		if err := json.Unmarshal([]byte(r.data), &record); err != nil {
			return fmt.Errorf("decode %s of %s: %w", u.table, r.key, err)
		}
		if err := do(r.key, record); err != nil {
			return err
		}
	}
	return nil
}

type keyed struct{ key, data string }

func (u unpacked) rows(ctx context.Context, tx *stdsql.Tx) (all []keyed, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT "+u.key+", data FROM "+u.table) //nolint:gosec // names of this file
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var r keyed
		if err := rows.Scan(&r.key, &r.data); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

func (u unpacked) put(ctx context.Context, tx *stdsql.Tx, key string, record map[string]json.RawMessage, value []byte) error {
	data, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("encode %s of %s: %w", u.table, key, err)
	}
	update := "UPDATE " + u.table + " SET data = ?, " + u.column + " = ? WHERE " + u.key + " = ?" //nolint:gosec // names of this file
	if _, err := tx.ExecContext(ctx, update, string(data), value, key); err != nil {
		return fmt.Errorf("update %s: %w", u.table, err)
	}
	return nil
}
