// SPDX-License-Identifier: Apache-2.0

package revocation_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/client/enrollment"
	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/revocation"
	"github.com/blockchain4all/blockchain4all/internal/store/sql"
)

// ledgers is a network whose channels take MSP definitions at once; it counts the updates that change something.
type ledgers struct {
	t    *testing.T
	orgs *org.Service

	mu      sync.Mutex
	names   []string
	has     map[string][]byte
	block   uint64
	updates int
	down    error
}

func (l *ledgers) EnsureMSP(ctx context.Context, orgID string, _ func(string, ...any)) ([]channel.Effect, error) {
	def, err := l.orgs.Definition(ctx, orgID)
	if err != nil {
		return nil, err
	}
	if err := def.Validate(time.Now()); err != nil {
		l.t.Errorf("Fabric would refuse the definition: %v", err)
	}
	config, err := def.Marshal()
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down != nil {
		return nil, l.down
	}
	var effects []channel.Effect
	for _, name := range l.names {
		if string(l.has[name]) != string(config) {
			l.has[name], l.block = config, l.block+1
			l.updates++
		}
		effects = append(effects, channel.Effect{Channel: name, Block: l.block})
	}
	return effects, nil
}

func (l *ledgers) Concerned(context.Context, string) ([]string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.names), nil
}

func (l *ledgers) AwaitPeer(context.Context, string) error { return nil }

func (l *ledgers) add(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.names = append(l.names, name)
}

func (l *ledgers) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.updates
}

// hosts has one peer.
type hosts struct {
	mu       sync.Mutex
	peer     node.Node
	reloaded int
}

func (h *hosts) Get(_ context.Context, id string) (node.Node, error) {
	if id != h.peer.ID {
		return node.Node{}, fault.New(fault.NotFound, "node_not_found", "no")
	}
	return h.peer, nil
}

func (h *hosts) List(context.Context, string) ([]node.Node, error) { return []node.Node{h.peer}, nil }

func (h *hosts) Reload(context.Context, string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.reloaded++
	return nil
}

// word is what another authority says.
type word struct {
	mu     sync.Mutex
	status pki.Status
	err    error
}

func (w *word) Status(context.Context, *x509.Certificate, *x509.Certificate) (pki.Status, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.status, w.err
}

func (w *word) say(s pki.Status, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.status, w.err = s, err
}

// fixture is a platform with one organization, "bizkaia".
type fixture struct {
	t       *testing.T
	db      *sql.DB
	keys    *pki.SealedStore
	orgs    *org.Service
	engine  *operation.Engine
	ledgers *ledgers
	hosts   *hosts
	word    *word
	*revocation.Service

	mu      sync.Mutex
	now     time.Time
	notices []int
	refuse  error
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	dir := t.TempDir()
	f := &fixture{t: t, now: time.Now(), word: &word{}, hosts: &hosts{}}
	var err error
	if f.db, err = sql.Open(t.Context(), sql.Config{Path: filepath.Join(dir, "b4a.db")}); err != nil {
		t.Fatal(err)
	}
	if f.keys, err = pki.OpenSealedStore(filepath.Join(dir, "keys"), filepath.Join(dir, "master.key")); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	f.engine = operation.NewEngine(operation.Options{Store: f.db, Transactor: f.db, Log: log})
	f.orgs = org.New(org.Options{Store: f.db, Keys: f.keys, Engine: f.engine, Log: log, Now: f.time})
	f.ledgers = &ledgers{t: t, orgs: f.orgs, names: []string{"azterketak"}, has: map[string][]byte{}}
	f.Service = revocation.New(revocation.Options{
		Store: f.db, Transactor: f.db, Orgs: f.orgs, Nodes: f.hosts, Channels: f.ledgers, Engine: f.engine, Source: f.word,
		Notify: f.notify, Log: log, Now: f.time,
	})
	f.engine.Register(revocation.KindRevoke, f.PlanRevoke, nil)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { _ = f.engine.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		wg.Wait()
		if err := f.db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := f.orgs.Found(t.Context(), org.NewOrganization{ID: "bizkaia", Name: "Bizkaia", Kind: "public-body"}); err != nil {
		t.Fatal(err)
	}
	if err := f.orgs.SetState(t.Context(), "bizkaia", org.Active, ""); err != nil {
		t.Fatal(err)
	}
	peer, err := f.orgs.EnsureLeaf(t.Context(), "bizkaia", org.Leaf{Holder: "bizkaia-peer0", Purpose: org.Sign, Role: "peer"})
	if err != nil {
		t.Fatal(err)
	}
	f.hosts.peer = node.Node{ID: "bizkaia-peer0", Kind: node.Peer, Org: "bizkaia", Sign: peer.Serial}
	return f
}

func (f *fixture) time() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *fixture) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

func (f *fixture) notify(_ context.Context, _, _ string, _ org.Certificate, daysLeft int) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse == nil {
		f.notices = append(f.notices, daysLeft)
	}
	return f.refuse
}

func (f *fixture) member(name, role string) org.Certificate {
	f.t.Helper()
	key, err := enrollment.NewKey()
	if err != nil {
		f.t.Fatal(err)
	}
	csr, err := enrollment.CSR(key, name)
	if err != nil {
		f.t.Fatal(err)
	}
	f.pass(time.Millisecond)
	c, err := f.orgs.IssueCertificate(f.t.Context(), org.NewCertificate{Org: "bizkaia", Name: name, Role: role, CSR: csr})
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

func (f *fixture) done(op operation.Operation, err error) operation.Operation {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
	if op, err = f.engine.Wait(f.t.Context(), op.ID); err != nil || op.State != operation.Succeeded {
		f.t.Fatalf("operation: %+v: %v", op, err)
	}
	return op
}

func (f *fixture) get(serial string) org.Certificate {
	f.t.Helper()
	c, err := f.orgs.Certificate(f.t.Context(), "bizkaia", serial)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

func (f *fixture) issuer() org.Issuer {
	f.t.Helper()
	i, err := f.orgs.Issuing(f.t.Context(), "bizkaia", org.CA)
	if err != nil {
		f.t.Fatal(err)
	}
	return i
}

func coded(t *testing.T, what string, err error, code string) {
	t.Helper()
	if err == nil || fault.Of(err).Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestRevokeReachesLedgersAndLists(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := t.Context()
	c := f.member("ane", "client")
	again, err := f.orgs.Reissue(ctx, c) // a renewal, on the same key
	if err != nil {
		t.Fatal(err)
	}
	op, err := f.Revoke(ctx, "bizkaia", c.Serial, "keyCompromise", "x", "key-1")
	f.done(op, err)
	for _, serial := range []string{c.Serial, again.Serial} {
		got := f.get(serial)
		if block, ok := got.EffectOn("azterketak"); got.RevokedAt.IsZero() || got.Reason != "keyCompromise" || !ok || block != 1 {
			t.Errorf("%s: %+v", serial, got)
		}
	}
	repeated, err := f.Revoke(ctx, "bizkaia", c.Serial, "keyCompromise", "x", "key-1")
	if err != nil || repeated.ID != op.ID {
		t.Errorf("repeated request: %+v: %v", repeated, err)
	}
	_, err = f.Revoke(ctx, "bizkaia", c.Serial, "keyCompromise", "x", "key-2")
	coded(t, "again", err, "certificate_revoked_already")
	listed, err := pki.ListedSerials(f.issuer().CRL)
	if want := slices.Sorted(slices.Values([]string{c.Serial, again.Serial})); err != nil || !slices.Equal(listed, want) {
		t.Errorf("list of the MSP definition: %v: %v", listed, err)
	}
	der, l, err := f.Published(ctx, "bizkaia", org.CA, 0)
	if err != nil {
		t.Fatal(err)
	}
	ca, err := pki.ParseChain(f.issuer().Chain)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pki.ReadList(der, ca[0], f.time())
	if err != nil {
		t.Fatal(err)
	}
	cert, err := pki.ParseX509(c.PEM)
	if err != nil {
		t.Fatal(err)
	}
	if s := list.Status(cert); !s.Revoked || s.Reason != 1 || l.NextUpdate.Sub(f.time()) < 6*24*time.Hour {
		t.Errorf("published list: %+v, until %s", s, l.NextUpdate)
	}
}

func TestSuperseded(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.member("ane", "client")
	f.pass(time.Second)
	again, err := f.orgs.Reissue(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	f.done(f.Revoke(t.Context(), "bizkaia", c.Serial, "superseded", "x", ""))
	if got := f.get(again.Serial); !got.RevokedAt.IsZero() {
		t.Errorf("what superseded it is revoked: %+v", got)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := t.Context()
	newest := func(holder string) org.Certificate {
		c, err := f.orgs.Latest(ctx, "bizkaia", holder, org.Sign)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	ca, err := f.orgs.Certificates(ctx, org.CertificateFilter{Org: "bizkaia", Purpose: org.CA})
	if err != nil || len(ca) != 1 {
		t.Fatalf("%v: %v", ca, err)
	}
	peer := newest("bizkaia-peer0")
	for serial, want := range map[string]string{
		ca[0].Serial: "authority_not_revocable", peer.Serial: "certificate_in_use", newest("administrator").Serial: "certificate_in_use",
		"00": "certificate_not_found",
	} {
		_, err := f.Revoke(ctx, "bizkaia", serial, "unspecified", "x", "")
		coded(t, want, err, want)
	}
	_, err = f.Revoke(ctx, "bizkaia", peer.Serial, "boredom", "x", "")
	coded(t, "reason", err, "revocation_reason_invalid")
	_, err = f.Revoke(ctx, "nowhere", peer.Serial, "unspecified", "x", "")
	coded(t, "another organization's", err, "certificate_not_found")
	f.pass(time.Second)
	next, err := f.orgs.Reissue(ctx, peer)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Revoke(ctx, "bizkaia", peer.Serial, "unspecified", "x", "")
	coded(t, "the node runs with it still", err, "certificate_in_use")
	f.hosts.peer.Sign = next.Serial
	_, err = f.Revoke(ctx, "bizkaia", peer.Serial, "keyCompromise", "x", "")
	coded(t, "on a key that goes on", err, "certificate_key_in_use")
	f.done(f.Revoke(ctx, "bizkaia", peer.Serial, "superseded", "x", ""))
	if got := f.get(next.Serial); !got.RevokedAt.IsZero() {
		t.Errorf("the node's present certificate is revoked: %+v", got)
	}
}

func TestTogetherIsOneUpdate(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var certs []org.Certificate
	for _, name := range []string{"ane", "jon", "miren"} {
		certs = append(certs, f.member(name, "client"))
	}
	f.ledgers.mu.Lock()
	f.ledgers.down = fault.New(fault.Unavailable, "away", "no")
	f.ledgers.mu.Unlock()
	var ops []operation.Operation
	for _, c := range certs {
		op, err := f.Revoke(t.Context(), "bizkaia", c.Serial, "unspecified", "x", "")
		if err != nil {
			t.Fatal(err)
		}
		ops = append(ops, op)
		if f.get(c.Serial).RevokedAt.IsZero() {
			t.Error("the platform goes by the certificate until the ledgers answer")
		}
	}
	f.ledgers.mu.Lock()
	f.ledgers.down = nil
	f.ledgers.mu.Unlock()
	for _, op := range ops {
		f.done(op, nil)
	}
	if n := f.ledgers.count(); n > 2 { // the first one's list may have been made before the others were asked for
		t.Errorf("%d updates for three revocations", n)
	}
	for _, c := range certs {
		if _, ok := f.get(c.Serial).EffectOn("azterketak"); !ok {
			t.Errorf("%s: no effect", c.Holder)
		}
	}
}

func TestHoldAndRelease(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := t.Context()
	ane, jon := f.member("ane", "client"), f.member("jon", "client")
	admin := f.member("buru", "admin")
	f.done(f.Hold(ctx, "bizkaia", ane.Holder, "x"))
	f.done(f.HoldOrganization(ctx, "bizkaia", "x"))
	for _, c := range []org.Certificate{ane, jon, admin} {
		if got := f.get(c.Serial); !got.Held() || len(got.Effects) != 1 {
			t.Errorf("%s is not on hold: %+v", c.Holder, got)
		}
	}
	if f.hosts.reloaded == 0 {
		t.Error("the peer takes installations from an administrator whose certificate is on hold")
	}
	if _, err := f.orgs.Administrator(ctx, "bizkaia"); err != nil {
		t.Errorf("the platform can't take the suspension back: %v", err)
	}
	_, err := f.ReleaseCertificate(ctx, "bizkaia", jon.Serial, "x", "")
	coded(t, "an administrator of a suspended organization", err, "certificate_held_otherwise")
	f.done(f.Release(ctx, "bizkaia", ane.Holder, "x"))
	if got := f.get(ane.Serial); !got.Held() || len(got.Effects) != 1 {
		t.Errorf("released while the organization is on hold: %+v", got)
	}
	f.done(f.Hold(ctx, "bizkaia", ane.Holder, "x"))
	f.done(f.ReleaseOrganization(ctx, "bizkaia", "x"))
	if got := f.get(jon.Serial); !got.RevokedAt.IsZero() || len(got.Effects) != 0 {
		t.Errorf("not released: %+v", got)
	}
	if got := f.get(ane.Serial); !got.Held() {
		t.Errorf("what was laid on a holder was lifted with the organization's: %+v", got)
	}
	f.done(f.Release(ctx, "bizkaia", ane.Holder, "x"))
	if crl := f.issuer().CRL; len(crl) != 0 {
		t.Errorf("the MSP definition keeps a list of nothing: %s", crl)
	}
	op, err := f.Release(ctx, "bizkaia", ane.Holder, "x")
	if err != nil || op.ID != "" {
		t.Errorf("nothing to release: %+v: %v", op, err)
	}
	_, err = f.ReleaseCertificate(ctx, "bizkaia", ane.Serial, "x", "")
	coded(t, "not held", err, "certificate_not_held")
	f.done(f.Hold(ctx, "bizkaia", ane.Holder, "x"))
	f.done(f.RevokeHolder(ctx, "bizkaia", ane.Holder, "cessationOfOperation", "x"))
	if got := f.get(ane.Serial); got.Held() || got.RevokedAt.IsZero() {
		t.Errorf("a hold does not become a revocation: %+v", got)
	}
	_, err = f.ReleaseCertificate(ctx, "bizkaia", ane.Serial, "x", "")
	coded(t, "revoked for good", err, "certificate_not_held")
}

func TestCustodialIdentityRefusedAtOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := t.Context()
	_, c, err := f.orgs.CreateApplication(ctx, org.NewApplication{Org: "bizkaia", Name: "galdetu"})
	if err != nil {
		t.Fatal(err)
	}
	f.pass(time.Second)
	if _, err := f.orgs.Reissue(ctx, c); err != nil { // an older one on the same key must not take its place
		t.Fatal(err)
	}
	if _, err := f.orgs.Signer(ctx, "bizkaia", "galdetu"); err != nil {
		t.Fatal(err)
	}
	op, err := f.Revoke(ctx, "bizkaia", c.Serial, "unspecified", "x", "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.orgs.Signer(ctx, "bizkaia", "galdetu")
	coded(t, "signer", err, "certificate_revoked")
	f.done(op, nil)
	if err := f.DeleteApplication(ctx, "bizkaia", "galdetu", "x"); err != nil {
		t.Fatal(err)
	}
	coded(t, "deleted twice", f.DeleteApplication(ctx, "bizkaia", "galdetu", "x"), "application_not_found")
	f.pass(time.Second)
	if _, _, err := f.orgs.CreateApplication(ctx, org.NewApplication{Org: "bizkaia", Name: "galdetu"}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.orgs.Signer(ctx, "bizkaia", "galdetu"); err != nil {
		t.Errorf("an application of the same name: %v", err)
	}
}

func TestDeletedApplicationIsRevoked(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, c, err := f.orgs.CreateApplication(t.Context(), org.NewApplication{Org: "bizkaia", Name: "galdetu"})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.DeleteApplication(t.Context(), "bizkaia", "galdetu", "x"); err != nil {
		t.Fatal(err)
	}
	ops, err := f.engine.List(t.Context(), operation.Filter{Subject: revocation.Subject("bizkaia")})
	if err != nil || len(ops) != 1 {
		t.Fatalf("%+v: %v", ops, err)
	}
	f.done(ops[0], nil)
	if got := f.get(c.Serial); len(got.Effects) != 1 || got.Reason != "cessationOfOperation" {
		t.Errorf("%+v", got)
	}
}

func TestOCSP(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := t.Context()
	c := f.member("ane", "client")
	cert, err := pki.ParseX509(c.PEM)
	if err != nil {
		t.Fatal(err)
	}
	chain, err := pki.ParseChain(f.issuer().Chain)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(of *x509.Certificate) pki.Status {
		t.Helper()
		request, err := pki.OCSPRequest(of, chain[0])
		if err != nil {
			t.Fatal(err)
		}
		answer, until, err := f.Answer(ctx, "bizkaia", org.CA, 0, request)
		if err != nil {
			t.Fatal(err)
		}
		s, err := pki.ReadOCSP(answer, of, chain[0], f.time())
		if err != nil || !until.After(f.time()) {
			t.Fatalf("%v, until %s", err, until)
		}
		return s
	}
	if s := ask(cert); !s.Known || s.Revoked {
		t.Errorf("good: %+v", s)
	}
	if s := ask(&x509.Certificate{SerialNumber: chain[0].SerialNumber}); s.Known {
		t.Errorf("the authority's own, which it did not issue as a leaf: %+v", s)
	}
	f.done(f.Revoke(ctx, "bizkaia", c.Serial, "privilegeWithdrawn", "x", ""))
	if s := ask(cert); !s.Revoked || s.Reason != 9 {
		t.Errorf("revoked: %+v", s)
	}
	request, err := pki.OCSPRequest(cert, chain[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		p    org.Purpose
		data []byte
		want []byte
	}{
		"nonsense":                      {org.CA, []byte("x"), pki.OCSPMalformed()},
		"of another of its authorities": {org.TLSCA, request, pki.OCSPUnauthorized()},
	} {
		if got, _, err := f.Answer(ctx, "bizkaia", c.p, 0, c.data); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %x: %v", name, got, err)
		}
	}
	for _, where := range []struct {
		org        string
		generation int
	}{{"bizkaia", 7}, {"nowhere", 0}} {
		if _, _, err := f.Answer(ctx, where.org, org.CA, where.generation, request); !errors.Is(err, fault.NotFound) {
			t.Errorf("%v: %v", where, err)
		}
	}
}

// round does what the service does again and again, once.
func (f *fixture) round() {
	f.t.Helper()
	if err := f.Round(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

// rounds runs the service until check is content.
func (f *fixture) rounds(every time.Duration, check func() bool) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), 20*time.Second)
	defer cancel()
	o := f.Options
	o.Every, o.Poll = every, every
	var wg sync.WaitGroup
	run, stop := context.WithCancel(ctx)
	wg.Go(func() { _ = revocation.New(o).Run(run) })
	defer wg.Wait()
	defer stop()
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for !check() {
		select {
		case <-ctx.Done():
			f.t.Fatal("not in time")
		case <-ticker.C:
		}
	}
}

func TestListsAreRefreshedWithoutUpdates(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.member("ane", "client")
	f.done(f.Revoke(t.Context(), "bizkaia", c.Serial, "unspecified", "x", ""))
	before := f.ledgers.count()
	carried := f.issuer().CRL
	_, first, err := f.Published(t.Context(), "bizkaia", org.CA, 0)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		f.pass(4 * 24 * time.Hour)
		f.round()
		_, l, err := f.Published(t.Context(), "bizkaia", org.CA, 0)
		if err != nil || l.NextUpdate.Sub(f.time()) < 6*24*time.Hour {
			t.Fatalf("until %s: %v", l.NextUpdate, err)
		}
		f.round() // nothing is due
	}
	_, last, err := f.Published(t.Context(), "bizkaia", org.CA, 0)
	if err != nil || last.Number != first.Number+3 {
		t.Errorf("number %d after %d: %v", last.Number, first.Number, err)
	}
	if _, err := f.ledgers.EnsureMSP(t.Context(), "bizkaia", nil); err != nil {
		t.Fatal(err)
	}
	if f.ledgers.count() != before || string(f.issuer().CRL) != string(carried) {
		t.Error("a refreshed list changes the configuration of ledgers")
	}
	lists, err := f.Lists(t.Context())
	if err != nil || len(lists) != 2 { // of both authorities
		t.Errorf("%d lists: %v", len(lists), err)
	}
}

func TestLaterLedgersCatchUp(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.member("ane", "client")
	f.done(f.Revoke(t.Context(), "bizkaia", c.Serial, "unspecified", "x", ""))
	f.ledgers.add("gero")
	f.rounds(5*time.Millisecond, func() bool {
		_, ok := f.get(c.Serial).EffectOn("gero")
		return ok
	})
	if block, _ := f.get(c.Serial).EffectOn("azterketak"); block != 1 {
		t.Errorf("what was known of the first ledger changed: block %d", block)
	}
	ops, err := f.engine.List(t.Context(), operation.Filter{Subject: revocation.Subject("bizkaia")})
	if err != nil || len(ops) != 2 {
		t.Errorf("%d operations: %v", len(ops), err)
	}
}

// card makes a certificate of another authority, and that authority's.
func card(t *testing.T, lists ...string) (cert, issuer []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a, err := pki.NewRoot(key, pki.Subject{CommonName: "Izenpe"}, 1000*time.Hour, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cert, err = a.Issue(key.Public(), pki.Profile{
		CommonName: "Ane", Usage: pki.Sign, Lifetime: time.Hour, CRLDistributionPoints: lists,
	}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return cert, a.CertificatePEM()
}

func TestWatchedCertificate(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := t.Context()
	ane := f.member("ane", "client")
	cert, issuer := card(t, "http://izenpe.example/crl")
	_, stranger := card(t)
	silent, itsIssuer := card(t)
	_, err := f.Watch(ctx, revocation.NewWatched{Org: "bizkaia", Holder: ane.Holder, Certificate: cert, Issuer: stranger})
	coded(t, "not its issuer", err, "certificate_issuer_mismatch")
	_, err = f.Watch(ctx, revocation.NewWatched{Org: "bizkaia", Holder: ane.Holder, Certificate: silent, Issuer: itsIssuer})
	coded(t, "no place to ask", err, "status_source_missing")
	in := revocation.NewWatched{Org: "bizkaia", Holder: ane.Holder, Certificate: cert, Issuer: append(stranger, issuer...)}
	w, err := f.Watch(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := f.Watch(ctx, in); err != nil || again.ID != w.ID {
		t.Errorf("watched twice: %+v: %v", again, err)
	}
	state := func(want revocation.WatchState) {
		t.Helper()
		f.round()
		if got, err := f.WatchedBy(ctx, "bizkaia"); err != nil || len(got) != 1 || got[0].State != want {
			t.Fatalf("%+v: %v, want %s", got, err, want)
		}
	}
	held := func(want bool) {
		t.Helper()
		if f.get(ane.Serial).Held() != want {
			t.Errorf("held: %v, want %v", !want, want)
		}
	}
	f.word.say(pki.Status{Known: true}, nil)
	state(revocation.Good)
	f.word.say(pki.Status{}, fault.New(fault.Unavailable, "status_unavailable", "down"))
	state(revocation.Unknown)
	if !f.get(ane.Serial).RevokedAt.IsZero() {
		t.Error("an authority that is down revokes")
	}
	f.word.say(pki.Status{Known: true, Revoked: true, Reason: 6, RevokedAt: f.time()}, nil)
	state(revocation.OnHold)
	held(true)
	f.word.say(pki.Status{Known: true}, nil)
	state(revocation.Good)
	held(false)
	f.word.say(pki.Status{Known: true, Revoked: true, Reason: 1, RevokedAt: f.time()}, nil)
	state(revocation.RevokedNow)
	f.rounds(5*time.Millisecond, func() bool { return len(f.get(ane.Serial).Effects) > 0 })
	if got := f.get(ane.Serial); got.Reason != "privilegeWithdrawn" || got.Held() {
		t.Errorf("%+v", got)
	}
	f.word.say(pki.Status{Known: true}, nil) // an authority that takes a revocation back is not believed
	later := f.member("ane", "client")
	f.round()
	if !f.get(later.Serial).RevokedAt.IsZero() {
		t.Error("what was issued after the revocation was known is revoked too")
	}
	coded(t, "another organization's", f.Unwatch(ctx, "araba", w.ID), "watched_certificate_not_found")
	if err := f.Unwatch(ctx, "bizkaia", w.ID); err != nil {
		t.Error(err)
	}
}

func TestRevokedAuthorityRaisesAlarm(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := t.Context()
	requested, err := f.orgs.RequestIssuers(ctx, "bizkaia", []org.Purpose{org.CA})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.orgs.InstallChain(ctx, "bizkaia", certify(t, requested[0].Request)); err != nil {
		t.Fatal(err)
	}
	if err := f.orgs.SetIssuers(ctx, "bizkaia", func(i org.Issuer, _ []org.Issuer) org.IssuerState {
		if i.State == org.Ready {
			return org.Trusted
		}
		return i.State
	}); err != nil {
		t.Fatal(err)
	}
	f.word.say(pki.Status{Known: true, Revoked: true, Reason: 2, RevokedAt: f.time()}, nil)
	f.round()
	if o, err := f.orgs.Get(ctx, "bizkaia"); err != nil || !strings.Contains(o.Warning, "was revoked by CN=Public Root") {
		t.Errorf("%+v: %v", o, err)
	}
	named := 0
	issuers, err := f.orgs.Issuers(ctx, "bizkaia")
	for _, i := range issuers {
		if i.Named() && i.Purpose == org.CA {
			named++
		}
	}
	if err != nil || named != 2 {
		t.Errorf("%d authorities are left: %v", named, err)
	}
	if err := f.orgs.SetIssuers(ctx, "bizkaia", func(i org.Issuer, _ []org.Issuer) org.IssuerState {
		if i.Generation == 1 {
			return org.Removed
		}
		return i.State
	}); err != nil {
		t.Fatal(err)
	}
	f.round()
	if o, err := f.orgs.Get(ctx, "bizkaia"); err != nil || o.Warning != "" {
		t.Errorf("the authority was left: %+v: %v", o, err)
	}
}

func TestNotices(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.member("ane", "client")
	if _, _, err := f.orgs.CreateApplication(t.Context(), org.NewApplication{Org: "bizkaia", Name: "galdetu"}); err != nil {
		t.Fatal(err) // custodial: nobody is told
	}
	told := func() []int {
		f.mu.Lock()
		defer f.mu.Unlock()
		return slices.Clone(f.notices)
	}
	day := 24 * time.Hour
	for _, c := range []struct {
		pass   time.Duration
		refuse error
		want   []int
	}{
		{300 * day, nil, nil},
		{6 * day, errors.New("no mail today"), nil},
		{0, nil, []int{58}},
		{day, nil, []int{58}},
		{29 * day, nil, []int{58, 28}},
		{26 * day, nil, []int{58, 28, 2}},
		{5 * day, nil, []int{58, 28, 2}},
	} {
		f.pass(c.pass)
		f.mu.Lock()
		f.refuse = c.refuse
		f.mu.Unlock()
		if err := f.Round(t.Context()); (err != nil) != (c.refuse != nil) {
			t.Errorf("round: %v", err)
		}
		if got := told(); !slices.Equal(got, c.want) {
			t.Errorf("told at %v days, want %v", got, c.want)
		}
	}
}
