// SPDX-License-Identifier: Apache-2.0

// Package clinictest makes certificates that are right or wrong in one way each, with what the clinic and Hyperledger
// Fabric have to say of them.
package clinictest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/blockchain4all/blockchain4all/internal/pki"
)

const year = 365 * 24 * time.Hour

// Now is the time of all cases.
func Now() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// Issued is a certificate with its key.
type Issued struct {
	*x509.Certificate

	Key crypto.Signer
	PEM []byte
}

// Maker makes certificates. Its serial numbers count up.
type Maker struct {
	tb     testing.TB
	serial atomic.Int64
}

// NewMaker makes a maker.
func NewMaker(tb testing.TB) *Maker {
	tb.Helper()
	return &Maker{tb: tb}
}

// EC makes an ECDSA key.
func (m *Maker) EC(curve elliptic.Curve) *ecdsa.PrivateKey {
	m.tb.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		m.tb.Fatal(err)
	}
	return key
}

// RSA makes an RSA key.
func (m *Maker) RSA(bits int) *rsa.PrivateKey {
	m.tb.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		m.tb.Fatal(err)
	}
	return key
}

// Ed25519 makes an Ed25519 key.
func (m *Maker) Ed25519() ed25519.PrivateKey {
	m.tb.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		m.tb.Fatal(err)
	}
	return key
}

// Change alters a certificate before it is signed.
type Change func(*x509.Certificate)

// Authority makes a root, or below parent an intermediate.
func (m *Maker) Authority(name string, parent *Issued, key crypto.Signer, changes ...Change) *Issued {
	m.tb.Helper()
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: name, Organization: []string{"bizkaia"}},
		IsCA:    true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		NotBefore: Now().Add(-year), NotAfter: Now().Add(10 * year),
	}
	if parent != nil {
		template.CRLDistributionPoints = []string{"http://crl.example/" + "ca.crl"}
	}
	return m.issue(template, parent, key, changes)
}

// Leaf makes an enrollment certificate.
func (m *Maker) Leaf(parent *Issued, key crypto.Signer, changes ...Change) *Issued {
	m.tb.Helper()
	return m.issue(&x509.Certificate{
		Subject: pkix.Name{
			CommonName: "ane etxebarria", Organization: []string{"bizkaia"}, OrganizationalUnit: []string{"client"},
		},
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature,
		NotBefore: Now().Add(-time.Hour), NotAfter: Now().Add(year),
		CRLDistributionPoints: []string{"http://crl.example/leaf.crl"},
	}, parent, key, changes)
}

func (m *Maker) issue(template *x509.Certificate, parent *Issued, key crypto.Signer, changes []Change) *Issued {
	m.tb.Helper()
	template.SerialNumber = big.NewInt(0x100 + m.serial.Add(1))
	for _, change := range changes {
		change(template)
	}
	issuer, signer := template, key
	if parent != nil {
		issuer, signer = parent.Certificate, parent.Key
	}
	if _, high := signer.(highSigner); !high {
		signer = pki.LowS(signer)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), signer)
	if err != nil {
		m.tb.Fatal(err)
	}
	return m.Parse(der, key)
}

// Parse reads a certificate back.
func (m *Maker) Parse(der []byte, key crypto.Signer) *Issued {
	m.tb.Helper()
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		m.tb.Fatal(err)
	}
	return &Issued{Certificate: cert, Key: key, PEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
}

// List makes a revocation list of issuer with serials on it.
func (m *Maker) List(issuer *Issued, serials ...*big.Int) []byte {
	m.tb.Helper()
	template := &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: Now().Add(-time.Hour), NextUpdate: Now().Add(year),
	}
	for _, s := range serials {
		template.RevokedCertificateEntries = append(template.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: s, RevocationTime: Now().Add(-time.Minute)})
	}
	der, err := x509.CreateRevocationList(rand.Reader, template, issuer.Certificate, issuer.Key)
	if err != nil {
		m.tb.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})
}

// ListWithoutKeyID makes a revocation list of version 1, which has no extensions, by hand.
func (m *Maker) ListWithoutKeyID(issuer *Issued) []byte {
	m.tb.Helper()
	ecdsaSHA256 := []byte{0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02}
	var tbs cryptobyte.Builder
	tbs.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1) // version 2, or there would be no room for extensions in it at all
		b.AddBytes(ecdsaSHA256)
		b.AddBytes(issuer.RawSubject)
		b.AddASN1UTCTime(Now().Add(-time.Hour))
		b.AddASN1UTCTime(Now().Add(year))
	})
	signed := tbs.BytesOrPanic()
	digest := crypto.SHA256.New()
	digest.Write(signed)
	signature, err := issuer.Key.Sign(rand.Reader, digest.Sum(nil), crypto.SHA256)
	if err != nil {
		m.tb.Fatal(err)
	}
	var out cryptobyte.Builder
	out.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(signed)
		b.AddBytes(ecdsaSHA256)
		b.AddASN1BitString(signature)
	})
	return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: out.BytesOrPanic()})
}

// HighS wraps a signer so that its signatures have the high S.
func HighS(key *ecdsa.PrivateKey) crypto.Signer { return highSigner{key} }

type highSigner struct{ *ecdsa.PrivateKey }

// Sign implements crypto.Signer.
func (h highSigner) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	for {
		signature, err := h.PrivateKey.Sign(random, digest, opts)
		if err != nil {
			return nil, err
		}
		if low, err := pki.IsLowS(h.Curve, signature); err != nil || !low {
			return signature, err
		}
	}
}

// Join puts PEM texts one after the other.
func Join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
