// SPDX-License-Identifier: Apache-2.0

package clinic

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The remedies are shell lines for OpenSSL 1.1.1 and newer. Whatever comes from the material is quoted: pasting a remedy
// never runs anything that a certificate says.

// names is whom a new certificate will name.
type names struct {
	common       string
	organization string
	unit         string
	hosts        []string
}

func namesOf(subject pkix.Name, dns []string, addresses []net.IP) names {
	n := names{common: subject.CommonName, hosts: hosts(dns, addresses)}
	if len(subject.Organization) > 0 {
		n.organization = subject.Organization[0]
	}
	for _, unit := range subject.OrganizationalUnit {
		if slices.Contains(roles(), strings.ToLower(strings.TrimSpace(unit))) {
			n.unit = strings.ToLower(strings.TrimSpace(unit))
			break
		}
	}
	return n
}

// shell quotes one word for a POSIX shell. Control characters are left out.
func shell(word string) string {
	word = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, word)
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// subject gives the argument of openssl req -subj: parts that start with '/', in which '/', '+' and '\' are escaped.
func (n names) subject(withUnit bool) string {
	escape := strings.NewReplacer(`\`, `\\`, `/`, `\/`, `+`, `\+`)
	var b strings.Builder
	if n.organization != "" {
		b.WriteString("/O=" + escape.Replace(n.organization))
	}
	if withUnit {
		b.WriteString("/OU=" + escape.Replace(n.unit))
	}
	b.WriteString("/CN=" + escape.Replace(n.common))
	return shell(b.String())
}

// filled completes what the material does not say from the question.
func (x *examination) filled(n names) names {
	if x.Organization != "" {
		n.organization = x.Organization
	}
	if x.Role != "" {
		n.unit = x.Role
	}
	if n.unit == "" {
		n.unit = roles()[0]
	}
	n.common, n.organization = short(n.common), short(n.organization)
	if n.common == "" {
		n.common = "name"
		if x.Purpose == CA || x.Purpose == CACSR {
			n.common = strings.TrimSpace(n.organization + " CA")
		}
	}
	if len(n.hosts) == 0 && x.Purpose == TLS {
		n.hosts = []string{"localhost"}
		if hostName(n.common) {
			n.hosts = []string{n.common}
		}
	}
	return n
}

// short cuts a name to the 64 characters that CN and O may have (RFC 5280, appendix A.1).
func short(name string) string {
	if r := []rune(name); len(r) > 64 {
		return string(r[:64])
	}
	return name
}

const (
	newKey      = "(umask 077; openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out key.pem)\n"
	requestLine = "openssl req -new -utf8 -sha256 -key key.pem -out request.pem"
)

// extensions gives those of a certificate or request for the purpose, as OpenSSL writes them.
func (x *examination) extensions(authority bool, n names) []string {
	switch {
	case authority:
		return []string{"basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"}
	case x.Purpose == TLS:
		return []string{
			"basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature",
			"extendedKeyUsage=serverAuth,clientAuth", "subjectAltName=" + alternatives(n.hosts),
		}
	case x.Purpose == SignIn:
		return []string{
			"basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature", "extendedKeyUsage=clientAuth",
		}
	default:
		return []string{"basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature"}
	}
}

// alternatives gives the value of subjectAltName. Names that OpenSSL's syntax would read otherwise are left out.
func alternatives(hosts []string) string {
	var out []string
	for _, h := range hosts {
		switch {
		case net.ParseIP(h) != nil:
			out = append(out, "IP:"+h)
		case hostName(h) && !strings.Contains(h, ":"):
			out = append(out, "DNS:"+h)
		}
	}
	if len(out) == 0 {
		out = []string{"DNS:localhost"}
	}
	return strings.Join(out, ",")
}

// request gives the lines that make a fresh key and a request for the purpose.
func (x *examination) request(n names) string {
	n = x.filled(n)
	authority := x.Purpose == CA || x.Purpose == CACSR
	withUnit := x.Purpose == Identity || x.Purpose == IdentityCSR
	line := []string{requestLine, "-subj", n.subject(withUnit)}
	for _, e := range x.extensions(authority, n) {
		line = append(line, "-addext", shell(e))
	}
	return newKey + strings.Join(line, " ")
}

// freshKey is the remedy for a key that must be considered leaked: a new one, and the certificates without the key.
func (x *examination) freshKey() string { return x.request(names{}) }

// reissue gives the lines that request a certificate anew and, for those who run the authority, sign it.
func (x *examination) reissue(c *certificate) string {
	authority := x.asAuthority(c)
	n := x.filled(namesOf(c.Subject, c.DNSNames, c.IPAddresses))
	extensions := append(x.extensions(authority, n), "subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid:always")
	sign := "openssl x509 -req -sha256 -days 365 -in request.pem -CA ca.pem -CAkey ca-key.pem -CAcreateserial" +
		" -extfile extensions.cnf -out certificate.pem"
	if authority && c.parent == c {
		sign = "openssl x509 -req -sha256 -days 5475 -in request.pem -signkey key.pem -extfile extensions.cnf -out certificate.pem"
		extensions = extensions[:len(extensions)-1]
	} else if authority {
		sign = strings.Replace(sign, "-days 365", "-days 3650", 1)
	}
	write := []string{"printf '%s\\n'"}
	for _, e := range extensions {
		write = append(write, shell(e))
	}
	write = append(write, "> extensions.cnf")
	if authority {
		x := &examination{Question: Question{Purpose: CACSR, Organization: x.Organization}}
		return x.request(n) + "\n" + strings.Join(write, " ") + "\n" + sign
	}
	return x.request(n) + "\n" + strings.Join(write, " ") + "\n" + sign
}

// CertifyLines gives the shell lines by which those who run an authority by OpenSSL certify a request for a purpose,
// Identity or TLS. The files are names in the present folder: the request, ca.pem and ca-key.pem, and the certificate.
func CertifyLines(p Purpose, request, certificate string, hosts []string) string {
	x := &examination{Question: Question{Purpose: p}}
	extensions := append(x.extensions(false, names{hosts: hosts}), "subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid:always")
	write := []string{"printf '%s\\n'"}
	for _, e := range extensions {
		write = append(write, shell(e))
	}
	return strings.Join(append(write, "> extensions.cnf"), " ") + "\n" +
		"openssl x509 -req -sha256 -days 365 -in " + shell(request) + " -CA ca.pem -CAkey ca-key.pem -CAcreateserial" +
		" -extfile extensions.cnf -out " + shell(certificate)
}

// fetchIssuer gives the line that downloads the issuer's certificate, where the certificate tells the address.
func fetchIssuer(c *x509.Certificate) string {
	for _, address := range c.IssuingCertificateURL {
		if u, err := url.Parse(address); err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
			return "curl -fsSL -o issuer.cer " + shell(address) +
				"\n{ openssl x509 -inform DER -in issuer.cer 2>/dev/null || openssl x509 -in issuer.cer; } > issuer.pem"
		}
	}
	return ""
}

// sorted gives the line that writes the chain in its right order.
func (x *examination) sorted() string {
	var b strings.Builder
	b.WriteString("cat > chain.pem <<'END_OF_CHAIN'\n")
	done := map[*certificate]bool{}
	for _, c := range x.certs {
		if c.authority {
			continue
		}
		x.writeUp(&b, c, done)
	}
	for _, c := range x.lowest() {
		x.writeUp(&b, c, done)
	}
	for _, c := range x.certs {
		x.writeUp(&b, c, done)
	}
	b.WriteString("END_OF_CHAIN")
	return b.String()
}

// lowest gives the authorities that issued none of the others.
func (x *examination) lowest() []*certificate {
	var out []*certificate
	for _, c := range x.certs {
		if !slices.ContainsFunc(x.certs, func(other *certificate) bool { return other != c && other.parent == c }) {
			out = append(out, c)
		}
	}
	return out
}

// writeUp writes a certificate and those above it.
func (x *examination) writeUp(b *strings.Builder, c *certificate, done map[*certificate]bool) {
	for ; c != nil && !done[c]; c = c.parent {
		done[c] = true
		_ = pem.Encode(b, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}) // a Builder does not fail
	}
}

// newList gives the line that makes a revocation list as Fabric wants it, for those who run the authority by OpenSSL.
func newList() string {
	return "printf '%s\\n' '[crl]' 'authorityKeyIdentifier=keyid:always' '[ca]' 'default_ca=this' '[this]'" +
		" 'database=index.txt' 'crlnumber=crlnumber' 'default_md=sha256' 'default_crl_days=30' 'crl_extensions=crl' > crl.cnf\n" +
		"touch index.txt; [ -f crlnumber ] || echo 01 > crlnumber\n" +
		"openssl ca -gencrl -config crl.cnf -cert ca.pem -keyfile ca-key.pem -out ca.crl.pem"
}
