// SPDX-License-Identifier: Apache-2.0

package exams_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/contracts/exams"
	"github.com/blockchain4all/blockchain4all/contracts/internal/refusal"
)

func TestStudentRef(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"s-1be4784236419734":                   true,
		"abcdef":                               true,
		"A_b-C1":                               true,
		"123456":                               true,  // six digits name nobody by themselves
		"2026000123":                           true,  // neither do ten
		"12345678-1234-1234-1234-123456789012": true,  // UUID of digits only
		"9b2f6c7e-1c1d-4f3a-8c55-0a1b2c3d4e5f": true,  // UUID
		"1234567890123456789012":               true,  // random digits
		"x9fK2-qLz0_Yp":                        true,  // random base64url
		strings.Repeat("a", 64):                true,  // longest
		"abcde":                                false, // short
		strings.Repeat("a", 65):                false, // long
		"":                                     false,
		"con espacio":                          false,
		"peña-01":                              false,
		"a.b.c.d":                              false,
		"a\x00bcdef":                           false,
		"abcdef\n":                             false,
		"12345678Z":                            false, // DNI
		"12345678A":                            false, // DNI with a wrong check letter
		"12345678z":                            false,
		"12345678-Z":                           false,
		"1234-5678_Z":                          false,
		"DNI12345678Z":                         false,
		"dni-12345678Z":                        false,
		"X1234567L":                            false, // NIE
		"y-1234567-x":                          false,
		"NIE-Z1234567R":                        false,
		"2026-12345678Z":                       false, // DNI with a prefix
		"12345678Z_mat":                        false,
		"12345678":                             false, // DNI without its letter
		"600123456":                            false, // telephone
		"tel600123456":                         false,
		"600-12-34-56":                         false,
	}
	for ref, good := range tests {
		t.Run(ref, func(t *testing.T) {
			t.Parallel()
			err := exams.CheckStudentRef(ref)
			if (err == nil) != good || !good && refusal.Code(err) != "student_ref_invalid" {
				t.Errorf("got %v, want good: %t", err, good)
			}
		})
	}
}

func TestCanonicalMark(t *testing.T) {
	t.Parallel()
	tests := map[string]string{ // "" is mark_invalid
		"0": "0", "0.0": "0", "0.000": "0", "10": "10", "10.0": "10", "10.000": "10", "7.25": "7.25", "7.50": "7.5",
		"7.500": "7.5", "7.005": "7.005", "0.5": "0.5",
		"": "", " 7": "", "7 ": "", "07": "", "7.": "", ".5": "", "7,25": "",
		"+7": "", "-0": "", "10.001": "", "11": "",
		"7.1234": "", "1e1": "", "NaN": "", "7\n": "", "٧": "", "100": "",
	}
	for mark, want := range tests {
		t.Run(mark, func(t *testing.T) {
			t.Parallel()
			got, err := exams.CanonicalMark(mark)
			if got != want || (err == nil) != (want != "") || err != nil && refusal.Code(err) != "mark_invalid" {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
		})
	}
}

func TestSaltEncodings(t *testing.T) {
	t.Parallel()
	raw := []byte("\xfb\xff\xfe salt of 17...")
	for name, encoding := range map[string]*base64.Encoding{
		"standard": base64.StdEncoding, "standard, bare": base64.RawStdEncoding,
		"URL": base64.URLEncoding, "URL, bare": base64.RawURLEncoding,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, text, got, err := exams.ParseSecret([]byte(secret("5", encoding.EncodeToString(raw))))
			if err != nil || string(got) != string(raw) || text != base64.StdEncoding.EncodeToString(raw) {
				t.Errorf("got %q, %x, %v", text, got, err)
			}
		})
	}
}

func FuzzStudentRef(f *testing.F) {
	for _, seed := range []string{
		"s-1be4784236419734", "12345678Z", "X1234567L", "", "ñ", "600123456", "a-12345678-z",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, ref string) {
		err := exams.CheckStudentRef(ref)
		if err != nil {
			if refusal.Code(err) != "student_ref_invalid" {
				t.Fatalf("%q: %v", ref, err)
			}
			return
		}
		if len(ref) < 6 || len(ref) > 64 {
			t.Fatalf("%q has %d bytes", ref, len(ref))
		}
		for _, r := range ref {
			if !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", r) {
				t.Fatalf("%q has %q", ref, r)
			}
		}
		if exams.CheckStudentRef(strings.ToLower(ref)) != nil {
			t.Fatalf("%q is taken, but not in lower case", ref)
		}
	})
}

func FuzzSecret(f *testing.F) {
	for _, seed := range []string{
		secret(
			"7.25", salt(1)), `{}`, `null`, `[]`, `{"mark":7}`, `{"mark":"7","mark":"8","salt":""}`, secret("10.000",
			"_-_-",
		),
		`{"mark":"7","salt":"YWFhYWFhYWFhYWFhYWFhYQ"} x`,
	} {
		f.Add([]byte(seed))
	}
	codes := map[string]bool{
		"transient_invalid": true, "mark_invalid": true, "salt_invalid": true, "salt_too_short": true,
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		mark, text, raw, err := exams.ParseSecret(data)
		if err != nil {
			if !codes[refusal.Code(err)] {
				t.Fatalf("%q: %v", data, err)
			}
			return
		}
		if len(raw) < exams.MinSalt || len(raw) > exams.MaxSalt {
			t.Fatalf("%q: %d bytes of salt", data, len(raw))
		}
		again, sameText, sameRaw, err := exams.ParseSecret([]byte(secret(mark, text)))
		if err != nil || again != mark || sameText != text || string(sameRaw) != string(raw) {
			t.Fatalf("%q is not canonical: %q, %q, %v", data, again, sameText, err)
		}
	})
}

func FuzzBatch(f *testing.F) {
	f.Add([]byte(batchOf(row("fisika", "s-000001", "5", salt(1)))))
	f.Add([]byte(batchOf(row("fisika", "s-000001", "5", salt(1)), row("fisika", "s-000001", "5", salt(1)))))
	f.Add([]byte(`[null]`))
	f.Add([]byte(`[{}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := exams.ParseBatch(session, data)
		if err == nil && (n < 1 || n > exams.MaxBatch) {
			t.Fatalf("%q: %d results", data, n)
		}
		if err != nil && refusal.Code(err) == "" {
			t.Fatalf("%q: refused without a code: %v", data, err)
		}
	})
}
