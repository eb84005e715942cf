// SPDX-License-Identifier: Apache-2.0

package clientcert

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"net/mail"
	"regexp"
	"strconv"
	"strings"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/signin"
)

// semantic is the form of ETSI EN 319 412-1 section 5.1.3: a type, a country, a hyphen, the identifier.
var semantic = regexp.MustCompile(`^(PAS|IDC|PNO|TIN|TAX)([A-Z]{2})-([0-9A-Z][0-9A-Z./-]{0,60})$`)

// nif is a Spanish person's identifier: a DNI, or the NIE of a foreigner.
var nif = regexp.MustCompile(`^([XYZ]?)([0-9]{7,8})([A-Z])$`)

// identity makes a certificate's subject a name that is always the same for the same person.
func identity(c *x509.Certificate, rule signin.SubjectRule) (signin.Identity, error) {
	out := signin.Identity{Name: c.Subject.CommonName}
	serial, unique := serialNumber(c)
	if id, ok := Canonical(serial, strings.Join(c.Subject.Country, " ")); ok && unique {
		out.Identifier = id
	}
	switch rule {
	case signin.BySerialNumber:
		if out.Identifier == "" {
			return out, unnamed("it has no serialNumber of a person in its subject")
		}
		out.Subject = out.Identifier
	case signin.ByIssuerSerial:
		issuer := sha256.Sum256(c.RawIssuer)
		out.Subject = "issuer:" + hex.EncodeToString(issuer[:]) + ":" + c.SerialNumber.Text(16)
	case signin.ByEmail:
		address, ok := email(c)
		if !ok {
			return out, unnamed("it does not have exactly one e-mail address")
		}
		out.Subject, out.Email, out.EmailVerified = "email:"+address, address, true
	default:
		return out, unnamed("the settings have no rule for subjects")
	}
	return out, nil
}

func unnamed(why string) error {
	return fault.New(fault.Unauthenticated, "certificate_subject", "this certificate does not say who you are: %s", why).
		WithHint("use a certificate of a person")
}

// serialNumber gives the subject's attribute 2.5.4.5, and whether there is exactly one.
func serialNumber(c *x509.Certificate) (string, bool) {
	found, n := "", 0
	for _, a := range c.Subject.Names {
		if a.Type.Equal(asn1.ObjectIdentifier{2, 5, 4, 5}) {
			found, _ = a.Value.(string)
			n++
		}
	}
	return found, n == 1
}

// Canonical gives the identifier of a person in a subject's serialNumber: "ES:12345678Z" for IDCES-12345678Z and
// TINES-12345678z, or for a plain NIF or NIE in a subject of Spain, as older certificates have it; "FR:IDC:880692310285"
// for other countries and types. The check letter of Spanish ones must be right. Anything else names no person.
func Canonical(serial, country string) (string, bool) {
	serial = strings.ToUpper(strings.TrimSpace(serial))
	if country == "ES" && IsNIF(serial) {
		return "ES:" + serial, true
	}
	m := semantic.FindStringSubmatch(serial)
	if m == nil {
		return "", false
	}
	kind, of, id := m[1], m[2], m[3]
	if of == "ES" && kind != "PAS" {
		return "ES:" + id, IsNIF(id)
	}
	return of + ":" + kind + ":" + id, true
}

// IsNIF tells whether a text is a DNI or NIE with its check letter (Real Decreto 1553/2005, Orden INT/2058/2008).
func IsNIF(s string) bool {
	m := nif.FindStringSubmatch(s)
	if m == nil || len(m[1])+len(m[2]) != 8 {
		return false
	}
	n, err := strconv.Atoi(strconv.Itoa(strings.Index("XYZ", m[1])) + m[2]) // X is 0, Y is 1, Z is 2; a DNI has none
	return err == nil && "TRWAGMYFPDXBNJZSQVHLCKE"[n%23] == m[3][0]
}

// email gives the only rfc822Name, in lower case.
func email(c *x509.Certificate) (string, bool) {
	if len(c.EmailAddresses) != 1 {
		return "", false
	}
	address := strings.ToLower(c.EmailAddresses[0])
	a, err := mail.ParseAddress(address)
	return address, err == nil && a.Address == address && a.Name == "" && len(address) <= 254
}
