// SPDX-License-Identifier: Apache-2.0

package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// backdate is how long before their making certificates start to be valid, for clocks that are behind.
const backdate = 5 * time.Minute

// Authority is a certification authority: it issues certificates and revocation lists. It keeps no record of them. It
// is safe for concurrent use if its signer is.
type Authority struct {
	chain  []*x509.Certificate // the authority's certificate, then its issuers, if known
	signer crypto.Signer
}

// NewRoot makes a self-signed authority on signer's key, valid from 5 minutes before now until lifetime after now.
func NewRoot(signer crypto.Signer, subject Subject, lifetime time.Duration, now time.Time) (*Authority, error) {
	public, err := fabricKey(signer.Public())
	if err != nil {
		return nil, err
	}
	if lifetime <= 0 {
		return nil, errors.New("make root certificate: no lifetime")
	}
	serial, ski, err := identifiers(public)
	if err != nil {
		return nil, fmt.Errorf("make root certificate: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               subject.name(),
		NotBefore:             now.Add(-backdate),
		NotAfter:              now.Add(lifetime),
		BasicConstraintsValid: true,
		IsCA:                  true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		SubjectKeyId:          ski,
		AuthorityKeyId:        ski,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, LowS(signer))
	if err != nil {
		return nil, fmt.Errorf("make root certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("parse root certificate: %w", err)
	}
	return &Authority{chain: []*x509.Certificate{cert}, signer: LowS(signer)}, nil
}

// OpenAuthority gives the authority of an existing CA certificate and its key. certPEM may go on with the certificates
// of the issuers, each signing the one before. Faults: "certificate_malformed", "ca_certificate_unfit" (not a CA's, or
// without what Fabric demands of it), "ca_key_mismatch", "ca_chain_broken".
func OpenAuthority(certPEM []byte, signer crypto.Signer) (*Authority, error) {
	chain, err := ParseChain(certPEM)
	if err != nil {
		return nil, err
	}
	for i, cert := range chain {
		if err := checkCA(cert); err != nil {
			return nil, err
		}
		if i > 0 {
			if err := chain[i-1].CheckSignatureFrom(cert); err != nil {
				return nil, fault.New(fault.Invalid, "ca_chain_broken",
					"certificate %d of the authority's chain did not issue the one before it", i+1).WithCause(err)
			}
		}
	}
	public, ok := signer.Public().(interface{ Equal(x crypto.PublicKey) bool })
	if !ok || !public.Equal(chain[0].PublicKey) {
		return nil, fault.New(fault.Invalid, "ca_key_mismatch", "the key is not the authority certificate's")
	}
	return &Authority{chain: chain, signer: LowS(signer)}, nil
}

func checkCA(cert *x509.Certificate) error {
	var what string
	switch {
	case !cert.BasicConstraintsValid || !cert.IsCA:
		what = "basic constraint CA"
	case cert.KeyUsage&x509.KeyUsageCertSign == 0:
		what = "key usage certificate signing"
	case len(cert.SubjectKeyId) == 0:
		what = "subject key identifier"
	default:
		return nil
	}
	return fault.New(fault.Invalid, "ca_certificate_unfit", "%s is not fit for an authority: it has no %s",
		cert.Subject, what)
}

// CertificatePEM gives the authority's own certificate.
func (a *Authority) CertificatePEM() []byte { return encodeCertificate(a.chain[0].Raw) }

// ChainPEM gives the authority's certificate followed by its issuers', as far as they are known.
func (a *Authority) ChainPEM() []byte {
	var bundle []byte
	for _, cert := range a.chain {
		bundle = append(bundle, encodeCertificate(cert.Raw)...)
	}
	return bundle
}

// Certificate gives the facts of the authority's own certificate.
func (a *Authority) Certificate() Certificate { return FactsOf(a.chain[0]) }

// Issue makes a leaf certificate for public, valid from 5 minutes before now. Neither end of its validity lies outside
// the authority's own, and outside of it nothing is issued: faults "ca_not_yet_valid" and "ca_expired". Other faults:
// "csr_key_unsupported" and "profile_invalid".
func (a *Authority) Issue(public crypto.PublicKey, profile Profile, now time.Time) ([]byte, error) {
	key, err := fabricKey(public)
	if err != nil {
		return nil, err
	}
	ca := a.chain[0]
	if now.Before(ca.NotBefore) {
		return nil, fault.New(fault.Conflict, "ca_not_yet_valid", "the authority %s is not valid yet", ca.Subject).
			WithHint("check the machine's clock: the authority is valid from %s",
				ca.NotBefore.UTC().Format(time.RFC3339))
	}
	if !now.Before(ca.NotAfter) {
		return nil, fault.New(fault.Conflict, "ca_expired", "the authority %s has expired", ca.Subject).
			WithHint("renew the authority first")
	}
	template, err := profile.template()
	if err != nil {
		return nil, err
	}
	template.SerialNumber, template.SubjectKeyId, err = identifiers(key)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	template.NotBefore, template.NotAfter = now.Add(-backdate), now.Add(profile.Lifetime)
	// Fabric checks a chain at the moment when its leaf starts to be valid: the CA must be valid then.
	if template.NotBefore.Before(ca.NotBefore) {
		template.NotBefore = ca.NotBefore
	}
	if template.NotAfter.After(ca.NotAfter) {
		template.NotAfter = ca.NotAfter
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca, key, a.signer)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	return encodeCertificate(der), nil
}

// Revocation is one entry of a revocation list.
type Revocation struct {
	Serial string // hex, as Certificate.Serial
	Time   time.Time
	// Reason is a code of RFC 5280, section 5.3.1; 0 is unspecified and left out.
	Reason int
}

// RevocationList makes the authority's certificate revocation list (RFC 5280), PEM. number must grow from list to list.
// It carries the authority key identifier by which Fabric finds the issuer. An authority whose certificate does not
// allow CRL signing gives a fault "ca_certificate_unfit".
func (a *Authority) RevocationList(
	entries []Revocation, number uint64, now, nextUpdate time.Time,
) ([]byte, error) {
	if a.chain[0].KeyUsage&x509.KeyUsageCRLSign == 0 {
		return nil, fault.New(fault.Invalid, "ca_certificate_unfit",
			"%s may not sign revocation lists", a.chain[0].Subject)
	}
	template := &x509.RevocationList{
		Number: new(big.Int).SetUint64(number), ThisUpdate: now, NextUpdate: nextUpdate,
	}
	for _, e := range entries {
		serial, ok := new(big.Int).SetString(e.Serial, 16)
		if !ok || serial.Sign() <= 0 {
			return nil, fmt.Errorf("make revocation list: serial %q is not hex", e.Serial)
		}
		template.RevokedCertificateEntries = append(template.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: serial, RevocationTime: e.Time, ReasonCode: e.Reason})
	}
	der, err := x509.CreateRevocationList(rand.Reader, template, a.chain[0], a.signer)
	if err != nil {
		return nil, fmt.Errorf("make revocation list: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemCRL, Bytes: der}), nil
}

func (s Subject) name() pkix.Name {
	n := pkix.Name{CommonName: s.CommonName}
	if s.Organization != "" {
		n.Organization = []string{s.Organization}
	}
	if s.OrganizationalUnit != "" {
		n.OrganizationalUnit = []string{s.OrganizationalUnit}
	}
	return n
}

// identifiers gives a random serial of 16 bytes and the subject key identifier of a public key: the first 160 bits of
// the SHA-256 of its point (RFC 7093, method 1).
func identifiers(public *ecdsa.PublicKey) (serial *big.Int, ski []byte, err error) {
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		return nil, nil, fmt.Errorf("draw serial: %w", err)
	}
	// The first two bits 01: positive in DER, and of the same length wherever it is shown.
	raw[0] = raw[0]&0x3f | 0x40
	point, err := public.Bytes()
	if err != nil {
		return nil, nil, fmt.Errorf("encode public key: %w", err)
	}
	sum := sha256.Sum256(point)
	return new(big.Int).SetBytes(raw), sum[:20], nil
}
