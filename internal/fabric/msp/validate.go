// SPDX-License-Identifier: Apache-2.0

package msp

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"slices"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// Validate refuses a definition that Fabric would refuse, or that would not work from now on, before it gets into a
// channel. Faults, most with the place in Details: "msp_id_invalid", "msp_no_roots", "certificate_malformed",
// "msp_certificate_duplicate", "msp_root_ambiguous", "msp_root_not_self_signed", "msp_ca_unfit",
// "msp_certificate_expired", "msp_chain_broken", "msp_issuer_not_leaf", "msp_leaf_key_unsupported", "msp_admin_role",
// "msp_crl_malformed", "msp_crl_foreign", "msp_certificate_revoked" (Fabric refuses an MSP whose own intermediate or
// administrator is revoked).
//
// Fabric itself does not look at expiry here; expired authorities are refused because their nodes' TLS and their
// clients' messages would be.
func (d Definition) Validate(now time.Time) error {
	if err := CheckMSPID(d.MSPID); err != nil {
		return err
	}
	if len(d.RootCerts) == 0 {
		return fault.New(fault.Invalid, "msp_no_roots", "the MSP %s has no root certificate", d.MSPID)
	}
	signing, err := newTree("root_certs", d.RootCerts, "intermediate_certs", d.IntermediateCerts, now)
	if err != nil {
		return err
	}
	if _, err := newTree("tls_root_certs", d.TLSRootCerts, "tls_intermediate_certs", d.TLSIntermediateCerts,
		now); err != nil {
		return err
	}
	named := slices.Clone(signing.cas)
	for i, admin := range d.Admins {
		cert, err := signing.checkAdmin(location("admins", i), admin)
		if err != nil {
			return err
		}
		named = append(named, cert)
	}
	for i, crl := range d.CRLs {
		if err := signing.checkCRL(location("crls", i), crl, named); err != nil {
			return err
		}
	}
	return nil
}

// ValidateChange is Validate of a definition that takes the place of a present one. Where it brings no authority that the
// present one has not, expired ones are no reason: what is revoked below the others must reach the ledgers all the same.
func (d Definition) ValidateChange(present Definition, now time.Time) error {
	for _, of := range [][2][][]byte{
		{d.RootCerts, present.RootCerts},
		{d.IntermediateCerts, present.IntermediateCerts},
		{d.TLSRootCerts, present.TLSRootCerts},
		{d.TLSIntermediateCerts, present.TLSIntermediateCerts},
	} {
		for _, cert := range of[0] {
			if !slices.ContainsFunc(of[1], func(known []byte) bool { return bytes.Equal(cert, known) }) {
				return d.Validate(now)
			}
		}
	}
	return d.Validate(time.Time{})
}

// tree is a set of authorities that was found good.
type tree struct {
	cas                  []*x509.Certificate
	roots, intermediates *x509.CertPool
	// inner holds, by DER, the authorities above an intermediate. Fabric takes no identities that they issued
	// (msp/mspimpl.go, getValidationChain).
	inner map[string]bool
}

func newTree(rootField string, roots [][]byte, intermediateField string, intermediates [][]byte, now time.Time,
) (*tree, error) {
	t := &tree{roots: x509.NewCertPool(), intermediates: x509.NewCertPool(), inner: map[string]bool{}}
	for i, root := range roots {
		cert, err := t.addCA(location(rootField, i), root, now)
		if err != nil {
			return nil, err
		}
		if err := cert.CheckSignatureFrom(cert); err != nil {
			return nil, at(fault.New(fault.Invalid, "msp_root_not_self_signed", "%s is not self-signed", cert.Subject).
				WithHint("give it as an intermediate, and its issuer as the root").WithCause(err), rootField, i)
		}
		t.roots.AddCert(cert)
		if _, err := t.verify(cert); err != nil {
			return nil, at(err, rootField, i)
		}
	}
	for i, intermediate := range intermediates {
		cert, err := t.addCA(location(intermediateField, i), intermediate, now)
		if err != nil {
			return nil, err
		}
		t.intermediates.AddCert(cert)
	}
	for i, cert := range t.cas[len(roots):] {
		chain, err := t.verify(cert)
		if err != nil {
			return nil, at(err, intermediateField, i)
		}
		for _, above := range chain[1:] {
			t.inner[string(above.Raw)] = true
		}
	}
	return t, nil
}

// addCA checks a certificate as an authority's and against those before it.
func (t *tree) addCA(where string, certPEM []byte, now time.Time) (*x509.Certificate, error) {
	cert, err := pki.ParseX509(certPEM)
	if err != nil {
		return nil, fault.Of(err).WithDetail(where, fault.Of(err).Message)
	}
	switch {
	case !cert.IsCA || !cert.BasicConstraintsValid:
		return nil, unfit(where, cert, "is not an authority's (basic constraint CA)")
	case cert.KeyUsage != 0 && cert.KeyUsage&x509.KeyUsageCertSign == 0:
		return nil, unfit(where, cert, "may not sign certificates (key usage)")
	case len(cert.SubjectKeyId) == 0:
		return nil, unfit(where, cert, "has no subject key identifier")
	case now.After(cert.NotAfter):
		return nil, fault.New(fault.Invalid, "msp_certificate_expired", "the authority %s expired on %s",
			cert.Subject, cert.NotAfter.UTC().Format(time.DateOnly)).WithDetail(where, "has expired")
	}
	for _, other := range t.cas {
		if cert.Equal(other) {
			return nil, fault.New(fault.Invalid, "msp_certificate_duplicate", "the authority %s is there twice",
				cert.Subject).WithDetail(where, "is a duplicate")
		}
		// Fabric refuses every identity for which it finds two chains (msp/mspimpl.go, getUniqueValidationChain).
		if bytes.Equal(cert.RawSubject, other.RawSubject) &&
			bytes.Equal(cert.RawSubjectPublicKeyInfo, other.RawSubjectPublicKeyInfo) {
			return nil, fault.New(fault.Invalid, "msp_root_ambiguous",
				"two certificates of the authority %s have the same key", cert.Subject).
				WithHint("keep one of them, or make the new authority on a new key").
				WithDetail(where, "has the subject and key of another")
		}
	}
	t.cas = append(t.cas, cert)
	return cert, nil
}

// verify finds the one chain of a certificate, at the moment when it started to be valid, as Fabric does (msp/mspimpl.go,
// getUniqueValidationChain). Like Fabric it names no key usages, which to crypto/x509 means server authentication:
// wherever a certificate or an authority above it states extended key usages, that one must be among them.
func (t *tree) verify(cert *x509.Certificate) ([]*x509.Certificate, error) {
	chains, err := cert.Verify(x509.VerifyOptions{
		Roots: t.roots, Intermediates: t.intermediates, CurrentTime: cert.NotBefore.Add(time.Second),
	})
	if err == nil && len(chains) != 1 {
		err = fmt.Errorf("%d chains instead of one", len(chains))
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "msp_chain_broken", "%s does not chain to exactly one root of the MSP",
			cert.Subject).WithCause(err)
	}
	return chains[0], nil
}

func (t *tree) checkAdmin(where string, certPEM []byte) (*x509.Certificate, error) {
	cert, err := pki.ParseX509(certPEM)
	if err != nil {
		return nil, fault.Of(err).WithDetail(where, "is not one certificate in PEM")
	}
	if !fitsIdentity(cert) {
		return nil, fault.New(fault.Invalid, "msp_leaf_key_unsupported",
			"the key of %s is not ECDSA P-256 or P-384, which Fabric demands of identities", cert.Subject).
			WithDetail(where, "has an unsupported key")
	}
	chain, err := t.verify(cert)
	if err != nil {
		return nil, fault.Of(err).WithDetail(where, "has no single chain")
	}
	if len(chain) < 2 || t.inner[string(chain[1].Raw)] {
		return nil, issuerNotLeaf(cert).WithDetail(where, "has an issuer above an intermediate")
	}
	count := 0
	for _, ou := range cert.Subject.OrganizationalUnit {
		if slices.Contains(roles(), ou) {
			count++
		}
	}
	isClient := slices.Contains(cert.Subject.OrganizationalUnit, RoleClient)
	if isAdmin := slices.Contains(cert.Subject.OrganizationalUnit, RoleAdmin); count != 1 || !isClient && !isAdmin {
		return nil, fault.New(fault.Invalid, "msp_admin_role",
			"the administrator %s has not exactly one of the OUs client and admin", cert.Subject).
			WithDetail(where, "has the wrong role")
	}
	return cert, nil
}

// fitsIdentity tells whether a certificate's key is of a kind that Fabric takes of identities.
func fitsIdentity(cert *x509.Certificate) bool {
	key, ok := cert.PublicKey.(*ecdsa.PublicKey)
	return ok && (key.Curve == elliptic.P256() || key.Curve == elliptic.P384())
}

func issuerNotLeaf(cert *x509.Certificate) *fault.Error {
	return fault.New(fault.Invalid, "msp_issuer_not_leaf",
		"%s was issued by an authority that has an intermediate in the MSP", cert.Subject).
		WithHint("Fabric takes identities only from the lowest authorities: issue it by the intermediate")
}

// checkCRL refuses a revocation list that Fabric would fail on at every later validation, or would ignore silently, or
// that revokes one of the certificates that the definition names.
func (t *tree) checkCRL(where string, crl []byte, named []*x509.Certificate) error {
	list, err := parseCRL(crl)
	if err != nil {
		return fault.Of(err).WithDetail(where, "is not one revocation list in PEM")
	}
	for _, ca := range t.cas {
		if bytes.Equal(list.AuthorityKeyId, ca.SubjectKeyId) && list.CheckSignatureFrom(ca) == nil {
			return checkRevoked(where, list, ca, named)
		}
	}
	return fault.New(fault.Invalid, "msp_crl_foreign", "the revocation list of %s is not by an authority of the MSP",
		list.Issuer).WithDetail(where, "has a foreign issuer, or no authority key identifier")
}

// parseCRL reads a revocation list, PEM or DER, with nothing behind it. Anything else is a fault "msp_crl_malformed".
func parseCRL(crl []byte) (*x509.RevocationList, error) {
	der := crl
	if block, rest := pem.Decode(crl); block != nil {
		if block.Type != pemCRL || len(bytes.TrimSpace(rest)) > 0 {
			return nil, fault.New(fault.Invalid, "msp_crl_malformed", "the revocation list cannot be read")
		}
		der = block.Bytes
	}
	list, err := x509.ParseRevocationList(der)
	if err != nil {
		return nil, fault.New(fault.Invalid, "msp_crl_malformed", "the revocation list cannot be read").WithCause(err)
	}
	return list, nil
}

// checkRevoked refuses a list by ca that revokes a certificate which the definition names. Fabric does not apply lists
// to roots.
func checkRevoked(where string, list *x509.RevocationList, ca *x509.Certificate, named []*x509.Certificate) error {
	for _, cert := range named {
		if cert.Equal(ca) || cert.CheckSignatureFrom(ca) != nil {
			continue
		}
		for _, entry := range list.RevokedCertificateEntries {
			if entry.SerialNumber.Cmp(cert.SerialNumber) == 0 {
				return fault.New(fault.Invalid, "msp_certificate_revoked", "%s is revoked, but the MSP names it",
					cert.Subject).WithHint("take the certificate out of the MSP").
					WithDetail(where, "revokes a certificate of the definition")
			}
		}
	}
	return nil
}

func unfit(where string, cert *x509.Certificate, what string) error {
	return fault.New(fault.Invalid, "msp_ca_unfit", "%s %s", cert.Subject, what).WithDetail(where, what)
}

func at(err error, field string, i int) error {
	f := fault.Of(err)
	return f.WithDetail(location(field, i), f.Message)
}

func location(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }
