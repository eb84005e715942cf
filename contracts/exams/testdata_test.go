// SPDX-License-Identifier: Apache-2.0

package exams_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/contracts/exams"
	"github.com/blockchain4all/blockchain4all/contracts/exams/examstest"
)

// TestFilesAreGenerated fails when a file of the repository is not what its generator writes (make testdata).
func TestFilesAreGenerated(t *testing.T) {
	t.Parallel()
	files := examstest.Files()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want bytes.Buffer
			if err := files[name](&want); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.String(), string(got)); diff != "" {
				t.Errorf("(-generated +file):\n%s", diff)
			}
		})
	}
}

// importRow records a row as an importer does.
func importRow(b *bench, fields []string) error {
	in, err := json.Marshal(map[string]string{"mark": fields[3], "salt": fields[4]})
	if err != nil {
		return err
	}
	_, err = b.submit(call{who: office, fn: "RecordResult", args: fields[:3], in: string(in)})
	return err
}

func TestSyntheticResultsAreTaken(t *testing.T) {
	t.Parallel()
	b := withSession(t)
	for _, fields := range examstest.Results() {
		if err := importRow(b, fields); err != nil {
			t.Fatalf("%v: %v", fields, err)
		}
	}
	first := examstest.Results()[0]
	got := read[exams.Verification](t, b, call{
		who: third, fn: "VerifyResult", args: first[:3], in: secret(first[3], first[4]),
	})
	if n := len(b.ledger.Private(exams.Collection)); n != examstest.Rows || !got.Valid {
		t.Errorf("got %d marks, verification %+v", n, got)
	}
}

func TestBrokenResultsAreRefused(t *testing.T) {
	t.Parallel()
	b := withSession(t)
	data, err := os.ReadFile("testdata/results-broken.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows := csv.NewReader(bytes.NewReader(data))
	rows.FieldsPerRecord = len(examstest.Header())
	if _, err := rows.Read(); err != nil {
		t.Fatal(err)
	}
	for i, want := range examstest.BrokenRows() {
		fields, err := rows.Read()
		got := examstest.CodeCSV
		if err == nil {
			got = examstest.CodeRecorded
			if err := importRow(b, fields); err != nil {
				got, _, _ = strings.Cut(err.Error(), ": ")
			}
		}
		if got != want.Code {
			t.Errorf("line %d (%s): got %s, want %s", i+2, want.What, got, want.Code)
		}
	}
	if _, err := rows.Read(); !errors.Is(err, io.EOF) {
		t.Errorf("rows are left: %v", err)
	}
	if n := len(b.ledger.Private(exams.Collection)); n != 3 {
		t.Errorf("got %d results, want 3", n)
	}
}
