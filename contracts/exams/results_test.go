// SPDX-License-Identifier: Apache-2.0

package exams_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/contracts/exams"
)

func TestRecordResult(t *testing.T) {
	t.Parallel()
	b := withSession(t)
	stub, payload, err := b.simulate(record(examiner, student, "7.250", salt(1)))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.ledger.Commit(stub); err != nil {
		t.Fatal(err)
	}
	want := exams.Result{
		Session: session, Subject: subject, StudentRef: student, Issuer: "BizkaiaMSP", State: exams.ResultRecorded,
		Standing: exams.Provisional, Version: 1, By: "BizkaiaMSP",
		Commitment: exams.Commitment(session, subject, student, "7.25", []byte(strings.Repeat("b", 16))),
		RecordedAt: "2026-06-15T06:02:00Z", UpdatedAt: "2026-06-15T06:02:00Z",
	}
	var answered, told exams.Result
	if err := errors.Join(json.Unmarshal([]byte(payload), &answered), json.Unmarshal(stub.Payload, &told)); err != nil {
		t.Fatal(err)
	}
	for what, got := range map[string]exams.Result{
		"answer": answered, "event": told, "read": read[exams.Result](t, b, onResult(third, "GetResult")),
	} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	if stub.Event != "ResultRecorded" {
		t.Errorf("got event %q", stub.Event)
	}
	kept := []string{secret("7.25", salt(1))}
	if diff := cmp.Diff(kept, b.ledger.Private(exams.Collection)); diff != "" {
		t.Errorf("private data (-want +got):\n%s", diff)
	}
}

// TestPublicHoldsNoMarks looks for marks and salts wherever everybody can look.
func TestPublicHoldsNoMarks(t *testing.T) {
	t.Parallel()
	b := withSession(t)
	var public strings.Builder
	for _, c := range []call{
		record(examiner, student, "9.125", salt(1)),
		correct(examiner, "recount", "9.375", salt(2)),
		{
			who: examiner, fn: "RecordResults", args: []string{session},
			in: batchOf(row("fisika", student, "9.625", salt(3))),
		},
		onResult(registrar, "PurgeMarks"),
	} {
		stub, payload, err := b.simulate(c)
		if err != nil {
			t.Fatalf("%s: %v", c.fn, err)
		}
		if err := b.ledger.Commit(stub); err != nil {
			t.Fatal(err)
		}
		public.WriteString(payload + string(stub.Payload) + b.ledger.Public())
	}
	for _, private := range []string{"9.125", "9.375", "9.625", salt(1), salt(2), salt(3), strings.Repeat("b", 16)} {
		if strings.Contains(public.String(), private) {
			t.Errorf("%s is public", private)
		}
	}
}

func TestRecordResultRefused(t *testing.T) {
	t.Parallel()
	good := secret("5", salt(1))
	on := func(args ...string) []string { return args }
	tests := map[string]struct {
		who  string
		args []string
		in   string
		code string
	}{
		"exists":               {examiner, on(session, subject, student), good, "result_exists"},
		"no session":           {examiner, on("uztaila", subject, "s-000001"), good, "session_not_found"},
		"no role":              {nobody, on(session, subject, "s-000001"), good, "role_required"},
		"registrar":            {registrar, on(session, subject, "s-000001"), good, "role_required"},
		"reader":               {reader, on(session, subject, "s-000001"), good, "role_required"},
		"administrator":        {admin, on(session, subject, "s-000001"), good, "role_required"},
		"another organization": {otherOffice, on(session, subject, "s-000001"), good, "role_required"},
		"session ID":           {examiner, on("Ekaina", subject, "s-000001"), good, "session_id_invalid"},
		"subject":              {examiner, on(session, "física", "s-000001"), good, "subject_invalid"},
		"reference":            {examiner, on(session, subject, "12345678Z"), good, "student_ref_invalid"},
		"no private input":     {examiner, on(session, subject, "s-000001"), "", "transient_missing"},
		"not JSON":             {examiner, on(session, subject, "s-000001"), "7.25", "transient_invalid"},
		"mark is a number": {
			examiner, on(session, subject, "s-000001"), `{"mark":7.25,"salt":"` + salt(1) + `"}`, "transient_invalid",
		},
		"an unknown field": {
			examiner, on(session, subject, "s-000001"), `{"mark":"7","salt":"` + salt(1) + `","x":1}`,
			"transient_invalid",
		},
		"two values": {examiner, on(session, subject, "s-000001"), good + good, "transient_invalid"},
		"very long": {
			examiner, on(session, subject, "s-000001"), good + strings.Repeat(" ", 1024), "transient_invalid",
		},
		"no mark": {
			examiner, on(session, subject, "s-000001"), `{"salt":"` + salt(1) + `"}`, "mark_invalid",
		},
		"mark above 10": {examiner, on(session, subject, "s-000001"), secret("10.01", salt(1)), "mark_invalid"},
		"no salt":       {examiner, on(session, subject, "s-000001"), `{"mark":"7"}`, "salt_too_short"},
		"15 bytes of salt": {
			examiner, on(session, subject, "s-000001"), secret("7", "YWFhYWFhYWFhYWFhYWFh"), "salt_too_short",
		},
		"salt is not base64": {examiner, on(session, subject, "s-000001"), secret("7", "é"), "salt_invalid"},
		"65 bytes of salt": {
			examiner, on(session, subject, "s-000001"), secret("7", strings.Repeat("YWFh", 21)+"YWE="),
			"salt_invalid",
		},
		"an argument is absent": {examiner, on(session, subject), good, "arguments_invalid"},
	}
	b := withResult(t)
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b.refused(t, call{who: tc.who, fn: "RecordResult", args: tc.args, in: tc.in}, tc.code)
		})
	}
}

func TestRecordingNeedsAnOpenSession(t *testing.T) {
	t.Parallel()
	b := withSession(t)
	batch := call{
		who: examiner, fn: "RecordResults", args: []string{session},
		in: batchOf(row("fisika", student, "5", salt(1))),
	}
	b.must(t, onSession(registrar, "CloseSession"))
	b.refused(t, record(examiner, student, "5", salt(1)), "session_closed")
	b.refused(t, batch, "session_closed")
	b.must(t, onSession(registrar, "OpenSession"))
	b.must(t, record(examiner, student, "5", salt(1)))
	b.must(t, onSession(registrar, "PublishSession"))
	b.refused(t, record(examiner, "s-000002", "5", salt(1)), "session_published")
	b.refused(t, batch, "session_published")
}

func TestReferencesAreNotRepeatedInRefusals(t *testing.T) {
	t.Parallel()
	b := withSession(t)
	text := b.refused(t, record(examiner, "12345678Z", "5", salt(1)), "student_ref_invalid")
	if strings.Contains(text, "12345678") {
		t.Errorf("the refusal repeats the number: %s", text)
	}
}

// TestParallelRecordingDoesNotConflict simulates many transactions on one state and commits them all after.
func TestParallelRecordingDoesNotConflict(t *testing.T) {
	t.Parallel()
	b := withSession(t)
	commits := []func() error{}
	for i := range 50 {
		c := record(examiner, fmt.Sprintf("s-%06d", i), "5", salt(1))
		if i%10 == 0 {
			c = call{
				who: examiner, fn: "RecordResults", args: []string{session}, in: batchOf(
					row(
						"fisika", fmt.Sprintf("s-%06d", i), "5", salt(1)), row("kimika", fmt.Sprintf("s-%06d", i), "6",
						salt(2))),
			}
		}
		stub, _, err := b.simulate(c)
		if err != nil {
			t.Fatal(err)
		}
		commits = append(commits, func() error { return b.ledger.Commit(stub) })
	}
	for i, commit := range commits {
		if err := commit(); err != nil {
			t.Errorf("transaction %d: %v", i, err)
		}
	}
}

func TestClosingStopsWhatIsInFlight(t *testing.T) {
	t.Parallel()
	b := withSession(t)
	stub, _, err := b.simulate(record(examiner, student, "5", salt(1)))
	if err != nil {
		t.Fatal(err)
	}
	b.must(t, onSession(registrar, "CloseSession"))
	if err := b.ledger.Commit(stub); err == nil {
		t.Error("a result was recorded in a closed session")
	}
}

func TestSameResultTwiceInFlight(t *testing.T) {
	t.Parallel()
	b := withSession(t)
	first, _, err1 := b.simulate(record(examiner, student, "5", salt(1)))
	second, _, err2 := b.simulate(record(office, student, "9", salt(2)))
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if err := b.ledger.Commit(first); err != nil {
		t.Fatal(err)
	}
	if err := b.ledger.Commit(second); err == nil {
		t.Error("both were committed")
	}
}

func TestListResults(t *testing.T) {
	t.Parallel()
	b := withSession(t)
	b.must(t, call{who: otherOffice, fn: "CreateSession", args: []string{session + "-2", "Beste bat", "2026-06-15"}})
	b.must(
		t,
		call{
			who: otherOffice, fn: "RecordResult", args: []string{session + "-2", subject, "s-999999"},
			in: secret("1", salt(1)),
		},
	)
	for i := range 5 {
		b.must(t, record(examiner, fmt.Sprintf("s-%06d", i), "5", salt(byte(i))))
	}
	b.must(t, onSession(registrar, "PublishSession"))
	var refs []string
	bookmark := ""
	for {
		page := read[exams.ResultPage](
			t, b, call{who: third, fn: "ListResults", args: []string{session, "2", bookmark}},
		)
		for _, r := range page.Results {
			refs = append(refs, r.StudentRef)
			if r.Standing != exams.Published {
				t.Errorf("%s is %s", r.StudentRef, r.Standing)
			}
		}
		if bookmark = page.Bookmark; bookmark == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"s-000000", "s-000001", "s-000002", "s-000003", "s-000004"}, refs); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	all := read[exams.ResultPage](t, b, onSession(third, "ListResults"))
	if len(all.Results) != 5 || all.Bookmark != "" {
		t.Errorf("got %d results, bookmark %q", len(all.Results), all.Bookmark)
	}
	foreign := read[exams.ResultPage](t, b, call{who: third, fn: "ListResults", args: []string{session, "2"}}).Bookmark
	b.refused(t, call{who: third, fn: "ListResults", args: []string{session + "-2", "2", foreign}}, "bookmark_invalid")
	b.refused(t, call{who: third, fn: "ListResults", args: []string{"uztaila"}}, "session_not_found")
}

func TestReadingResultsRefused(t *testing.T) {
	t.Parallel()
	b := withResult(t)
	for _, fn := range []string{"GetResult", "ResultHistory", "GetMark", "PurgeMarks"} {
		for name, tc := range map[string]struct {
			args []string
			code string
		}{
			"no session": {[]string{"uztaila", subject, student}, "session_not_found"},
			"no result":  {[]string{session, "fisika", student}, "result_not_found"},
			"session ID": {[]string{"U", subject, student}, "session_id_invalid"},
			"subject":    {[]string{session, "", student}, "subject_invalid"},
			"reference":  {[]string{session, subject, "s"}, "student_ref_invalid"},
		} {
			t.Run(fn+" "+name, func(t *testing.T) {
				t.Parallel()
				b.refused(t, call{who: office, fn: fn, args: tc.args}, tc.code)
			})
		}
	}
}

func row(subject, ref, mark, salt string) string {
	return fmt.Sprintf(`{"subject":%q,"studentRef":%q,"mark":%q,"salt":%q}`, subject, ref, mark, salt)
}

func batchOf(rows ...string) string { return "[" + strings.Join(rows, ",") + "]" }

func TestRecordResults(t *testing.T) {
	t.Parallel()
	b := withSession(t)
	rows := []string{}
	for i := range exams.MaxBatch {
		rows = append(rows, row(subject, fmt.Sprintf("s-%06d", i), strconv.Itoa(i%11), salt(byte(i%20))))
	}
	got := read[exams.Batch](
		t, b, call{who: examiner, fn: "RecordResults", args: []string{session}, in: batchOf(rows...)},
	)
	if diff := cmp.Diff(exams.Batch{Session: session, Recorded: 100}, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	if n := len(b.ledger.Private(exams.Collection)); n != 100 {
		t.Errorf("got %d marks", n)
	}
	v := read[exams.Verification](t, b, call{
		who: third, fn: "VerifyResult", args: []string{session, subject, "s-000007"}, in: secret("7", salt(7)),
	})
	if !v.Valid {
		t.Errorf("got %+v", v)
	}
}

func TestRecordResultsRefused(t *testing.T) {
	t.Parallel()
	good := row("fisika", "s-000001", "5", salt(1))
	tests := map[string]struct {
		who, in, code, text string
	}{
		"nothing":   {examiner, "", "transient_missing", `"results"`},
		"an object": {examiner, good, "transient_invalid", "array"},
		"no rows":   {examiner, "[]", "batch_invalid", "0 given"},
		"null":      {examiner, "null", "batch_invalid", "0 given"},
		"101 rows": {
			examiner, "[" + strings.Repeat(good+",", 100) + good + "]", "batch_invalid", "101 given",
		},
		"too long": {
			examiner, "[" + good + strings.Repeat(" ", 64<<10) + "]", "transient_invalid", "bytes",
		},
		"an unknown field": {
			examiner, batchOf(strings.Replace(good, "{", `{"session":"x",`, 1)), "transient_invalid", "array",
		},
		"a bad mark": {
			examiner, batchOf(good, row("fisika", "s-000002", "11", salt(1))), "mark_invalid", "row 2: ",
		},
		"a bad salt": {
			examiner, batchOf(row("fisika", "s-000002", "1", "x"), good), "salt_invalid", "row 1: ",
		},
		"a bad reference": {
			examiner, batchOf(good, row("fisika", "X1234567L", "1", salt(1))), "student_ref_invalid", "row 2: ",
		},
		"a bad subject": {
			examiner, batchOf(good, row("-", "s-000002", "1", salt(1))), "subject_invalid", "row 2: ",
		},
		"the same twice": {
			examiner, batchOf(good, row("kimika", "s-000001", "5", salt(1)), good), "result_duplicate",
			"row 3: the same result is in row 1",
		},
		"one exists": {
			examiner, batchOf(good, row(subject, student, "5", salt(1))), "result_exists", "row 2: ",
		},
		"no role":              {nobody, batchOf(good), "role_required", "examiner"},
		"another organization": {otherOffice, batchOf(good), "role_required", "examiner"},
	}
	b := withResult(t)
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := b.refused(t, call{who: tc.who, fn: "RecordResults", args: []string{session}, in: tc.in}, tc.code)
			if !strings.Contains(text, tc.text) {
				t.Errorf("got %q, want %q in it", text, tc.text)
			}
		})
	}
	b.refused(
		t, call{who: examiner, fn: "RecordResults", args: []string{"uztaila"}, in: batchOf(good)},
		"session_not_found",
	)
	b.refused(t, call{who: examiner, fn: "RecordResults", args: []string{"U"}, in: batchOf(good)}, "session_id_invalid")
}
