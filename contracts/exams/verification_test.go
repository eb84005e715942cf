// SPDX-License-Identifier: Apache-2.0

package exams_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/contracts/exams"
)

func TestVerifyResult(t *testing.T) {
	t.Parallel()
	b := withResult(t)
	check := func(what string, c call, want exams.Verification) {
		t.Helper()
		if diff := cmp.Diff(want, read[exams.Verification](t, b, c)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	first := exams.Verification{
		Valid: true, State: exams.Current, Standing: exams.Provisional, Version: 1, Issuer: "BizkaiaMSP",
		Time: "2026-06-15T06:02:00Z", TxID: "tx2",
	}
	unknown := exams.Verification{State: exams.Unknown}
	check("current", verify("7.25", salt(1)), first)
	check("written otherwise", verify("7.250", strings.TrimRight(salt(1), "=")), first)
	check("another mark", verify("7.5", salt(1)), unknown)
	check("another salt", verify("7.25", salt(2)), unknown)

	b.must(t, correct(examiner, "recount", "8", salt(2))) // tx7
	b.must(t, onSession(registrar, "PublishSession"))
	superseded := first
	superseded.Valid, superseded.State = false, exams.Superseded
	superseded.Published, superseded.Standing = true, exams.Published
	check("superseded", verify("7.25", salt(1)), superseded)
	second := exams.Verification{
		Valid: true, State: exams.Current, Published: true, Standing: exams.Published, Version: 2, Issuer: "BizkaiaMSP",
		Time: "2026-06-15T06:07:00Z", TxID: "tx7",
	}
	if got := read[exams.History](t, b, onResult(third, "ResultHistory")).Versions[1]; got.TxID != second.TxID {
		second.TxID, second.Time = got.TxID, got.Time
	}
	check("corrected", verify("8", salt(2)), second)

	b.must(t, onResult(registrar, "PurgeMarks"))
	check("purged", verify("8", salt(2)), second)

	b.must(t, call{who: otherOffice, fn: "CreateSession", args: []string{"uztaila", "Uztaila", "2026-07-01"}})
	for what, args := range map[string][]string{
		"no session": {"abuztua", subject, student}, "no result": {"uztaila", subject, student},
		"another subject": {session, "fisika", student}, "another student": {session, subject, "s-000001"},
	} {
		check(what, call{who: third, fn: "VerifyResult", args: args, in: secret("8", salt(2))}, unknown)
	}
}

// TestVerifyOldMarkGivenBack corrects there and back: the newest version that fits counts.
func TestVerifyOldMarkGivenBack(t *testing.T) {
	t.Parallel()
	b := withResult(t)
	b.must(t, correct(examiner, "recount", "8", salt(2)))
	b.must(t, correct(examiner, "recount was wrong", "7.25", salt(1)))
	got := read[exams.Verification](t, b, verify("7.25", salt(1)))
	if !got.Valid || got.Version != 3 {
		t.Errorf("got %+v", got)
	}
}

func TestVerifyWritesNothing(t *testing.T) {
	t.Parallel()
	b := withResult(t)
	stub, _, err := b.simulate(verify("7.25", salt(1)))
	if err != nil || len(stub.Writes()) > 0 || stub.Event != "" {
		t.Errorf("got %v, writes %q, event %q", err, stub.Writes(), stub.Event)
	}
}

func TestVerifyRefused(t *testing.T) {
	t.Parallel()
	b := withResult(t)
	b.refused(t, onResult(third, "VerifyResult"), "transient_missing")
	b.refused(t, verify("11", salt(1)), "mark_invalid")
	b.refused(t, verify("1", "YQ=="), "salt_too_short")
	b.refused(
		t, call{who: third, fn: "VerifyResult", args: []string{"U", subject, student}, in: secret("1", salt(1))},
		"session_id_invalid",
	)
	b.refused(
		t, call{who: third, fn: "VerifyResult", args: []string{session, subject, "s"}, in: secret("1", salt(1))},
		"student_ref_invalid",
	)
}

// TestCommitment holds the layout of docs/contracts/exams.md: the sum was computed by other tools.
func TestCommitment(t *testing.T) {
	t.Parallel()
	got := exams.Commitment("ekaina-2026", "matematika-ii", "s-1be4784236419734", "7.25", []byte("0123456789abcdef"))
	const want = "83dc8baf51a02f10b8cc31c33c37cee394916a3b7c0f27abb73729cc72a996e8"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	seen := map[string]string{}
	for name, c := range map[string]string{
		"plain":     exams.Commitment("ab", "c", "d", "1", []byte("s")),
		"shifted":   exams.Commitment("a", "bc", "d", "1", []byte("s")),
		"shifted 2": exams.Commitment("ab", "cd", "", "1", []byte("s")),
		"mark":      exams.Commitment("ab", "c", "d", "10", []byte("s")),
		"salt":      exams.Commitment("ab", "c", "d", "1", []byte("0s")),
	} {
		if first, ok := seen[c]; ok {
			t.Errorf("%s and %s have one commitment", first, name)
		}
		seen[c] = name
	}
}
