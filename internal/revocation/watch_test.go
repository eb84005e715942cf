// SPDX-License-Identifier: Apache-2.0

package revocation_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/revocation"
)

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
		f.round() //nolint:contextcheck // it runs in the context of the test
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
	f.word.say(pki.Status{}, fault.New(fault.Unavailable, "status_unavailable", "down"))
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
	others := f.Unwatch(ctx, "araba", w.ID)
	coded(t, "another organization's", others, "watched_certificate_not_found")
	if err := f.Unwatch(ctx, "bizkaia", w.ID); err != nil {
		t.Error(err)
	}
	if absent := f.Unwatch(ctx, "araba", w.ID); fault.Of(absent).Message != fault.Of(others).Message || fault.Of(absent).Hint != fault.Of(others).Hint {
		t.Errorf("another organization's is told from an absent one: %v (%s), %v (%s)",
			others, fault.Of(others).Hint, absent, fault.Of(absent).Hint)
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
