// SPDX-License-Identifier: Apache-2.0

package clinic

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"net"
	"slices"
	"strings"
)

// checkRequest looks at a certificate request (RFC 2986). For identities the rules are those of pki.ParseCSR.
func (x *examination) checkRequest(r *request) {
	remedy := x.request(namesOf(r.Subject, r.DNSNames, r.IPAddresses))
	x.checkRequestSignature(r, remedy)
	constraints, usage := requested(r.CertificateRequest)
	if x.Purpose == IdentityCSR {
		x.checkIdentityKey(r.item, r.PublicKey, Error, remedy)
		if constraints || usage&x509.KeyUsageCertSign != 0 {
			x.find(r.item, Finding{Code: codeRequestsCA, Severity: Error, Commands: remedy})
		} else if len(r.Extensions) > 0 {
			x.find(r.item, Finding{Code: codeExtensionsIgnored, Severity: Info})
		}
		x.checkRequestSubject(r, remedy)
		return
	}
	x.checkAuthorityKey(r.item, r.PublicKey, remedy)
	if r.Subject.String() == "" {
		x.find(r.item, Finding{Code: codeSubjectEmpty, Severity: Error, Commands: remedy})
	}
	if !constraints || usage&x509.KeyUsageCertSign == 0 {
		x.find(r.item, Finding{Code: codeRequestsNoCA, Severity: Warning, Commands: remedy})
	}
}

func (x *examination) checkRequestSignature(r *request, remedy string) {
	if tooLarge(r.PublicKey) {
		return // found by checkAuthorityKey or checkIdentityKey; its signature is not verified
	}
	err := r.CheckSignature()
	if _, weak := errors.AsType[x509.InsecureAlgorithmError](err); weak || r.SignatureAlgorithm == x509.ECDSAWithSHA1 ||
		r.SignatureAlgorithm == x509.SHA1WithRSA {
		f := Finding{Code: codeHashWeak, Severity: Warning, Commands: remedy, Values: map[string]string{
			"algorithm": r.SignatureAlgorithm.String(),
		}}
		if weak {
			f.Severity = Error
		}
		x.find(r.item, f)
		if weak {
			return
		}
	}
	if err != nil {
		x.find(r.item, Finding{Code: codeRequestSignature, Severity: Error, Commands: remedy})
	}
}

// checkRequestSubject applies the rule of pki.Request.CheckSubject: CN, O and OU, and no others. The OU, where there is
// one, must be a role.
func (x *examination) checkRequestSubject(r *request, remedy string) {
	var foreign []string
	for _, part := range r.Subject.Names {
		if id := part.Type.String(); !slices.Contains([]string{"2.5.4.3", "2.5.4.10", "2.5.4.11"}, id) {
			foreign = append(foreign, id)
		}
	}
	if len(foreign) > 0 {
		x.find(r.item, Finding{Code: codeSubjectForeign, Severity: Error, Values: map[string]string{
			"subject": r.Subject.String(), "parts": strings.Join(foreign, ", "),
		}, Commands: remedy})
	}
	if len(r.Subject.OrganizationalUnit) > 0 {
		x.checkUnits(r.item, r.Subject.OrganizationalUnit, remedy)
	}
}

// requested gives the basic constraint CA and the key usage that a request asks for.
func requested(r *x509.CertificateRequest) (isCA bool, usage x509.KeyUsage) {
	for _, ext := range r.Extensions {
		switch {
		case ext.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 19}):
			var constraints struct {
				IsCA       bool `asn1:"optional"`
				MaxPathLen int  `asn1:"optional,default:-1"`
			}
			_, err := asn1.Unmarshal(ext.Value, &constraints)
			isCA = err != nil || constraints.IsCA // what can't be read is refused as one that asks for a CA
		case ext.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 15}):
			var bits asn1.BitString
			if _, err := asn1.Unmarshal(ext.Value, &bits); err != nil {
				return true, x509.KeyUsageCertSign
			}
			for i := range 9 {
				usage |= x509.KeyUsage(bits.At(i)) << i
			}
		}
	}
	return isCA, usage
}

func hosts(names []string, addresses []net.IP) []string {
	out := slices.Clone(names)
	for _, a := range addresses {
		out = append(out, a.String())
	}
	return out
}
