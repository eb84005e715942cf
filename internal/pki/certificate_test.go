// SPDX-License-Identifier: Apache-2.0

package pki_test

import (
	"bytes"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/internal/pki"
)

func TestParseCertificate(t *testing.T) {
	t.Parallel()
	root := newRoot(t, newKey(t, elliptic.P384()))
	certPEM, err := root.Issue(newKey(t, elliptic.P256()).Public(), pki.Profile{
		CommonName: "app, the \"first\"", Organization: "bizkaia", OrganizationalUnit: "client", Usage: pki.Sign,
		Lifetime: year,
	}, testNow())
	if err != nil {
		t.Fatal(err)
	}
	cert := parse(t, certPEM)
	sum := sha256.Sum256(cert.Raw)
	want := pki.Certificate{
		Serial:       cert.SerialNumber.Text(16),
		Subject:      `CN=app\, the \"first\",OU=client,O=bizkaia`,
		Issuer:       "CN=bizkaia CA,O=bizkaia",
		NotBefore:    cert.NotBefore,
		NotAfter:     cert.NotAfter,
		SKI:          hex.EncodeToString(cert.SubjectKeyId),
		KeyAlgorithm: "ECDSA P-256",
		Fingerprint:  hex.EncodeToString(sum[:]),
		PEM:          certPEM,
	}
	for name, text := range map[string][]byte{
		"bare":        certPEM,
		"white space": append([]byte("\r\n "), append(slices.Clone(certPEM), "\n \n"...)...),
		"CRLF":        bytes.ReplaceAll(certPEM, []byte("\n"), []byte("\r\n")),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := pki.ParseCertificate(text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if len(want.Serial) != 32 || len(want.SKI) != 40 {
		t.Errorf("serial %q, SKI %q", want.Serial, want.SKI)
	}
}

func TestKeyAlgorithm(t *testing.T) {
	t.Parallel()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pki.ParseCertificate(caCert(t, rsaKey, nil, &rsaKey.PublicKey, nil, func(*x509.Certificate) {}))
	if err != nil {
		t.Fatal(err)
	}
	if got.KeyAlgorithm != "RSA 2048" || got.Serial != "2a" {
		t.Errorf("got %s, serial %s", got.KeyAlgorithm, got.Serial)
	}
	if got := newRoot(t, newKey(t, elliptic.P384())).Certificate().KeyAlgorithm; got != "ECDSA P-384" {
		t.Errorf("got %s", got)
	}
}

func TestParseCertificateRefuses(t *testing.T) {
	t.Parallel()
	good := newRoot(t, newKey(t, elliptic.P256())).CertificatePEM()
	broken := bytes.Replace(good, []byte("MII"), []byte("M!I"), 1)
	tests := map[string][]byte{
		"empty":          nil,
		"text":           []byte("certificate"),
		"two":            append(slices.Clone(good), good...),
		"garbage before": append([]byte("x\n"), good...),
		"garbage behind": append(slices.Clone(good), 'x'),
		"broken base64":  broken,
		"broken, good":   append(slices.Clone(broken), good...),
		"another type":   bytes.ReplaceAll(good, []byte("CERTIFICATE"), []byte("X509 CRL")),
		"not DER":        []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
		"too large":      bytes.Repeat(good, 200),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := pki.ParseCertificate(text); !hasCode(err, "certificate_malformed") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func FuzzParseCertificate(f *testing.F) {
	key := newKey(f, elliptic.P256())
	root, err := pki.NewRoot(key, pki.Subject{CommonName: "CA"}, year, testNow())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(root.CertificatePEM())
	f.Add(append([]byte("-----BEGIN CERTIFICATE-----\n"), root.CertificatePEM()...))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := pki.ParseCertificate(text)
		if err != nil {
			if !hasCode(err, "certificate_malformed") {
				t.Errorf("got %v", err)
			}
			return
		}
		again, err := pki.ParseCertificate(got.PEM)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, again); diff != "" {
			t.Error(diff)
		}
		if strings.Trim(got.Fingerprint, "0123456789abcdef") != "" || len(got.Fingerprint) != 64 {
			t.Errorf("fingerprint %q", got.Fingerprint)
		}
	})
}
