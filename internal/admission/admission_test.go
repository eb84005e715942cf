// SPDX-License-Identifier: Apache-2.0

package admission_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/admission"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki/keystoretest"
	"github.com/blockchain4all/blockchain4all/internal/servicetest"
	"github.com/blockchain4all/blockchain4all/internal/store/sql"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
)

const day = 24 * time.Hour

// office is the service with a real store, real organizations and a clock of the test's own; only mails and the
// administrator's account are noted instead of made.
type office struct {
	t       *testing.T
	s       *admission.Service
	db      *sql.DB
	orgs    *org.Service
	engine  *operation.Engine
	options admission.Options

	mu     sync.Mutex
	now    time.Time
	mails  []mail.Message
	admins []string
	ended  []string
	broken error // of EnsureAdministrator, once
}

func (o *office) clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *office) pass(d time.Duration) {
	o.t.Helper()
	o.mu.Lock()
	o.now = o.now.Add(d)
	o.mu.Unlock()
	if err := o.s.Tick(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) Queue(_ context.Context, m mail.Message) error {
	if _, err := mail.Address(m.To); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.mails = append(o.mails, m)
	return nil
}

func (o *office) EnsureAdministrator(_ context.Context, orgID, email, _, _ string) (string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.broken; err != nil {
		o.broken = nil
		return "", err
	}
	o.admins = append(o.admins, orgID+" "+email)
	return "/invitation#code=1", nil
}

func (o *office) Suspend(_ context.Context, orgID, _ string) (org.Organization, error) {
	o.ended = append(o.ended, orgID)
	return org.Organization{ID: orgID, State: org.Suspended}, nil
}

func open(t *testing.T) *office {
	t.Helper()
	db, keys := sqltest.New(t), keystoretest.Sealed(t)
	log := slog.New(slog.DiscardHandler)
	o := &office{t: t, db: db, now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}
	o.engine = operation.NewEngine(operation.Options{Store: db, Transactor: db, Log: log})
	o.orgs = org.New(org.Options{Store: db, Keys: keys, Engine: o.engine, Log: log})
	o.options = admission.Options{
		Store: db, Transactor: db, Orgs: o.orgs, Engine: o.engine, Mails: o, Administrators: o, Suspender: o, Log: log, Now: o.clock,
	}
	o.s = admission.New(o.options)
	o.engine.Register(admission.KindApprove, o.s.PlanApprove(func(context.Context, string, func(string, ...any)) error { return nil }), o.s.OnFailed)
	servicetest.Run(t, o.engine.Run)
	return o
}

func form() admission.Form {
	return admission.Form{
		Kind: "university", LegalName: "Euskal Unibertsitatea, S.A.", Identifier: "Q-4812345-?", Contact: "Ane Etxebarria",
		Email: "ane@example.eus", Phone: "+34 944 000 000", Purpose: "Azterketen emaitzak", Tier: "pilot", Terms: "1", Locale: "eu",
	}
}

// apply submits a form with valid identifier and confirms its address.
func (o *office) apply(change func(*admission.Form)) (admission.Request, string) {
	o.t.Helper()
	f := form()
	f.Identifier = "B12345674"
	if change != nil {
		change(&f)
	}
	_, secret, err := o.s.Submit(o.t.Context(), f, "192.0.2.1")
	if err != nil {
		o.t.Fatal(err)
	}
	r, err := o.s.Verify(o.t.Context(), o.code("access-verify"))
	if err != nil {
		o.t.Fatal(err)
	}
	return r, secret
}

// code gives the secret of the newest mail of a template.
func (o *office) code(template string) string {
	o.t.Helper()
	m := o.newest(template)
	_, code, ok := strings.Cut(m.Data["link"], "=")
	if !ok {
		o.t.Fatalf("no link in %+v", m)
	}
	return code
}

func (o *office) newest(template string) mail.Message {
	o.t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range slices.Backward(o.mails) {
		if m.Template == template {
			return m
		}
	}
	o.t.Fatalf("no mail %s", template)
	return mail.Message{}
}

func (o *office) count(template string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for _, m := range o.mails {
		if m.Template == template {
			n++
		}
	}
	return n
}

func (o *office) must(r admission.Request, err error) admission.Request {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

func (o *office) state(id string, want admission.State) admission.Request {
	o.t.Helper()
	r := o.must(o.s.Get(o.t.Context(), id))
	if r.State != want {
		o.t.Fatalf("%s, want %s: %+v", r.State, want, r)
	}
	return r
}

func coded(t *testing.T, what string, err error, code string) {
	t.Helper()
	if err == nil || fault.Of(err).Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

var (
	miren = admission.Actor{ID: "1", Name: "Miren"}
	jon   = admission.Actor{ID: "2", Name: "Jon"}
)

func TestTheWholeProcedure(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	r, secret := o.apply(nil)
	if r.Number != "2026-000001" || r.State != admission.Verified {
		t.Fatalf("%+v", r)
	}
	_, _, err := o.s.Approve(ctx, r.ID, admission.Approval{}, miren, "")
	coded(t, "no reason", err, "text_invalid")
	o.must(o.s.Assign(ctx, r.ID, "Miren"))
	o.must(o.s.Ask(ctx, r.ID, "Zein gradutan?", miren))
	_, _, err = o.s.Approve(ctx, r.ID, admission.Approval{Reason: "bai"}, miren, "")
	coded(t, "approved while the applicant is asked", err, "access_request_state")
	if _, err := o.orgs.Get(ctx, "euskal-unibertsitatea"); !errors.Is(err, fault.NotFound) {
		t.Errorf("the organization of a refused approval exists: %v", err)
	}
	_, err = o.s.Answer(ctx, "wrong", "Guztietan")
	coded(t, "another's link", err, "access_link_invalid")
	o.must(o.s.Answer(ctx, secret, "Guztietan"))
	_, err = o.s.Answer(ctx, secret, "Guztietan")
	coded(t, "answered twice", err, "access_request_state")
	_, op, err := o.s.Approve(ctx, r.ID, admission.Approval{Reason: "Ongi etorri"}, miren, "k")
	if err != nil {
		t.Fatal(err)
	}
	if op, err = o.engine.Wait(ctx, op.ID); err != nil || op.State != operation.Succeeded {
		t.Fatalf("%+v: %v", op, err)
	}
	r = o.state(r.ID, admission.Active)
	created, err := o.orgs.Get(ctx, "euskal-unibertsitatea")
	if err != nil || created.State != org.Active || created.Kind != "university" || r.Decision.OrgID != created.ID {
		t.Errorf("%+v: %v", created, err)
	}
	if !slices.Equal(o.admins, []string{"euskal-unibertsitatea ane@example.eus"}) || o.newest("invitation").Data["link"] != "/invitation#code=1" {
		t.Errorf("administrators %v", o.admins)
	}
	seen, err := o.s.ByReceipt(ctx, o.code("access-approved"))
	if err != nil || seen.ID != r.ID {
		t.Errorf("by the link of a later mail: %v", err)
	}
	_, err = o.s.Withdraw(ctx, secret)
	coded(t, "withdrawn after all", err, "access_request_state")
}

// TestStepsAreIdempotent: the last step fails after the others, is tried again, and is run once more after it was done.
func TestStepsAreIdempotent(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	r, _ := o.apply(nil)
	o.broken = errors.New("killed")
	_, op, err := o.s.Approve(ctx, r.ID, admission.Approval{Reason: "bai"}, miren, "k")
	if err != nil {
		t.Fatal(err)
	}
	if op, err = o.engine.Wait(ctx, op.ID); err != nil || op.State != operation.Succeeded {
		t.Fatalf("%+v: %v", op, err)
	}
	_, again, err := o.s.Approve(ctx, r.ID, admission.Approval{Reason: "bai"}, miren, "k")
	if err != nil || again.ID != op.ID {
		t.Errorf("repeated with its key: %v %v", again.ID, err)
	}
	plan, err := o.s.PlanApprove(func(context.Context, string, func(string, ...any)) error { return nil })(op)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range plan {
		if err := step.Do(ctx, func(string, ...any) {}); err != nil {
			t.Errorf("%s again: %v", step.Name, err)
		}
	}
	if o.count("invitation") != 1 || o.count("access-approved") != 1 {
		t.Errorf("%d invitations, %d approvals", o.count("invitation"), o.count("access-approved"))
	}
}

func TestTakenOrganization(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	first, _ := o.apply(nil)
	second, _ := o.apply(func(f *admission.Form) { f.Email, f.Identifier = "jon@example.eus", "A58818501" })
	if _, _, err := o.s.Approve(ctx, first.ID, admission.Approval{OrgID: "uni", Reason: "bai"}, miren, ""); err != nil {
		t.Fatal(err)
	}
	_, _, err := o.s.Approve(ctx, second.ID, admission.Approval{OrgID: "uni", Reason: "bai"}, miren, "")
	coded(t, "the same ID", err, "organization_exists")
	o.state(second.ID, admission.Verified)
	if o.count("access-approved") != 1 {
		t.Error("an approval that did not happen was mailed")
	}
	_, _, err = o.s.Approve(ctx, second.ID, admission.Approval{OrgID: "../x", Reason: "bai"}, miren, "")
	coded(t, "no ID", err, "organization_id_invalid")
}

func TestSecondPerson(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	p := admission.DefaultPolicy()
	p.SecondPerson = true
	if err := o.s.SetPolicy(ctx, p); err != nil {
		t.Fatal(err)
	}
	r, _ := o.apply(nil)
	proposed, op, err := o.s.Approve(ctx, r.ID, admission.Approval{OrgID: "uni", Reason: "bai"}, miren, "")
	if err != nil || op.ID != "" || proposed.Proposed == nil {
		t.Fatalf("%+v, %+v: %v", proposed, op, err)
	}
	_, _, err = o.s.Approve(ctx, r.ID, admission.Approval{OrgID: "uni", Reason: "bai"}, miren, "")
	coded(t, "the same person", err, "second_person_needed")
	another := admission.Actor{ID: miren.ID, Name: "Miren", Credential: "another token"}
	_, _, err = o.s.Approve(ctx, r.ID, admission.Approval{OrgID: "uni", Reason: "bai"}, another, "")
	coded(t, "the same person with another token", err, "second_person_needed")
	former := admission.Actor{ID: "ANE", Name: "Miren", Credential: miren.ID}
	_, _, err = o.s.Approve(ctx, r.ID, admission.Approval{OrgID: "uni", Reason: "bai"}, former, "")
	coded(t, "the credential of a proposal from before persons were recorded", err, "second_person_needed")
	_, op, err = o.s.Approve(ctx, r.ID, admission.Approval{OrgID: "other", Reason: "bai"}, jon, "")
	if err != nil || op.ID == "" {
		t.Fatal(err)
	}
	if r = o.must(o.s.Get(ctx, r.ID)); r.Decision.OrgID != "uni" || r.Decision.By != jon {
		t.Errorf("the second agreed to something else: %+v", r.Decision)
	}
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	first, _ := o.apply(nil)
	f := form()
	f.Identifier = "ES-B12345674"
	if _, _, err := o.s.Submit(ctx, f, "192.0.2.1"); err != nil {
		t.Fatalf("the form tells that there is a request: %v", err)
	}
	_, err := o.s.Verify(ctx, o.code("access-verify"))
	coded(t, "the same person twice", err, "access_request_open")
	if o.newest("access-duplicate").Data["number"] != first.Number {
		t.Error("the owner is not told of the first request")
	}
	stranger, secret := o.apply(func(f *admission.Form) { f.Email = "besteren@example.org" })
	if !slices.Equal(stranger.Duplicates, []string{first.Number}) {
		t.Errorf("operators see no duplicate: %+v", stranger.Duplicates)
	}
	if seen := o.must(o.s.ByReceipt(ctx, secret)); seen.State != admission.Verified {
		t.Errorf("%s", seen.State)
	}
}

func TestDeadlines(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	p := admission.DefaultPolicy()
	p.NotifyEmail = "sarbidea@example.eus"
	if err := o.s.SetPolicy(ctx, p); err != nil {
		t.Fatal(err)
	}
	f := form()
	f.Identifier = "A58818501"
	never, secret, err := o.s.Submit(ctx, f, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	asked, _ := o.apply(nil)
	o.must(o.s.Assign(ctx, asked.ID, "Miren"))
	o.must(o.s.Ask(ctx, asked.ID, "Zer?", miren))
	waiting, _ := o.apply(func(f *admission.Form) { f.Email, f.Identifier = "jon@example.eus", "12345678Z"; f.Kind = "citizen" })

	o.pass(7 * day)
	if r := o.state(never.ID, admission.Expired); r.ErasedAt.IsZero() || r.Application.Email != "" {
		t.Errorf("kept: %+v", r)
	}
	_, err = o.s.ByReceipt(ctx, secret)
	coded(t, "the link of an erased request", err, "access_link_invalid")
	o.pass(3 * day)
	o.pass(time.Hour)
	if o.count("access-reminder") != 1 {
		t.Errorf("%d reminders", o.count("access-reminder"))
	}
	o.pass(5 * day)
	o.state(asked.ID, admission.Expired)
	if o.count("access-expired") != 1 || o.count("access-due") != 1 {
		t.Errorf("expired %d, due %d", o.count("access-expired"), o.count("access-due"))
	}
	o.pass(10 * day)
	o.state(waiting.ID, admission.Verified)
	if o.count("access-due") != 2 {
		t.Errorf("due %d times", o.count("access-due"))
	}
	o.must(o.s.Reject(ctx, waiting.ID, "Ez da egokia", jon))
	o.pass(179 * day)
	if r := o.state(waiting.ID, admission.Rejected); r.Application.LegalName == "" {
		t.Error("erased too early")
	}
	o.pass(2 * day)
	r := o.state(waiting.ID, admission.Rejected)
	text, err := json.Marshal(r)
	if err != nil || strings.Contains(string(text), "12345678Z") || strings.Contains(string(text), "Ane") || strings.Contains(string(text), "egokia") || r.ErasedAt.IsZero() {
		t.Errorf("personal data is left: %s", text)
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	p := admission.DefaultPolicy()
	p.Rules = []admission.Rule{{Kind: "university", Quota: 1, Days: 30}}
	if err := o.s.SetPolicy(ctx, p); err != nil {
		t.Fatal(err)
	}
	pilot, _ := o.apply(nil)
	o.state(pilot.ID, admission.Verified)
	sandbox := func(n, id string) admission.Request {
		r, _ := o.apply(func(f *admission.Form) { f.Tier, f.Email, f.Identifier = "sandbox", n+"@example.eus", id })
		return r
	}
	first := sandbox("a", "A58818501")
	ops, err := o.engine.List(ctx, operation.Filter{Subject: admission.Subject(first.ID)})
	if err != nil || len(ops) != 1 {
		t.Fatalf("%d operations: %v", len(ops), err)
	}
	if op, err := o.engine.Wait(ctx, ops[0].ID); err != nil || op.State != operation.Succeeded {
		t.Fatalf("%+v: %v", op, err)
	}
	if r := o.state(first.ID, admission.Active); !r.Automatic || r.GrantEnds.Sub(o.clock()) != 30*day {
		t.Errorf("%+v", r)
	}
	second := sandbox("b", "P4800000D")
	o.state(second.ID, admission.Verified) // the quota is used up
	o.pass(26 * day)
	if o.count("sandbox-ending") != 1 || len(o.ended) != 0 {
		t.Errorf("%d notices, ended %v", o.count("sandbox-ending"), o.ended)
	}
	o.pass(5 * day)
	o.state(first.ID, admission.Expired)
	if len(o.ended) != 1 {
		t.Errorf("ended %v", o.ended)
	}
	third := sandbox("c", "N4616991H")
	if r := o.must(o.s.Get(ctx, third.ID)); !r.Automatic {
		t.Error("the quota is not free again")
	}
}

func TestAbuse(t *testing.T) {
	t.Parallel()
	o, ctx := open(t), t.Context()
	f := form()
	f.Identifier, f.Website = "B12345674", "https://spam.example"
	r, secret, err := o.s.Submit(ctx, f, "192.0.2.9")
	if err != nil || r.Number == "" || len(o.mails) != 0 {
		t.Errorf("a program sees that it was found out: %v, %d mails", err, len(o.mails))
	}
	if _, err := o.s.ByReceipt(ctx, secret); err == nil {
		t.Error("a program's request is kept")
	}
	f.Website = ""
	refused := false
	for range 10 {
		_, _, err = o.s.Submit(ctx, f, "192.0.2.1")
		refused = refused || errors.Is(err, fault.Throttled)
	}
	if n := o.count("access-verify"); n > 5 || !refused {
		t.Errorf("%d mails to one address, refused %v", n, refused)
	}
	for i := range 30 {
		f.Email = strings.Repeat("x", i+1) + "@example.org"
		_, _, err = o.s.Submit(ctx, f, "192.0.2.2")
	}
	coded(t, "many from one address", err, "too_many_requests")
}

func TestForm(t *testing.T) {
	t.Parallel()
	o := open(t)
	for name, c := range map[string]struct {
		change      func(f *admission.Form)
		field, code string
	}{
		"identifier":                  {func(f *admission.Form) { f.Identifier = "B12345675" }, "body.identifier", "identifier_check"},
		"a person's for a university": {func(f *admission.Form) { f.Identifier = "12345678Z" }, "body.identifier", "identifier_kind"},
		"a company's for a citizen":   {func(f *admission.Form) { f.Kind = "citizen" }, "body.identifier", "identifier_kind"},
		"kind":                        {func(f *admission.Form) { f.Kind = "king" }, "body.kind", "kind"},
		"name":                        {func(f *admission.Form) { f.LegalName = " " }, "body.legalName", "text"},
		"markup":                      {func(f *admission.Form) { f.Contact = "<b>x" }, "body.contactName", "text"},
		"bidi":                        {func(f *admission.Form) { f.LegalName = "a\u202eb" }, "body.legalName", "text"},
		"email":                       {func(f *admission.Form) { f.Email = "a@b.c\r\nBcc: d@e.f" }, "body.email", "email_invalid"},
		"phone":                       {func(f *admission.Form) { f.Phone = "=cmd()" }, "body.phone", "phone"},
		"purpose":                     {func(f *admission.Form) { f.Purpose = strings.Repeat("x", 4001) }, "body.purpose", "text"},
		"tier":                        {func(f *admission.Form) { f.Tier = "gold" }, "body.tier", "tier"},
		"terms":                       {func(f *admission.Form) { f.Terms = "0" }, "body.terms", "terms"},
		"language":                    {func(f *admission.Form) { f.Locale = "fr" }, "body.locale", "locale"},
	} {
		f := form()
		f.Identifier = "B12345674"
		c.change(&f)
		_, _, err := o.s.Submit(t.Context(), f, name)
		bad := fault.Of(err)
		if bad.Code != "access_request_invalid" || len(bad.Details) != 1 || bad.Details[0].Location != c.field || bad.Details[0].Code != c.code {
			t.Errorf("%s: %+v", name, bad)
		}
	}
	_, _, err := o.s.Submit(t.Context(), admission.Form{}, "all")
	if n := len(fault.Of(err).Details); n < 8 {
		t.Errorf("an empty form has %d complaints", n)
	}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	o := open(t)
	for name, change := range map[string]func(p *admission.Policy){
		"no days":      func(p *admission.Policy) { p.ReviewDays = 0 },
		"late":         func(p *admission.Policy) { p.ReminderDays = 15 },
		"address":      func(p *admission.Policy) { p.NotifyEmail = "x" },
		"kind":         func(p *admission.Policy) { p.Rules = []admission.Rule{{Kind: "king", Quota: 1, Days: 1}} },
		"twice":        func(p *admission.Policy) { p.Rules = []admission.Rule{{"company", 1, 1}, {"company", 1, 1}} },
		"no quota":     func(p *admission.Policy) { p.Rules = []admission.Rule{{"company", 0, 1}} },
		"no terms":     func(p *admission.Policy) { p.Terms = "" },
		"no retention": func(p *admission.Policy) { p.RetentionDays = -1 },
	} {
		p := admission.DefaultPolicy()
		change(&p)
		coded(t, name, o.s.SetPolicy(t.Context(), p), "admission_policy_invalid")
	}
}
