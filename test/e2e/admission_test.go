// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
	"github.com/blockchain4all/blockchain4all/internal/mail/smtptest"
)

// mailbox waits for mails at a real SMTP server.
type mailbox struct {
	p      *platform
	server *smtptest.Server
}

var linkSecret = regexp.MustCompile(`https://b4a\.example\.eus/(?:access/confirm|access/receipt|invitation)#(?:code|secret)=([A-Za-z0-9_-]+)`)

// applicant is the address from which access is asked for.
const applicant = "ane@example.eus"

// await gives the secret in the link of a mail to the applicant whose text says something.
func (m mailbox) await(says string) string {
	m.p.t.Helper()
	secret := ""
	m.p.eventually("mail that says "+says, func(context.Context) error {
		for _, got := range m.server.Received() {
			text, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(got.Data)))
			if err != nil {
				text = []byte(got.Data)
			}
			if got.To[0] != applicant || !strings.Contains(string(text), says) {
				continue
			}
			found := linkSecret.FindStringSubmatch(string(text))
			if found == nil {
				return fmt.Errorf("no link in %s", text)
			}
			secret = found[1]
			return nil
		}
		return fmt.Errorf("%d mails", len(m.server.Received()))
	})
	return secret
}

// admissionPlatform starts a b4a that sends its mails, with STARTTLS and a password, to a real SMTP server.
func admissionPlatform(t *testing.T) (*platform, mailbox) {
	t.Helper()
	binary(t)
	server := smtptest.New(t, smtptest.Options{User: "b4a", Password: "sekretua"})
	dir := t.TempDir()
	for name, content := range map[string]string{"ca": server.CA, "password": "sekretua\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := idlePlatform(t)
	p.wrap = []string{
		"env", "B4A_SMTP=smtp://b4a@" + server.Addr + "?ca=" + filepath.Join(dir, "ca"),
		"B4A_SMTP_PASSWORD_FILE=" + filepath.Join(dir, "password"),
		"B4A_MAIL_FROM=b4a@example.eus", "B4A_PUBLIC_URL=https://b4a.example.eus",
	}
	p.start()
	t.Cleanup(p.stop)
	return p, mailbox{p, server}
}

// TestIntegrationAdmission: a university asks for access in Basque, confirms its address, answers a question and is
// approved; b4a is killed while its organization is made.
func TestIntegrationAdmission(t *testing.T) {
	t.Parallel()
	p, mails := admissionPlatform(t)
	ctx := t.Context()
	anonymous, err := client.New("http://"+p.address, "")
	if err != nil {
		t.Fatal(err)
	}
	wrong := api.NewAccessRequest{
		Kind: "university", LegalName: "Euskal Unibertsitatea", Identifier: "Q4800001A", ContactName: "Ane Etxebarria",
		Email: "ane@example.eus", Purpose: "Azterketen emaitzak", Tier: "pilot", Terms: "1", Locale: "eu",
	}
	_, err = anonymous.NewAccessRequest(ctx, wrong)
	problem := &api.Problem{}
	if code(err) != "access_request_invalid" {
		t.Fatalf("a wrong identifier: %v", err)
	}
	if errors.As(err, &problem); len(problem.Errors) != 1 || problem.Errors[0].Location != "body.identifier" || problem.Errors[0].Code != "identifier_check" {
		t.Errorf("%+v", problem.Errors)
	}
	out := p.must("access", "request", "--kind", "university", "--name", "Euskal Unibertsitatea", "--identifier", "P4800000D",
		"--contact", "Ane Etxebarria", "--email", "ane@example.eus", "--purpose", "Azterketen emaitzak", "--tier", "pilot",
		"--terms", "1", "--language", "eu", "-o", "json")
	var issued api.IssuedAccessReceipt
	if err := json.Unmarshal([]byte(out), &issued); err != nil || issued.Receipt.State != "submitted" {
		t.Fatalf("%s: %v", out, err)
	}
	number := issued.Receipt.Number
	byLink := func(secret string, args ...string) string {
		t.Helper()
		file := filepath.Join(t.TempDir(), "link")
		if err := os.WriteFile(file, []byte("https://b4a.example.eus/access/receipt#secret="+secret+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return p.must(append(args, "--link-file", file)...)
	}
	if out := byLink(mails.await("berretsi"), "access", "confirm"); !strings.Contains(out, "verified") {
		t.Fatalf("confirm: %s", out)
	}
	mails.await("berrikuspenaren zain")

	var queue []api.AccessRequest
	if err := json.Unmarshal([]byte(p.must("access", "list", "--state", "verified", "-o", "json")), &queue); err != nil || len(queue) != 1 {
		t.Fatalf("%+v: %v", queue, err)
	}
	id := queue[0].ID
	p.must("access", "assign", id)
	p.must("access", "ask", id, "--text", "Zein gradutan?")
	secret := mails.await("Zein gradutan?")
	if out := byLink(secret, "access", "answer", "--text", "Guztietan"); !strings.Contains(out, "in-review") {
		t.Fatalf("answer: %s", out)
	}
	if out := byLink(secret, "access", "receipt"); !strings.Contains(out, "Guztietan") || !strings.Contains(out, number) {
		t.Errorf("receipt: %s", out)
	}
	if _, err := anonymous.AccessRequest(ctx, id); code(err) != "sign_in_needed" {
		t.Errorf("an applicant reads the queue: %v", err)
	}

	approved, err := p.c.ApproveAccessRequest(ctx, id, api.AccessApproval{Reason: "Ongi etorri"}, client.IdempotencyKey("approve-1"))
	if err != nil || approved.Operation == nil {
		t.Fatalf("%+v: %v", approved, err)
	}
	p.kill()
	p.start()
	p.done(*approved.Operation, nil)
	again, err := p.c.ApproveAccessRequest(ctx, id, api.AccessApproval{Reason: "Ongi etorri"}, client.IdempotencyKey("approve-1"))
	if err != nil || again.Operation == nil || again.Operation.ID != approved.Operation.ID {
		t.Errorf("approved again with the same key: %+v: %v", again.Operation, err)
	}
	mails.await("/invitation#code=")
	r, err := anonymous.AccessReceipt(ctx, issued.Secret)
	if err != nil || r.State != "active" || r.Organization != "euskal-unibertsitatea" || r.Number != number {
		t.Fatalf("%+v: %v", r, err)
	}
	o, err := p.c.Organization(ctx, r.Organization)
	if err != nil || o.State != "active" || len(o.Nodes) != 1 {
		t.Errorf("%+v: %v", o, err)
	}
	p.ledger("azterketak", "euskal-unibertsitatea")
	if n := strings.Count(fmt.Sprint(mails.server.Received()), "/invitation#code="); n > 3 { // text, address and words of a link
		t.Errorf("the invitation came more than once: %d", n)
	}
	for _, s := range []string{secret, issued.Secret, "sekretua"} {
		if strings.Contains(p.log.String(), s) {
			t.Error("a secret is in the log")
		}
	}
}

// TestIntegrationApplicantWithdraws: who has the private link ends the request, by the command line alone.
func TestIntegrationApplicantWithdraws(t *testing.T) {
	t.Parallel()
	p, mails := admissionPlatform(t)
	out := p.must("access", "request", "--kind", "university", "--name", "Euskal Unibertsitatea", "--identifier", "P4800000D",
		"--contact", "Ane", "--email", applicant, "--purpose", "Azterketak", "--terms", "1", "-o", "json")
	var issued api.IssuedAccessReceipt
	if err := json.Unmarshal([]byte(out), &issued); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(mails.await("berretsi")), 0o600); err != nil {
		t.Fatal(err)
	}
	p.must("access", "confirm", "--link-file", file)
	if _, _, code := p.cli("access", "confirm", "--link-file", file); code == 0 {
		t.Error("a link that confirms works twice")
	}
	if err := os.WriteFile(file, []byte(issued.Secret), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := p.must("access", "withdraw", "--link-file", file); !strings.Contains(out, "withdrawn") {
		t.Errorf("withdraw: %s", out)
	}
	if _, errs, code := p.cli("access", "answer", "--text", "Bai", "--link-file", file); code == 0 {
		t.Errorf("a withdrawn request is answered: %s", errs)
	}
	if _, errs, code := p.cli("access", "receipt"); code != 2 || !strings.Contains(errs, "--link-file") {
		t.Errorf("without a link: exit %d: %s", code, errs)
	}
}

// TestIntegrationAccessAbuse: large bodies, and many requests from one address, are refused.
func TestIntegrationAccessAbuse(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	post := func(body string) int {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.address+"/api/v1/access-requests", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode
	}
	if got := post(`{"purpose":"` + strings.Repeat("x", 64<<10) + `"}`); got != http.StatusRequestEntityTooLarge {
		t.Errorf("a large body: %d", got)
	}
	limited := 0
	for range 30 {
		if post(`{"kind":"","legalName":"","identifier":"","contactName":"","email":"","purpose":"","tier":"","terms":"","locale":""}`) == http.StatusTooManyRequests {
			limited++
		}
	}
	if limited != 10 {
		t.Errorf("%d of 30 requests were refused, want 10", limited)
	}
	report, err := p.c.Doctor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range report.Checks {
		if c.Name == "mail" && c.Detail != "off" {
			t.Errorf("mail: %+v", c)
		}
	}
}

// TestIntegrationLedgerInvitation: a member's administrator invites another organization, which joins the ledger.
func TestIntegrationLedgerInvitation(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	ctx := t.Context()
	as := map[string]*client.Client{}
	for _, id := range []string{"bizkaia", "unibertsitatea", "besteak"} {
		p.org(id)
		issued, err := p.c.NewToken(ctx, api.NewToken{Name: id, Role: "admin", Organization: id})
		if err != nil {
			t.Fatal(err)
		}
		if as[id], err = client.New("http://"+p.address, issued.Secret); err != nil {
			t.Fatal(err)
		}
	}
	p.ledger("azterketak", "bizkaia")
	_, err := as["besteak"].InviteToLedger(ctx, "azterketak", api.NewLedgerInvitation{Inviter: "besteak", Organization: "unibertsitatea"})
	if code(err) != "ledger_not_found" {
		t.Errorf("a stranger invites: %v", err)
	}
	issued, err := as["bizkaia"].InviteToLedger(ctx, "azterketak", api.NewLedgerInvitation{Inviter: "bizkaia", Organization: "unibertsitatea"})
	if err != nil {
		t.Fatal(err)
	}
	id := issued.Invitation.ID
	if _, err := as["besteak"].AcceptLedgerInvitation(ctx, id, api.InvitationAnswer{Organization: "besteak", Code: issued.Code}); code(err) != "invitation_not_found" {
		t.Errorf("a stranger accepts: %v", err)
	}
	if _, err := as["besteak"].AcceptLedgerInvitation(ctx, id, api.InvitationAnswer{Organization: "unibertsitatea"}); code(err) != "organization_not_found" {
		t.Errorf("a stranger accepts for another: %v", err)
	}
	seen, err := client.Collect(as["unibertsitatea"].LedgerInvitations(ctx), 0)
	if err != nil || len(seen) != 1 || seen[0].ID != id {
		t.Fatalf("%+v: %v", seen, err)
	}
	if none, err := client.Collect(as["besteak"].LedgerInvitations(ctx), 0); err != nil || len(none) != 0 {
		t.Errorf("a stranger sees %+v: %v", none, err)
	}
	p.done(as["unibertsitatea"].AcceptLedgerInvitation(ctx, id, api.InvitationAnswer{Organization: "unibertsitatea"}))
	l, err := as["unibertsitatea"].Ledger(ctx, "azterketak")
	if err != nil || strings.Join(l.Organizations, " ") != "bizkaia unibertsitatea" {
		t.Errorf("%+v: %v", l, err)
	}
}
