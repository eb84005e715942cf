// SPDX-License-Identifier: Apache-2.0

package sql_test

import (
	stdsql "database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"

	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
)

// TestUpgradeKeepsCertificates: what was issued before certificates had members is nobody's, and is found as ever.
func TestUpgradeKeepsCertificates(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "b4a.db")
	raw, err := stdsql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, raw, os.DirFS("migrations"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(t.Context(), 11); err != nil {
		t.Fatal(err)
	}
	if _, err := raw.ExecContext(t.Context(), `INSERT INTO certificates (org, serial, holder, purpose, revoked, issued_at, ends_at, data)
		VALUES ('a', '01', 'member/ane', 'sign', false, 1, 2, '{"Org":"a","Serial":"01","Holder":"member/ane"}')`); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	db := sqltest.Open(t, path)
	for what, c := range map[string]struct {
		filter org.CertificateFilter
		want   int
	}{"all": {org.CertificateFilter{}, 1}, "of persons": {org.CertificateFilter{Persons: true}, 0}} {
		if got, err := db.ListCertificates(t.Context(), c.filter); err != nil || len(got) != c.want {
			t.Errorf("%s: %+v: %v", what, got, err)
		}
	}
}
