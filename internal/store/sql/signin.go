// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	"errors"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/signin"
)

var _ signin.Store = (*DB)(nil)

// signInRow is the ID of the only row of the sign-in settings.
const signInRow = "current"

// SignInState implements signin.Store.
func (db *DB) SignInState(ctx context.Context) (signin.State, bool, error) {
	absent := fault.New(fault.NotFound, "setting_not_found", "there are no sign-in settings")
	s, err := one[signin.State](ctx, db, absent, "SELECT data FROM signin_settings WHERE id = ?", signInRow)
	if errors.Is(err, fault.NotFound) {
		return s, false, nil
	}
	return s, err == nil, err
}

// PutSignInState implements signin.Store.
func (db *DB) PutSignInState(ctx context.Context, s signin.State) error {
	_, err := db.put(ctx, s, `INSERT INTO signin_settings (id, data) VALUES (?, ?)
		ON CONFLICT (id) DO UPDATE SET data = excluded.data`, signInRow)
	return err
}

// UseSignIn implements signin.Store.
func (db *DB) UseSignIn(ctx context.Context, id string, until time.Time) (bool, error) {
	//nolint:misspell // a table's name
	n, err := db.exec(ctx, "INSERT INTO signins_used (id, until) VALUES (?, ?) ON CONFLICT DO NOTHING", id, until.UnixMicro())
	return n == 1, err
}

// ForgetSignIns implements signin.Store.
func (db *DB) ForgetSignIns(ctx context.Context, now time.Time) error {
	_, err := db.exec(ctx, "DELETE FROM signins_used WHERE until < ?", now.UnixMicro()) //nolint:misspell // a table's name
	return err
}
