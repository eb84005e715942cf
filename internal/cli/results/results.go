// SPDX-License-Identifier: Apache-2.0

// Package results reads files of exam results for the catalogue contract "exams" and prepares what the contract wants
// of each: public arguments, the private input, and the commitment that it will show.
//
// A file is comma-separated UTF-8 text (RFC 4180, but no field goes over several lines) with a header line. Its columns,
// in any order, are session, subject, student_ref, mark and, if the file brings its own, salt. Each further line that is
// not empty is one result.
package results

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxFile is the size of the largest file read, in bytes.
const MaxFile = 256 << 20

// maxFaults is how many broken lines are told before the rest is left unread: it is some other kind of file.
const maxFaults = 10_000

// Row is one result. All fields have been checked.
type Row struct {
	Line       int // in the file, from 1; the header is line 1
	Session    string
	Subject    string
	StudentRef string
	Mark       string // canonical: "7.5", never "7.50"
	Salt       []byte // nil when the file has no column of them
}

// Fault is a line that is not a result.
type Fault struct {
	Line   int    `json:"line"`
	Code   string `json:"code"` // the contract's for the same complaint, or "csv"
	Reason string `json:"reason"`
}

// File is what was read.
type File struct {
	Rows   []Row
	Faults []Fault
	Digest [sha256.Size]byte // of the file's bytes
}

// column is a column's name and what its values must be.
type column struct {
	name  string
	check func(value string) *Fault
}

func columns() []column {
	return []column{
		{"session", checkSession},
		{"subject", checkSubject},
		{"student_ref", checkStudentRef},
		{"mark", func(v string) *Fault { _, fault := canonicalMark(v); return fault }},
		{"salt", func(v string) *Fault { _, fault := decodeSalt(v); return fault }},
	}
}

const wantHeader = "session,subject,student_ref,mark (and salt, if you bring your own)"

// Parse reads a file. An error means that it can't be taken for a file of results at all; faults are of single lines.
func Parse(r io.Reader) (*File, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	if len(data) > MaxFile {
		return nil, fmt.Errorf("the file has more than %d MiB: split it", MaxFile>>20)
	}
	f := &File{Digest: sha256.Sum256(data)}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if !utf8.Valid(data) {
		return nil, errors.New("the file is not UTF-8 text")
	}
	head, rest, _ := strings.Cut(string(data), "\n")
	if strings.TrimSpace(head) == "" {
		return nil, errors.New("the file does not begin with the line " + wantHeader)
	}
	header, ok := fields(strings.TrimSuffix(head, "\r"))
	if !ok {
		return nil, errors.New("header: a quotation mark is in the wrong place")
	}
	places, err := readHeader(header)
	if err != nil {
		return nil, err
	}
	return f, f.readRows(rest, len(header), places)
}

// fields splits a line; false: its quotation marks don't match.
//
//nolint:gocognit,perfsprint // one scan of one line: parts of it would need its whole state; lines are short
func fields(line string) ([]string, bool) {
	var out []string
	for {
		var value string
		if strings.HasPrefix(line, `"`) {
			line = line[1:]
			for {
				before, after, closed := strings.Cut(line, `"`)
				if !closed {
					return nil, false
				}
				value += before
				line = after
				if !strings.HasPrefix(line, `"`) {
					break
				}
				value += `"`
				line = line[1:]
			}
			out = append(out, value)
			if line == "" {
				return out, true
			}
			if line[0] != ',' {
				return nil, false
			}
			line = line[1:]
			continue
		}
		value, after, more := strings.Cut(line, ",")
		if strings.Contains(value, `"`) {
			return nil, false
		}
		out = append(out, value)
		if !more {
			return out, true
		}
		line = after
	}
}

// readHeader finds each column's place. Names are compared without regard to case, spaces, underscores and hyphens.
func readHeader(header []string) (map[string]int, error) {
	plain := func(s string) string {
		return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(s))
	}
	places := map[string]int{}
	for i, h := range header {
		at := slices.IndexFunc(columns(), func(c column) bool { return plain(c.name) == plain(h) })
		if at < 0 {
			return nil, fmt.Errorf("header: column %q is not known; the first line is %s", h, wantHeader)
		}
		name := columns()[at].name
		if _, twice := places[name]; twice {
			return nil, fmt.Errorf("header: column %q stands there twice", h)
		}
		places[name] = i
	}
	for _, c := range columns() {
		if _, ok := places[c.name]; !ok && c.name != "salt" {
			return nil, fmt.Errorf("header: column %q is missing; the first line is %s", c.name, wantHeader)
		}
	}
	return places, nil
}

func (f *File) readRows(rest string, width int, places map[string]int) error {
	first := map[[3]string]int{}
	line := 1
	for text := range strings.SplitSeq(rest, "\n") {
		line++
		text = strings.TrimSuffix(text, "\r")
		if text == "" {
			continue
		}
		row, fault := readRow(text, width, places)
		row.Line = line
		key := [3]string{row.Session, row.Subject, row.StudentRef}
		if at, twice := first[key]; twice && fault == nil {
			fault = &Fault{Code: "result_exists", Reason: fmt.Sprintf("the same result stands in line %d", at)}
		}
		if fault == nil {
			first[key] = line
			f.Rows = append(f.Rows, row)
			continue
		}
		fault.Line = line
		f.Faults = append(f.Faults, *fault)
		if len(f.Faults) > maxFaults {
			return fmt.Errorf("more than %d lines are broken; is this a file of results?", maxFaults)
		}
	}
	return nil
}

func readRow(text string, width int, places map[string]int) (Row, *Fault) {
	values, ok := fields(text)
	if !ok {
		return Row{}, &Fault{Code: "csv", Reason: "a quotation mark is in the wrong place"}
	}
	if len(values) != width {
		return Row{}, &Fault{Code: "csv", Reason: fmt.Sprintf("it has %d fields, the header has %d", len(values), width)}
	}
	value := func(name string) string { return values[places[name]] }
	for _, c := range columns() {
		if _, ok := places[c.name]; !ok {
			continue
		}
		if fault := c.check(value(c.name)); fault != nil {
			return Row{}, fault
		}
	}
	mark, _ := canonicalMark(value("mark")) // was checked
	row := Row{Session: value("session"), Subject: value("subject"), StudentRef: value("student_ref"), Mark: mark}
	if _, ok := places["salt"]; ok {
		row.Salt, _ = decodeSalt(value("salt")) // was checked
	}
	return row, nil
}

// WithSalt gives the row a salt if it has none: 32 bytes derived from a secret of the caller, always the same for the
// same row, so that sending it again is sending the same.
func (r Row) WithSalt(secret []byte) Row {
	if r.Salt != nil {
		return r
	}
	h := hmac.New(sha256.New, secret)
	for _, s := range []string{"blockchain4all/import/salt/v1", r.Session, r.Subject, r.StudentRef, r.Mark} {
		h.Write(frame([]byte(s)))
	}
	r.Salt = h.Sum(nil)
	return r
}

// Arguments are RecordResult's public arguments.
func (r Row) Arguments() []string { return []string{r.Session, r.Subject, r.StudentRef} }

// Private is RecordResult's transient input "result".
func (r Row) Private() string {
	b, err := json.Marshal(map[string]string{"mark": r.Mark, "salt": base64.StdEncoding.EncodeToString(r.Salt)})
	if err != nil {
		return "" // texts always encode
	}
	return string(b)
}

// Commitment is what the contract will show of the row in public: lower-case hex of SHA-256 over a domain, session,
// subject, student reference, mark and salt, each preceded by its length (docs/contracts/exams.md).
func (r Row) Commitment() string {
	h := sha256.New()
	for _, field := range [][]byte{
		[]byte("blockchain4all/exams/result/v1"),
		[]byte(r.Session), []byte(r.Subject), []byte(r.StudentRef), []byte(r.Mark), r.Salt,
	} {
		h.Write(frame(field))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// frame puts a field's length, 32 bits, big-endian, before it.
func frame(field []byte) []byte {
	n := len(field)
	return append(binary.BigEndian.AppendUint32(nil, uint32(n)), field...) //nolint:gosec // a field of a CSV line
}
