// SPDX-License-Identifier: Apache-2.0

package pki_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"slices"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

func TestMakeCSRParsesBack(t *testing.T) {
	t.Parallel()
	for name, curve := range map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key := newKey(t, curve)
			csrPEM, err := pki.MakeCSR(key, "jon", "bizkaia")
			if err != nil {
				t.Fatal(err)
			}
			request, err := pki.ParseCSR(csrPEM)
			if err != nil {
				t.Fatal(err)
			}
			if !key.PublicKey.Equal(request.PublicKey) || request.Subject() != "CN=jon,O=bizkaia" {
				t.Errorf("the request is for %s", request.Subject())
			}
		})
	}
}

func TestParseCSR(t *testing.T) {
	t.Parallel()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key := newKey(t, elliptic.P256())
	good := csr(t, key, nil)
	other := csr(t, key, []pkix.Extension{extension(t, oid(2, 5, 29, 19), constraints{})})
	caRequest := extension(t, oid(2, 5, 29, 19), constraints{IsCA: true})
	signer := extension(t, oid(2, 5, 29, 15), asn1.BitString{Bytes: []byte{0x04}, BitLength: 6})
	agreeing := extension(t, oid(2, 5, 29, 15), asn1.BitString{Bytes: []byte{0x80}, BitLength: 1})
	short := pkix.Extension{Id: oid(2, 5, 29, 19), Value: []byte{0x30}}

	large := append(slices.Clone(good), bytes.Repeat([]byte("\n"), 64<<10)...)
	tests := map[string]struct {
		text []byte
		code string // "" is accepted
	}{
		"P-256":                 {text: good},
		"white space":           {text: append([]byte("\n"), append(slices.Clone(good), "\n\n"...)...)},
		"old label":             {text: bytes.ReplaceAll(good, []byte("CERTIFICATE"), []byte("NEW CERTIFICATE"))},
		"no CA asked":           {text: other},
		"signature usage asked": {text: csr(t, key, []pkix.Extension{agreeing})},
		"SANs asked":            {text: csr(t, key, []pkix.Extension{{Id: oid(2, 5, 29, 17), Value: []byte{0x30, 0}}})},
		"P-521":                 {text: csr(t, newKey(t, elliptic.P521()), nil), code: "csr_key_unsupported"},
		"P-224":                 {text: csr(t, newKey(t, elliptic.P224()), nil), code: "csr_key_unsupported"},
		"RSA":                   {text: csr(t, rsaKey, nil), code: "csr_key_unsupported"},
		"Ed25519":               {text: csr(t, edKey, nil), code: "csr_key_unsupported"},
		"signed by another":     {text: tampered(t, good), code: "csr_signature_invalid"},
		"asks to be a CA":       {text: csr(t, key, []pkix.Extension{caRequest}), code: "csr_requests_ca"},
		"asks to sign":          {text: csr(t, key, []pkix.Extension{signer}), code: "csr_requests_ca"},
		"broken constraints":    {text: csr(t, key, []pkix.Extension{short}), code: "csr_malformed"},
		"empty":                 {code: "csr_malformed"},
		"garbage behind":        {text: append(slices.Clone(good), 'x'), code: "csr_malformed"},
		"two":                   {text: append(slices.Clone(good), good...), code: "csr_malformed"},
		"not DER":               {text: block("CERTIFICATE REQUEST", []byte("x")), code: "csr_malformed"},
		"certificate":           {text: newRoot(t, key).CertificatePEM(), code: "csr_malformed"},
		"too large":             {text: large, code: "csr_too_large"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request, err := pki.ParseCSR(tt.text)
			if tt.code != "" {
				if !hasCode(err, tt.code) {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatalf("%v (%v)", err, fault.Of(err).Cause)
			}
			if !key.PublicKey.Equal(request.PublicKey) {
				t.Error("the request is for another key")
			}
		})
	}
}

func TestCheckSubject(t *testing.T) {
	t.Parallel()
	want := pki.Subject{CommonName: "jon", Organization: "bizkaia", OrganizationalUnit: "client"}
	tests := map[string]struct {
		subject pkix.Name
		foreign bool
	}{
		"empty":    {},
		"CN":       {subject: pkix.Name{CommonName: "jon"}},
		"CN and O": {subject: pkix.Name{CommonName: "jon", Organization: []string{"bizkaia"}}},
		"all three": {subject: pkix.Name{
			CommonName: "jon", Organization: []string{"bizkaia"}, OrganizationalUnit: []string{"client"},
		}},
		"other CN": {subject: pkix.Name{CommonName: "miren"}, foreign: true},
		"other O":  {subject: pkix.Name{CommonName: "jon", Organization: []string{"araba"}}, foreign: true},
		"two Os":   {subject: pkix.Name{Organization: []string{"bizkaia", "araba"}}, foreign: true},
		"admin":    {subject: pkix.Name{CommonName: "jon", OrganizationalUnit: []string{"admin"}}, foreign: true},
		"two OUs":  {subject: pkix.Name{OrganizationalUnit: []string{"client", "admin"}}, foreign: true},
		"country":  {subject: pkix.Name{CommonName: "jon", Country: []string{"ES"}}, foreign: true},
		"case":     {subject: pkix.Name{CommonName: "Jon"}, foreign: true},
		"two CNs": {foreign: true, subject: pkix.Name{
			CommonName: "jon", ExtraNames: []pkix.AttributeTypeAndValue{{Type: oid(2, 5, 4, 3), Value: "miren"}},
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key := newKey(t, elliptic.P256())
			der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: tt.subject}, key)
			if err != nil {
				t.Fatal(err)
			}
			request, err := pki.ParseCSR(block("CERTIFICATE REQUEST", der))
			if err != nil {
				t.Fatal(err)
			}
			err = request.CheckSubject(want)
			if tt.foreign != hasCode(err, "csr_subject_foreign") || !tt.foreign && err != nil {
				t.Errorf("got %v", err)
			}
		})
	}
}

func FuzzParseCSR(f *testing.F) {
	csrPEM, err := pki.MakeCSR(newKey(f, elliptic.P256()), "jon", "bizkaia")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(csrPEM)
	f.Add([]byte("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		request, err := pki.ParseCSR(text)
		if err != nil {
			if kind := fault.KindOf(err); kind != fault.Invalid && kind != fault.TooLarge {
				t.Errorf("got kind %s: %v", kind, err)
			}
			return
		}
		if _, ok := request.PublicKey.(*ecdsa.PublicKey); !ok {
			t.Errorf("the key is %T", request.PublicKey)
		}
	})
}

type constraints struct {
	IsCA bool `asn1:"optional"`
}

// tampered changes the last byte of a request's signature.
func tampered(t *testing.T, csrPEM []byte) []byte {
	t.Helper()
	decoded, _ := pem.Decode(csrPEM)
	decoded.Bytes[len(decoded.Bytes)-1] ^= 1
	return pem.EncodeToMemory(decoded)
}

func csr(t *testing.T, key crypto.Signer, extensions []pkix.Extension) []byte {
	t.Helper()
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{ExtraExtensions: extensions}, key)
	if err != nil {
		t.Fatal(err)
	}
	return block("CERTIFICATE REQUEST", der)
}

func extension(t *testing.T, id asn1.ObjectIdentifier, value any) pkix.Extension {
	t.Helper()
	der, err := asn1.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return pkix.Extension{Id: id, Value: der}
}

func block(blockType string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: blockType, Bytes: der})
}
