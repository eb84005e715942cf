// SPDX-License-Identifier: Apache-2.0

package pki_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// public is a stand-in for a public authority: an RSA root and an issuing authority below it.
type public struct {
	root, issuing       *x509.Certificate
	rootKey, issuingKey crypto.Signer
}

func newPublic(t *testing.T, pathLen int) *public {
	t.Helper()
	p := &public{rootKey: rsaKey(t), issuingKey: rsaKey(t)}
	p.root = authorityCert(t, "Root", -1, p.rootKey.Public(), nil, p.rootKey)
	p.issuing = authorityCert(t, "Issuing", pathLen, p.issuingKey.Public(), p.root, p.rootKey)
	return p
}

func rsaKey(t *testing.T) crypto.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// authorityCert makes a CA certificate; without an issuer it is self-signed. A pathLen of -1 is no limit.
func authorityCert(t *testing.T, name string, pathLen int, key crypto.PublicKey, issuer *x509.Certificate, signer crypto.Signer) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		MaxPathLen: pathLen, MaxPathLenZero: pathLen == 0, SubjectKeyId: []byte(name),
	}
	if issuer == nil {
		issuer = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, key, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func bundle(certs ...*x509.Certificate) []byte {
	var b bytes.Buffer
	for _, c := range certs {
		if err := pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}); err != nil {
			panic(err)
		}
	}
	return b.Bytes()
}

func TestArrange(t *testing.T) {
	t.Parallel()
	p := newPublic(t, -1)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sub := authorityCert(t, "Sub", 0, key.Public(), p.issuing, p.issuingKey)
	want := bundle(sub, p.issuing, p.root)
	stranger := newPublic(t, -1)
	for _, order := range [][]*x509.Certificate{
		{sub, p.issuing, p.root}, {p.root, p.issuing, sub}, {p.issuing, stranger.root, sub, p.root, stranger.issuing},
	} {
		got, err := pki.Arrange(bundle(order...), key.Public())
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("arranged:\n%s%v", got, err)
		}
	}
	root, below, err := pki.Split(want)
	if err != nil || !bytes.Equal(root, bundle(p.root)) || !slices.EqualFunc(below, [][]byte{bundle(sub), bundle(p.issuing)}, bytes.Equal) {
		t.Errorf("split: %s %s %v", root, below, err)
	}
	for name, c := range map[string]struct {
		bundle []byte
		code   string
	}{
		"no issuer":     {bundle(sub, p.root), "ca_chain_incomplete"},
		"no root":       {bundle(sub, p.issuing), "ca_chain_incomplete"},
		"another's key": {bundle(p.issuing, p.root), "ca_key_mismatch"},
		"garbage":       {append(bundle(sub), "garbage"...), "certificate_malformed"},
		"nothing":       {nil, "certificate_malformed"},
		"too much":      {bytes.Repeat(bundle(sub), 200), "certificate_malformed"},
	} {
		if _, err := pki.Arrange(c.bundle, key.Public()); fault.Of(err).Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func TestVerifyChain(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		pathLen int
		at      time.Time
		code    string
	}{
		"good":           {-1, time.Now(), ""},
		"no room below":  {0, time.Now(), "ca_chain_broken"},
		"after its time": {-1, time.Now().Add(2 * time.Hour), "ca_chain_broken"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPublic(t, c.pathLen)
			sub := authorityCert(t, "Sub", 0, key.Public(), p.issuing, p.issuingKey)
			authority, err := pki.OpenAuthority(bundle(sub, p.issuing, p.root), key)
			if err != nil {
				t.Fatal(err)
			}
			leaf, err := authority.Issue(key.Public(), pki.Profile{CommonName: "ane", Usage: pki.Sign, Lifetime: time.Minute}, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			err = pki.VerifyChain(append(leaf, bundle(sub, p.issuing, p.root)...), c.at)
			if c.code == "" && err != nil || c.code != "" && fault.Of(err).Code != c.code {
				t.Errorf("%v, want %q", err, c.code)
			}
		})
	}
}

func TestProfileOf(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	authority, err := pki.NewRoot(key, pki.Subject{CommonName: "CA"}, time.Hour, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []pki.Profile{
		{CommonName: "ane", Organization: "bizkaia", OrganizationalUnit: "client", Usage: pki.Sign, Attributes: map[string]string{"b4a.role": "examiner"}},
		{CommonName: "bizkaia-peer0", Organization: "bizkaia", Usage: pki.TLS, Hosts: []string{"bizkaia-peer0", "127.64.0.1"}},
		{CommonName: "bare", Usage: pki.Sign},
	} {
		issue := want
		issue.Lifetime = time.Minute
		certPEM, err := authority.Issue(key.Public(), issue, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		cert, err := pki.ParseX509(certPEM)
		if err != nil {
			t.Fatal(err)
		}
		got, err := pki.ProfileOf(cert)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("profile (-want +got), %v:\n%s", err, diff)
		}
	}
}

// TestAuthorityCSR checks that the request asks for what an issuing authority needs, and that nobody gets one by asking
// for a leaf.
func TestAuthorityCSR(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	csr, err := pki.MakeAuthorityCSR(key, pki.Subject{CommonName: "bizkaia CA", Organization: "bizkaia"})
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(csr)
	request, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil || request.CheckSignature() != nil || request.Subject.String() != "CN=bizkaia CA,O=bizkaia" || len(request.Extensions) != 2 {
		t.Errorf("request: %+v: %v", request, err)
	}
	if _, err := pki.ParseCSR(csr); fault.Of(err).Code != "csr_requests_ca" {
		t.Errorf("as a leaf's: %v", err)
	}
}
