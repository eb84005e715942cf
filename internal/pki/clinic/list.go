// SPDX-License-Identifier: Apache-2.0

package clinic

import (
	"bytes"
	"encoding/asn1"
)

// checkList looks at a revocation list (RFC 5280, section 5) as a part of an MSP definition.
func (x *examination) checkList(l *list) {
	values := map[string]string{"issuer": l.Issuer.String(), "until": day(l.NextUpdate)}
	// Fabric's msp/mspimplvalidate.go, validateCertAgainstChain: a list without it makes every identity fail.
	if len(l.AuthorityKeyId) == 0 && !listHasKeyID(l) {
		x.find(l.item, Finding{Code: codeListNoKeyID, Severity: Error, Values: values, Commands: newList()})
	}
	switch {
	case l.NextUpdate.IsZero():
		x.find(l.item, Finding{Code: codeListEndless, Severity: Warning, Values: values})
	case x.now.After(l.NextUpdate):
		x.find(l.item, Finding{Code: codeListOutdated, Severity: Warning, Values: values, Commands: newList()})
	}
	x.checkHash(l.item, l.SignatureAlgorithm, newList())
	issuer, named := x.listIssuer(l)
	switch {
	case issuer == nil && named:
		x.find(l.item, Finding{Code: codeListSignature, Severity: Error, Values: values})
	case issuer == nil && x.authorities() > 0:
		x.find(l.item, Finding{Code: codeListForeign, Severity: Warning, Values: values})
	case issuer != nil:
		x.checkRevoked(l, issuer)
	}
}

func listHasKeyID(l *list) bool {
	for _, e := range l.Extensions {
		if e.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 35}) {
			return true
		}
	}
	return false
}

// listIssuer gives the certificate that signed a list, and tells whether one bears the issuer's name.
func (x *examination) listIssuer(l *list) (issuer *certificate, named bool) {
	budget := maxSignatures / MaxItems
	for _, c := range x.certs {
		if !bytes.Equal(c.RawSubject, l.RawIssuer) || c.unverified {
			continue
		}
		if budget--; budget < 0 {
			return nil, false
		}
		if c.CheckSignature(l.SignatureAlgorithm, l.RawTBSRevocationList, l.Signature) == nil {
			return c, true
		}
		named = true
	}
	return nil, named
}

func (x *examination) checkRevoked(l *list, issuer *certificate) {
	for _, c := range x.certs {
		if c.parent != issuer || c == issuer {
			continue
		}
		for _, entry := range l.RevokedCertificateEntries {
			if entry.SerialNumber.Cmp(c.SerialNumber) == 0 {
				x.find(c.item, Finding{Code: codeRevoked, Severity: Error, Values: map[string]string{
					"subject": c.Subject.String(), "on": day(entry.RevocationTime), "issuer": issuer.Subject.String(),
				}, Commands: x.reissue(c)})
			}
		}
	}
}
