// SPDX-License-Identifier: Apache-2.0

package revocation_test

import (
	"crypto/x509"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/revocation"
)

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
	if _, err := f.orgs.ContractMaterial(ctx, "bizkaia", "azterketak--exams", "127.0.0.1"); err != nil {
		t.Fatal(err)
	}
	contract, err := f.orgs.Latest(ctx, "bizkaia", org.ContractHolder("azterketak--exams"), org.Contract)
	if err != nil {
		t.Fatal(err)
	}
	peer := newest("bizkaia-peer0")
	for serial, want := range map[string]string{
		contract.Serial: "contract_certificate_not_revocable",
		ca[0].Serial:    "authority_not_revocable", peer.Serial: "certificate_in_use", newest("administrator").Serial: "certificate_in_use",
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
