// SPDX-License-Identifier: Apache-2.0

package sql_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
)

func TestAudit(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	head, err := db.AuditHead(ctx)
	check(t, "an empty trail", err, audit.Head{}, head)
	for i, text := range hostile() {
		orgs := []string{"a"}
		if i%2 == 1 {
			orgs = []string{"a", text}
		}
		r := audit.Record{Sequence: uint64(i + 1), Time: at(i), Actor: text, Action: "x", Orgs: orgs, Hash: "h" + text, Line: []byte(`{"text":"` + text + `"}`)}
		if i == 0 {
			r.Action = "first"
		}
		if err := db.PutAudit(ctx, r); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		head, err = db.AuditHead(ctx)
		check(t, text, err, audit.Head{Sequence: r.Sequence, Hash: r.Hash}, head)
		got, err := db.ListAudit(ctx, audit.Filter{Actor: text})
		if err != nil || len(got) != 1 || string(got[0].Line) != string(r.Line) || !got[0].Time.Equal(r.Time) {
			t.Errorf("%q: %+v: %v", text, got, err)
		}
		if got, err := db.ListAudit(ctx, audit.Filter{Org: text}); err != nil || len(got) != i%2 {
			t.Errorf("of organization %q: %+v: %v", text, got, err)
		}
	}
	coded(t, "a sequence again", db.PutAudit(ctx, audit.Record{Sequence: 3}), "audit_sequence_taken")
	for name, c := range map[string]struct {
		filter audit.Filter
		want   string
	}{
		"all":          {audit.Filter{Org: "a"}, "1 2 3 4 5 6 7 8 9 10"},
		"a page":       {audit.Filter{After: 3, Limit: 2}, "4 5"},
		"newest first": {audit.Filter{Newest: true, Before: 9, Limit: 3}, "8 7 6"},
		"of an action": {audit.Filter{Action: "first"}, "1"},
		"of some time": {audit.Filter{From: at(2), To: at(4)}, "3 4"},
		"of nobody":    {audit.Filter{Org: "b"}, ""},
	} {
		list, err := db.ListAudit(ctx, c.filter)
		var got []string
		for _, r := range list {
			got = append(got, strconv.FormatUint(r.Sequence, 10))
		}
		check(t, name, err, c.want, strings.Join(got, " "))
	}
	count, oldest, err := db.PendingAudit(ctx, 0, "first")
	if err != nil || count != len(hostile())-1 || !oldest.Equal(at(1)) {
		t.Errorf("pending: %d, %s: %v", count, oldest, err)
	}
	if count, _, err = db.PendingAudit(ctx, 0, "first", "x"); err != nil || count != 0 {
		t.Errorf("pending, two actions left out: %d: %v", count, err)
	}
	if count, _, err = db.PendingAudit(ctx, 100); err != nil || count != 0 {
		t.Errorf("nothing is pending: %d: %v", count, err)
	}
}
