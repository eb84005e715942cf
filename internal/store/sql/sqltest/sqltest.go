// SPDX-License-Identifier: Apache-2.0

// Package sqltest opens stores for tests.
package sqltest

import (
	"path/filepath"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/store/sql"
)

// New opens an empty store of the test's own.
func New(tb testing.TB) *sql.DB {
	tb.Helper()
	return Open(tb, filepath.Join(tb.TempDir(), "b4a.db"))
}

// Open opens the store in a file until the test ends.
func Open(tb testing.TB, path string) *sql.DB {
	tb.Helper()
	db, err := sql.Open(tb.Context(), sql.Config{Path: path})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Errorf("close store: %v", err)
		}
	})
	return db
}
