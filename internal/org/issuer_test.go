// SPDX-License-Identifier: Apache-2.0

package org_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/pki/keystoretest"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
)

// house is a service on a real store with real keys, and an organization.
type house struct {
	*org.Service
	now time.Time
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{now: time.Now()}
	h.Service = org.New(org.Options{Store: sqltest.New(t), Keys: keystoretest.Sealed(t), Engine: starter{}, Now: func() time.Time { return h.now }, LeafLifetime: 90 * time.Hour})
	if err := h.Found(t.Context(), org.NewOrganization{ID: "bizkaia", Name: "Bizkaia", Kind: "public-body"}); err != nil {
		t.Fatal(err)
	}
	if err := h.SetState(t.Context(), "bizkaia", org.Active, ""); err != nil {
		t.Fatal(err)
	}
	return h
}

// starter records what an operation begins with, and runs nothing.
type starter struct{}

func (starter) Start(ctx context.Context, r operation.Request, prepare func(context.Context) error) (operation.Operation, error) {
	return operation.Operation{Kind: r.Kind}, prepare(ctx)
}

// root is another authority that certifies requests.
type root struct {
	cert *x509.Certificate
	key  *rsa.PrivateKey
}

func newRoot(t *testing.T) *root {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	r := &root{key: key}
	template := authority("Public Root")
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err == nil {
		r.cert, err = x509.ParseCertificate(der)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func authority(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(1000 * time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, SubjectKeyId: []byte(name),
	}
}

// certify gives the chains of what was requested, PEM, the root first.
func (r *root) certify(t *testing.T, issuers []org.Issuer) []byte {
	t.Helper()
	chain := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.cert.Raw})
	for _, i := range issuers {
		block, _ := pem.Decode(i.Request)
		request, err := x509.ParseCertificateRequest(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		der, err := x509.CreateCertificate(rand.Reader, authority(string(i.Purpose)+" sub"), r.cert, request.PublicKey, r.key)
		if err != nil {
			t.Fatal(err)
		}
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	return chain
}

func (h *house) states(ctx context.Context, t *testing.T) string {
	t.Helper()
	issuers, err := h.Issuers(ctx, "bizkaia")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, i := range issuers {
		fmt.Fprintf(&b, "%s/%d %s; ", i.Purpose, i.Generation, i.State)
	}
	return strings.TrimSuffix(b.String(), "; ")
}

func code(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Code
}

func TestMoveToAnotherAuthority(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), t.Context()
	if got := h.states(ctx, t); got != "ca/0 issuing; tls-ca/0 issuing" {
		t.Fatalf("at first: %s", got)
	}
	before, err := h.Definition(ctx, "bizkaia")
	if err != nil {
		t.Fatal(err)
	}
	requested, err := h.RequestIssuers(ctx, "bizkaia", []org.Purpose{org.CA})
	if err != nil || len(requested) != 1 {
		t.Fatal(requested, err)
	}
	again, err := h.RequestIssuers(ctx, "bizkaia", []org.Purpose{org.CA})
	if err != nil || !bytes.Equal(again[0].Request, requested[0].Request) {
		t.Errorf("a repeated request is another one: %v", err)
	}
	public := newRoot(t)
	if _, err := h.InstallChain(ctx, "bizkaia", public.certify(t, requested)); err != nil {
		t.Fatal(err)
	}
	if d, err := h.Definition(ctx, "bizkaia"); err != nil || len(d.RootCerts) != 1 || !bytes.Equal(d.RootCerts[0], before.RootCerts[0]) {
		t.Errorf("what is ready is in the definition already: %v", err)
	}
	proposed, err := h.Proposed(ctx, "bizkaia")
	if err != nil || len(proposed.RootCerts) != 2 || len(proposed.IntermediateCerts) != 1 || proposed.Validate(h.now) != nil {
		t.Errorf("proposed: %d roots, %d intermediates: %v, %v", len(proposed.RootCerts), len(proposed.IntermediateCerts), err, proposed.Validate(h.now))
	}
	if err := h.SetIssuers(ctx, "bizkaia", func(i org.Issuer, _ []org.Issuer) org.IssuerState {
		if i.Purpose == org.CA && i.Generation == 0 {
			return org.Retiring
		}
		return org.Issuing
	}); err != nil {
		t.Fatal(err)
	}
	if got := h.states(ctx, t); got != "ca/0 retiring; ca/1 issuing; tls-ca/0 issuing" {
		t.Errorf("after the switch: %s", got)
	}
	foreign, err := h.Foreign(ctx, "bizkaia")
	if err != nil {
		t.Fatal(err)
	}
	old, err := h.Latest(ctx, "bizkaia", org.HolderOffice, org.Sign)
	if err != nil || !foreign(old) {
		t.Fatalf("the office's old certificate is not foreign: %v", err)
	}
	fresh, err := h.RenewHolder(ctx, "bizkaia", org.HolderOffice, foreign)
	if err != nil || foreign(fresh) || fresh.Generation != 1 {
		t.Errorf("renewed: %+v: %v", fresh, err)
	}
	second, err := h.RenewHolder(ctx, "bizkaia", org.HolderOffice, foreign)
	if err != nil || second.Serial != fresh.Serial {
		t.Errorf("renewed again: %v: %v", second.Serial, err)
	}
	was, _ := pki.ParseX509(old.PEM)
	is, _ := pki.ParseX509(fresh.PEM)
	if was.Subject.String() != is.Subject.String() || !bytes.Equal(was.RawSubjectPublicKeyInfo, is.RawSubjectPublicKeyInfo) {
		t.Error("the certificate was issued again with another subject or key")
	}
	if _, err := h.RequestIssuers(ctx, "bizkaia", []org.Purpose{org.CA}); code(err) != "authority_change_running" {
		t.Errorf("request during a change: %v", err)
	}
}

func TestRefusedAuthorities(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), t.Context()
	public := newRoot(t)
	if _, err := h.InstallChain(ctx, "bizkaia", public.certify(t, nil)); code(err) != "authority_not_requested" {
		t.Errorf("nothing requested: %v", err)
	}
	requested, err := h.RequestIssuers(ctx, "bizkaia", []org.Purpose{org.CA, org.TLSCA})
	if err != nil {
		t.Fatal(err)
	}
	chain := public.certify(t, requested)
	onlyRoot := public.certify(t, nil)
	for name, c := range map[string]struct {
		bundle []byte
		code   string
	}{
		"without the root":   {chain[len(onlyRoot):], "ca_chain_incomplete"},
		"another's":          {newRoot(t).certify(t, nil), "ca_key_mismatch"},
		"garbage":            {[]byte("garbage"), "certificate_malformed"},
		"a request, not it":  {requested[0].Request, "certificate_malformed"},
		"with something off": {append(bytes.Clone(chain), "x"...), "certificate_malformed"},
	} {
		if _, err := h.InstallChain(ctx, "bizkaia", c.bundle); code(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	if got := h.states(ctx, t); got != "ca/0 issuing; ca/1 requested; tls-ca/0 issuing; tls-ca/1 requested" {
		t.Errorf("refusals changed something: %s", got)
	}
	if err := h.DiscardIssuer(ctx, "bizkaia", org.CA, 0); code(err) != "authority_in_use" {
		t.Errorf("discard the issuing one: %v", err)
	}
	if err := h.DiscardIssuer(ctx, "bizkaia", org.CA, 7); code(err) != "authority_not_found" {
		t.Errorf("discard none: %v", err)
	}
	if err := h.DiscardIssuer(ctx, "bizkaia", org.CA, 1); err != nil {
		t.Error(err)
	}
	if _, err := h.RequestIssuers(ctx, "bizkaia", []org.Purpose{"sign"}); code(err) != "authority_purpose_invalid" {
		t.Errorf("purpose: %v", err)
	}
	if _, err := h.RequestIssuers(ctx, "inor", []org.Purpose{org.CA}); code(err) != "organization_not_found" {
		t.Errorf("nobody's: %v", err)
	}
}

// TestDue: a certificate is due when a third of its life is left, but not when its authority ends with it.
func TestDue(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), t.Context()
	c, err := h.Latest(ctx, "bizkaia", org.HolderAdministrator, org.Sign)
	if err != nil {
		t.Fatal(err)
	}
	for after, want := range map[time.Duration]bool{0: false, 59 * time.Hour: false, 61 * time.Hour: true, 200 * time.Hour: true} {
		due, err := h.Due(ctx, "bizkaia")
		if err != nil {
			t.Fatal(err)
		}
		h.now = c.CreatedAt.Add(after)
		if got := due(c); got != want {
			t.Errorf("due after %s: %v, want %v", after, got, want)
		}
	}
	due, err := h.Due(ctx, "bizkaia")
	if err != nil {
		t.Fatal(err)
	}
	h.now = c.CreatedAt.Add(61 * time.Hour)
	issuing, err := h.Issuing(ctx, "bizkaia", org.CA)
	if err != nil {
		t.Fatal(err)
	}
	root, err := pki.ParseCertificate(issuing.Chain)
	if err != nil {
		t.Fatal(err)
	}
	c.NotAfter = root.NotAfter
	h.now = root.NotAfter.Add(-time.Hour)
	if due(c) {
		t.Error("a certificate that ends with its authority is renewed for ever")
	}
}
