// SPDX-License-Identifier: Apache-2.0

package clientcert

import (
	"context"
	"crypto/x509"
	"errors"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Times of revocation data.
const (
	skew      = 5 * time.Minute // that clocks may differ by
	maxAge    = 24 * time.Hour  // of an OCSP answer that names no next update
	keepOCSP  = 5 * time.Minute // at most, and never beyond the next update
	keepCRL   = time.Hour       // the same
	maxCached = 1000
)

// errRevoked says that an authority has revoked a certificate. Any other error means that it can't be told.
var errRevoked = errors.New("revoked")

// unrevoked passes when one of the chains has no revoked certificate below its root. Faults: "certificate_revoked", and
// "revocation_unknown" where it can't be told and acceptUnknown is false.
func (v *Verifier) unrevoked(ctx context.Context, t *trust, chains [][]*x509.Certificate, acceptUnknown bool) error {
	var worst error
	for _, chain := range chains {
		err := v.chainUnrevoked(ctx, t, chain, acceptUnknown)
		if err == nil {
			return nil
		}
		if worst == nil || errors.Is(err, errRevoked) {
			worst = err
		}
	}
	if errors.Is(worst, errRevoked) {
		return fault.New(fault.Unauthenticated, "certificate_revoked", "this certificate, or its authority's, is revoked").
			WithHint("use another certificate, or have a new one issued").WithCause(worst)
	}
	return fault.New(fault.Unavailable, "revocation_unknown", "it can't be found out now whether this certificate is revoked").
		WithHint("try again later; the operator finds the cause in the platform's log").WithCause(worst)
}

func (v *Verifier) chainUnrevoked(ctx context.Context, t *trust, chain []*x509.Certificate, acceptUnknown bool) error {
	for i := range len(chain) - 1 {
		err := v.status(ctx, t, chain[i], chain[i+1])
		if err == nil {
			continue
		}
		if errors.Is(err, errRevoked) || !acceptUnknown {
			return err
		}
		v.log.WarnContext(ctx, "certificate accepted without knowing whether it is revoked",
			"serial", chain[i].SerialNumber.Text(16), "issuer", chain[i].Issuer.String(), "error", err)
	}
	return nil
}

// status asks, in this order, the lists that were uploaded, the OCSP responder and the CRL of a certificate. nil: it is
// not revoked, says the first of them that can tell. A list that was uploaded can say that a certificate is revoked
// whatever the others say.
func (v *Verifier) status(ctx context.Context, t *trust, c, issuer *x509.Certificate) error {
	var unknown []error
	told := false
	for _, list := range t.crls {
		if string(list.RawIssuer) != string(issuer.RawSubject) {
			continue
		}
		switch err := v.judge(list, c, issuer); {
		case errors.Is(err, errRevoked):
			return err
		case err == nil:
			told = true
		default:
			unknown = append(unknown, err)
		}
	}
	if told {
		return nil
	}
	for _, ask := range []func(context.Context, *trust, *x509.Certificate, *x509.Certificate) error{v.askOCSP, v.askCRL} {
		err := ask(ctx, t, c, issuer)
		if err == nil || errors.Is(err, errRevoked) {
			return err
		}
		unknown = append(unknown, err)
	}
	return errors.Join(unknown...)
}
