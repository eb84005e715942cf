// SPDX-License-Identifier: Apache-2.0

package clinic

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// material is what was found in the files.
type material struct {
	certs    []*certificate
	requests []*request
	lists    []*list
	broken   []broken
	secret   string // code of the finding when there is a private key among it
}

// broken is something that could not be read.
type broken struct{ file, reason string }

// errSecret stops reading at a private key.
var errSecret = errors.New("private key")

func decode(files []File) (material, error) {
	m := material{}
	for _, f := range files {
		err := m.file(f.Name, plain(f.Data))
		if errors.Is(err, errSecret) {
			return material{secret: m.secret}, nil
		}
		if err != nil {
			return material{}, err
		}
	}
	if len(m.broken) == 0 && len(m.certs)+len(m.requests)+len(m.lists) == 0 {
		m.broken = append(m.broken, broken{reason: "there is nothing in it"})
	}
	return m, nil
}

// plain makes UTF-8 of what a text editor may have saved.
func plain(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(data) < 2 || len(data)%2 != 0 || !bytes.HasPrefix(data, []byte{0xff, 0xfe}) && !bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return data
	}
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i < len(data); i += 2 {
		lo, hi := data[i], data[i+1]
		if data[0] == 0xfe {
			lo, hi = hi, lo
		}
		units = append(units, uint16(hi)<<8|uint16(lo))
	}
	return []byte(string(utf16.Decode(units)))
}

func (m *material) file(name string, data []byte) error {
	if secretText(data) {
		m.secret = codePrivateKey
		return errSecret
	}
	if bytes.Contains(data, []byte("-----BEGIN ")) {
		return m.pem(name, data)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil
	}
	if data[0] != 0x30 { // not the SEQUENCE with which all of it starts
		compact := strings.Join(strings.Fields(string(data)), "")
		der, err := base64.StdEncoding.DecodeString(compact)
		if err != nil || len(der) == 0 || der[0] != 0x30 {
			m.broken = append(m.broken, broken{name, "it is neither PEM nor DER"})
			return nil //nolint:nilerr // it is told above
		}
		data = der
	}
	return m.der(name, "", data)
}

// secretText finds private keys in the forms that are text: PEM (RFC 7468, OpenSSH, OpenPGP), PuTTY, JSON Web Key.
func secretText(data []byte) bool {
	upper := bytes.ToUpper(data)
	return bytes.Contains(upper, []byte("PRIVATE KEY")) ||
		bytes.Contains(upper, []byte("PUTTY-USER-KEY-FILE")) ||
		bytes.Contains(data, []byte(`"kty"`)) && bytes.Contains(data, []byte(`"d"`))
}

func (m *material) pem(name string, data []byte) error {
	blocks := bytes.Count(data, []byte("-----BEGIN "))
	for rest := data; ; blocks-- {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if err := m.der(name, block.Type, block.Bytes); err != nil {
			return err
		}
	}
	if blocks > 0 {
		m.broken = append(m.broken, broken{name, fmt.Sprintf("%d PEM blocks are damaged", blocks)})
	}
	return nil
}

// der reads one DER value, or several certificates one after the other. label is that of its PEM block, if any.
func (m *material) der(name, label string, der []byte) error {
	if m.secret = secretDER(der); m.secret != "" {
		return errSecret
	}
	var reason error
	switch label {
	case "", "CERTIFICATE", "X509 CERTIFICATE", "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST", "X509 CRL", "PKCS7", "CMS":
		reason = m.value(name, der)
	case "EC PARAMETERS", "DH PARAMETERS", "PUBLIC KEY":
		return nil // public, and says nothing
	default:
		reason = fmt.Errorf("a PEM block %.40q is nothing that the clinic reads", label)
	}
	if reason != nil {
		m.broken = append(m.broken, broken{name, reason.Error()})
	}
	if len(m.certs)+len(m.requests)+len(m.lists)+len(m.broken) > MaxItems {
		return fault.New(fault.TooLarge, "clinic_too_many", "there are more than %d things in the material", MaxItems).
			WithHint("send only the certificates in question")
	}
	return nil
}

func (m *material) value(name string, der []byte) error {
	switch shape(der) {
	case shapePKCS7:
		inner, ok := signedCertificates(der)
		if !ok {
			return errors.New("PKCS #7 without certificates")
		}
		der = inner
	case shapeRequest:
		csr, err := x509.ParseCertificateRequest(der)
		if err == nil {
			err = checkNames(csr.Subject)
		}
		if err == nil {
			m.requests = append(m.requests, &request{CertificateRequest: csr, file: name})
		}
		return err
	case shapeList:
		crl, err := x509.ParseRevocationList(der)
		if err == nil {
			err = checkNames(crl.Issuer)
		}
		if err == nil {
			m.lists = append(m.lists, &list{RevocationList: crl, file: name})
		}
		return err
	}
	certs, err := x509.ParseCertificates(der)
	for _, c := range certs {
		if err := errors.Join(checkNames(c.Subject), checkNames(c.Issuer)); err != nil {
			return err
		}
		m.certs = append(m.certs, &certificate{Certificate: c, file: name})
	}
	return err
}

// maxNameParts is how many parts a name may have: Go's time to write one grows with the square of them.
const maxNameParts = 100

func checkNames(n pkix.Name) error {
	if len(n.Names) > maxNameParts {
		return fmt.Errorf("a name has %d parts", len(n.Names))
	}
	return nil
}

// The shapes of DER values.
const (
	shapeOther = iota
	shapeRequest
	shapeList
	shapePKCS7
)

// shape tells DER values apart by what they start with. A request (RFC 2986) is a sequence that starts with a sequence
// of a version, a name, a key and [0] attributes; a list (RFC 5280, section 5.1) has a time third or fourth.
func shape(der []byte) int {
	input := cryptobyte.String(der)
	var outer, inner cryptobyte.String
	if !input.ReadASN1(&outer, asn1.SEQUENCE) {
		return shapeOther
	}
	if outer.PeekASN1Tag(asn1.OBJECT_IDENTIFIER) {
		return shapePKCS7
	}
	if !outer.ReadASN1(&inner, asn1.SEQUENCE) {
		return shapeOther
	}
	tags := make([]asn1.Tag, 0, 4)
	for range 4 {
		var element cryptobyte.String
		var tag asn1.Tag
		if !inner.ReadAnyASN1Element(&element, &tag) {
			break
		}
		tags = append(tags, tag)
	}
	is := func(want ...asn1.Tag) bool {
		if len(tags) < len(want) {
			return false
		}
		for i, w := range want {
			if tags[i] != w {
				return false
			}
		}
		return true
	}
	switch {
	case is(asn1.INTEGER, asn1.SEQUENCE, asn1.SEQUENCE) && (len(tags) == 3 || tags[3] == 0xa0):
		return shapeRequest
	case is(asn1.SEQUENCE, asn1.SEQUENCE, asn1.UTCTime), is(asn1.SEQUENCE, asn1.SEQUENCE, asn1.GeneralizedTime),
		is(asn1.INTEGER, asn1.SEQUENCE, asn1.SEQUENCE, asn1.UTCTime),
		is(asn1.INTEGER, asn1.SEQUENCE, asn1.SEQUENCE, asn1.GeneralizedTime):
		return shapeList
	}
	return shapeOther
}

// signedCertificates gives the certificates of a PKCS #7 bundle (RFC 2315, section 9.1), one after the other.
func signedCertificates(der []byte) ([]byte, bool) {
	input := cryptobyte.String(der)
	var info, content, signed, digests, inner, certs cryptobyte.String
	var has bool
	var version int
	ok := input.ReadASN1(&info, asn1.SEQUENCE) && info.SkipASN1(asn1.OBJECT_IDENTIFIER) &&
		info.ReadASN1(&content, asn1.Tag(0).ContextSpecific().Constructed()) &&
		content.ReadASN1(&signed, asn1.SEQUENCE) && signed.ReadASN1Integer(&version) &&
		signed.ReadASN1(&digests, asn1.SET) && signed.ReadASN1(&inner, asn1.SEQUENCE) &&
		signed.ReadOptionalASN1(&certs, &has, asn1.Tag(0).ContextSpecific().Constructed())
	return certs, ok && has && len(certs) > 0
}

// secretDER gives the code of the finding for a private key: PKCS #8 (RFC 5958), plain or encrypted, PKCS #1 (RFC 8017),
// SEC 1 (RFC 5915) or a PKCS #12 file (RFC 7292), known by its shape alone.
func secretDER(der []byte) string {
	input := cryptobyte.String(der)
	var outer cryptobyte.String
	if !input.ReadASN1(&outer, asn1.SEQUENCE) {
		return ""
	}
	var first, algorithm cryptobyte.String
	if outer.PeekASN1Tag(asn1.SEQUENCE) { // encrypted PKCS #8
		if outer.ReadASN1(&algorithm, asn1.SEQUENCE) && algorithm.PeekASN1Tag(asn1.OBJECT_IDENTIFIER) &&
			outer.PeekASN1Tag(asn1.OCTET_STRING) {
			return codePrivateKey
		}
		return ""
	}
	if !outer.ReadASN1(&first, asn1.INTEGER) || len(first) != 1 {
		return ""
	}
	switch {
	case first[0] == 3 && outer.PeekASN1Tag(asn1.SEQUENCE):
		return codeKeyContainer
	case outer.PeekASN1Tag(asn1.SEQUENCE), outer.PeekASN1Tag(asn1.INTEGER), outer.PeekASN1Tag(asn1.OCTET_STRING):
		return codePrivateKey
	}
	return ""
}
