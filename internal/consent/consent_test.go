// SPDX-License-Identifier: Apache-2.0

package consent_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/consent"
	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx/configtxtest"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/servicetest"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
)

// house has organizations with authorities, one service on a real store, and an operation whose step asks.
type house struct {
	*consent.Service

	orgs    map[string]*configtxtest.Org
	revoked []org.Certificate
	engine  *operation.Engine
	told    []string // organizations that were told

	mu       sync.Mutex
	ahead    time.Duration // of the clock
	reminded []string      // organization, days
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ahead += d
}

func (h *house) time() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Now().Add(h.ahead)
}

func (h *house) Get(_ context.Context, id string) (org.Organization, error) {
	return org.Organization{ID: id, MSPID: h.orgs[id].MSPID}, nil
}

func (h *house) Definition(_ context.Context, id string) (msp.Definition, error) {
	return h.orgs[id].Definition(), nil
}

func (h *house) Certificates(context.Context, org.CertificateFilter) ([]org.Certificate, error) {
	return h.revoked, nil
}

// newHouse has the step of operations of the kind "work" do what ask does.
func newHouse(t *testing.T, ask func(ctx context.Context, h *house) error) *house {
	t.Helper()
	db := sqltest.New(t)
	h := &house{orgs: map[string]*configtxtest.Org{}}
	for id, mspID := range map[string]string{"araba": "ArabaMSP", "bizkaia": "BizkaiaMSP", "gipuzkoa": "GipuzkoaMSP"} {
		h.orgs[id] = configtxtest.NewOrg(t, mspID)
	}
	log := slog.New(slog.DiscardHandler)
	h.engine = operation.NewEngine(operation.Options{
		Store: db, Transactor: db, Log: log,
		Ended: func(ctx context.Context, op operation.Operation) error { return h.Ended(ctx, op) },
	})
	h.Service = consent.New(consent.Options{
		Store: db, Transactor: db, Orgs: h, Wake: h.engine.Wake, Log: log,
		Notify: func(_ context.Context, r consent.Request) error {
			h.told = append(h.told, r.Org)
			return nil
		},
		Remind: func(_ context.Context, r consent.Request, days int) error {
			h.reminded = append(h.reminded, fmt.Sprint(r.Org, " ", days))
			return nil
		},
		Now: h.time,
	})
	h.engine.Register("work", func(operation.Operation) ([]operation.PlannedStep, error) {
		return []operation.PlannedStep{{Name: "ask", Do: func(ctx context.Context, _ func(string, ...any)) error { return ask(ctx, h) }}}, nil
	}, nil)
	servicetest.Run(t, h.engine.Run)
	return h
}

func (h *house) start(t *testing.T) string {
	t.Helper()
	op, err := h.engine.Start(t.Context(), operation.Request{Kind: "work", Subject: "ledger/ondo"}, func(context.Context) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return op.ID
}

// waiting follows an operation until it waits, or has ended.
func (h *house) waiting(t *testing.T, id string, since func(operation.Operation) bool) operation.Operation {
	t.Helper()
	updates, err := h.engine.Watch(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for op := range updates {
		if op.State == operation.Waiting && since(op) || op.State.Done() {
			return op
		}
	}
	t.Fatal("it neither waits nor has ended")
	return operation.Operation{}
}

func ever(operation.Operation) bool { return true }

func (h *house) open(t *testing.T, f consent.Filter) []consent.Request {
	t.Helper()
	f.State = consent.Open
	found, err := h.List(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// sign signs as an identity of a role does, elsewhere.
func (h *house) sign(t *testing.T, id string, by *configtxtest.Org, role string) error {
	t.Helper()
	leaf := by.Enroll(t, "nekane", role)
	u, err := h.Prepare(t.Context(), id, leaf.Cert)
	if err != nil {
		return err
	}
	_, next, err := h.Sign(t.Context(), id, consent.Answer{Step: u.Step, Bytes: u.Bytes, Signature: signed(t, leaf.Key, u.Message), By: "nekane"})
	if err == nil && next != nil {
		t.Error("a config update takes another signature")
	}
	return err
}

func signed(t *testing.T, key *ecdsa.PrivateKey, message []byte) []byte {
	t.Helper()
	digest := sha256.Sum256(message)
	signature, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

func ask(content string) consent.Ask {
	return consent.Ask{
		Kind: consent.ConfigUpdate, Ledger: "ondo", Content: []byte(content),
		Act: consent.Act{Code: consent.ActAddOrganization, Params: map[string]string{"organization": "nafarroa"}},
	}
}

func TestOnlyAsManyAsNeeded(t *testing.T) {
	t.Parallel()
	got := make(chan []consent.Request, 1)
	h := newHouse(t, func(ctx context.Context, h *house) error {
		signed, err := h.Signatures(ctx, ask("update"), []string{"araba", "bizkaia", "gipuzkoa"}, 2)
		if err == nil {
			got <- signed
		}
		return err
	})
	id := h.start(t)
	op := h.waiting(t, id, ever)
	if !slices.Equal(op.Awaits.Orgs, []string{"araba", "bizkaia", "gipuzkoa"}) || len(op.Awaits.What) != 3 || !slices.Equal(h.told, op.Awaits.Orgs) {
		t.Fatalf("told %v: %+v", h.told, op.Awaits)
	}
	of := func(org string) string { return h.open(t, consent.Filter{Org: org})[0].ID }
	gipuzkoa := of("gipuzkoa")
	if _, err := h.Decline(t.Context(), of("araba"), "ez", "ane"); err != nil {
		t.Fatal(err)
	}
	h.waiting(t, id, func(op operation.Operation) bool { return len(op.Awaits.Orgs) == 2 })
	for _, org := range []string{"bizkaia", "gipuzkoa"} {
		if err := h.sign(t, of(org), h.orgs[org], msp.RoleAdmin); err != nil {
			t.Fatal(err)
		}
	}
	if op, err := h.engine.Wait(t.Context(), id); err != nil || op.State != operation.Succeeded {
		t.Fatalf("%+v: %v", op, err)
	}
	if signatures := <-got; len(signatures) != 2 || len(signatures[0].Signature) == 0 {
		t.Errorf("%d signatures", len(signatures))
	}
	if err := h.sign(t, gipuzkoa, h.orgs["gipuzkoa"], msp.RoleAdmin); fault.Of(err).Code != "signature_request_closed" {
		t.Errorf("signed twice: %v", err)
	}
}

func TestTooManyDecline(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(ctx context.Context, h *house) error {
		_, err := h.Signatures(ctx, ask("update"), []string{"araba", "bizkaia"}, 2)
		return err
	})
	id := h.start(t)
	h.waiting(t, id, ever)
	araba := h.open(t, consent.Filter{Org: "araba"})[0].ID
	if _, err := h.Decline(t.Context(), araba, "", "ane"); fault.Of(err).Code != "decline_reason_missing" {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := h.Decline(t.Context(), araba, "ez dugu nahi", "ane"); err != nil {
		t.Fatal(err)
	}
	op, err := h.engine.Wait(t.Context(), id)
	if err != nil || op.Fault == nil || op.Fault.Code != consent.CodeDeclined || op.Fault.Message != "organization araba declined: ez dugu nahi" {
		t.Fatalf("%+v: %v", op.Fault, err)
	}
	if left := h.open(t, consent.Filter{}); len(left) != 0 {
		t.Errorf("still open: %+v", left)
	}
	if _, err := h.engine.Retry(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	h.waiting(t, id, ever)
	if again := h.open(t, consent.Filter{Org: "araba"}); len(again) != 1 || again[0].ID == araba || again[0].Round != 1 {
		t.Errorf("tried again: %+v", again)
	}
}

func TestWrongSigners(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(ctx context.Context, h *house) error {
		_, err := h.Signatures(ctx, ask("update"), []string{"araba"}, 1)
		return err
	})
	h.waiting(t, h.start(t), ever)
	id, araba := h.open(t, consent.Filter{})[0].ID, h.orgs["araba"]
	for name, c := range map[string]struct {
		by   *configtxtest.Org
		role string
		code string
	}{
		"a client":             {araba, msp.RoleClient, "administrator_role"},
		"a peer":               {araba, msp.RolePeer, "administrator_role"},
		"another organization": {h.orgs["bizkaia"], msp.RoleAdmin, "administrator_foreign"},
	} {
		if err := h.sign(t, id, c.by, c.role); fault.Of(err).Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	leaf, other := araba.Enroll(t, "nekane", msp.RoleAdmin), araba.Enroll(t, "ane", msp.RoleAdmin)
	u, err := h.Prepare(t.Context(), id, leaf.Cert)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		answer consent.Answer
		code   string
	}{
		"another key":   {consent.Answer{Step: u.Step, Bytes: u.Bytes, Signature: signed(t, other.Key, u.Message)}, "signature_invalid"},
		"another step":  {consent.Answer{Step: consent.StepProposal, Bytes: u.Bytes, Signature: signed(t, leaf.Key, u.Message)}, "signature_step_wrong"},
		"other bytes":   {consent.Answer{Step: u.Step, Bytes: []byte("other"), Signature: signed(t, leaf.Key, u.Message)}, "signed_bytes_foreign"},
		"no signature":  {consent.Answer{Step: u.Step, Bytes: u.Bytes}, "signature_invalid"},
		"half the text": {consent.Answer{Step: u.Step, Bytes: u.Bytes[:len(u.Bytes)-1], Signature: signed(t, leaf.Key, u.Message)}, "signed_bytes_foreign"},
	} {
		if _, _, err := h.Sign(t.Context(), id, c.answer); fault.Of(err).Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	h.revoked = []org.Certificate{{PEM: leaf.Cert}}
	if _, _, err := h.Sign(t.Context(), id, consent.Answer{Step: u.Step, Bytes: u.Bytes, Signature: signed(t, leaf.Key, u.Message)}); fault.Of(err).Code != "administrator_revoked" {
		t.Errorf("a revoked certificate: %v", err)
	}
	if still := h.open(t, consent.Filter{}); len(still) != 1 || still[0].ID != id {
		t.Errorf("open: %+v", still)
	}
}

// TestSuperseded: what is asked changes while it is open, and while it is signed but not used.
func TestSuperseded(t *testing.T) {
	t.Parallel()
	contents := make(chan string, 10)
	content := ""
	h := newHouse(t, func(ctx context.Context, h *house) error {
		select {
		case content = <-contents:
		default:
		}
		_, err := h.Signatures(ctx, ask(content), []string{"araba"}, 1)
		return err
	})
	contents <- "one"
	id := h.start(t)
	first := h.waiting(t, id, ever).Awaits.What[0]
	contents <- "two"
	h.Moved(t.Context(), "another")
	h.Moved(t.Context(), "ondo")
	second := h.waiting(t, id, func(op operation.Operation) bool { return op.Awaits.What[0] != first }).Awaits.What[0]
	old, err := h.Service.Get(t.Context(), first)
	if err != nil || old.State != consent.Superseded {
		t.Errorf("the first is %s: %v", old.State, err)
	}
	if err := h.sign(t, first, h.orgs["araba"], msp.RoleAdmin); fault.Of(err).Code != "signature_request_closed" {
		t.Errorf("the first is signed: %v", err)
	}
	contents <- "three" // the ledger changes while the second is being signed
	if err := h.sign(t, second, h.orgs["araba"], msp.RoleAdmin); err != nil {
		t.Fatal(err)
	}
	third := h.waiting(t, id, func(op operation.Operation) bool { return op.Awaits.What[0] != second }).Awaits.What[0]
	if r, err := h.Service.Get(t.Context(), third); err != nil || r.Replaces != second || string(r.Content) != "three" {
		t.Errorf("the third: %+v: %v", r, err)
	}
	if err := h.sign(t, third, h.orgs["araba"], msp.RoleAdmin); err != nil {
		t.Fatal(err)
	}
	if op, err := h.engine.Wait(t.Context(), id); err != nil || op.State != operation.Succeeded {
		t.Errorf("%+v: %v", op, err)
	}
}

// TestReminded: an organization is reminded once of what waits for long, be it put another way meanwhile.
func TestReminded(t *testing.T) {
	t.Parallel()
	contents := make(chan string, 10)
	content := ""
	h := newHouse(t, func(ctx context.Context, h *house) error {
		select {
		case content = <-contents:
		default:
		}
		_, err := h.Signatures(ctx, ask(content), []string{"araba"}, 1)
		return err
	})
	contents <- "one"
	id := h.start(t)
	first := h.waiting(t, id, ever).Awaits.What[0]
	tick := func(what string, want ...string) {
		t.Helper()
		for range 2 {
			if err := h.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(h.reminded, want) {
			t.Errorf("%s: reminded %q, want %q", what, h.reminded, want)
		}
	}
	h.pass(consent.Long - time.Hour)
	tick("early")
	contents <- "two"
	h.Moved(t.Context(), "ondo")
	second := h.waiting(t, id, func(op operation.Operation) bool { return op.Awaits.What[0] != first }).Awaits.What[0]
	h.pass(2 * time.Hour)
	tick("put another way", "araba 3")
	oldest, err := h.Oldest(t.Context())
	if r := oldest["araba"]; err != nil || len(oldest) != 1 || r.ID != second || h.time().Sub(r.Waiting()) < consent.Long {
		t.Errorf("oldest: %+v: %v", oldest, err)
	}
	contents <- "three"
	h.Moved(t.Context(), "ondo")
	third := h.waiting(t, id, func(op operation.Operation) bool { return op.Awaits.What[0] != second }).Awaits.What[0]
	h.pass(consent.Long)
	tick("put another way once more", "araba 3")
	h.pass(-2*consent.Long - time.Hour) // the test's authorities don't live as long
	if err := h.sign(t, third, h.orgs["araba"], msp.RoleAdmin); err != nil {
		t.Fatal(err)
	}
	if oldest, err := h.Oldest(t.Context()); err != nil || len(oldest) != 0 {
		t.Errorf("after it is signed: %+v: %v", oldest, err)
	}
}

func TestOutsideAnOperation(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(context.Context, *house) error { return nil })
	_, err := h.Signatures(t.Context(), ask("update"), []string{"araba"}, 1)
	if fault.Of(err).Code != org.CodeAdministratorElsewhere {
		t.Errorf("%v", err)
	}
	if _, err := h.Prepare(t.Context(), "none", nil); !errors.Is(err, fault.NotFound) {
		t.Errorf("an absent request: %v", err)
	}
}
