// SPDX-License-Identifier: Apache-2.0

package exams_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/contracts/exams"
)

func TestCorrectResult(t *testing.T) {
	t.Parallel()
	b := withResult(t)
	before := read[exams.Result](t, b, onResult(third, "GetResult"))
	b.must(t, correct(examiner, "Zuzenketa-errorea", "7.75", salt(2)))
	b.must(t, onSession(registrar, "PublishSession"))
	b.refused(t, correct(examiner, "Erreklamazioa onartu da", "8", salt(3)), "role_required")
	after := read[exams.Result](t, b, correct(registrar, "Erreklamazioa onartu da", "8", salt(3)))
	if after.State != exams.ResultCorrected || after.Version != 3 || after.Commitment == before.Commitment ||
		after.RecordedAt != before.RecordedAt || after.UpdatedAt <= before.UpdatedAt ||
		after.Standing != exams.Published {
		t.Errorf("got %+v after %+v", after, before)
	}
	history := read[exams.History](t, b, onResult(third, "ResultHistory"))
	if diff := cmp.Diff(after, history.Result); diff != "" {
		t.Errorf("result of the history (-want +got):\n%s", diff)
	}
	commitment := func(mark string, n byte) string {
		return exams.Commitment(session, subject, student, mark, []byte(strings.Repeat(string(rune('a'+n)), 16)))
	}
	want := []exams.Version{
		{Version: 1, Commitment: commitment("7.25", 1), By: "BizkaiaMSP", Time: "2026-06-15T06:02:00Z", TxID: "tx2"},
		{
			Version: 2, Commitment: commitment("7.75", 2), Reason: "Zuzenketa-errorea", By: "BizkaiaMSP",
			Time: "2026-06-15T06:04:00Z", TxID: "tx4",
		},
		{
			Version: 3, Commitment: commitment("8", 3), Reason: "Erreklamazioa onartu da", By: "BizkaiaMSP",
			Time: "2026-06-15T06:07:00Z", TxID: "tx7",
		},
	}
	if diff := cmp.Diff(want, history.Versions); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
	mark := read[exams.Mark](t, b, onResult(examiner, "GetMark"))
	if mark.Mark != "8" || mark.Version != 3 || mark.Salt != salt(3) {
		t.Errorf("got %+v", mark)
	}
}

func TestCorrectResultRefused(t *testing.T) {
	t.Parallel()
	args := func(a ...string) []string { return a }
	good := secret("8", salt(2))
	tests := map[string]struct {
		who  string
		args []string
		in   string
		code string
	}{
		"no role":              {nobody, args(session, subject, student, "recount"), good, "role_required"},
		"reader":               {reader, args(session, subject, student, "recount"), good, "role_required"},
		"another organization": {otherOffice, args(session, subject, student, "recount"), good, "role_required"},
		"no session":           {office, args("uztaila", subject, student, "recount"), good, "session_not_found"},
		"no result":            {office, args(session, "fisika", student, "recount"), good, "result_not_found"},
		"unchanged": {
			office, args(session, subject, student, "recount"), secret("7.250", salt(1)), "result_unchanged",
		},
		"no reason":        {office, args(session, subject, student, ""), good, "reason_invalid"},
		"reason too short": {office, args(session, subject, student, "ok"), good, "reason_invalid"},
		"reason too long": {
			office, args(session, subject, student, strings.Repeat("a", 201)), good, "reason_invalid",
		},
		"reason with a DNI": {
			office, args(session, subject, student, "recurso de 12345678-Z"), good, "reason_invalid",
		},
		"reason with a NIE": {
			office, args(session, subject, student, "recurso de x1234567l."), good, "reason_invalid",
		},
		"reason with a phone": {
			office, args(session, subject, student, "llamar al 600 12 34 56"), good, "reason_invalid",
		},
		"reason with an email": {office, args(session, subject, student, "a@b.eus"), good, "reason_invalid"},
		"no private input":     {office, args(session, subject, student, "recount"), "", "transient_missing"},
		"bad mark": {
			office, args(session, subject, student, "recount"), secret("7,5", salt(2)), "mark_invalid",
		},
		"bad salt": {
			office, args(session, subject, student, "recount"), secret("7.5", "YQ=="), "salt_too_short",
		},
		"bad subject":       {office, args(session, "!", student, "recount"), good, "subject_invalid"},
		"reason is missing": {office, args(session, subject, student), good, "arguments_invalid"},
	}
	b := withResult(t)
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b.refused(t, call{who: tc.who, fn: "CorrectResult", args: tc.args, in: tc.in}, tc.code)
		})
	}
}

func TestVersionsAreBounded(t *testing.T) {
	t.Parallel()
	b := withResult(t)
	for i := 1; i < exams.MaxVersions; i++ {
		b.must(t, correct(examiner, "recount", "5", salt(byte(2+i%2))))
	}
	b.refused(t, correct(examiner, "recount", "6", salt(4)), "corrections_exhausted")
}

func TestTwoCorrectionsInFlight(t *testing.T) {
	t.Parallel()
	b := withResult(t)
	first, _, err1 := b.simulate(correct(examiner, "recount", "5", salt(2)))
	second, _, err2 := b.simulate(correct(examiner, "recount", "6", salt(3)))
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if err := b.ledger.Commit(first); err != nil {
		t.Fatal(err)
	}
	if err := b.ledger.Commit(second); err == nil {
		t.Error("one correction hides another")
	}
}
