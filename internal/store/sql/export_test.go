// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	"errors"
)

// MakeAt makes a database whose schema is of an earlier version, and runs statements in it.
func MakeAt(ctx context.Context, path string, version int64, statements ...string) error {
	db, err := connect(path, "rwc", 1)
	if err != nil {
		return err
	}
	err = migrate(ctx, db.DB, version)
	for _, s := range statements {
		_, e := db.ExecContext(ctx, s)
		err = errors.Join(err, e)
	}
	return errors.Join(err, db.Close())
}
