// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
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

// tokenCLI runs the command line with a token.
func (p *platform) tokenCLI(token string, args ...string) (stdout, stderr string, code int) {
	p.t.Helper()
	cmd := exec.CommandContext(p.t.Context(), binary(p.t), args...)
	cmd.Env = append(os.Environ(), "B4A_URL=http://"+p.address, "B4A_TOKEN="+token, "HOME="+p.t.TempDir())
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// mustAs runs a command that must succeed.
func (p *platform) mustAs(token string, args ...string) string {
	p.t.Helper()
	out, errs, code := p.tokenCLI(token, args...)
	if code != 0 {
		p.t.Fatalf("b4a %v: exit %d\n%s%s", args, code, out, errs)
	}
	return out
}

// administrator is a person with the key of an organization's administrator.
type administrator struct {
	org, key, cert, token string
}

func (p *platform) administrator(org string) administrator {
	p.t.Helper()
	dir := p.t.TempDir()
	a := administrator{org: org, key: filepath.Join(dir, "key.pem"), cert: filepath.Join(dir, "cert.pem")}
	issued, err := p.c.NewToken(p.t.Context(), api.NewToken{Name: org, Role: "admin", Organization: org})
	if err != nil {
		p.t.Fatal(err)
	}
	a.token = issued.Secret
	p.mustAs(a.token, "cert", "request", "--org", org, "--name", org+"-admin", "--role", "admin", "--key", a.key, "--out", a.cert)
	return a
}

// ownOrg makes an organization that administers itself.
func (p *platform) ownOrg(id string) administrator {
	p.t.Helper()
	p.org(id)
	a := p.administrator(id)
	p.mustAs(a.token, "org", "administration", id, "own", "--cert", a.cert, "--key", a.key, "--yes")
	return a
}

// waits waits until an operation waits for people, and gives the one open request to an organization.
func (p *platform) waits(op, org string) api.SignatureRequest {
	p.t.Helper()
	var open []api.SignatureRequest
	p.eventually(op+" waits for "+org, func(ctx context.Context) error {
		o, err := p.c.Operation(ctx, op)
		if err != nil {
			return err
		}
		if o.State != "waiting" || o.Waiting == nil || !slices.Contains(o.Waiting.Organizations, org) {
			return fmt.Errorf("%s: %+v", o.State, o)
		}
		open = p.requests(ctx, client.SignatureFilter{Operation: op, State: "open", Organization: org})
		if len(open) != 1 {
			return fmt.Errorf("%d open requests", len(open))
		}
		return nil
	})
	return open[0]
}

func (p *platform) requests(ctx context.Context, f client.SignatureFilter) []api.SignatureRequest {
	p.t.Helper()
	var all []api.SignatureRequest
	for r, err := range p.c.SignatureRequests(ctx, f) {
		if err != nil {
			p.t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// started gives the ID of the operation that a client's call starts.
func (p *platform) started(op api.Operation, err error) string {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	return op.ID
}

// finished waits for an operation's success.
func (p *platform) finished(id string) {
	p.t.Helper()
	p.done(api.Operation{ID: id}, nil)
}

// fails waits until an operation has failed with a code.
func (p *platform) fails(id, code string) {
	p.t.Helper()
	p.eventually(id+" fails", func(ctx context.Context) error {
		o, err := p.c.Operation(ctx, id)
		if err == nil && (o.State != "failed" || o.Problem == nil || o.Problem.Code != code) {
			err = fmt.Errorf("%s: %+v", o.State, o)
		}
		return err
	})
}

func (p *platform) members(ledger string) []string {
	p.t.Helper()
	l, err := p.c.Ledger(p.t.Context(), ledger)
	if err != nil {
		p.t.Fatal(err)
	}
	return l.Organizations
}

// TestIntegrationOwnAdministration goes through the life of an organization that administers itself on a ledger with
// others: contracts wait for its approval and members for its signature, through kill -9, wrong certificates, refusals
// and changes in between.
func TestIntegrationOwnAdministration(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.org("bizkaia")
	p.org("gipuzkoa")
	araba := p.ownOrg("araba")
	p.keyGone("araba")

	p.ledger("lankidetza", "bizkaia")
	p.done(p.c.NewLedgerMember(t.Context(), "lankidetza", api.NewLedgerMember{Organization: "araba"})) // of one member, that one is the majority
	op := p.started(p.c.NewContract(t.Context(), "lankidetza", api.NewContract{Catalogue: "exams"}))
	request := p.waits(op, "araba")
	p.kill()
	p.start()
	if again := p.waits(op, "araba"); again.ID != request.ID {
		t.Errorf("after kill -9 it is asked anew: %s, before %s", again.ID, request.ID)
	}
	p.wrongSigners(araba, request)
	shown := p.mustAs(araba.token, "signature", "show", request.ID)
	if !strings.Contains(shown, "approves contract exams 1.0.0, sequence 1") || !strings.Contains(shown, "package exams_1.0.0:") {
		t.Errorf("shown: %s", shown)
	}
	p.mustAs(araba.token, "signature", "sign", request.ID, "--cert", araba.cert, "--key", araba.key, "--yes")
	p.finished(op)
	p.submit("lankidetza", "araba", "CreateSession", nil, "saioa", "Saioa", "2026-06-15")

	p.declinedAndSigned(araba)
	p.cancelled("araba")
	p.superseded(araba)

	p.mustAs(araba.token, "org", "administration", "araba", "managed", "--yes")
	p.done(p.c.NewContract(t.Context(), "lankidetza", api.NewContract{Catalogue: "exams", Name: "hirugarrena"}))
}

// keyGone waits until the platform's administrator of an organization is revoked and its key destroyed.
func (p *platform) keyGone(org string) {
	p.t.Helper()
	p.eventually("the platform's key is destroyed", func(ctx context.Context) error {
		for o, err := range p.c.Operations(ctx, client.OperationFilter{Subject: "revocation/" + org}) {
			if err != nil {
				return err
			}
			if o.State == "succeeded" && slices.ContainsFunc(o.Steps, func(s api.Step) bool { return s.Name == "key" }) {
				return nil
			}
		}
		return errors.New("no such operation has succeeded")
	})
	if c := p.newest(org, "administrator"); c.Status != "revoked" {
		p.t.Errorf("the platform's administrator is %s", c.Status)
	}
}

// wrongSigners has a request signed by everybody but the organization's administrator: nothing changes.
func (p *platform) wrongSigners(a administrator, r api.SignatureRequest) {
	p.t.Helper()
	sign := func(token, cert, key string) string {
		_, errs, code := p.tokenCLI(token, "signature", "sign", r.ID, "--cert", cert, "--key", key, "--yes")
		if code == 0 {
			p.t.Errorf("a wrong signer signed")
		}
		return errs
	}
	if errs := sign(p.operatorToken(), a.cert, a.key); !strings.Contains(errs, "may not do this") {
		p.t.Errorf("the operator: %s", errs)
	}
	other := p.administrator("gipuzkoa")
	if errs := sign(other.token, other.cert, other.key); !strings.Contains(errs, "there is no signature request") {
		p.t.Errorf("another tenant: %s", errs)
	}
	if errs := sign(a.token, other.cert, other.key); !strings.Contains(errs, "was not issued by an authority of ArabaMSP") {
		p.t.Errorf("another organization's certificate: %s", errs)
	}
	client := p.person(a.org, "bezeroa")
	if errs := sign(a.token, client.cert, client.key); !strings.Contains(errs, "is not an administrator's certificate") {
		p.t.Errorf("a client's certificate: %s", errs)
	}
	if errs := sign(a.token, a.cert, other.key); !strings.Contains(errs, "signature is not the certificate's") {
		p.t.Errorf("another key: %s", errs)
	}
	if still := p.waits(r.Operation, a.org); still.ID != r.ID {
		p.t.Errorf("the request is another one: %+v", still)
	}
}

// declinedAndSigned adds a third organization, which takes a majority of two: it is declined, tried again, and signed by
// openssl alone.
func (p *platform) declinedAndSigned(a administrator) {
	p.t.Helper()
	op := p.started(p.c.NewLedgerMember(p.t.Context(), "lankidetza", api.NewLedgerMember{Organization: "gipuzkoa"}))
	r := p.waits(op, a.org)
	p.mustAs(a.token, "signature", "decline", r.ID, "--reason", "ez dugu ezagutzen")
	p.fails(op, "consent_declined")
	if m := p.members("lankidetza"); slices.Contains(m, "gipuzkoa") {
		p.t.Errorf("members after it was declined: %v", m)
	}
	if _, err := p.c.RetryOperation(p.t.Context(), op); err != nil {
		p.t.Fatal(err)
	}
	next := p.waits(op, a.org)
	if next.ID == r.ID {
		p.t.Error("the declined request is open again")
	}
	if len(next.Changes) == 0 || !strings.Contains(jsonOf(p.t, next.Changes), "Application/GipuzkoaMSP") {
		p.t.Errorf("changes: %+v", next.Changes)
	}
	dir := filepath.Join(p.t.TempDir(), "sinadura")
	signature := filepath.Join(dir, "signature.bin")
	p.mustAs(a.token, "signature", "prepare", next.ID, "--cert", a.cert, "--out", dir)
	p.openssl("dgst", "-sha256", "-sign", a.key, "-out", signature, filepath.Join(dir, "message.bin"))
	p.mustAs(a.token, "signature", "submit", dir, "--signature", signature)
	// Its membership comes with the approval of the contract that is there, whose private data it will have.
	approval := p.waits(op, a.org)
	p.mustAs(a.token, "signature", "prepare", approval.ID, "--cert", a.cert, "--out", dir)
	for range 2 { // the proposal, then the transaction
		p.openssl("dgst", "-sha256", "-sign", a.key, "-out", signature, filepath.Join(dir, "message.bin"))
		p.mustAs(a.token, "signature", "submit", dir, "--signature", signature)
	}
	p.finished(op)
	if m := p.members("lankidetza"); !slices.Contains(m, "gipuzkoa") {
		p.t.Errorf("members: %v", m)
	}
}

func (p *platform) openssl(args ...string) {
	p.t.Helper()
	if out, err := exec.CommandContext(p.t.Context(), "openssl", args...).CombinedOutput(); err != nil {
		p.t.Fatalf("openssl %v: %v\n%s", args, err, out)
	}
}

// cancelled cancels what waits: it fails, nothing is on the ledger, and the request is withdrawn.
func (p *platform) cancelled(org string) {
	p.t.Helper()
	op := p.started(p.c.NewContract(p.t.Context(), "lankidetza", api.NewContract{Catalogue: "exams", Name: "bigarrena"}))
	r := p.waits(op, org)
	p.must("operation", "cancel", op)
	p.fails(op, "operation_cancelled")
	after, err := p.c.SignatureRequest(p.t.Context(), r.ID)
	if err != nil || after.State != "withdrawn" {
		p.t.Errorf("the request is %s: %v", after.State, err)
	}
	if _, errs, code := p.cli("operation", "cancel", op); code == 0 {
		p.t.Errorf("cancelled twice: %s", errs)
	}
}

// superseded revokes two members one after the other: the signature that is asked for at last is of the configuration
// with both, and one of it is enough.
func (p *platform) superseded(a administrator) {
	p.t.Helper()
	one, two := p.person(a.org, "bat"), p.person(a.org, "bi")
	first := p.started(p.c.RevokeCertificate(p.t.Context(), a.org, one.serial, api.CertificateRevocation{Reason: "keyCompromise"}))
	old := p.waits(first, a.org)
	second := p.started(p.c.RevokeCertificate(p.t.Context(), a.org, two.serial, api.CertificateRevocation{Reason: "keyCompromise"}))
	p.waits(second, a.org)
	p.eventually("the first request is superseded", func(ctx context.Context) error {
		r, err := p.c.SignatureRequest(ctx, old.ID)
		if err == nil && r.State != "superseded" {
			err = fmt.Errorf("it is %s", r.State)
		}
		return err
	})
	if _, errs, code := p.tokenCLI(a.token, "signature", "sign", old.ID, "--cert", a.cert, "--key", a.key, "--yes"); code == 0 {
		p.t.Errorf("a superseded request was signed: %s", errs)
	}
	now := p.waits(first, a.org)
	if now.Replaces != old.ID {
		p.t.Errorf("%s replaces %q", now.ID, now.Replaces)
	}
	p.mustAs(a.token, "signature", "sign", now.ID, "--cert", a.cert, "--key", a.key, "--yes")
	p.finished(first)
	p.finished(second)
	for _, who := range []person{one, two} {
		if since := p.effectOn("lankidetza", a.org, who.serial); since == 0 {
			p.t.Errorf("%s is not refused", who.name)
		}
	}
	var entries []map[string]any
	if err := json.Unmarshal([]byte(p.must("audit", "list", "-o", "json")), &entries); err != nil {
		p.t.Fatal(err)
	}
	signed := 0
	for _, e := range entries {
		if e["action"] == "sign" && e["outcome"] == "done" {
			signed++
		}
	}
	if signed == 0 {
		p.t.Error("no signature is in the audit trail")
	}
}
