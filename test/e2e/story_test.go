// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/api"
)

// cli runs the command line as a person at a terminal would, and gives what it printed and its exit code.
func (p *platform) cli(args ...string) (stdout, stderr string, code int) {
	p.t.Helper()
	cmd := exec.CommandContext(p.t.Context(), binary(p.t), args...)
	cmd.Env = append(os.Environ(), "B4A_URL=http://"+p.address, "B4A_TOKEN="+p.operatorToken(), "HOME="+p.t.TempDir())
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// must runs a command that must succeed and gives what it printed.
func (p *platform) must(args ...string) string {
	p.t.Helper()
	out, errs, code := p.cli(args...)
	if code != 0 {
		p.t.Fatalf("b4a %v: exit %d\n%s%s", args, code, out, errs)
	}
	return out
}

// TestIntegrationStory is the story of the README by the command line alone: a thousand results are committed, each
// endorsed by both organizations, and one is verified.
func TestIntegrationStory(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	csv, err := filepath.Abs(filepath.Join("..", "..", "contracts", "exams", "testdata", "results-1000.csv"))
	if err != nil {
		t.Fatal(err)
	}
	p.must("org", "create", "bizkaia", "--name", "Bizkaiko Foru Aldundia", "--kind", "public-body")
	p.must("org", "create", "unibertsitatea", "--name", "Unibertsitatea", "--kind", "university")
	p.must("ledger", "create", "azterketak", "--org", "bizkaia", "--org", "unibertsitatea")
	p.must("contract", "deploy", "exams", "--ledger", "azterketak")
	p.must("tx", "submit", "azterketak", "exams", "CreateSession", "ekaina-2026", "June 2026", "2026-06-15", "--org", "unibertsitatea")
	p.must("contract", "import", "exams", "--ledger", "azterketak", "--org", "unibertsitatea", "--file", csv)

	row := strings.Split(strings.Split(string(mustRead(t, csv)), "\n")[1], ",")
	marks := map[string]string{"mark": row[3], "salt": row[4]}
	presented := jsonOf(t, marks)
	verdict := p.must("tx", "evaluate", "azterketak", "exams", "VerifyResult", row[0], row[1], row[2],
		"--org", "bizkaia", "--transient", "result="+presented)
	if !strings.Contains(verdict, `"valid":true`) {
		t.Errorf("verify: %s", verdict)
	}
	marks["mark"] = "1"
	if row[3] == "1" {
		marks["mark"] = "2"
	}
	verdict = p.must("tx", "evaluate", "azterketak", "exams", "VerifyResult", row[0], row[1], row[2],
		"--org", "bizkaia", "--transient", "result="+jsonOf(t, marks))
	if !strings.Contains(verdict, `"valid":false`) {
		t.Errorf("verify another mark: %s", verdict)
	}
	var blocks []api.Block
	if err := json.Unmarshal([]byte(p.must("block", "list", "azterketak", "-o", "json")), &blocks); err != nil || len(blocks) < 2 {
		t.Errorf("%d blocks: %v", len(blocks), err)
	}
	p.everyRowEndorsed(1000, "BizkaiaMSP", "UnibertsitateaMSP")

	wrong := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(wrong, []byte("b4a_"+strings.Repeat("A", 43)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		code int
	}{
		"wrong usage":   {[]string{"org", "create"}, 2},
		"unknown":       {[]string{"orgs"}, 2},
		"not found":     {[]string{"org", "show", "inor"}, 4},
		"refused":       {[]string{"org", "create", "bizkaia", "--name", "B", "--kind", "company"}, 1},
		"not permitted": {[]string{"org", "list", "--token", wrong}, 3},
	} {
		if _, errs, code := p.cli(c.args...); code != c.code || errs == "" {
			t.Errorf("%s: exit %d, want %d: %s", name, code, c.code, errs)
		}
	}
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// everyRowEndorsed checks that the ledger holds so many valid results, each different and endorsed by these MSPs.
func (p *platform) everyRowEndorsed(count int, mspIDs ...string) {
	p.t.Helper()
	seen := map[string]bool{}
	for tx, err := range p.c.Transactions(p.t.Context(), "azterketak") {
		if err != nil {
			p.t.Fatal(err)
		}
		if tx.Function != "RecordResult" {
			continue
		}
		if !tx.Valid || !slices.Equal(tx.EndorsedBy, mspIDs) {
			p.t.Errorf("transaction %s: %s, endorsed by %v", tx.ID, tx.Validation, tx.EndorsedBy)
		}
		seen[strings.Join(tx.Arguments, "/")] = true
	}
	if len(seen) != count {
		p.t.Errorf("%d results on the ledger, want %d", len(seen), count)
	}
}

// TestIntegrationBrokenFile imports a file with each kind of broken row: nothing is sent, and each row's fault is told.
func TestIntegrationBrokenFile(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.ledger("azterketak", "platform")
	p.exams("azterketak")
	p.submit("azterketak", "platform", "CreateSession", nil, "ekaina-2026", "Ekaina", "2026-06-15")
	csv, err := filepath.Abs(filepath.Join("..", "..", "contracts", "exams", "testdata", "results-broken.csv"))
	if err != nil {
		t.Fatal(err)
	}
	before := p.height("azterketak")
	out, errs, code := p.cli("contract", "import", "exams", "--ledger", "azterketak", "--org", "platform", "--file", csv)
	if code == 0 || !strings.Contains(out+errs, "line") {
		t.Errorf("exit %d:\n%s%s", code, out, errs)
	}
	if after := p.height("azterketak"); after != before {
		t.Errorf("the ledger grew from %d to %d blocks", before, after)
	}
}

func (p *platform) height(ledger string) uint64 {
	p.t.Helper()
	l, err := p.c.Ledger(p.t.Context(), ledger)
	if err != nil {
		p.t.Fatal(err)
	}
	return l.Height
}
