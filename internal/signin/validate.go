// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Limits of the settings.
const (
	maxProviders   = 20
	maxScopes      = 30
	maxParameters  = 20
	maxName        = 80
	maxText        = 2000
	maxURL         = 500
	maxSecret      = 1000
	maxAuthorities = 20
	maxHosts       = 50
	maxCRLs        = 20
	maxPEM         = 256 << 10
	maxCRL         = 4 << 20
)

// patterns of the settings' values.
var (
	idPattern        = regexp.MustCompile(`^[a-z][a-z0-9-]{0,29}[a-z0-9]$`)
	parameterPattern = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)
	localePattern    = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}( [A-Za-z0-9_-]{1,32}){0,4}$`)
	scopePattern     = regexp.MustCompile(`^[!#-\[\]-~]{1,200}$`) // RFC 6749 section 3.3
	fieldPattern     = regexp.MustCompile(`^[!-~]{1,200}$`)
	filePattern      = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	clientPattern    = regexp.MustCompile(`^[ -~]{1,200}$`) // RFC 6749 appendix A.1
	hostPattern      = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`)
)

// reserved are the parameters of an authorization request that the platform alone sets.
func reserved() []string {
	return []string{
		"response_type", "response_mode", "client_id", "client_secret", "redirect_uri", "state", "nonce", "scope",
		"code_challenge", "code_challenge_method", "request", "request_uri", "ui_locales",
	}
}

// complaints collects what is wrong with the settings, so that all of it is told at once.
type complaints struct{ details []fault.Detail }

func (c *complaints) need(ok bool, location, message string) {
	if !ok && len(c.details) < maxProviders {
		c.details = append(c.details, fault.Detail{Location: location, Message: message})
	}
}

// Validate checks the settings by themselves. Complaints are a fault.Invalid "signin_settings_invalid" that names each.
func (s Settings) Validate() error {
	c := &complaints{}
	c.need(len(s.Providers) <= maxProviders, "providers", "are too many")
	seen := map[string]bool{}
	for i, p := range s.Providers[:min(len(s.Providers), maxProviders)] {
		at := "providers[" + strconv.Itoa(i) + "]"
		c.need(!seen[p.ID], at+".id", "is taken by another provider")
		seen[p.ID] = true
		p.validate(c, at)
	}
	s.Certificates.validate(c, "clientCertificates")
	if len(c.details) == 0 {
		return nil
	}
	f := fault.New(fault.Invalid, "signin_settings_invalid", "the sign-in settings have mistakes; nothing was changed").
		WithHint("correct what the errors name; docs/guides/sign-in.md tells what each setting is")
	slices.SortFunc(c.details, func(a, b fault.Detail) int { return strings.Compare(a.Location+a.Message, b.Location+b.Message) })
	f.Details = c.details
	return f
}

func (p Provider) validate(c *complaints, at string) {
	c.need(idPattern.MatchString(p.ID) && p.ID != "local" && p.ID != CertificateProvider, at+".id",
		"is not 2 to 31 lower-case letters, digits and hyphens, or is reserved")
	c.need(len(p.Names) > 0, at+".names", "are missing: give one a language, eu, es, en")
	for lang, name := range p.Names {
		c.need(slices.Contains(Languages(), lang), at+".names", "have a language other than eu, es, en")
		c.need(printable(name, maxName), at+".names."+lang, "is empty, too long or not printable")
	}
	c.need(clientPattern.MatchString(p.ClientID), at+".clientId", "is empty, too long or not printable ASCII")
	p.validateSecret(c, at)
	p.validateAddresses(c, at)
	p.validateRequest(c, at)
	for name, f := range map[string]string{
		"subject": p.Fields.Subject, "name": p.Fields.Name, "email": p.Fields.Email,
		"emailVerified": p.Fields.EmailVerified, "identifier": p.Fields.Identifier,
	} {
		c.need(f == "" || fieldPattern.MatchString(f), at+".fields."+name, "is no field name and no JSON pointer")
	}
}

func (p Provider) validateSecret(c *complaints, at string) {
	switch p.ClientAuth {
	case None:
		c.need(p.Secret == "" && p.SecretFile == "", at+".clientSecret", "is given, but the client is public (clientAuth none)")
	case Basic, Post:
		c.need(p.Secret == "" || p.SecretFile == "", at+".clientSecret", "is given twice: itself and as a file")
	default:
		c.need(false, at+".clientAuth", "is not basic, post or none")
	}
	c.need(len(p.Secret) <= maxSecret, at+".clientSecret", "is over 1000 bytes")
	c.need(p.SecretFile == "" || filePattern.MatchString(p.SecretFile), at+".clientSecretFile",
		"is not the name of a file in the platform's folder of secrets")
}

func (p Provider) validateAddresses(c *complaints, at string) {
	const wrong = "is not an https address (http is for loopback addresses only), without user, fragment or query"
	switch p.Kind {
	case OIDC:
		c.need(address(p.Issuer), at+".issuer", wrong)
		c.need(p.AuthorizeURL+p.TokenURL+p.UserinfoURL == "", at+".authorizeUrl", "is found by discovery: leave the addresses out")
		c.need(p.Fields.Subject == "" || p.Fields.Subject == "sub", at+".fields.subject", "of OpenID Connect is sub")
	case OAuth:
		c.need(p.Issuer == "", at+".issuer", "is of OpenID Connect")
		c.need(address(p.AuthorizeURL), at+".authorizeUrl", wrong)
		c.need(address(p.TokenURL), at+".tokenUrl", wrong)
		c.need(address(p.UserinfoURL), at+".userinfoUrl", wrong)
		c.need(p.Fields.Subject != "", at+".fields.subject", "is missing: the field of the userinfo answer that never changes")
	case Certificate:
		fallthrough
	default:
		c.need(false, at+".kind", "is not oidc or oauth2")
	}
}

func (p Provider) validateRequest(c *complaints, at string) {
	c.need(len(p.Scopes) <= maxScopes, at+".scopes", "are too many")
	for _, scope := range p.Scopes {
		c.need(scopePattern.MatchString(scope), at+".scopes", "have one that is no scope")
	}
	c.need(len(p.Parameters) <= maxParameters, at+".parameters", "are too many")
	for name, value := range p.Parameters {
		c.need(parameterPattern.MatchString(name) && !slices.Contains(reserved(), name), at+".parameters",
			"have one that the platform sets by itself, or that is no name")
		c.need(printable(value, maxText), at+".parameters."+name, "is empty, too long or not printable")
	}
	for lang, locale := range p.Locales {
		c.need(slices.Contains(Languages(), lang), at+".locales", "have a language other than eu, es, en")
		c.need(localePattern.MatchString(locale), at+".locales."+lang, "is not a list of language tags")
	}
}

func (k Certificates) validate(c *complaints, at string) {
	switch k.Subject {
	case BySerialNumber, ByIssuerSerial, ByEmail:
	default:
		c.need(false, at+".subject", "is not serial-number, issuer-serial or email")
	}
	c.need(!k.Enabled || len(k.Authorities) > 0, at+".authorities", "are missing: name the authorities whose certificates are accepted")
	c.need(len(k.Authorities) <= maxAuthorities, at+".authorities", "are too many")
	for i, a := range k.Authorities {
		here := at + ".authorities[" + strconv.Itoa(i) + "]"
		c.need(printable(a.Name, maxName), here+".name", "is empty, too long or not printable")
		c.need(a.PEM != "" && len(a.PEM) <= maxPEM, here+".pem", "is empty or over 256 KiB")
	}
	c.need(len(k.Hosts) <= maxHosts, at+".hosts", "are too many")
	for _, h := range k.Hosts {
		c.need(host(h), at+".hosts", "have one that is not host or host:port, in lower case")
	}
	c.need(len(k.CRLs) <= maxCRLs, at+".crls", "are too many")
	for i, l := range k.CRLs {
		c.need(l != "" && len(l) <= maxCRL, at+".crls["+strconv.Itoa(i)+"]", "is empty or over 4 MiB")
	}
}

func printable(s string, limit int) bool {
	if s == "" || len(s) > limit || !utf8.ValidString(s) {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// address tells whether client secrets and people may be sent to a URL.
func address(text string) bool {
	u, err := url.Parse(text)
	if err != nil || len(text) > maxURL || u.Hostname() == "" || u.User != nil || u.Opaque != "" ||
		u.RawQuery != "" || u.ForceQuery || strings.Contains(text, "#") || !printable(text, maxURL) {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())
}

func loopback(name string) bool {
	if name == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.IsLoopback()
}

// host tells whether a text is host or host:port. An IPv6 address stands in brackets.
func host(text string) bool {
	name, port := text, "80"
	if strings.Contains(text, ":") {
		var err error
		if name, port, err = net.SplitHostPort(text); err != nil {
			return false
		}
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return false
	}
	if ip, err := netip.ParseAddr(name); err == nil {
		return ip.Zone() == ""
	}
	return hostPattern.MatchString(name)
}
