// SPDX-License-Identifier: Apache-2.0

package msp_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

const year = 365 * 24 * time.Hour

func testNow() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func TestMSPID(t *testing.T) {
	t.Parallel()
	for org, want := range map[string]string{
		"bizkaia": "BizkaiaMSP", "platform": "PlatformMSP", "ehu-eus": "Ehu-eusMSP", "b4": "B4MSP", "": "MSP",
	} {
		if got := msp.MSPID(org); got != want {
			t.Errorf("MSP ID of %q is %q", org, got)
		}
	}
}

func TestCheckMSPID(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"BizkaiaMSP": true, "a": true, "Org1.example.com": true, "-a": true, strings.Repeat("a", 64): true,
		"": false, ".": false, "..": false, ".a": false, "a/b": false, "../a": false, "a b": false, "a_b": false,
		"ñ": false, "a\x00": false, strings.Repeat("a", 65): false,
	}
	for id, ok := range tests {
		if err := msp.CheckMSPID(id); ok != (err == nil) || !ok && !hasCode(err, "msp_id_invalid") {
			t.Errorf("%q gave %v", id, err)
		}
	}
}

func hasCode(err error, code string) bool { return errors.Is(err, &fault.Error{Code: code}) }

type helper interface {
	Helper()
	Fatal(args ...any)
}

func newKey(t helper, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newRoot(t helper, name string, key crypto.Signer) *pki.Authority {
	t.Helper()
	root, err := pki.NewRoot(key, pki.Subject{CommonName: name, Organization: "bizkaia"}, 15*year, testNow())
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func issue(t helper, ca *pki.Authority, public crypto.PublicKey, role string) []byte {
	t.Helper()
	certPEM, err := ca.Issue(public, pki.Profile{
		CommonName: "bizkaia-" + role, Organization: "bizkaia", OrganizationalUnit: role, Usage: pki.Sign,
		Lifetime: year,
	}, testNow())
	if err != nil {
		t.Fatal(err)
	}
	return certPEM
}

// certificate makes one by hand, below parent if there is one.
func certificate(
	t helper, parent []byte, signer crypto.Signer, public crypto.PublicKey, change func(*x509.Certificate),
) []byte {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(42), Subject: pkix.Name{CommonName: "by hand"},
		NotBefore: testNow().Add(-time.Minute), NotAfter: testNow().Add(year),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	change(template)
	issuer := template
	if parent != nil {
		issuer = parse(t, parent)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, public, signer)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func parse(t helper, certPEM []byte) *x509.Certificate {
	t.Helper()
	cert, err := pki.ParseX509(certPEM)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}
