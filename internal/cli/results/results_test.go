// SPDX-License-Identifier: Apache-2.0

package results_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/internal/cli/results"
)

const header = "session,subject,student_ref,mark\n"

func TestParse(t *testing.T) {
	t.Parallel()
	row := func(line int, session, subject, ref, mark string) results.Row {
		return results.Row{Line: line, Session: session, Subject: subject, StudentRef: ref, Mark: mark}
	}
	tests := map[string]struct {
		in     string
		rows   []results.Row
		faults []results.Fault
		err    string
	}{
		"plain": {
			in:   header + "2026-ekaina,MAT,ikasle-0001,7.50\n2026-ekaina,MAT,ikasle-0002,10\n",
			rows: []results.Row{row(2, "2026-ekaina", "MAT", "ikasle-0001", "7.5"), row(3, "2026-ekaina", "MAT", "ikasle-0002", "10")},
		},
		"other order, BOM, CRLF, quotes, no last newline": {
			in:   "\uFEFFMark,studentRef,session,SUBJECT\r\n\"7\",ikasle-0001,2026-ekaina,MAT",
			rows: []results.Row{row(2, "2026-ekaina", "MAT", "ikasle-0001", "7")},
		},
		"own salt": {
			in: "session,subject,student_ref,mark,salt\nabc,MAT,ikasle-0001,7,AAAAAAAAAAAAAAAAAAAAAA==\n" +
				"abc,MAT,ikasle-0002,7,AAAA\nabc,MAT,ikasle-0003,7,\nabc,MAT,ikasle-0004,7,ñ\n",
			rows: []results.Row{{
				Line: 2, Session: "abc", Subject: "MAT", StudentRef: "ikasle-0001", Mark: "7", Salt: make([]byte, 16),
			}},
			faults: []results.Fault{
				{Line: 3, Code: "salt_too_short", Reason: "a salt has at least 16 random bytes; this has 3"},
				{Line: 4, Code: "salt_too_short", Reason: "a salt has at least 16 random bytes; this has 0"},
				{Line: 5, Code: "salt_invalid", Reason: "the salt is not base64"},
			},
		},
		"broken lines among good ones": {
			in: header + "abc,MAT,ikasle-0001\nabc,MAT,ikasle-0002,7\nabc,MAT,12345678Z,7\nabc,M T,ikasle-0003,7\n" +
				"ABC,MAT,ikasle-0003,7\nabc,MAT,ikasle-0003,\"7,5\"\nabc,MAT,ikasle-0002,8\nabc,M\"AT,ikasle-0004,8\n" +
				"abc,MAT,ikasle-0005,5\n",
			rows: []results.Row{row(3, "abc", "MAT", "ikasle-0002", "7"), row(10, "abc", "MAT", "ikasle-0005", "5")},
			faults: []results.Fault{
				{Line: 2, Code: "csv", Reason: "it has 3 fields, the header has 4"},
				{
					Line: 4, Code: "student_ref_invalid",
					Reason: "it looks like an identity or telephone number; references are public, use random ones",
				},
				{
					Line: 5, Code: "subject_invalid",
					Reason: "a subject has 2 to 64 letters without accents, digits, dots, underscores and hyphens",
				},
				{
					Line: 6, Code: "session_id_invalid",
					Reason: "a session ID has 3 to 64 lower-case letters, digits and hyphens, not a hyphen first",
				},
				{
					Line: 7, Code: "mark_invalid",
					Reason: "a mark is a number from 0 to 10 with at most three decimals after a point, such as 7.25",
				},
				{Line: 8, Code: "result_exists", Reason: "the same result stands in line 3"},
				{Line: 9, Code: "csv", Reason: "a quotation mark is in the wrong place"},
			},
		},
		"only a header": {in: header},
		"empty":         {err: "does not begin with"},
		"no header":     {in: "abc,MAT,ikasle-0001,7\n", err: `column "abc" is not known`},
		"missing":       {in: "session,subject,mark\n", err: `column "student_ref" is missing`},
		"twice":         {in: "session,subject,mark,Mark\n", err: `column "Mark" stands there twice`},
		"not text":      {in: "session,subject,\xff", err: "not UTF-8"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := results.Parse(strings.NewReader(tc.in))
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Fatalf("error: %v, want %s", err, tc.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.rows, f.Rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.faults, f.Faults); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRepositoryFiles reads the files that the exams contract's tests and guides use.
func TestRepositoryFiles(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("..", "..", "..", "contracts", "exams", "testdata")
	good := parseFile(t, filepath.Join(dir, "results-1000.csv"))
	if len(good.Rows) != 1000 || len(good.Faults) != 0 {
		t.Errorf("results-1000.csv: %d rows, faults %v", len(good.Rows), good.Faults)
	}
	broken := parseFile(t, filepath.Join(dir, "results-broken.csv"))
	got := map[string]string{}
	for _, r := range broken.Rows {
		got[strconv.Itoa(r.Line)] = "recorded"
	}
	for _, f := range broken.Faults {
		got[strconv.Itoa(f.Line)] = f.Code
	}
	expected, err := os.ReadFile(filepath.Join(dir, "results-broken-expected.csv"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for line := range strings.SplitSeq(strings.TrimSpace(string(expected)), "\n") {
		fields := strings.SplitN(line, ",", 3)
		switch fields[1] {
		case "code":
		case "session_not_found": // only the ledger knows
			want[fields[0]] = "recorded"
		default:
			want[fields[0]] = fields[1]
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("codes by line (-want +got):\n%s", diff)
	}
}

func parseFile(t *testing.T, path string) *results.File {
	t.Helper()
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	f, err := results.Parse(in)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestCanonicalMark(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"0": "0", "10": "10", "10.0": "10", "7.50": "7.5", "7.250": "7.25", "0.125": "0.125", "9.999": "9.999", "5.000": "5",
	}
	for in, want := range good {
		if got, ok := results.CanonicalMark(in); !ok || got != want {
			t.Errorf("%q: %q; want %q", in, got, want)
		}
	}
	for _, bad := range []string{
		"", ".", "7.", ".5", "10.5", "10.001", "11", "07", "-1", "+1", "7,5", "1e1", "7.1234", " 7", "7 ", "٧", "7.5.5",
	} {
		if got, ok := results.CanonicalMark(bad); ok {
			t.Errorf("%q: %q, no error", bad, got)
		}
	}
}

func TestSaltsAndCommitments(t *testing.T) {
	t.Parallel()
	row := results.Row{Session: "2026-ekaina", Subject: "MAT", StudentRef: "ikasle-0001", Mark: "7.5"}
	a, again, other := row.WithSalt([]byte("s1")), row.WithSalt([]byte("s1")), row.WithSalt([]byte("s2"))
	if a.Commitment() != again.Commitment() {
		t.Error("the same row has two commitments")
	}
	if a.Commitment() == other.Commitment() || len(a.Commitment()) != 64 {
		t.Error("another secret has the same commitment")
	}
	own := row
	own.Salt = make([]byte, 16)
	if diff := cmp.Diff(own, own.WithSalt([]byte("s1"))); diff != "" {
		t.Errorf("own salt was replaced:\n%s", diff)
	}
	var private struct {
		Mark string
		Salt []byte
	}
	if err := json.Unmarshal([]byte(a.Private()), &private); err != nil || private.Mark != "7.5" || len(private.Salt) != 32 {
		t.Errorf("private input %s: %v", a.Private(), err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(header + "2026-ekaina,MAT,ikasle-0001,7.50\n"))
	f.Add([]byte("session,subject,student_ref,mark,salt\nabc,MAT,ikasle-0001,7,AAAAAAAAAAAAAAAAAAAAAA==\n"))
	f.Add([]byte("\"\n\",\r\n,,,\n\"\"\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := results.Parse(strings.NewReader(string(data)))
		if err != nil {
			return
		}
		seen := map[[3]string]bool{}
		for _, r := range file.Rows {
			if canonical, ok := results.CanonicalMark(r.Mark); !ok || canonical != r.Mark {
				t.Errorf("mark %q passed", r.Mark)
			}
			key := [3]string{r.Session, r.Subject, r.StudentRef}
			if seen[key] || r.Line < 2 {
				t.Errorf("row %+v passed", r)
			}
			seen[key] = true
			if !json.Valid([]byte(r.WithSalt(data).Private())) {
				t.Errorf("private input of %+v", r)
			}
		}
		for _, fault := range file.Faults {
			if fault.Line < 1 || fault.Reason == "" {
				t.Errorf("fault %+v", fault)
			}
		}
	})
}
