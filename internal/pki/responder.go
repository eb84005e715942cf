// SPDX-License-Identifier: Apache-2.0

package pki

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"

	"golang.org/x/crypto/ocsp"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// MaxOCSPRequest is the limit of an OCSP request in bytes; those for one certificate have about a hundred.
const MaxOCSPRequest = 2 << 10

// Question is one certificate that an OCSP request asks about.
type Question struct {
	Serial     string // lower-case hex
	hash       crypto.Hash
	nameHash   []byte
	keyHash    []byte
	serialWide *big.Int
}

// ReadQuestion reads an OCSP request, DER, for one certificate. A request for several is answered for the first one, as
// RFC 6960 leaves to the responder. Anything else is a fault "ocsp_malformed".
func ReadQuestion(request []byte) (Question, error) {
	if len(request) > MaxOCSPRequest {
		return Question{}, ocspMalformed(fmt.Errorf("%d bytes", len(request)))
	}
	r, err := ocsp.ParseRequest(request)
	if err != nil {
		return Question{}, ocspMalformed(err)
	}
	if r.SerialNumber == nil || r.SerialNumber.Sign() <= 0 || r.SerialNumber.BitLen() > 20*8 {
		return Question{}, ocspMalformed(fmt.Errorf("serial %v", r.SerialNumber))
	}
	if !r.HashAlgorithm.Available() {
		return Question{}, ocspMalformed(fmt.Errorf("hash %v", r.HashAlgorithm))
	}
	return Question{
		Serial: r.SerialNumber.Text(16), hash: r.HashAlgorithm, nameHash: r.IssuerNameHash, keyHash: r.IssuerKeyHash,
		serialWide: r.SerialNumber,
	}, nil
}

func ocspMalformed(err error) error {
	return fault.New(fault.Invalid, "ocsp_malformed", "the OCSP request cannot be read").WithCause(err)
}

// Answers tells whether the authority issued what the question is about.
func (a *Authority) Answers(q Question) bool {
	ca := a.chain[0]
	key, err := publicKeyBits(ca)
	if err != nil {
		return false
	}
	sum := func(data []byte) []byte {
		h := q.hash.New()
		h.Write(data)
		return h.Sum(nil)
	}
	return bytes.Equal(sum(ca.RawSubject), q.nameHash) && bytes.Equal(sum(key), q.keyHash)
}

// publicKeyBits gives the subject public key without tag, length and unused bits, of which OCSP takes the hash.
func publicKeyBits(cert *x509.Certificate) ([]byte, error) {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		PublicKey asn1.BitString
	}
	if _, err := asn1.Unmarshal(cert.RawSubjectPublicKeyInfo, &info); err != nil {
		return nil, fmt.Errorf("read public key: %w", err)
	}
	return info.PublicKey.RightAlign(), nil
}

// Answer makes the OCSP answer to a question, DER, signed by the authority itself.
func (a *Authority) Answer(q Question, s Status) ([]byte, error) {
	template := ocsp.Response{
		SerialNumber: q.serialWide, IssuerHash: q.hash, ThisUpdate: s.ThisUpdate, NextUpdate: s.NextUpdate, Status: ocsp.Good,
	}
	switch {
	case !s.Known:
		template.Status = ocsp.Unknown
	case s.Revoked:
		template.Status, template.RevokedAt, template.RevocationReason = ocsp.Revoked, s.RevokedAt, s.Reason
	}
	answer, err := ocsp.CreateResponse(a.chain[0], a.chain[0], template, a.signer)
	if err != nil {
		return nil, fmt.Errorf("make OCSP answer: %w", err)
	}
	return answer, nil
}

// OCSPMalformed and OCSPUnauthorized are the errors of a responder, unsigned (RFC 6960, section 2.3).
func OCSPMalformed() []byte { return bytes.Clone(ocsp.MalformedRequestErrorResponse) }

// OCSPUnauthorized says that the responder does not answer for the certificate's issuer.
func OCSPUnauthorized() []byte { return bytes.Clone(ocsp.UnauthorizedErrorResponse) }
