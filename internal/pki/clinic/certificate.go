// SPDX-License-Identifier: Apache-2.0

package clinic

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// How long before its end a certificate's end is near.
const (
	leafSoon      = 30 * 24 * time.Hour
	authoritySoon = 180 * 24 * time.Hour
)

// minRSABits is what Go and the guides of ENISA, CCN-STIC 807 and NIST SP 800-131A still take.
const minRSABits = 2048

// checkCertificate looks at one certificate by itself.
func (x *examination) checkCertificate(c *certificate) {
	x.checkTime(c)
	x.checkHash(c.item, c.SignatureAlgorithm, x.reissue(c))
	x.checkSerial(c)
	if len(c.UnhandledCriticalExtensions) > 0 { // Go's isValid
		var ids []string
		for _, id := range c.UnhandledCriticalExtensions {
			ids = append(ids, id.String())
		}
		x.find(c.item, Finding{Code: codeCriticalUnknown, Severity: Error, Values: map[string]string{
			"extensions": strings.Join(ids, ", "),
		}, Commands: x.reissue(c)})
	}
	if x.asAuthority(c) {
		x.checkAuthority(c)
	} else {
		x.checkLeaf(c)
	}
	if x.Purpose != TLS && c.parent != c { // Fabric enforces no revocation of TLS certificates
		x.checkRevocationSource(c)
	}
}

// asAuthority tells whether a certificate is looked at, and made anew, as an authority's: not the one that is asked for as
// a leaf, whatever it says.
func (x *examination) asAuthority(c *certificate) bool {
	return c.authority && (x.Purpose == CA || x.wanted() != c)
}

// wanted gives the certificate that an authority must be taken for where a leaf is asked for: the first, if there is
// no leaf.
func (x *examination) wanted() *certificate {
	for _, c := range x.certs {
		if !c.authority {
			return nil
		}
	}
	return x.certs[0]
}

func (x *examination) checkTime(c *certificate) {
	soon := leafSoon
	if c.authority {
		soon = authoritySoon
	}
	values := map[string]string{
		"subject": c.Subject.String(), "from": day(c.NotBefore), "until": day(c.NotAfter),
		"days": strconv.Itoa(int(c.NotAfter.Sub(x.now) / (24 * time.Hour))),
	}
	switch {
	case x.now.After(c.NotAfter):
		// Fabric's MSP does not look at the end, but its orderers refuse what an expired certificate signed
		// (orderer/common/msgprocessor/expiration.go), and TLS refuses it.
		x.find(c.item, Finding{Code: codeExpired, Severity: Error, Values: values, Commands: x.reissue(c)})
	case x.now.Before(c.NotBefore):
		severity := Warning
		if x.Purpose == TLS || x.Purpose == SignIn {
			severity = Error
		}
		x.find(c.item, Finding{Code: codeNotYetValid, Severity: severity, Values: values})
	case c.NotAfter.Sub(x.now) < soon:
		x.find(c.item, Finding{Code: codeExpiresSoon, Severity: Warning, Values: values, Commands: x.reissue(c)})
	}
}

// checkHash refuses signatures that Go does not verify (crypto/x509, checkSignature).
func (x *examination) checkHash(item int, a x509.SignatureAlgorithm, remedy string) {
	switch a {
	case x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.ECDSAWithSHA1, x509.DSAWithSHA1, x509.UnknownSignatureAlgorithm:
		x.find(item, Finding{
			Code: codeHashWeak, Severity: Error, Values: map[string]string{"algorithm": a.String()}, Commands: remedy,
		})
	default: // Go verifies it
	}
}

// checkSerial applies RFC 5280, section 4.1.2.2. Go does not even read a negative one.
func (x *examination) checkSerial(c *certificate) {
	if c.SerialNumber.Sign() <= 0 || c.SerialNumber.BitLen() > 159 {
		x.find(c.item, Finding{Code: codeSerialInvalid, Severity: Warning, Values: map[string]string{
			"serial": c.SerialNumber.Text(16),
		}})
	}
}

// checkAuthority applies Fabric's msp/mspimplsetup.go, finalizeSetupCAs, and Go's Verify, to which it leads.
func (x *examination) checkAuthority(c *certificate) {
	remedy := x.reissue(c)
	subject := map[string]string{"subject": c.Subject.String()}
	if !c.BasicConstraintsValid || !c.IsCA {
		x.find(c.item, Finding{Code: codeNotCA, Severity: Error, Values: subject, Commands: remedy})
	}
	if len(c.SubjectKeyId) == 0 { // without it Fabric can't match revocation lists
		x.find(c.item, Finding{Code: codeNoSKI, Severity: Error, Values: subject, Commands: remedy})
	}
	switch {
	case c.KeyUsage == 0:
		x.find(c.item, Finding{Code: codeCAUsageMissing, Severity: Warning, Values: subject, Commands: remedy})
	case c.KeyUsage&x509.KeyUsageCertSign == 0:
		x.find(c.item, Finding{Code: codeNoCertSign, Severity: Error, Values: subject, Commands: remedy})
	case c.KeyUsage&x509.KeyUsageCRLSign == 0:
		x.find(c.item, Finding{Code: codeNoCRLSign, Severity: Warning, Values: subject, Commands: remedy})
	}
	if hasExtension(c.Certificate, oidNameConstraints()) {
		x.find(c.item, Finding{Code: codeNameConstraints, Severity: Warning, Values: map[string]string{
			"subject": c.Subject.String(), "names": constraints(c.Certificate),
		}})
	}
	x.checkAuthorityKey(c.item, c.PublicKey, remedy)
	x.checkExtUsage(c)
}

// checkAuthorityKey takes what Fabric's bccsp imports from an authority's certificate (fabric-lib-go,
// bccsp/sw/keyimport.go, x509PublicKeyImportOptsKeyImporter): ECDSA, Ed25519, RSA.
func (x *examination) checkAuthorityKey(item int, public crypto.PublicKey, remedy string) {
	values := map[string]string{"algorithm": pki.KeyAlgorithm(public)}
	switch key := public.(type) {
	case *rsa.PublicKey:
		switch bits := key.N.BitLen(); {
		case bits < minRSABits:
			x.find(item, Finding{Code: codeRSAShort, Severity: Error, Values: values, Commands: remedy})
		case bits > maxRSABits:
			x.find(item, Finding{Code: codeRSAHuge, Severity: Error, Values: values, Commands: remedy})
		default:
			x.find(item, Finding{Code: codeRSAAuthority, Severity: Info, Values: values})
		}
	case *ecdsa.PublicKey, ed25519.PublicKey:
	default:
		x.find(item, Finding{Code: codeKeyUnsupported, Severity: Error, Values: values, Commands: remedy})
	}
}

func (x *examination) checkLeaf(c *certificate) {
	remedy := x.reissue(c)
	if c.IsCA {
		severity := Error // Fabric's msp/mspimpl.go, getCertificationChainForBCCSPIdentity
		if x.Purpose == TLS {
			severity = Warning
		}
		x.find(c.item, Finding{Code: codeLeafIsCA, Severity: severity, Values: map[string]string{
			"subject": c.Subject.String(),
		}, Commands: remedy})
	}
	if x.Purpose == Identity {
		x.checkIdentityKey(c.item, c.PublicKey, Warning, remedy)
		x.checkUnits(c.item, c.Subject.OrganizationalUnit, remedy)
	} else {
		x.checkLeafKey(c.item, c.PublicKey, remedy)
	}
	x.checkLeafUsage(c, remedy)
	x.checkExtUsage(c)
	if x.Purpose == TLS && len(c.DNSNames)+len(c.IPAddresses) == 0 { // Go's VerifyHostname ignores the common name
		x.find(c.item, Finding{Code: codeNoSAN, Severity: Error, Values: map[string]string{
			"subject": c.Subject.String(),
		}, Commands: remedy})
	}
}

// checkIdentityKey applies Fabric's msp/mspimplsetup.go: setupCrypto takes ECDSA on any curve, setupV3 (channel
// capability V3_0) also Ed25519. unusual is the severity of what Fabric takes but the platform does not issue for.
func (x *examination) checkIdentityKey(item int, public crypto.PublicKey, unusual Severity, remedy string) {
	f := Finding{Severity: Error, Values: map[string]string{"algorithm": pki.KeyAlgorithm(public)}, Commands: remedy}
	switch key := public.(type) {
	case *ecdsa.PublicKey:
		if key.Curve == elliptic.P256() || key.Curve == elliptic.P384() {
			return
		}
		f.Code, f.Severity = codeCurveUnusual, unusual
	case ed25519.PublicKey:
		f.Code, f.Severity = codeEd25519, unusual
	case *rsa.PublicKey:
		f.Code = codeRSALeaf
	default:
		f.Code = codeKeyUnsupported
	}
	x.find(item, f)
}

// checkLeafKey takes what TLS takes.
func (x *examination) checkLeafKey(item int, public crypto.PublicKey, remedy string) {
	f := Finding{Severity: Error, Values: map[string]string{"algorithm": pki.KeyAlgorithm(public)}, Commands: remedy}
	switch key := public.(type) {
	case *rsa.PublicKey:
		switch bits := key.N.BitLen(); {
		case bits < minRSABits:
			f.Code = codeRSAShort
		case bits > maxRSABits: // crypto/tls refuses larger ones
			f.Code = codeRSAHuge
		default:
			return
		}
	case *ecdsa.PublicKey, ed25519.PublicKey:
		return
	default:
		f.Code = codeKeyUnsupported
	}
	x.find(item, f)
}

// checkLeafUsage looks at the key usage. Fabric does not, but OpenSSL, Java and browsers do.
func (x *examination) checkLeafUsage(c *certificate, remedy string) {
	f := Finding{Severity: Warning, Values: map[string]string{"subject": c.Subject.String()}, Commands: remedy}
	switch {
	case c.KeyUsage == 0:
		f.Code = codeUsageMissing
	case c.KeyUsage&x509.KeyUsageDigitalSignature == 0:
		f.Code = codeNoSignature
		if x.Purpose == SignIn { // a certificate that only commits to content does not authenticate
			f.Severity = Error
		}
	case c.KeyUsage&x509.KeyUsageCertSign != 0 && !c.IsCA:
		f.Code = codeLeafCertSign
	default:
		return
	}
	x.find(c.item, f)
}

// checkExtUsage wants the extended key usages that the purpose takes, of the leaf and of every authority above it
// (Go's checkChainForKeyUsage). Fabric's MSP leaves VerifyOptions.KeyUsages empty, which to Go means server
// authentication, whatever the certificate is for.
func (x *examination) checkExtUsage(c *certificate) {
	if len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 {
		return
	}
	has := func(u x509.ExtKeyUsage) bool {
		return slices.Contains(c.ExtKeyUsage, u) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
	}
	f := Finding{Severity: Error, Values: map[string]string{"subject": c.Subject.String()}, Commands: x.reissue(c)}
	if x.Purpose != SignIn && !has(x509.ExtKeyUsageServerAuth) {
		f.Code = codeNoServerAuth
		x.find(c.item, f)
	}
	if (x.Purpose == SignIn || x.Purpose == TLS) && !has(x509.ExtKeyUsageClientAuth) {
		f.Code = codeNoClientAuth
		x.find(c.item, f)
	}
}

// checkUnits applies Fabric's msp/mspimplvalidate.go, validateIdentityOUsV142: exactly one of the four roles, by case.
func (x *examination) checkUnits(item int, units []string, remedy string) {
	var found, near []string
	for _, unit := range units {
		switch lower := strings.ToLower(strings.TrimSpace(unit)); {
		case slices.Contains(roles(), unit):
			found = append(found, unit)
		case slices.Contains(roles(), lower):
			near = append(near, unit)
		}
	}
	f := Finding{Severity: Error, Commands: remedy, Values: map[string]string{
		"units": strings.Join(units, ", "), "role": x.Role, "found": strings.Join(append(found, near...), ", "),
	}}
	switch {
	case len(found) > 1:
		f.Code = codeUnitMultiple
	case len(found) == 0 && len(near) > 0:
		f.Code = codeUnitCase
	case len(found) == 0:
		f.Code = codeUnitMissing
		if len(units) == 0 {
			f.Values["units"] = "-"
		}
	case x.Role != "" && found[0] != x.Role:
		f.Code = codeUnitWrong
	default:
		return
	}
	x.find(item, f)
}

func (x *examination) checkRevocationSource(c *certificate) {
	switch subject := map[string]string{"subject": c.Subject.String(), "address": strings.Join(c.OCSPServer, " ")}; {
	case len(c.CRLDistributionPoints) > 0:
	case len(c.OCSPServer) > 0:
		x.find(c.item, Finding{Code: codeOCSPOnly, Severity: Info, Values: subject})
	default:
		x.find(c.item, Finding{Code: codeNoRevocation, Severity: Warning, Values: subject})
	}
}

func oidNameConstraints() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{2, 5, 29, 30} }
func oidSubjectAltName() asn1.ObjectIdentifier  { return asn1.ObjectIdentifier{2, 5, 29, 17} }

func hasExtension(c *x509.Certificate, id asn1.ObjectIdentifier) bool {
	for _, e := range c.Extensions {
		if e.Id.Equal(id) {
			return true
		}
	}
	return false
}

// constraints shows the names that an authority is bound to.
func constraints(c *x509.Certificate) string {
	var out []string
	add := func(mark string, lists ...[]string) {
		for _, l := range lists {
			for _, name := range l {
				out = append(out, mark+name)
			}
		}
	}
	add("+", c.PermittedDNSDomains, c.PermittedEmailAddresses, c.PermittedURIDomains)
	for _, r := range c.PermittedIPRanges {
		add("+", []string{r.String()})
	}
	add("-", c.ExcludedDNSDomains, c.ExcludedEmailAddresses, c.ExcludedURIDomains)
	for _, r := range c.ExcludedIPRanges {
		add("-", []string{r.String()})
	}
	if len(out) == 0 {
		return "-"
	}
	return strings.Join(out, " ")
}

// legacyNameViolation is the rule of Go 1.14 that Fabric keeps (msp/mspimpl.go, verifyLegacyNameConstraints): below an
// authority with name constraints a certificate without alternative names must not have a host name as common name.
func legacyNameViolation(chain []*x509.Certificate) bool {
	if len(chain) < 2 || hasExtension(chain[0], oidSubjectAltName()) || !hostName(chain[0].Subject.CommonName) {
		return false
	}
	return slices.ContainsFunc(chain[1:], func(c *x509.Certificate) bool { return hasExtension(c, oidNameConstraints()) })
}

// hostName tells what that rule takes for a host name: labels of letters, digits, '-', '_' and ':'.
func hostName(name string) bool {
	name = strings.TrimSuffix(name, ".")
	for i, label := range strings.Split(name, ".") {
		if label == "*" && i == 0 {
			continue
		}
		for j, r := range label {
			letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == ':'
			if !letter && (r != '-' || j == 0) {
				return false
			}
		}
		if label == "" {
			return false
		}
	}
	return true
}
