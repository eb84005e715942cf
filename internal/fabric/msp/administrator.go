// SPDX-License-Identifier: Apache-2.0

package msp

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"slices"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// CheckAdministrator refuses a certificate that channels with this definition would not take for an administrator's at
// this moment. Faults, all of kind Invalid: "certificate_malformed", "administrator_key_unsupported",
// "administrator_foreign" (issued by nobody of the MSP), "administrator_role", "administrator_expired",
// "administrator_revoked".
func (d Definition) CheckAdministrator(certPEM []byte, now time.Time) error {
	cert, err := pki.ParseX509(certPEM)
	if err != nil {
		return err
	}
	if _, err := identityKey(cert); err != nil {
		return err
	}
	// Another authority of the organization that has expired is no reason: its administrators must be able to take it out.
	t, err := newTree("root_certs", d.RootCerts, "intermediate_certs", d.IntermediateCerts, time.Time{})
	if err != nil {
		return err
	}
	chain, err := t.verify(cert)
	if err != nil || len(chain) < 2 || t.inner[string(chain[1].Raw)] {
		return fault.New(fault.Invalid, "administrator_foreign", "%s was not issued by an authority of %s", cert.Subject, d.MSPID).
			WithHint("use a certificate of the organization's own authority").WithCause(err)
	}
	named := slices.ContainsFunc(d.Admins, func(admin []byte) bool {
		other, err := pki.ParseX509(admin)
		return err == nil && other.Equal(cert)
	})
	if !named && !slices.Contains(cert.Subject.OrganizationalUnit, RoleAdmin) {
		return fault.New(fault.Invalid, "administrator_role", "%s is not an administrator's certificate", cert.Subject).
			WithHint("its organizational unit must be %s: b4a cert request NAME --role %s", RoleAdmin, RoleAdmin)
	}
	if now.Before(cert.NotBefore) || !now.Before(cert.NotAfter) {
		return fault.New(fault.Invalid, "administrator_expired", "the certificate %s is valid from %s to %s", cert.Subject,
			cert.NotBefore.UTC().Format(time.RFC3339), cert.NotAfter.UTC().Format(time.RFC3339)).
			WithHint("use one that is valid now")
	}
	for _, crl := range d.CRLs {
		if revokes(crl, cert, chain[1]) {
			return fault.New(fault.Invalid, "administrator_revoked", "the certificate %s is revoked", cert.Subject).
				WithHint("use another one")
		}
	}
	return nil
}

func revokes(crl []byte, cert, issuer *x509.Certificate) bool {
	if block, _ := pem.Decode(crl); block != nil {
		crl = block.Bytes
	}
	list, err := x509.ParseRevocationList(crl)
	if err != nil || !bytes.Equal(list.AuthorityKeyId, issuer.SubjectKeyId) || list.CheckSignatureFrom(issuer) != nil {
		return false
	}
	return slices.ContainsFunc(list.RevokedCertificateEntries, func(e x509.RevocationListEntry) bool {
		return e.SerialNumber.Cmp(cert.SerialNumber) == 0
	})
}

func identityKey(cert *x509.Certificate) (*ecdsa.PublicKey, error) {
	key, ok := cert.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() && key.Curve != elliptic.P384() {
		return nil, fault.New(fault.Invalid, "administrator_key_unsupported",
			"the key of %s is not ECDSA P-256 or P-384, which Fabric demands of identities", cert.Subject)
	}
	return key, nil
}

// VerifySignature checks an ECDSA signature in ASN.1 DER over the SHA-256 digest of a message by a certificate's key, and
// gives it in the low-S form that Fabric demands. Faults: "certificate_malformed", "administrator_key_unsupported",
// "signature_invalid".
func VerifySignature(certPEM, message, signature []byte) ([]byte, error) {
	cert, err := pki.ParseX509(certPEM)
	if err != nil {
		return nil, err
	}
	key, err := identityKey(cert)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(message)
	if !ecdsa.VerifyASN1(key, digest[:], signature) {
		return nil, fault.New(fault.Invalid, "signature_invalid", "the signature is not the certificate's over these bytes").
			WithHint("sign with the certificate's key: openssl dgst -sha256 -sign KEY -out SIGNATURE FILE")
	}
	return NormalizeS(key.Curve, signature)
}
