// SPDX-License-Identifier: Apache-2.0

package clientcert

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"golang.org/x/crypto/ocsp"
)

type cachedStatus struct {
	status int
	until  time.Time
}

// askOCSP asks the responders that a certificate names. What a responder does not know is unknown, and no better than
// no answer.
func (v *Verifier) askOCSP(ctx context.Context, t *trust, c, issuer *x509.Certificate) error {
	if len(c.OCSPServer) == 0 {
		return errors.New("the certificate names no OCSP responder")
	}
	key := string(issuer.RawSubjectPublicKeyInfo) + "\x00" + c.SerialNumber.Text(16)
	v.mu.Lock()
	hit, ok := v.ocsp[key]
	v.mu.Unlock()
	if ok && v.now().Before(hit.until) {
		return said(hit.status)
	}
	var unknown []error
	for _, address := range c.OCSPServer[:min(len(c.OCSPServer), maxAddresses)] {
		answer, err := v.answer(ctx, t, address, c, issuer)
		if err != nil {
			unknown = append(unknown, err)
			continue
		}
		v.remember(key, answer)
		return said(answer.Status)
	}
	return errors.Join(unknown...)
}

func said(status int) error {
	switch status {
	case ocsp.Good:
		return nil
	case ocsp.Revoked:
		return errRevoked
	default:
		return errors.New("the OCSP responder does not know the certificate")
	}
}

func (v *Verifier) remember(key string, answer *ocsp.Response) {
	until := v.now().Add(keepOCSP)
	if n := answer.NextUpdate; !n.IsZero() && n.Before(until) {
		until = n
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.ocsp) >= maxCached {
		clear(v.ocsp)
	}
	v.ocsp[key] = cachedStatus{status: answer.Status, until: until}
}

// answer asks one responder and checks that the answer is the issuer's or its delegate's, about this certificate and
// fresh. There is no nonce: most public responders sign in advance (RFC 5019), so freshness is what counts.
func (v *Verifier) answer(ctx context.Context, t *trust, address string, c, issuer *x509.Certificate) (*ocsp.Response, error) {
	// SHA-1 only names the issuer here, and is what all responders understand (RFC 5019 section 2.1.1).
	question, err := ocsp.CreateRequest(c, issuer, &ocsp.RequestOptions{Hash: crypto.SHA1})
	if err != nil {
		return nil, fmt.Errorf("make OCSP request: %w", err)
	}
	data, err := v.fetch.do(ctx, t.hosts, http.MethodPost, address, "application/ocsp-request", question, maxOCSP)
	if err != nil {
		return nil, err
	}
	answer, err := ocsp.ParseResponseForCert(data, c, issuer)
	if err != nil {
		return nil, fmt.Errorf("OCSP answer: %w", err)
	}
	return answer, v.believable(answer, issuer)
}

func (v *Verifier) believable(answer *ocsp.Response, issuer *x509.Certificate) error {
	now := v.now()
	if d := answer.Certificate; d != nil && !d.Equal(issuer) {
		switch { // RFC 6960 section 4.2.2.2
		case !slices.Contains(d.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning):
			return errors.New("the OCSP answer's signer is no OCSP signer")
		case string(d.RawIssuer) != string(issuer.RawSubject):
			return errors.New("the OCSP answer's signer is another authority's")
		case now.Before(d.NotBefore.Add(-skew)) || now.After(d.NotAfter):
			return errors.New("the OCSP answer's signer is not valid now")
		}
	}
	switch {
	case answer.ThisUpdate.After(now.Add(skew)):
		return errors.New("the OCSP answer is of the future")
	case answer.NextUpdate.IsZero() && now.Sub(answer.ThisUpdate) > maxAge, !answer.NextUpdate.IsZero() && now.After(answer.NextUpdate):
		return errors.New("the OCSP answer is out of date")
	}
	return nil
}
