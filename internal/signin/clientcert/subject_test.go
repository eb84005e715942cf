// SPDX-License-Identifier: Apache-2.0

package clientcert_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/signin"
	"github.com/blockchain4all/blockchain4all/internal/signin/clientcert"
)

func TestCanonical(t *testing.T) {
	t.Parallel()
	for serial, c := range map[string]struct{ country, want string }{
		"IDCES-12345678Z":    {"ES", "ES:12345678Z"},
		"idces-12345678z":    {"ES", "ES:12345678Z"},
		" TINES-12345678Z ":  {"", "ES:12345678Z"},
		"12345678Z":          {"ES", "ES:12345678Z"},
		"X1234567L":          {"ES", "ES:X1234567L"},
		"IDCES-Y1234567X":    {"ES", "ES:Y1234567X"},
		"IDCES-Z1234567R":    {"ES", "ES:Z1234567R"},
		"IDCES-12345678A":    {"ES", ""}, // the letter is wrong
		"IDCES-1234567Z":     {"ES", ""},
		"IDCES-X12345678Z":   {"ES", ""},
		"12345678Z ":         {"FR", ""}, // only Spain's are plain
		"12345678z":          {"", ""},
		"12345678Y":          {"ES", ""},
		"IDCFR-880692310285": {"FR", "FR:IDC:880692310285"},
		"PASES-AAA123456":    {"ES", "ES:PAS:AAA123456"},
		"PNOEE-38001085718":  {"EE", "EE:PNO:38001085718"},
		"VATES-B12345678":    {"ES", ""}, // a company's
		"IDCES-":             {"ES", ""},
		"IDCES-12345678Z\n":  {"ES", "ES:12345678Z"},
		"IDCFR-1\x002":       {"FR", ""},
		"":                   {"ES", ""},
	} {
		got, ok := clientcert.Canonical(serial, c.country)
		if !ok {
			got = ""
		}
		if got != c.want {
			t.Errorf("%q of %q: %q, want %q", serial, c.country, got, c.want)
		}
	}
}

// person makes a certificate with a subject and addresses.
func person(tb testing.TB, names []pkix.AttributeTypeAndValue, addresses ...string) *x509.Certificate {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(0xabc), Subject: pkix.Name{ExtraNames: names}, EmailAddresses: addresses,
		NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		tb.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func attribute(oid, value string) pkix.AttributeTypeAndValue {
	parts := map[string]asn1.ObjectIdentifier{"C": {2, 5, 4, 6}, "CN": {2, 5, 4, 3}, "serial": {2, 5, 4, 5}}
	return pkix.AttributeTypeAndValue{Type: parts[oid], Value: value}
}

func TestSubjectsThatCouldBeTwoPeople(t *testing.T) {
	t.Parallel()
	type names = []pkix.AttributeTypeAndValue
	for what, c := range map[string]struct {
		names     names
		addresses []string
		rule      signin.SubjectRule
		want      string
	}{
		"one":                 {names{attribute("C", "ES"), attribute("serial", "12345678Z")}, nil, signin.BySerialNumber, "ES:12345678Z"},
		"two numbers":         {names{attribute("serial", "IDCES-12345678Z"), attribute("serial", "IDCES-00000000T")}, nil, signin.BySerialNumber, ""},
		"two countries":       {names{attribute("C", "ES"), attribute("C", "FR"), attribute("serial", "12345678Z")}, nil, signin.BySerialNumber, ""},
		"number in the CN":    {names{attribute("CN", "ANE - 12345678Z")}, nil, signin.BySerialNumber, ""},
		"one address":         {nil, []string{"Ane@Bizkaia.example"}, signin.ByEmail, "email:ane@bizkaia.example"},
		"two addresses":       {nil, []string{"ane@bizkaia.example", "jon@bizkaia.example"}, signin.ByEmail, ""},
		"no address":          {nil, nil, signin.ByEmail, ""},
		"a name before it":    {nil, []string{"Ane <ane@bizkaia.example>"}, signin.ByEmail, ""},
		"a list in one":       {nil, []string{"ane@bizkaia.example,jon@bizkaia.example"}, signin.ByEmail, ""},
		"an address too long": {nil, []string{strings.Repeat("a", 300) + "@bizkaia.example"}, signin.ByEmail, ""},
		"no rule":             {names{attribute("serial", "IDCES-12345678Z")}, nil, "", ""},
	} {
		id, err := clientcert.Identity(person(t, c.names, c.addresses...), c.rule)
		if (err == nil) != (c.want != "") || err == nil && id.Subject != c.want {
			t.Errorf("%s: %+v: %v", what, id, err)
		}
		if err != nil && fault.Of(err).Code != "certificate_subject" {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// FuzzSubject: whatever an authority signs, a subject is empty or says whose it is in one way only.
func FuzzSubject(f *testing.F) {
	f.Add(person(f, []pkix.AttributeTypeAndValue{attribute("serial", "IDCES-12345678Z")}, "ane@bizkaia.example").Raw)
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return
		}
		for _, rule := range []signin.SubjectRule{signin.BySerialNumber, signin.ByIssuerSerial, signin.ByEmail} {
			id, err := clientcert.Identity(c, rule)
			if err == nil && (id.Subject == "" || len(id.Subject) > 600 || strings.ContainsAny(id.Subject, "\r\n\x00")) {
				t.Errorf("%s: %q", rule, id.Subject)
			}
			if id.EmailVerified && rule != signin.ByEmail {
				t.Errorf("%s: an address is trusted", rule)
			}
		}
	})
}

// FuzzCanonical: what is canonical stays as it is, and only a right NIF is of Spain.
func FuzzCanonical(f *testing.F) {
	f.Add("IDCES-12345678Z", "ES")
	f.Add("PNOEE-38001085718", "EE")
	f.Fuzz(func(t *testing.T, serial, country string) {
		id, ok := clientcert.Canonical(serial, country)
		if !ok {
			return
		}
		if of, rest, _ := strings.Cut(id, ":"); of == "ES" && !strings.HasPrefix(rest, "PAS:") && !clientcert.IsNIF(rest) {
			t.Errorf("%q: %q", serial, id)
		}
		if again, ok := clientcert.Canonical(strings.ToLower(serial), country); !ok || again != id {
			t.Errorf("%q and in lower case: %q, %q", serial, id, again)
		}
	})
}

func FuzzScope(f *testing.F) {
	f.Add([]byte{0x30, 0x03, 0x81, 0x01, 0xff})
	c := &x509.Certificate{}
	f.Fuzz(func(_ *testing.T, der []byte) { _ = clientcert.InScope(der, c) })
}
