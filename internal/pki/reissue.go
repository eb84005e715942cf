// SPDX-License-Identifier: Apache-2.0

package pki

import (
	"crypto"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// ProfileOf gives the profile by which a leaf certificate of ours is issued again: all that it says but its key, time
// and issuer. Lifetime is left zero. A certificate whose attributes can't be read is a fault "certificate_malformed".
func ProfileOf(cert *x509.Certificate) (Profile, error) {
	p := Profile{CommonName: cert.Subject.CommonName, Usage: Sign, Hosts: slices.Clone(cert.DNSNames)}
	if len(cert.Subject.Organization) > 0 {
		p.Organization = cert.Subject.Organization[0]
	}
	if len(cert.Subject.OrganizationalUnit) > 0 {
		p.OrganizationalUnit = cert.Subject.OrganizationalUnit[0]
	}
	if slices.Contains(cert.ExtKeyUsage, x509.ExtKeyUsageServerAuth) {
		p.Usage = TLS
	}
	for _, ip := range cert.IPAddresses {
		p.Hosts = append(p.Hosts, ip.String())
	}
	for _, ext := range cert.Extensions {
		if !ext.Id.Equal(attributesOID()) {
			continue
		}
		var a attributes
		if err := json.Unmarshal(ext.Value, &a); err != nil {
			return Profile{}, certificateMalformed(fmt.Errorf("decode attributes: %w", err))
		}
		p.Attributes = a.Attrs
	}
	return p, nil
}

// Arrange gives the chain, PEM, from the certificate of a public key up to its self-signed root, out of a bundle in any
// order. Certificates of the bundle that are not in the chain are left out. Faults: "certificate_malformed",
// "ca_key_mismatch" when none is of the key, "ca_chain_incomplete" when an issuer is missing.
func Arrange(bundle []byte, public any) ([]byte, error) {
	certs, err := ParseChain(bundle)
	if err != nil {
		return nil, err
	}
	key, ok := public.(interface{ Equal(x crypto.PublicKey) bool })
	if !ok {
		return nil, fmt.Errorf("arrange chain: %T is no public key", public)
	}
	at := slices.IndexFunc(certs, func(c *x509.Certificate) bool { return key.Equal(c.PublicKey) })
	if at < 0 {
		return nil, fault.New(fault.Invalid, "ca_key_mismatch", "no certificate here is of the key that was requested").
			WithHint("upload the certificate that was issued for the exported request, and its issuers")
	}
	cert := certs[at]
	chain := encodeCertificate(cert.Raw)
	for range certs {
		if cert.CheckSignatureFrom(cert) == nil {
			return chain, nil
		}
		issuer := slices.IndexFunc(certs, func(c *x509.Certificate) bool {
			return !c.Equal(cert) && cert.CheckSignatureFrom(c) == nil
		})
		if issuer < 0 {
			break
		}
		cert = certs[issuer]
		chain = append(chain, encodeCertificate(cert.Raw)...)
	}
	return nil, fault.New(fault.Invalid, "ca_chain_incomplete", "the issuer of %s is not here", cert.Subject).
		WithHint("add the certificate of %s, up to the self-signed root", cert.Issuer)
}

// Split gives the root of an arranged chain and the certificates below it, each PEM.
func Split(chain []byte) (root []byte, below [][]byte, err error) {
	certs, err := ParseChain(chain)
	if err != nil {
		return nil, nil, err
	}
	for _, cert := range certs[:len(certs)-1] {
		below = append(below, encodeCertificate(cert.Raw))
	}
	return encodeCertificate(certs[len(certs)-1].Raw), below, nil
}

// VerifyChain checks an arranged chain, leaf first and root last, at a time: signatures, validity, path lengths, name
// constraints. A chain that does not hold is a fault "ca_chain_broken".
func VerifyChain(chain []byte, now time.Time) error {
	certs, err := ParseChain(chain)
	if err != nil {
		return err
	}
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(certs[len(certs)-1])
	for _, c := range certs[1:] {
		intermediates.AddCert(c)
	}
	_, err = certs[0].Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: intermediates, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return fault.New(fault.Invalid, "ca_chain_broken", "the chain of %s does not hold: %s", certs[0].Subject, err).
			WithHint("ask the authority above for a certificate with basic constraint CA whose path length allows it")
	}
	return nil
}
