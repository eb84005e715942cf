// SPDX-License-Identifier: Apache-2.0

package pki

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

const pemCSR = "CERTIFICATE REQUEST"

// Request is a certificate request whose signature was found good: its sender holds the key.
type Request struct {
	PublicKey crypto.PublicKey // *ecdsa.PublicKey on P-256 or P-384
	subject   pkix.Name
}

// ParseCSR reads a PKCS #10 request, one PEM block of at most 64 KiB and nothing behind it. Extensions that it asks for
// are ignored, except that asking for a CA's certificate is refused. Faults: "csr_too_large", "csr_malformed",
// "csr_key_unsupported", "csr_signature_invalid", "csr_requests_ca".
func ParseCSR(csrPEM []byte) (*Request, error) {
	if len(csrPEM) > maxPEM {
		return nil, fault.New(fault.TooLarge, "csr_too_large", "the certificate request exceeds %d KiB", maxPEM>>10)
	}
	data := bytes.TrimSpace(csrPEM)
	blockType := pemCSR
	if legacy := "NEW " + pemCSR; bytes.HasPrefix(data, []byte("-----BEGIN "+legacy+"-----")) {
		blockType = legacy
	}
	der, rest, err := nextBlock(data, blockType)
	if err != nil {
		return nil, csrMalformed(err)
	}
	if len(rest) > 0 {
		return nil, csrMalformed(fmt.Errorf("%d bytes behind the request", len(rest)))
	}
	csr, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return nil, csrMalformed(err)
	}
	key, err := fabricKey(csr.PublicKey)
	if err != nil {
		return nil, err
	}
	if err := csr.CheckSignature(); err != nil {
		return nil, fault.New(fault.Invalid, "csr_signature_invalid",
			"the certificate request is not signed by its own key").
			WithHint("make the request anew with the key that it is for").WithCause(err)
	}
	if err := refuseCA(csr); err != nil {
		return nil, err
	}
	return &Request{PublicKey: key, subject: csr.Subject}, nil
}

// refuseCA refuses a request whose basic constraints ask for a CA, or whose key usage asks for signing certificates.
func refuseCA(csr *x509.CertificateRequest) error {
	for _, ext := range csr.Extensions {
		asks := false
		switch {
		case ext.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 19}): // basicConstraints
			var constraints struct {
				IsCA       bool `asn1:"optional"`
				MaxPathLen int  `asn1:"optional,default:-1"`
			}
			if rest, err := asn1.Unmarshal(ext.Value, &constraints); err != nil || len(rest) > 0 {
				return csrMalformed(errors.Join(errors.New("basic constraints"), err))
			}
			asks = constraints.IsCA
		case ext.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 15}): // keyUsage
			var usage asn1.BitString
			if rest, err := asn1.Unmarshal(ext.Value, &usage); err != nil || len(rest) > 0 {
				return csrMalformed(errors.Join(errors.New("key usage"), err))
			}
			asks = usage.At(5) != 0 // keyCertSign
		}
		if asks {
			return fault.New(fault.Invalid, "csr_requests_ca", "the request asks for an authority's certificate").
				WithHint("leave basic constraints and certificate signing out of the request")
		}
	}
	return nil
}

// CheckSubject refuses a request that names somebody else than will be certified: every part of its subject must be of
// CN, O and OU and equal want's. Parts may be missing, down to an empty subject. The fault is "csr_subject_foreign".
func (r *Request) CheckSubject(want Subject) error {
	allowed := map[string]string{
		"2.5.4.3": want.CommonName, "2.5.4.10": want.Organization, "2.5.4.11": want.OrganizationalUnit,
	}
	for _, part := range r.subject.Names {
		value, isText := part.Value.(string)
		expected, known := allowed[part.Type.String()]
		if !known || !isText || value != expected || value == "" {
			return fault.New(fault.Invalid, "csr_subject_foreign",
				"the request names %.200q, but the certificate will name %q", r.subject.String(), want.name().String()).
				WithHint("leave the subject empty or use exactly the name that will be certified")
		}
	}
	return nil
}

// Subject gives the subject that the request names, RFC 2253; it may be empty.
func (r *Request) Subject() string { return r.subject.String() }

// MakeCSR makes a request, PEM, for signer's key. The organization may be empty.
func MakeCSR(signer crypto.Signer, commonName, organization string) ([]byte, error) {
	template := &x509.CertificateRequest{
		Subject: Subject{CommonName: commonName, Organization: organization}.name(),
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, template, LowS(signer))
	if err != nil {
		return nil, fmt.Errorf("make certificate request: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemCSR, Bytes: der}), nil
}

// MakeAuthorityCSR makes a request, PEM, for a subordinate issuing authority on signer's key: it asks for basic constraint
// CA with no authority below it, and for signing certificates and revocation lists (RFC 5280, sections 4.2.1.3 and
// 4.2.1.9).
func MakeAuthorityCSR(signer crypto.Signer, subject Subject) ([]byte, error) {
	constraints, err := asn1.Marshal(struct {
		IsCA       bool `asn1:"optional"`
		MaxPathLen int  `asn1:"optional,default:-1"`
	}{true, 0})
	if err != nil {
		return nil, fmt.Errorf("encode basic constraints: %w", err)
	}
	usage, err := asn1.Marshal(asn1.BitString{Bytes: []byte{0x06}, BitLength: 7}) // bits 5 and 6
	if err != nil {
		return nil, fmt.Errorf("encode key usage: %w", err)
	}
	template := &x509.CertificateRequest{
		Subject: subject.name(),
		ExtraExtensions: []pkix.Extension{
			{Id: asn1.ObjectIdentifier{2, 5, 29, 19}, Critical: true, Value: constraints},
			{Id: asn1.ObjectIdentifier{2, 5, 29, 15}, Critical: true, Value: usage},
		},
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, template, LowS(signer))
	if err != nil {
		return nil, fmt.Errorf("make authority's request: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemCSR, Bytes: der}), nil
}

// MakeNodeCSR makes a request, PEM, for a node's certificate on signer's key: it asks for digital signatures, and for TLS
// also for server and client authentication and for the names under which the node serves, DNS names and IP addresses.
func MakeNodeCSR(signer crypto.Signer, subject Subject, u Usage, hosts []string) ([]byte, error) {
	profile := Profile{
		CommonName: subject.CommonName, Organization: subject.Organization, OrganizationalUnit: subject.OrganizationalUnit,
		Usage: u, Hosts: hosts, Lifetime: 1,
	}
	wanted, err := profile.template()
	if err != nil {
		return nil, err
	}
	usage, err := asn1.Marshal(asn1.BitString{Bytes: []byte{0x80}, BitLength: 1}) // bit 0, digitalSignature
	if err != nil {
		return nil, fmt.Errorf("encode key usage: %w", err)
	}
	template := &x509.CertificateRequest{
		Subject: wanted.Subject, DNSNames: wanted.DNSNames, IPAddresses: wanted.IPAddresses,
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 15}, Critical: true, Value: usage}},
	}
	if u == TLS {
		server, client := asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 1}, asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 2}
		value, err := asn1.Marshal([]asn1.ObjectIdentifier{server, client})
		if err != nil {
			return nil, fmt.Errorf("encode extended key usage: %w", err)
		}
		template.ExtraExtensions = append(template.ExtraExtensions,
			pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Value: value})
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, template, LowS(signer))
	if err != nil {
		return nil, fmt.Errorf("make node's request: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemCSR, Bytes: der}), nil
}

func csrMalformed(err error) error {
	return fault.New(fault.Invalid, "csr_malformed", "the certificate request cannot be read").
		WithHint("send it as PEM (-----BEGIN CERTIFICATE REQUEST-----), with nothing before or after it").
		WithCause(err)
}
