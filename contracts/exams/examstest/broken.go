// SPDX-License-Identifier: Apache-2.0

package examstest

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
)

// CodeCSV is what is expected of a line that is not a record of five fields.
const CodeCSV = "csv"

// CodeRecorded is what is expected of a good row.
const CodeRecorded = "recorded"

// Broken is a line of the file of broken results.
type Broken struct {
	Text string // as it stands in the file
	Code string // refusal's code, CodeCSV or CodeRecorded
	What string
}

// BrokenRows gives one line of each kind of broken row, between good ones.
func BrokenRows() []Broken {
	const (
		head = Session + ",fisika,"
		ok   = "c2FsdC1mb3ItdGVzdHMtMQ=="
	)
	return []Broken{
		{head + "broken-000001,7.25," + ok, CodeRecorded, "a good row"},
		{head + "broken-000002,10," + ok, CodeRecorded, "the best mark"},
		{"ekaina-1999,fisika,broken-000003,5," + ok, "session_not_found", "no such session"},
		{"Ekaina 2026,fisika,broken-000004,5," + ok, "session_id_invalid", "not a session ID"},
		{Session + ",física,broken-000005,5," + ok, "subject_invalid", "an accent in the subject"},
		{Session + ",,broken-000006,5," + ok, "subject_invalid", "no subject"},
		{head + "short,5," + ok, "student_ref_invalid", "reference of five characters"},
		{head + ",5," + ok, "student_ref_invalid", "no reference"},
		{head + "12345678Z,5," + ok, "student_ref_invalid", "a DNI"},
		{head + "12345678-z,5," + ok, "student_ref_invalid", "a DNI with a hyphen"},
		{head + "X1234567L,5," + ok, "student_ref_invalid", "a NIE"},
		{head + "600123456,5," + ok, "student_ref_invalid", "a telephone number"},
		{head + "Miren Etxebarria,5," + ok, "student_ref_invalid", "a name"},
		{head + "broken-000007,10.5," + ok, "mark_invalid", "above 10"},
		{head + "broken-000008,-1," + ok, "mark_invalid", "below 0"},
		{head + "broken-000009,\"7,25\"," + ok, "mark_invalid", "decimal comma"},
		{head + "broken-000010,7.1234," + ok, "mark_invalid", "four decimals"},
		{head + "broken-000011,gai," + ok, "mark_invalid", "a word"},
		{head + "broken-000012,," + ok, "mark_invalid", "no mark"},
		{head + "broken-000013,5,c2hvcnQ=", "salt_too_short", "five bytes of salt"},
		{head + "broken-000014,5,not base64 at all!!!!!!!", "salt_invalid", "salt is not base64"},
		{head + "broken-000001,9," + ok, "result_exists", "the first row's result again"},
		{head + "broken-000015,5", CodeCSV, "a field is missing"},
		{head + "broken-000016,5," + ok + ",more", CodeCSV, "a field too many"},
		{head + "broken\"000017,5," + ok, CodeCSV, "a bare quote"},
		{head + "broken-000018,0," + ok, CodeRecorded, "the worst mark"},
		{head + "\"broken-000019,5," + ok, CodeCSV, "a quote that never ends"},
	}
}

// WriteBroken writes the broken results: CSV but for the rows that are not.
func WriteBroken(w io.Writer) error {
	c := csv.NewWriter(w)
	if err := c.Write(Header()); err != nil {
		return fmt.Errorf("write header: %w", err)
	}
	c.Flush()
	for _, row := range BrokenRows() {
		if _, err := io.WriteString(w, row.Text+"\n"); err != nil {
			return fmt.Errorf("write row: %w", err)
		}
	}
	return c.Error()
}

// WriteExpected writes what is to become of each line of the broken results: line (the header is 1), code and what.
func WriteExpected(w io.Writer) error {
	c := csv.NewWriter(w)
	rows := [][]string{{"line", "code", "what"}}
	for i, row := range BrokenRows() {
		rows = append(rows, []string{strconv.Itoa(i + 2), row.Code, row.What})
	}
	if err := c.WriteAll(rows); err != nil {
		return fmt.Errorf("write expectations: %w", err)
	}
	return nil
}

// Files gives the writers of the files that the repository carries, by name.
func Files() map[string]func(io.Writer) error {
	return map[string]func(io.Writer) error{
		"results-1000.csv":            WriteResults,
		"results-broken.csv":          WriteBroken,
		"results-broken-expected.csv": WriteExpected,
	}
}
