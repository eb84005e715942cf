// SPDX-License-Identifier: Apache-2.0

package sql_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/admission"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/identifier"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
)

func TestAccessRequests(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	build := func(id, kind, number string, next time.Time) admission.Request {
		return admission.Request{
			ID: id, Number: "2026-" + id, State: admission.Submitted, NextAt: next, CreatedAt: at(0),
			Application: admission.Application{Kind: kind, LegalName: "it's?", Identifier: identifier.Identifier{Canonical: number}},
		}
	}
	first := build("01", "company", "B12345674", at(5))
	for _, r := range []admission.Request{first, build("02", "citizen", "12345678Z", at(3)), build("03", "company", "B12345674", time.Time{})} {
		if err := db.CreateRequest(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	got, err := db.GetRequest(ctx, "01")
	check(t, "request", err, first, got)
	got, err = db.GetRequest(ctx, "2026-01")
	check(t, "request of a number", err, first, got)
	first.State, first.Assignee, first.Revision = admission.InReview, "Miren", 1
	if err := db.UpdateRequest(ctx, first); err != nil {
		t.Fatal(err)
	}
	coded(t, "an update based on an older one", db.UpdateRequest(ctx, first), "access_request_changed")
	coded(t, "update of nothing", db.UpdateRequest(ctx, build("99", "", "", at(0))), "access_request_not_found")
	_, err = db.GetRequest(ctx, "99")
	coded(t, "nothing", err, "access_request_not_found")
	for want, f := range map[string]admission.Filter{
		"[03 02 01]": {}, "[03 01]": {Kind: "company"}, "[01]": {State: admission.InReview, Assignee: "Miren"}, "[02]": {Before: "03", Limit: 1},
	} {
		list, err := db.ListRequests(ctx, f)
		if got := ids(list); err != nil || got != want {
			t.Errorf("%+v: %s, want %s: %v", f, got, want, err)
		}
	}
	list, err := db.RequestsOf(ctx, "B12345674")
	if got := ids(list); err != nil || got != "[01 03]" {
		t.Errorf("of an identifier: %s: %v", got, err)
	}
	for second, want := range map[int]string{2: "[]", 3: "[02]", 9: "[02 01]"} {
		list, err := db.DueRequests(ctx, at(second), 10)
		if got := ids(list); err != nil || got != want {
			t.Errorf("due at %d: %s, want %s: %v", second, got, want, err)
		}
	}
	for want := 1; want <= 3; want++ {
		if n, err := db.NextNumber(ctx, 2026); err != nil || n != want {
			t.Errorf("number %d, want %d: %v", n, want, err)
		}
	}
	if n, err := db.NextNumber(ctx, 2027); err != nil || n != 1 {
		t.Errorf("another year begins with %d: %v", n, err)
	}
}

func ids(list []admission.Request) string {
	out := []string{}
	for _, r := range list {
		out = append(out, r.ID)
	}
	return fmt.Sprint(out)
}

func TestAccessSecrets(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	for i, p := range []admission.Purpose{admission.Receipt, admission.Receipt, admission.Confirm} {
		if err := db.PutSecret(ctx, admission.Secret{Hash: []byte{byte(i)}, Request: "01", Purpose: p}); err != nil {
			t.Fatal(err)
		}
	}
	find := func(b byte, p admission.Purpose) bool {
		id, found, err := db.FindSecret(ctx, []byte{b}, p)
		if err != nil || found && id != "01" {
			t.Errorf("%q: %v", id, err)
		}
		return found
	}
	if !find(1, admission.Receipt) || find(1, admission.Confirm) || find(9, admission.Receipt) {
		t.Error("a secret opens what it should not")
	}
	if err := db.DeleteSecrets(ctx, "01", admission.Confirm); err != nil || find(2, admission.Confirm) || !find(0, admission.Receipt) {
		t.Errorf("deleted by purpose: %v", err)
	}
	if err := db.DeleteSecrets(ctx, "01", ""); err != nil || find(0, admission.Receipt) {
		t.Errorf("deleted all: %v", err)
	}
}

func TestMails(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	e := mail.Entry{ID: "01", State: mail.Queued, Message: mail.Message{To: "a@b.c", Data: map[string]string{"x": "it's?"}}, NextTry: at(1), CreatedAt: at(0)}
	later := e
	later.ID, later.NextTry = "02", at(5)
	if err := errors.Join(db.CreateMail(ctx, e), db.CreateMail(ctx, later)); err != nil {
		t.Fatal(err)
	}
	due, err := db.DueMails(ctx, at(2), 10)
	check(t, "due", err, []mail.Entry{e}, due)
	e.State, e.DoneAt, e.Message.Data = mail.Sent, at(3), nil
	if err := db.UpdateMail(ctx, e); err != nil {
		t.Fatal(err)
	}
	n, err := db.CountMails(ctx)
	check(t, "counts", err, map[mail.State]int{mail.Queued: 1, mail.Sent: 1, mail.Failed: 0}, n)
	if err := db.DeleteMails(ctx, at(9)); err != nil {
		t.Fatal(err)
	}
	if n, err = db.CountMails(ctx); err != nil || n[mail.Sent] != 0 || n[mail.Queued] != 1 {
		t.Errorf("after the tidying: %v: %v", n, err)
	}
	if err := db.UpdateMail(ctx, e); err != nil || fault.KindOf(err) == fault.NotFound {
		t.Errorf("update of nothing: %v", err)
	}
}
