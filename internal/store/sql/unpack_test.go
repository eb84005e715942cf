// SPDX-License-Identifier: Apache-2.0

package sql_test

import (
	"path/filepath"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/store/sql"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
)

func TestRecordsOfAnEarlierVersion(t *testing.T) {
	t.Parallel()
	path, ctx := filepath.Join(t.TempDir(), "b4a.db"), t.Context()
	err := sql.MakeAt(ctx, path, 9,
		`INSERT INTO channels (name, data) VALUES ('c', '{"Name":"c","State":"active","Genesis":"AAH/"}')`,
		`INSERT INTO channels (name, data) VALUES ('d', '{"Name":"d","State":"creating","Genesis":null}')`,
		`INSERT INTO envelopes (actor, idempotency_key, created_at, data) VALUES ('ane', 'k', 0, '{"Actor":"ane","Key":"k","TxID":"t","Bytes":"AP8="}')`,
		`INSERT INTO certificates (org, serial, holder, purpose, revoked, issued_at, ends_at, data)
			VALUES ('a', '01', 'h', 'sign', FALSE, 0, 0, '{"Serial":"01","Org":"a","Holder":"h","Purpose":"sign","PEM":"cGVt"}')`)
	if err != nil {
		t.Fatal(err)
	}
	db := sqltest.Open(t, path)
	block, err := db.Genesis(ctx, "c")
	check(t, "genesis block", err, []byte{0, 1, 0xff}, block)
	block, err = db.Genesis(ctx, "d")
	check(t, "no genesis block", err, []byte(nil), block)
	c, err := db.GetChannel(ctx, "c")
	check(t, "channel", err, "active", string(c.State))
	e, found, err := db.FindEnvelope(ctx, "ane", "k")
	check(t, "envelope", err, []byte{0, 0xff}, e.Bytes)
	check(t, "envelope", err, "t", e.TxID)
	check(t, "envelope", err, true, found)
	certificate, err := db.GetCertificate(ctx, "a", "01")
	check(t, "certificate", err, "pem", string(certificate.PEM))
	check(t, "certificate", err, "h", certificate.Holder)
}
