// SPDX-License-Identifier: Apache-2.0

package exams_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/contracts/exams"
)

func TestGetMark(t *testing.T) {
	t.Parallel()
	b := withResult(t)
	want := exams.Mark{
		Session: session, Subject: subject, StudentRef: student, Version: 1, Mark: "7.25", Salt: salt(1),
	}
	for _, who := range []string{office, registrar, examiner, reader} {
		if diff := cmp.Diff(want, read[exams.Mark](t, b, onResult(who, "GetMark"))); diff != "" {
			t.Errorf("by %s (-want +got):\n%s", who, diff)
		}
	}
	for _, who := range []string{nobody, admin, otherOffice, otherAdmin, other, third} {
		b.refused(t, onResult(who, "GetMark"), "role_required")
	}
}

func TestGetMarkOnAPeerWithoutIt(t *testing.T) {
	t.Parallel()
	b := withResult(t)
	b.ledger.Forget(exams.Collection)
	b.refused(t, onResult(examiner, "GetMark"), "mark_unavailable")
}

func TestPurgeMarks(t *testing.T) {
	t.Parallel()
	b := withResult(t)
	for _, who := range []string{nobody, examiner, reader, admin, otherOffice} {
		b.refused(t, onResult(who, "PurgeMarks"), "role_required")
	}
	stub, _, err := b.simulate(onResult(registrar, "PurgeMarks"))
	if err != nil || len(stub.Purged) != 1 || stub.Event != "MarksPurged" {
		t.Fatalf("got %v, purged %q, event %q", err, stub.Purged, stub.Event)
	}
	if err := b.ledger.Commit(stub); err != nil {
		t.Fatal(err)
	}
	if left := b.ledger.Private(exams.Collection); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
	if r := read[exams.Result](t, b, onResult(third, "GetResult")); !r.MarksPurged || r.Version != 1 {
		t.Errorf("got %+v", r)
	}
	b.refused(t, onResult(examiner, "GetMark"), "marks_purged")
	b.refused(t, correct(registrar, "recount", "9", salt(2)), "marks_purged")
	again, _, err := b.simulate(onResult(registrar, "PurgeMarks"))
	if err != nil || len(again.Writes()) > 0 {
		t.Errorf("purging twice: got %v, writes %q", err, again.Writes())
	}
}
