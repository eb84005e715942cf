// SPDX-License-Identifier: Apache-2.0

package pki

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// clockSkew is by how much clocks of authorities may be ahead of ours.
const clockSkew = 5 * time.Minute

// undatedLife is how long an OCSP answer without nextUpdate is believed: RFC 6960, section 2.4, only says that newer
// information is available all the time.
const undatedLife = 24 * time.Hour

// Status is what an authority says about one of its certificates.
type Status struct {
	Revoked    bool
	Known      bool // false: an OCSP responder does not know the certificate
	RevokedAt  time.Time
	Reason     int // of RFC 5280, section 5.3.1
	ThisUpdate time.Time
	NextUpdate time.Time // zero: not said
}

// List is a certificate revocation list that its issuer signed.
type List struct {
	ThisUpdate time.Time
	NextUpdate time.Time
	Issuer     *x509.Certificate

	raw     []byte
	entries map[string]entry // by serial, hex
}

// entry is what is kept of one: lists have hundreds of thousands.
type entry struct {
	at     int64 // Unix seconds
	reason int
}

// ReadList reads a certificate revocation list from outside, DER or PEM, and checks that issuer signed it and that it
// is fresh. Faults: "crl_malformed", "crl_foreign", "crl_stale".
func ReadList(data []byte, issuer *x509.Certificate, now time.Time) (*List, error) {
	l, err := OpenList(data, issuer)
	if err != nil {
		return nil, err
	}
	if now.Add(clockSkew).Before(l.ThisUpdate) || l.NextUpdate.IsZero() || now.After(l.NextUpdate.Add(clockSkew)) {
		return nil, fault.New(fault.Unavailable, "crl_stale", "the revocation list of %s is out of date", issuer.Subject).
			WithHint("it was valid from %s to %s", l.ThisUpdate.UTC().Format(time.RFC3339), l.NextUpdate.UTC().Format(time.RFC3339))
	}
	return l, nil
}

// OpenList is ReadList of a list that need not be fresh.
func OpenList(data []byte, issuer *x509.Certificate) (*List, error) {
	list, err := parseList(data)
	if err != nil {
		return nil, err
	}
	if err := list.CheckSignatureFrom(issuer); err != nil || !bytes.Equal(list.RawIssuer, issuer.RawSubject) {
		return nil, fault.New(fault.Invalid, "crl_foreign", "the revocation list is not signed by %s", issuer.Subject).WithCause(err)
	}
	for _, ext := range list.Extensions {
		// A list of which a critical extension narrows the scope (delta lists, lists for some reasons only) does not
		// tell about every certificate (RFC 5280, section 5.2).
		if ext.Critical {
			return nil, fault.New(fault.Invalid, "crl_malformed", "the revocation list of %s is not a complete one", issuer.Subject).
				WithCause(fmt.Errorf("critical extension %s", ext.Id))
		}
	}
	l := &List{
		ThisUpdate: list.ThisUpdate, NextUpdate: list.NextUpdate, Issuer: issuer, raw: list.Raw,
		entries: make(map[string]entry, len(list.RevokedCertificateEntries)),
	}
	for _, e := range list.RevokedCertificateEntries {
		l.entries[e.SerialNumber.Text(16)] = entry{at: e.RevocationTime.Unix(), reason: e.ReasonCode}
	}
	return l, nil
}

// Serials gives what the list revokes: serial numbers, hex, in order.
func (l *List) Serials() []string { return slices.Sorted(maps.Keys(l.entries)) }

func parseList(data []byte) (*x509.RevocationList, error) {
	if block, _ := pem.Decode(data); block != nil && block.Type == pemCRL {
		data = block.Bytes
	}
	list, err := x509.ParseRevocationList(data)
	if err != nil {
		return nil, fault.New(fault.Invalid, "crl_malformed", "the revocation list cannot be read").WithCause(err)
	}
	return list, nil
}

// Status tells about a certificate of the list's issuer.
func (l *List) Status(cert *x509.Certificate) Status {
	s := Status{Known: true, ThisUpdate: l.ThisUpdate, NextUpdate: l.NextUpdate}
	if e, ok := l.entries[cert.SerialNumber.Text(16)]; ok {
		s.Revoked, s.RevokedAt, s.Reason = true, time.Unix(e.at, 0).UTC(), e.reason
	}
	return s
}

// Size gives the length of the list, DER, in bytes.
func (l *List) Size() int { return len(l.raw) }

// PEM gives the list as MSP definitions have it.
func (l *List) PEM() []byte { return pem.EncodeToMemory(&pem.Block{Type: pemCRL, Bytes: l.raw}) }

// ListedSerials gives the serials, hex and in order, of a revocation list of ours, PEM; of none: none.
func ListedSerials(crl []byte) ([]string, error) {
	if len(crl) == 0 {
		return nil, nil
	}
	list, err := parseList(crl)
	if err != nil {
		return nil, err
	}
	serials := make([]string, 0, len(list.RevokedCertificateEntries))
	for _, e := range list.RevokedCertificateEntries {
		serials = append(serials, e.SerialNumber.Text(16))
	}
	slices.Sort(serials)
	return serials, nil
}

// ListDER gives the DER of a revocation list of ours, PEM.
func ListDER(crl []byte) ([]byte, error) {
	block, _ := pem.Decode(crl)
	if block == nil || block.Type != pemCRL {
		return nil, fault.New(fault.Internal, "crl_malformed", "the revocation list cannot be read")
	}
	return block.Bytes, nil
}

// OCSPRequest asks for the status of a certificate, DER.
func OCSPRequest(cert, issuer *x509.Certificate) ([]byte, error) {
	request, err := ocsp.CreateRequest(cert, issuer, &ocsp.RequestOptions{Hash: crypto.SHA1}) // which every responder takes
	if err != nil {
		return nil, fmt.Errorf("make OCSP request: %w", err)
	}
	return request, nil
}

// ReadOCSP reads an OCSP answer about a certificate: signed by its issuer, or by a responder that the issuer certified
// for that, and fresh (RFC 6960, sections 3.2 and 4.2.2.2). Faults: "ocsp_malformed", "ocsp_refused" (the responder's
// own error), "ocsp_foreign", "ocsp_stale".
func ReadOCSP(answer []byte, cert, issuer *x509.Certificate, now time.Time) (Status, error) {
	// The parser is given no issuer: it takes every certificate that one issued for a responder's, and refuses the
	// issuer's own. Who signed is checked below.
	r, err := ocsp.ParseResponseForCert(answer, cert, nil)
	if refusal, ok := errors.AsType[ocsp.ResponseError](err); ok {
		return Status{}, fault.New(fault.Unavailable, "ocsp_refused", "the OCSP responder of %s answers: %s", issuer.Subject, refusal.Status)
	}
	if err != nil {
		return Status{}, fault.New(fault.Invalid, "ocsp_malformed", "the OCSP answer cannot be trusted or read").WithCause(err)
	}
	if err := checkResponder(r, issuer, now); err != nil {
		return Status{}, fault.New(fault.Invalid, "ocsp_foreign", "the OCSP answer is not by %s or who it certified for that", issuer.Subject).
			WithCause(err)
	}
	until := r.NextUpdate
	if until.IsZero() {
		until = r.ThisUpdate.Add(undatedLife)
	}
	if now.Add(clockSkew).Before(r.ThisUpdate) || now.After(until.Add(clockSkew)) {
		return Status{}, fault.New(fault.Unavailable, "ocsp_stale", "the OCSP answer of %s is out of date", issuer.Subject)
	}
	return Status{
		Known: r.Status != ocsp.Unknown, Revoked: r.Status == ocsp.Revoked, RevokedAt: r.RevokedAt, Reason: r.RevocationReason,
		ThisUpdate: r.ThisUpdate, NextUpdate: r.NextUpdate,
	}, nil
}

func checkResponder(r *ocsp.Response, issuer *x509.Certificate, now time.Time) error {
	if r.Certificate == nil || r.Certificate.Equal(issuer) {
		return r.CheckSignatureFrom(issuer)
	}
	responder := r.Certificate
	if err := responder.CheckSignatureFrom(issuer); err != nil {
		return fmt.Errorf("responder's certificate: %w", err)
	}
	if !slices.Contains(responder.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning) {
		return errors.New("the responder's certificate is not for OCSP signing")
	}
	if now.Before(responder.NotBefore) || now.After(responder.NotAfter) {
		return errors.New("the responder's certificate is not valid now")
	}
	return r.CheckSignatureFrom(responder)
}
