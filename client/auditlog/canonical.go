// SPDX-License-Identifier: Apache-2.0

// Package auditlog is the format of the audit trail, and its verifier: whoever has an export needs nothing of the
// platform to find out whether it is whole.
//
// An entry is a JSON object in the canonical form of RFC 8785, narrowed so that it can't be misread: keys are ASCII,
// numbers are whole and within ±(2^53-1). Its member "hash" is the SHA-256, in lower-case hex, of the canonical form of
// the entry without that member; "previous" is the hash of the entry before, 64 zeros in the first one; "sequence"
// counts from 1 without gaps.
package auditlog

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Genesis is what the first entry has as the hash of the entry before it.
const Genesis = "0000000000000000000000000000000000000000000000000000000000000000"

// maxNumber is the largest whole number that every JSON reader keeps (RFC 8785, section 3.2.2.3).
const maxNumber = 1<<53 - 1

// Seal gives an entry in its canonical form with its hash, which replaces one that is there.
func Seal(entry []byte) (line []byte, hash string, err error) {
	o, err := parse(entry)
	if err != nil {
		return nil, "", err
	}
	if hash, err = hashOf(o); err != nil {
		return nil, "", err
	}
	o["hash"] = hash
	line, err = appendValue(nil, o)
	return line, hash, err
}

// hashOf gives the hash of an entry without its member "hash".
func hashOf(o map[string]any) (string, error) {
	rest := maps.Clone(o)
	delete(rest, "hash")
	data, err := appendValue(nil, rest)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// parse reads one JSON object.
func parse(line []byte) (map[string]any, error) {
	if !utf8.Valid(line) {
		return nil, errors.New("not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var o map[string]any
	if err := d.Decode(&o); err != nil {
		return nil, fmt.Errorf("not a JSON object: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	if o == nil {
		return nil, errors.New("not a JSON object")
	}
	return o, nil
}

func appendValue(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case string:
		return appendString(b, v), nil
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		if err != nil || n > maxNumber || n < -maxNumber {
			return nil, fmt.Errorf("%s is not a whole number within ±(2^53-1)", v)
		}
		return strconv.AppendInt(b, n, 10), nil
	case []any:
		return appendArray(b, v)
	case map[string]any:
		return appendObject(b, v)
	}
	return nil, fmt.Errorf("unexpected %T", v)
}

func appendArray(b []byte, items []any) (_ []byte, err error) {
	b = append(b, '[')
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendValue(b, item); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

func appendObject(b []byte, o map[string]any) (_ []byte, err error) {
	b = append(b, '{')
	for i, k := range slices.Sorted(maps.Keys(o)) {
		for _, c := range []byte(k) {
			if c >= utf8.RuneSelf {
				return nil, fmt.Errorf("key %q is not ASCII", k)
			}
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, k), ':')
		if b, err = appendValue(b, o[k]); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

// appendString writes a string as RFC 8785, section 3.2.2.2, wants it: no escape that JSON does not demand.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r >= ' ':
			b = utf8.AppendRune(b, r)
		case r == '\b':
			b = append(b, `\b`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\f':
			b = append(b, `\f`...)
		case r == '\r':
			b = append(b, `\r`...)
		default:
			b = fmt.Appendf(b, `\u%04x`, r)
		}
	}
	return append(b, '"')
}
