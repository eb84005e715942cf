// SPDX-License-Identifier: Apache-2.0

package clinic

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// list writes down the facts of what was found.
func (x *examination) list() {
	for _, c := range x.certs {
		facts := pki.FactsOf(c.Certificate)
		c.item = x.item(Item{
			Kind: Certificate, File: c.file, Subject: facts.Subject, Issuer: facts.Issuer, Serial: facts.Serial,
			KeyAlgorithm: facts.KeyAlgorithm, SignatureAlgorithm: c.SignatureAlgorithm.String(),
			Fingerprint: facts.Fingerprint, NotBefore: facts.NotBefore, NotAfter: facts.NotAfter,
			Authority: c.IsCA, Names: hosts(c.DNSNames, c.IPAddresses), Units: c.Subject.OrganizationalUnit,
		})
		c.unverified = tooLarge(c.PublicKey)
	}
	for _, r := range x.requests {
		sum := sha256.Sum256(r.Raw)
		r.item = x.item(Item{
			Kind: Request, File: r.file, Subject: r.Subject.String(), KeyAlgorithm: pki.KeyAlgorithm(r.PublicKey),
			SignatureAlgorithm: r.SignatureAlgorithm.String(), Fingerprint: hex.EncodeToString(sum[:]),
			Names: hosts(r.DNSNames, r.IPAddresses), Units: r.Subject.OrganizationalUnit,
		})
	}
	for _, l := range x.lists {
		sum := sha256.Sum256(l.Raw)
		l.item = x.item(Item{
			Kind: RevocationList, File: l.file, Issuer: l.Issuer.String(),
			SignatureAlgorithm: l.SignatureAlgorithm.String(), Fingerprint: hex.EncodeToString(sum[:]),
			NotBefore: l.ThisUpdate, NotAfter: l.NextUpdate, Revoked: len(l.RevokedCertificateEntries),
		})
	}
}

// tooLarge tells whether a key is too large to verify signatures with.
func tooLarge(public any) bool {
	key, ok := public.(*rsa.PublicKey)
	return ok && key.N.BitLen() > maxRSABits
}

func (x *examination) item(i Item) int {
	x.report.Items = append(x.report.Items, i)
	return len(x.report.Items) - 1
}

// link finds the issuer of every certificate in the material.
func (x *examination) link() error {
	budget := maxSignatures
	for _, c := range x.certs {
		for _, p := range x.candidates(c) {
			if budget--; budget < 0 {
				return fault.New(fault.Invalid, "clinic_too_complex", "too many of the certificates bear the same names").
					WithHint("send only the certificates in question")
			}
			// An insecure hash is reported by itself: the name tells whose signature it should be.
			err := signed(c.Certificate, p)
			if _, weak := errors.AsType[x509.InsecureAlgorithmError](err); err == nil || weak {
				c.parent = p
				break
			}
			c.impostor = p
		}
		c.authority = x.Purpose == CA || c.IsCA
	}
	for _, c := range x.certs {
		if c.parent != nil && c.parent != c {
			c.parent.authority = true
		}
		x.report.Items[c.item].SelfSigned = c.parent == c
	}
	return nil
}

// candidates gives the certificates that bear the issuer's name, those with the named key first.
func (x *examination) candidates(c *certificate) []*certificate {
	var out []*certificate
	for _, p := range x.certs {
		if !bytes.Equal(p.RawSubject, c.RawIssuer) {
			continue
		}
		if len(c.AuthorityKeyId) > 0 && bytes.Equal(c.AuthorityKeyId, p.SubjectKeyId) {
			out = slices.Insert(out, 0, p)
		} else {
			out = append(out, p)
		}
	}
	return out
}

// signed checks one signature and nothing else. One by a key that is too large is not looked at: Go's time for it grows
// with the square of its length.
func signed(c *x509.Certificate, by *certificate) error {
	if by.unverified {
		return nil
	}
	return by.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature)
}

// checkChain looks at how the certificates fit together.
func (x *examination) checkChain() {
	for _, c := range x.certs {
		x.checkIssuer(c)
		x.checkTwins(c)
		if c.authority {
			x.checkPathLength(c)
		}
	}
	x.checkOrder()
	x.checkRoots()
	for _, c := range x.certs {
		x.checkFabricChain(c)
	}
}

func (x *examination) authorities() int {
	n := 0
	for _, c := range x.certs {
		if c.authority {
			n++
		}
	}
	return n
}

// checkIssuer complains of a missing issuer, a false signature, or an issuer that does not fit.
func (x *examination) checkIssuer(c *certificate) {
	switch p := c.parent; {
	case p == nil && c.impostor != nil:
		x.find(c.item, Finding{Code: codeSignatureInvalid, Severity: Error, Values: map[string]string{
			"subject": c.Subject.String(), "issuer": c.Issuer.String(),
		}, Commands: fetchIssuer(c.Certificate)})
	case p == nil && c.authority:
		severity := Warning
		if x.Purpose == CA { // Go's Verify, on which Fabric's msp/mspimplsetup.go setupCAs rests, finds no root
			severity = Error
		}
		x.find(c.item, Finding{Code: codeRootMissing, Severity: severity, Values: map[string]string{
			"subject": c.Subject.String(), "issuer": c.Issuer.String(),
		}, Commands: fetchIssuer(c.Certificate)})
	case p == nil && x.authorities() > 0:
		x.find(c.item, Finding{Code: codeChainGap, Severity: Error, Values: map[string]string{
			"subject": c.Subject.String(), "issuer": c.Issuer.String(),
		}, Commands: fetchIssuer(c.Certificate)})
	case p == nil:
		x.find(c.item, Finding{Code: codeIssuerNotGiven, Severity: Info, Values: map[string]string{
			"issuer": c.Issuer.String(),
		}, Commands: fetchIssuer(c.Certificate)})
	case p != c:
		x.checkFit(c, p)
	}
	if key, ok := issuerKey(c); ok {
		// Fabric's msp/cert.go, sanitizeECDSASignedCert, replaces the certificate by one with the lower s. Half of all that
		// OpenSSL and Go sign is like that.
		if low, err := pki.IsLowS(key.Curve, c.Signature); err == nil && !low {
			x.find(c.item, Finding{Code: codeHighS, Severity: Info, Values: map[string]string{"subject": c.Subject.String()}})
		}
	}
}

func issuerKey(c *certificate) (*ecdsa.PublicKey, bool) {
	if c.parent == nil {
		return nil, false
	}
	key, ok := c.parent.PublicKey.(*ecdsa.PublicKey)
	return key, ok
}

// checkFit compares a certificate with its issuer's.
func (x *examination) checkFit(c, p *certificate) {
	values := func() map[string]string {
		return map[string]string{
			"subject": c.Subject.String(), "issuer": p.Subject.String(),
			"from": day(c.NotBefore), "until": day(c.NotAfter), "issuer_from": day(p.NotBefore), "issuer_until": day(p.NotAfter),
		}
	}
	// Fabric's msp/mspimplvalidate.go, getValidityOptsForCert: the chain must be valid one second after the
	// certificate's start.
	start := c.NotBefore.Add(time.Second)
	if start.Before(p.NotBefore) || start.After(p.NotAfter) {
		x.find(c.item, Finding{Code: codeStartsBeforeIssuer, Severity: Error, Values: values(), Commands: x.reissue(c)})
	} else if c.NotAfter.After(p.NotAfter) {
		x.find(c.item, Finding{Code: codeOutlivesIssuer, Severity: Warning, Values: values()})
	}
	if x.Purpose != Identity || c.authority {
		return
	}
	for _, other := range x.certs {
		// Fabric's msp/mspimpl.go, getValidationChain: an authority above an intermediate issues no identities.
		if other != p && other != c && other.authority && other.parent == p {
			x.find(c.item, Finding{Code: codeIssuerNotLowest, Severity: Error, Values: map[string]string{
				"subject": c.Subject.String(), "issuer": p.Subject.String(), "below": other.Subject.String(),
			}, Commands: x.reissue(c)})
			return
		}
	}
}

// checkTwins looks for certificates before c that are the same, or the same in another way.
func (x *examination) checkTwins(c *certificate) {
	for _, other := range x.certs {
		if other == c {
			return
		}
		severity := Warning
		switch {
		case c.Equal(other.Certificate):
			if x.Purpose == CA { // internal/fabric/msp, Validate
				severity = Error
			}
			x.find(c.item, Finding{Code: codeDuplicate, Severity: severity, Values: map[string]string{"subject": c.Subject.String()}})
			return
		case c.authority && bytes.Equal(c.RawSubject, other.RawSubject) &&
			bytes.Equal(c.RawSubjectPublicKeyInfo, other.RawSubjectPublicKeyInfo):
			// Fabric's msp/mspimpl.go, getUniqueValidationChain, refuses whatever has two chains.
			x.find(c.item, Finding{Code: codeIssuerAmbiguous, Severity: Error, Values: map[string]string{"subject": c.Subject.String()}})
		case bytes.Equal(c.RawIssuer, other.RawIssuer) && c.SerialNumber.Cmp(other.SerialNumber) == 0:
			x.find(c.item, Finding{Code: codeSerialDuplicate, Severity: Warning, Values: map[string]string{
				"serial": c.SerialNumber.Text(16), "issuer": c.Issuer.String(),
			}})
		}
	}
}

// checkPathLength counts the authorities below c (RFC 5280, section 4.2.1.9); Go's Verify refuses too many.
func (x *examination) checkPathLength(c *certificate) {
	if !c.BasicConstraintsValid || c.MaxPathLen < 0 {
		return
	}
	for _, below := range x.certs {
		depth := 0
		for at := below; at.parent != nil && at.parent != at && depth <= len(x.certs); at = at.parent {
			if at.authority {
				depth++
			}
			if at.parent == c && depth > c.MaxPathLen {
				x.find(c.item, Finding{Code: codePathLength, Severity: Error, Values: map[string]string{
					"subject": c.Subject.String(), "allowed": strconv.Itoa(c.MaxPathLen), "found": strconv.Itoa(depth),
				}, Commands: x.reissue(c)})
				return
			}
		}
	}
}

// checkOrder wants every certificate before its issuer's, as TLS (RFC 8446, section 4.4.2) and the platform's own
// chains have it.
func (x *examination) checkOrder() {
	for i, c := range x.certs {
		if c.parent == nil || c.parent == c {
			continue
		}
		if slices.Index(x.certs, c.parent) < i {
			x.find(NoItem, Finding{Code: codeChainOrder, Severity: Warning, Values: map[string]string{
				"subject": c.Subject.String(), "issuer": c.parent.Subject.String(),
			}, Commands: x.sorted()})
			return
		}
	}
}

func (x *examination) checkRoots() {
	n := 0
	for _, c := range x.certs {
		if c.parent == c && c.authority {
			n++
		}
	}
	if n > 1 {
		x.find(NoItem, Finding{Code: codeSeveralRoots, Severity: Info, Values: map[string]string{"number": strconv.Itoa(n)}})
	}
}

// checkFabricChain verifies as Fabric does (msp/mspimpl.go, getUniqueValidationChain), as the last word where no error
// was found before: KeyUsages stays empty there, which to Go means server authentication.
func (x *examination) checkFabricChain(c *certificate) {
	if x.Purpose != Identity && x.Purpose != CA || !x.complete(c) {
		return
	}
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	for _, a := range x.certs {
		switch {
		case !a.authority || a.unverified:
		case a.parent == a:
			roots.AddCert(a.Certificate)
		default:
			intermediates.AddCert(a.Certificate)
		}
	}
	chains, err := c.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: intermediates, CurrentTime: c.NotBefore.Add(time.Second),
	})
	if err == nil && len(chains) != 1 {
		err = fmt.Errorf("%d chains instead of one", len(chains))
	}
	if err == nil && legacyNameViolation(chains[0]) {
		x.violated(c)
		return
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && nameReason(invalid.Reason) {
		x.violated(c)
		return
	}
	if err != nil {
		x.find(c.item, Finding{Code: codeVerifyFailed, Severity: Error, Values: map[string]string{
			"subject": c.Subject.String(), "reason": err.Error(),
		}})
	}
}

// complete tells whether c has a chain to a root on which nothing wrong was found yet.
func (x *examination) complete(c *certificate) bool {
	for at, steps := c, 0; steps <= len(x.certs); at, steps = at.parent, steps+1 {
		if at.parent == nil || at.unverified || x.failed(at.item) {
			return false
		}
		if at.parent == at {
			return true
		}
	}
	return false
}

func (x *examination) violated(c *certificate) {
	x.find(c.item, Finding{Code: codeNameViolated, Severity: Error, Values: map[string]string{
		"subject": c.Subject.String(), "issuer": c.Issuer.String(),
	}, Commands: x.reissue(c)})
}

func nameReason(r x509.InvalidReason) bool {
	return r == x509.CANotAuthorizedForThisName || r == x509.NameConstraintsWithoutSANs ||
		r == x509.UnconstrainedName || r == x509.TooManyConstraints
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
