// SPDX-License-Identifier: Apache-2.0

package auditlog_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/client/auditlog"
)

// chain makes n entries.
func chain(tb testing.TB, n int) (lines, hashes []string) {
	tb.Helper()
	previous := auditlog.Genesis
	for i := 1; i <= n; i++ {
		line, hash, err := auditlog.Seal(fmt.Appendf(nil,
			`{"sequence":%d,"previous":%q,"action":"createToken","object":"token/ñ\u2028\u0001 <&> 🦊 \u007f","before":null,"after":{"a":[1,-2,true],"Z":"\"\\\n"}}`,
			i, previous))
		if err != nil {
			tb.Fatal(err)
		}
		lines, hashes, previous = append(lines, string(line)), append(hashes, hash), hash
	}
	return lines, hashes
}

func trail(lines []string) func(io.Writer) error {
	return func(w io.Writer) error {
		for _, l := range lines {
			if _, err := io.WriteString(w, l+"\n"); err != nil {
				return err
			}
		}
		return nil
	}
}

func verify(t *testing.T, lines []string, anchors ...auditlog.Anchor) auditlog.Report {
	t.Helper()
	r, err := auditlog.Verify(trail(lines), func() ([]auditlog.Anchor, error) { return anchors, nil })
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhole(t *testing.T) {
	t.Parallel()
	lines, hashes := chain(t, 10)
	r := verify(t, lines, auditlog.Anchor{Sequence: 4, Hash: hashes[3]}, auditlog.Anchor{Sequence: 8, Hash: hashes[7], Block: 3})
	if r.Problem != nil || r.Entries != 10 || r.Head != hashes[9] || r.Anchors != 2 || r.Anchored != 8 || r.Unproved != 2 || r.Last.Block != 3 {
		t.Errorf("%+v", r)
	}
	if r := verify(t, nil); r.Problem != nil || r.Entries != 0 || r.Head != auditlog.Genesis {
		t.Errorf("an empty trail: %+v", r)
	}
}

func TestTampering(t *testing.T) {
	t.Parallel()
	lines, hashes := chain(t, 10)
	other, otherHashes := chain(t, 3)
	forged := strings.Replace(other[2], "createToken", "deleteToken", 1)
	resealed, _, err := auditlog.Seal([]byte(forged))
	if err != nil {
		t.Fatal(err)
	}
	edit := func(change func(l []string) []string) []string { return change(append([]string(nil), lines...)) }
	for name, c := range map[string]struct {
		lines   []string
		anchors []auditlog.Anchor
		at      uint64
	}{
		"a field was changed": {edit(func(l []string) []string { l[4] = strings.Replace(l[4], "createToken", "deleteToken", 1); return l }), nil, 5},
		"and hashed anew":     {edit(func(l []string) []string { l[2] = string(resealed); return l }), nil, 4},
		"one was removed":     {edit(func(l []string) []string { return append(l[:6], l[7:]...) }), nil, 7},
		"the first is gone":   {edit(func(l []string) []string { return l[1:] }), nil, 1},
		"two were swapped":    {edit(func(l []string) []string { l[1], l[2] = l[2], l[1]; return l }), nil, 2},
		"one is there twice":  {edit(func(l []string) []string { l[3] = l[2]; return l }), nil, 4},
		"a member was added":  {edit(func(l []string) []string { l[0] = strings.Replace(l[0], "{", `{"aa":1,`, 1); return l }), nil, 1},
		"a member is there twice": {edit(func(l []string) []string {
			l[0] = strings.Replace(l[0], `{"action":"createToken",`, `{"action":"x","action":"createToken",`, 1)
			return l
		}), nil, 1},
		"another form": {edit(func(l []string) []string { l[0] = strings.Replace(l[0], ":", ": ", 1); return l }), nil, 1},
		"garbage":      {edit(func(l []string) []string { l[8] = "garbage"; return l }), nil, 9},
		"two values":   {edit(func(l []string) []string { l[8] += l[8]; return l }), nil, 9},
		"a number that isn't whole": {edit(func(l []string) []string {
			l[8] = strings.Replace(l[8], "[1,", "[1.5,", 1)
			return l
		}), nil, 9},
		"cut at the end":      {lines[:7], []auditlog.Anchor{{Sequence: 3, Hash: hashes[2]}, {Sequence: 9, Hash: hashes[8]}}, 9},
		"all gone":            {nil, []auditlog.Anchor{{Sequence: 9, Hash: hashes[8]}}, 9},
		"written anew":        {lines, []auditlog.Anchor{{Sequence: 2, Hash: strings.Repeat("a", 64)}}, 2},
		"anchors that differ": {lines, []auditlog.Anchor{{Sequence: 2, Hash: otherHashes[1]}, {Sequence: 2, Hash: otherHashes[2]}}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := verify(t, c.lines, c.anchors...)
			if r.Problem == nil || r.Problem.Sequence != c.at {
				t.Errorf("%+v (%v), want a problem at %d", r, r.Problem, c.at)
			}
		})
	}
}

// TestToldAnchors checks that an anchor of which the trail tells must be on the ledger, at least when asked again.
func TestToldAnchors(t *testing.T) {
	t.Parallel()
	lines, hashes := chain(t, 1)
	told, _, err := auditlog.Seal(fmt.Appendf(nil, `{"sequence":2,"previous":%q,"action":%q,"after":{"sequence":1,"transaction":"t1"}}`, hashes[0], auditlog.ActionAnchored))
	if err != nil {
		t.Fatal(err)
	}
	lines = append(lines, string(told))
	if r := verify(t, lines); r.Problem == nil || r.Problem.Sequence != 2 {
		t.Errorf("the ledger has lost it: %+v", r)
	}
	asked := 0
	r, err := auditlog.Verify(trail(lines), func() ([]auditlog.Anchor, error) {
		if asked++; asked == 1 {
			return nil, nil
		}
		return []auditlog.Anchor{{Sequence: 1, Hash: hashes[0], Transaction: "t1"}}, nil
	})
	if err != nil || r.Problem != nil {
		t.Errorf("it came meanwhile: %+v: %v", r, err)
	}
}

func TestBrokenStream(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	lines, _ := chain(t, 3)
	_, err := auditlog.Check(func(w io.Writer) error {
		if err := trail(lines)(w); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("a stream that broke: %v", err)
	}
	if r, err := auditlog.Check(func(w io.Writer) error { return trail([]string{strings.Repeat("x", 2<<20)})(w) }); err != nil || r.Problem == nil {
		t.Errorf("an endless line: %+v: %v", r, err)
	}
}

// TestPythonScript runs the script of the guide, which shares nothing with this package.
func TestPythonScript(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("REQUIRE_INTEGRATION") == "1" {
			t.Fatal("python3 is missing")
		}
		t.Skip("python3 is missing")
	}
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "guides", "audit.md"))
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```python\n(.*?)```").FindSubmatch(guide)
	if block == nil {
		t.Fatal("the guide has no script")
	}
	run := func(lines []string) (string, error) {
		cmd := exec.CommandContext(t.Context(), python, "-c", string(block[1]))
		cmd.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	lines, hashes := chain(t, 20)
	if out, err := run(lines); err != nil || !strings.Contains(out, hashes[19]) {
		t.Errorf("a whole trail: %v: %s", err, out)
	}
	lines[11] = strings.Replace(lines[11], "createToken", "deleteToken", 1)
	if out, err := run(lines); err == nil || !strings.Contains(out, "12") {
		t.Errorf("a changed entry: %v: %s", err, out)
	}
}

func FuzzSeal(f *testing.F) {
	lines, _ := chain(f, 1)
	f.Add([]byte(lines[0]))
	f.Add([]byte(`{"a":1e2}`))
	f.Add([]byte(`{"a":{"b":[null,"\ud800"]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		line, hash, err := auditlog.Seal(data)
		if err != nil {
			return
		}
		again, same, err := auditlog.Seal(line)
		if err != nil || !bytes.Equal(line, again) || hash != same {
			t.Errorf("%q: %q, then %q: %v", data, line, again, err)
		}
	})
}
