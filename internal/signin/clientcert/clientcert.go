// SPDX-License-Identifier: Apache-2.0

// Package clientcert tells who a client certificate belongs to, as far as the authorities of the settings vouch for it:
// the chain (RFC 5280 section 6), the key's usage, the validity, and that it is not revoked, by OCSP (RFC 6960) or by
// CRL (RFC 5280 section 6.3).
package clientcert

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/signin"
)

// Limits of what is looked at.
const (
	maxCertificates = 50 // of an authority's bundle
	maxChain        = 8  // sent by a browser
)

// Verifier verifies client certificates. It is safe for concurrent use. Make it with New.
type Verifier struct {
	now   func() time.Time
	log   *slog.Logger
	fetch *fetcher

	mu     sync.Mutex
	digest [sha256.Size]byte // of the settings that trust was made from
	trust  *trust
	crls   map[string]cachedCRL
	ocsp   map[string]cachedStatus
}

// Options of New.
type Options struct {
	Now func() time.Time // nil: time.Now
	Log *slog.Logger
	// Transport asks for CRLs and by OCSP; nil: one that reaches only what the settings allow.
	Transport http.RoundTripper
}

// New makes a verifier.
func New(o Options) *Verifier {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Verifier{
		now: o.Now, log: o.Log, fetch: newFetcher(o.Transport),
		crls: map[string]cachedCRL{}, ocsp: map[string]cachedStatus{},
	}
}

var _ signin.Checker = (*Verifier)(nil)

// trust is what the settings make of authorities.
type trust struct {
	roots         *x509.CertPool
	intermediates *x509.CertPool
	subjects      *x509.CertPool // roots and intermediates: what browsers are told to choose by
	all           []*x509.Certificate
	hosts         hosts
	crls          []*x509.RevocationList // uploaded
}

// Check implements signin.Checker: "authority_invalid" and "crl_invalid" say what is wrong with which one.
func (v *Verifier) Check(k signin.Certificates) error {
	_, err := v.build(k)
	return err
}

func (v *Verifier) build(k signin.Certificates) (*trust, error) {
	t := &trust{roots: x509.NewCertPool(), intermediates: x509.NewCertPool(), subjects: x509.NewCertPool(), hosts: newHosts(k.Hosts)}
	for i, a := range k.Authorities {
		if err := v.add(t, a); err != nil {
			return nil, fault.New(fault.Invalid, "authority_invalid", "the authority %q can't be trusted as it is", a.Name).
				WithHint("give its root certificate as PEM and, below it, those of its issuing authorities").
				WithDetail("clientCertificates.authorities["+strconv.Itoa(i)+"].pem", err.Error())
		}
	}
	for i, text := range k.CRLs {
		list, err := parseCRL([]byte(text))
		if err != nil {
			return nil, fault.New(fault.Invalid, "crl_invalid", "a revocation list can't be read").
				WithHint("give it as PEM: openssl crl -inform DER -in FILE").
				WithDetail("clientCertificates.crls["+strconv.Itoa(i)+"]", err.Error())
		}
		t.crls = append(t.crls, list)
	}
	return t, nil
}

// add takes an authority's certificates: self-signed ones are trusted, the others help to build chains.
func (v *Verifier) add(t *trust, a signin.Authority) error {
	certificates, err := parseBundle([]byte(a.PEM))
	if err != nil {
		return err
	}
	roots := 0
	for _, c := range certificates {
		if err := v.checkAuthority(c); err != nil {
			return err
		}
		t.hosts.learn(c)
		t.subjects.AddCert(c)
		t.all = append(t.all, c)
		if string(c.RawIssuer) == string(c.RawSubject) && c.CheckSignatureFrom(c) == nil {
			t.roots.AddCert(c)
			roots++
			continue
		}
		t.intermediates.AddCert(c)
	}
	if roots == 0 {
		return errors.New("there is no self-signed root among the certificates")
	}
	return nil
}

func (v *Verifier) checkAuthority(c *x509.Certificate) error {
	name := c.Subject.String()
	switch {
	case !c.BasicConstraintsValid || !c.IsCA:
		return errors.New(name + " is not of an authority: it lacks basicConstraints CA:TRUE")
	case c.KeyUsage != 0 && c.KeyUsage&x509.KeyUsageCertSign == 0:
		return errors.New(name + " must not sign certificates: its keyUsage lacks keyCertSign")
	case v.now().After(c.NotAfter):
		return errors.New(name + " has expired")
	}
	return nil
}

// parseBundle reads the certificates of a PEM text. Anything else in it is a mistake.
func parseBundle(text []byte) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	for len(strings.TrimSpace(string(text))) > 0 {
		block, rest := pem.Decode(text)
		switch {
		case block == nil:
			return nil, errors.New("there is something that is no PEM")
		case block.Type != "CERTIFICATE":
			return nil, errors.New("there is a PEM block that is no CERTIFICATE")
		case len(out) == maxCertificates:
			return nil, errors.New("there are over " + strconv.Itoa(maxCertificates) + " certificates")
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, errors.New("a certificate can't be read: " + err.Error())
		}
		out, text = append(out, c), rest
	}
	if len(out) == 0 {
		return nil, errors.New("there is no certificate")
	}
	return out, nil
}

// trusted gives what the settings make of authorities; it is made once for each version of them.
func (v *Verifier) trusted(k signin.Certificates) (*trust, error) {
	d := sha256.New()
	for _, a := range k.Authorities {
		d.Write([]byte(a.PEM + "\x00"))
	}
	d.Write([]byte(strings.Join(k.CRLs, "\x00") + "\x01" + strings.Join(k.Hosts, "\x00")))
	digest := [sha256.Size]byte(d.Sum(nil))
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.trust != nil && v.digest == digest {
		return v.trust, nil
	}
	t, err := v.build(k)
	if err != nil {
		return nil, err
	}
	v.trust, v.digest = t, digest
	return t, nil
}

// Authorities gives the certificates of the authorities, by which browsers choose what to offer.
func (v *Verifier) Authorities(k signin.Certificates) (*x509.CertPool, error) {
	t, err := v.trusted(k)
	if err != nil {
		return nil, err
	}
	return t.subjects, nil
}

// Verify tells who holds the first certificate of a chain whose holder has proved to have its key. Faults, besides
// those of revocation: "certificate_missing", "certificate_untrusted", "certificate_expired", "certificate_usage",
// "certificate_subject".
func (v *Verifier) Verify(ctx context.Context, k signin.Certificates, sent []*x509.Certificate) (signin.Identity, error) {
	if len(sent) == 0 {
		return signin.Identity{}, fault.New(fault.Unauthenticated, "certificate_missing", "the browser sent no certificate").
			WithHint("insert your card or install your certificate, restart the browser and choose the certificate when asked")
	}
	t, err := v.trusted(k)
	if err != nil {
		return signin.Identity{}, err
	}
	chains, err := v.chains(t, sent)
	if err != nil {
		return signin.Identity{}, err
	}
	if err := v.unrevoked(ctx, t, chains, k.AcceptUnknown); err != nil {
		return signin.Identity{}, err
	}
	id, err := identity(sent[0], k.Subject)
	if err != nil {
		return id, err
	}
	id.Certificate = sent[0].Raw
	if issuer := chains[0][1]; !t.has(issuer) {
		id.Issuer = issuer.Raw
	}
	return id, nil
}

func (t *trust) has(c *x509.Certificate) bool { return slices.ContainsFunc(t.all, c.Equal) }

func (v *Verifier) chains(t *trust, sent []*x509.Certificate) ([][]*x509.Certificate, error) {
	leaf := sent[0]
	if now := v.now(); now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
		return nil, fault.New(fault.Unauthenticated, "certificate_expired", "this certificate is not valid now: it is from %s to %s",
			leaf.NotBefore.UTC().Format(time.DateOnly), leaf.NotAfter.UTC().Format(time.DateOnly)).
			WithHint("use a certificate that is valid, or have this one renewed")
	}
	if err := usage(leaf); err != nil {
		return nil, fault.New(fault.Unauthenticated, "certificate_usage", "this certificate is not for signing in").
			WithHint("cards often hold two certificates: choose the one for authentication").WithCause(err)
	}
	intermediates := t.intermediates.Clone()
	for _, c := range sent[1:min(len(sent), maxChain)] {
		intermediates.AddCert(c)
	}
	chains, err := leaf.Verify(x509.VerifyOptions{
		Roots: t.roots, Intermediates: intermediates, CurrentTime: v.now(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	if err != nil {
		return nil, fault.New(fault.Unauthenticated, "certificate_untrusted", "no authority that is trusted here vouches for this certificate").
			WithHint("use a certificate of one of the authorities that the platform accepts").WithCause(err)
	}
	return chains, nil
}

// usage tells whether a certificate is its holder's for signing in: TLS signs with the key (digitalSignature), and the
// authority says that it is for clients. One without extended usages could be for anything; it is refused.
func usage(c *x509.Certificate) error {
	if c.IsCA {
		return errors.New("it is an authority's")
	}
	if c.KeyUsage != 0 && c.KeyUsage&x509.KeyUsageDigitalSignature == 0 {
		return errors.New("keyUsage lacks digitalSignature")
	}
	if !slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageClientAuth) {
		return errors.New("extendedKeyUsage lacks clientAuth")
	}
	return nil
}
