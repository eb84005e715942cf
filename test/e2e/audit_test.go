// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

// b4a runs the command line against the platform.
func (p *platform) b4a(args ...string) (string, int) {
	p.t.Helper()
	cmd := exec.CommandContext(p.t.Context(), binary(p.t), args...)
	cmd.Env = append(os.Environ(), "B4A_URL=http://"+p.address, "HOME="+p.t.TempDir())
	token, err := os.ReadFile(filepath.Join(p.dir, "operator-token"))
	if err != nil {
		p.t.Fatal(err)
	}
	cmd.Env = append(cmd.Env, "B4A_TOKEN="+strings.TrimSpace(string(token)))
	out, err := cmd.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return string(out), exit.ExitCode()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return string(out), 0
}

// sqlite runs a statement on the store of a stopped platform.
func (p *platform) sqlite(statement string) {
	p.t.Helper()
	script := "import sqlite3,sys\nc=sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.commit(); c.close()"
	if out, err := exec.Command("python3", "-c", script, filepath.Join(p.dir, "b4a.db"), statement).CombinedOutput(); err != nil {
		p.t.Fatalf("%s: %v: %s", statement, err, out)
	}
}

// verified fails unless the trail is found to be whole, or, for a problem, found to be wrong in that way.
func (p *platform) verified(problem string) string {
	p.t.Helper()
	out, code := p.b4a("audit", "verify")
	if problem == "" && code != 0 || problem != "" && (code != 1 || !strings.Contains(out, problem)) {
		p.t.Errorf("verify: exit code %d, want %q:\n%s", code, problem, out)
	}
	return out
}

// TestIntegrationAuditTrail anchors the trail of a real platform, tampers with its database, and verifies.
func TestIntegrationAuditTrail(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("python3"); err != nil {
		if os.Getenv("REQUIRE_INTEGRATION") == "1" {
			t.Fatal("python3 is missing")
		}
		t.Skip("python3, which edits the database, is missing")
	}
	p := newPlatform(t)
	ctx := t.Context()
	if out := p.verified(""); !strings.Contains(out, "none") {
		t.Errorf("before any anchor:\n%s", out)
	}
	p.org("bizkaia")
	p.ledger("proba", "platform", "bizkaia")
	admin := p.as("admin", "bizkaia")
	if _, err := admin.NewOrganization(ctx, api.NewOrganization{ID: "beste", Name: "Beste", Kind: "company"}); code(err) != "forbidden" {
		t.Errorf("an administrator makes an organization: %v", err)
	}
	if _, err := admin.NewLedger(ctx, api.NewLedger{Name: "platform-audit", Organizations: []string{"bizkaia"}}); code(err) != "ledger_name_reserved" {
		t.Errorf("the audit ledger's name can be taken: %v", err)
	}
	first, err := p.c.AnchorAudit(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if out := p.verified(""); !strings.Contains(out, "1 match") {
		t.Errorf("after an anchor:\n%s", out)
	}
	p.auditAccess(admin)
	p.org("araba")
	second, err := p.c.AnchorAudit(ctx)
	if err != nil || second.Sequence <= first.Sequence || second.Block <= first.Block {
		t.Fatalf("second anchor %+v after %+v: %v", second, first, err)
	}
	_, err = p.c.Submit(ctx, "platform-audit", "anchors", api.Call{
		Organization: "platform", Function: "Put", Arguments: []string{"999999", strings.Repeat("0", 64)},
	})
	if code(err) != "ledger_of_the_platform" {
		t.Errorf("an operator writes an anchor of its own: %v", err)
	}
	if _, err := p.c.NewContract(ctx, "proba", api.NewContract{Catalogue: "anchors"}); code(err) != "catalogue_entry_not_found" {
		t.Errorf("the platform's own contract is offered: %v", err)
	}
	p.kill()
	p.start()
	p.verified("")
	export := filepath.Join(t.TempDir(), "audit.jsonl")
	if out, code := p.b4a("audit", "export", "--out", export); code != 0 {
		t.Fatalf("export: %s", out)
	}
	p.tampering(first.Sequence, second.Sequence)
	if out, code := p.b4a("audit", "verify", "--file", export); code != 0 {
		t.Errorf("the export that was kept: %s", out)
	}
}

// as gives a client with another role.
func (p *platform) as(role, org string) *client.Client {
	p.t.Helper()
	token, err := p.c.NewToken(p.t.Context(), api.NewToken{Name: role, Role: role, Organization: org})
	if err != nil {
		p.t.Fatal(err)
	}
	c, err := client.New("http://"+p.address, token.Secret)
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

// auditAccess checks what an organization's administrator and others see of the trail.
func (p *platform) auditAccess(admin *client.Client) {
	p.t.Helper()
	ctx, t := p.t.Context(), p.t
	entries, err := client.Collect(admin.Audit(ctx, client.AuditFilter{}), 0)
	if err != nil || len(entries) < 5 {
		t.Fatalf("%d entries: %v", len(entries), err)
	}
	actions := map[string]bool{}
	for _, e := range entries {
		actions[e.Action+" "+e.Outcome] = true
		if !slices.Contains(e.Organizations, "bizkaia") {
			t.Errorf("of another organization: %+v", e)
		}
		if own := e.Actor.Organization == "bizkaia"; e.Redacted == own || own == (e.Source == "") {
			t.Errorf("redacted %v: %+v", e.Redacted, e)
		}
	}
	for _, want := range []string{"createOrganization done", "createOrganization refused", "createLedger done", "createToken done", "operation.end done"} {
		if !actions[want] {
			t.Errorf("no entry %s among %v", want, actions)
		}
	}
	for _, err := range admin.Audit(ctx, client.AuditFilter{Organization: "platform"}) {
		if code(err) != "organization_not_found" {
			t.Errorf("another organization's entries: %v", err)
		}
	}
	for role, want := range map[string]string{"developer": "forbidden", "reader": "forbidden", "auditor": ""} {
		org := "bizkaia"
		if role == "auditor" {
			org = ""
		}
		c := p.as(role, org)
		var out bytes.Buffer
		if err := c.ExportAudit(ctx, client.AuditFilter{}, &out); want != "" && code(err) != want || want == "" && err != nil {
			t.Errorf("%s exports: %v", role, err)
		}
		if _, err := c.AnchorAudit(ctx); code(err) != "forbidden" {
			t.Errorf("%s anchors: %v", role, err)
		}
	}
}

// tampering edits the database in every way, each time from the same good copy.
func (p *platform) tampering(first, second uint64) {
	p.t.Helper()
	p.stopped()
	database := filepath.Join(p.dir, "b4a.db")
	good, err := os.ReadFile(database)
	if err != nil {
		p.t.Fatal(err)
	}
	for name, c := range map[string]struct{ statement, problem string }{
		"one was changed": {
			fmt.Sprintf(`UPDATE audit_entries SET data = replace(data, '"outcome":"done"', '"outcome":"refused"') WHERE sequence = %d`, first),
			fmt.Sprintf("entry %d: changed", first),
		},
		"one was deleted":  {"DELETE FROM audit_entries WHERE sequence = 3", "entry 3: missing"},
		"two were swapped": {"UPDATE audit_entries SET sequence = -1 WHERE sequence = 3; UPDATE audit_entries SET sequence = 3 WHERE sequence = 4; UPDATE audit_entries SET sequence = 4 WHERE sequence = -1", "entry 3: missing"},
		"the end was cut": {
			fmt.Sprintf("DELETE FROM audit_entries WHERE sequence >= %d", second), fmt.Sprintf("entry %d: ", second),
		},
		"all was deleted": {"DELETE FROM audit_entries", fmt.Sprintf("entry %d: ", first)},
	} {
		if err := os.WriteFile(database, good, 0o600); err != nil {
			p.t.Fatal(err)
		}
		p.sqlite(c.statement)
		p.start()
		if out := p.verified(c.problem); p.t.Failed() {
			p.t.Fatalf("%s: %s", name, out)
		}
		if name == "the end was cut" {
			if _, err := p.c.AnchorAudit(p.t.Context()); code(err) != "audit_trail_broken" {
				p.t.Errorf("a trail that was cut is anchored: %v", err)
			}
		}
		p.stopped()
	}
	if err := os.WriteFile(database, good, 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.start()
	p.verified("")
}

// stopped ends the program in order and leaves its database in one file.
func (p *platform) stopped() {
	p.t.Helper()
	p.stop()
	p.sqlite("PRAGMA wal_checkpoint(TRUNCATE)")
}

// TestIntegrationAuditKilled kills the platform while it makes the audit ledger: the anchor is made in the end, once.
func TestIntegrationAuditKilled(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	for i := range 4 {
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			_, _ = p.c.AnchorAudit(t.Context()) // it breaks
		}()
		p.eventually("the audit ledger is being made", func(ctx context.Context) error {
			ops, err := client.Collect(p.c.Operations(ctx, client.OperationFilter{Subject: "ledger/platform-audit"}), 0)
			if err == nil && len(ops) <= i/2 {
				err = fmt.Errorf("%d operations", len(ops))
			}
			return err
		})
		p.kill()
		<-gone
		p.start()
	}
	a, err := p.c.AnchorAudit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.verified("")
	acts, err := client.Collect(p.c.Audit(t.Context(), client.AuditFilter{Action: "anchorAudit"}), 0)
	if err != nil || len(acts) < 2 || acts[0].Outcome != "done" {
		t.Errorf("%d entries: %+v: %v", len(acts), acts, err)
	}
	for _, e := range acts[1:] { // some requests may not have come in before the platform was killed
		if e.Outcome != "interrupted" {
			t.Errorf("an act that was killed: %+v", e)
		}
	}
	contract, err := p.c.Contract(t.Context(), a.Ledger, "anchors")
	if err != nil || contract.Sequence != 1 {
		t.Errorf("contract: %+v: %v", contract, err)
	}
}
