// SPDX-License-Identifier: Apache-2.0

package clinic_test

import (
	"bytes"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/blockchain4all/blockchain4all/internal/pki/clinic"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic/clinictest"
)

// TestForms reads one chain in every form in which authorities hand them out.
func TestForms(t *testing.T) {
	t.Parallel()
	m := clinictest.NewMaker(t)
	root := m.Authority("root", nil, m.EC(elliptic.P256()))
	sub := m.Authority("issuing", root, m.EC(elliptic.P256()))
	bundle := clinictest.Join(sub.PEM, root.PEM)
	p7 := pkcs7(sub.Raw, root.Raw)
	var utf16le []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + string(bundle))) {
		utf16le = append(utf16le, byte(u), byte(u>>8))
	}
	for name, material := range map[string][]byte{
		"PEM":            bundle,
		"PEM with notes": clinictest.Join([]byte("subject=root\n"), bundle, []byte("the end")),
		"PEM of Windows": append([]byte("\xef\xbb\xbf"), bytes.ReplaceAll(bundle, []byte("\n"), []byte("\r\n"))...),
		"PEM in UTF-16":  utf16le,
		"DER":            clinictest.Join(sub.Raw, root.Raw),
		"base64":         []byte(base64.StdEncoding.EncodeToString(clinictest.Join(sub.Raw, root.Raw))),
		"PKCS #7":        p7,
		"PKCS #7 in PEM": pem.EncodeToMemory(&pem.Block{Type: "PKCS7", Bytes: p7}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := examine(t, clinic.CA, material)
			if r.Verdict != clinic.OK || len(r.Items) != 2 || r.Items[1].Subject != "CN=root,O=bizkaia" {
				t.Errorf("%s: %v %v", r.Verdict, r.Items, r.Findings)
			}
		})
	}
	for name, material := range map[string]string{
		"nothing": "  \n", "text": "hello", "damaged PEM": "-----BEGIN CERTIFICATE-----\nMIIB\n",
		"another PEM": string(pem.EncodeToMemory(&pem.Block{Type: "PARTY", Bytes: []byte{0x30, 0}})),
		"damaged DER": string(root.Raw[:40]), "DER with more behind it": string(root.Raw) + "x",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if r := examine(t, clinic.CA, []byte(material)); r.Verdict != clinic.Error || !found(r, "malformed") {
				t.Errorf("%s: %v", r.Verdict, r.Findings)
			}
		})
	}
}

// pkcs7 makes a bundle of certificates only.
func pkcs7(certs ...[]byte) []byte {
	signedData := []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02}
	data := []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01}
	explicit := asn1.Tag(0).ContextSpecific().Constructed()
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(signedData)
		b.AddASN1(explicit, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(1)
				b.AddASN1(asn1.SET, func(*cryptobyte.Builder) {})
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(data) })
				b.AddASN1(explicit, func(b *cryptobyte.Builder) { b.AddBytes(bytes.Join(certs, nil)) })
				b.AddASN1(asn1.SET, func(*cryptobyte.Builder) {})
			})
		})
	})
	return b.BytesOrPanic()
}

// TestPrivateKeys sends keys in every form and looks for them in the answer.
func TestPrivateKeys(t *testing.T) {
	t.Parallel()
	m := clinictest.NewMaker(t)
	key := m.EC(elliptic.P256())
	cert := m.Leaf(nil, key)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	encrypted := []byte{0x30, 0x12, 0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d, 0x04, 0x03, 1, 2, 3}
	pfx := []byte{0x30, 0x12, 0x02, 0x01, 0x03, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01, 0xa0, 0}
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
	for name, material := range map[string][]byte{
		"PKCS #8":              keyPEM,
		"behind a certificate": clinictest.Join(cert.PEM, keyPEM),
		"damaged":              keyPEM[:len(keyPEM)/2],
		"lower case":           bytes.ToLower(keyPEM),
		"SEC 1":                pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1}),
		"under another label":  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pkcs8}),
		"PKCS #8 DER":          pkcs8,
		"SEC 1 DER":            sec1,
		"PKCS #1 DER":          x509.MarshalPKCS1PrivateKey(m.RSA(2048)),
		"base64":               []byte(base64.StdEncoding.EncodeToString(pkcs8)),
		"encrypted":            pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: encrypted}),
		"encrypted DER":        encrypted,
		"PKCS #12":             pfx,
		"OpenSSH":              []byte("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n"),
		"JSON Web Key":         []byte(`{"kty":"EC","crv":"P-256","d":"secret"}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := examine(t, clinic.Identity, cert.PEM, material)
			if !r.Secret() || r.Verdict != clinic.Error || len(r.Items) != 0 || len(r.Findings) != 1 {
				t.Fatalf("%s: %v %v", r.Verdict, r.Items, r.Findings)
			}
			secret := base64.StdEncoding.EncodeToString(pkcs8)[40:80]
			if strings.Contains(fmt.Sprintf("%+v", r), secret) {
				t.Error("the answer shows the key")
			}
		})
	}
}

func FuzzExamine(f *testing.F) {
	m := clinictest.NewMaker(f)
	root := m.Authority("root", nil, m.EC(elliptic.P256()))
	leaf := m.Leaf(root, m.EC(elliptic.P256()))
	f.Add(clinictest.Join(leaf.PEM, root.PEM), byte(0))
	f.Add(root.Raw, byte(2))
	f.Add(m.List(root), byte(2))
	f.Add(pkcs7(root.Raw), byte(2))
	f.Add([]byte("-----BEGIN PRIVATE KEY-----"), byte(4))
	texts := map[string]clinic.Texts{}
	for _, language := range clinic.Languages() {
		loaded, err := clinic.LoadTexts(language)
		if err != nil {
			f.Fatal(err)
		}
		texts[language] = loaded
	}
	f.Fuzz(func(t *testing.T, data []byte, purpose byte) {
		q := clinic.Question{
			Purpose: clinic.Purposes()[int(purpose)%len(clinic.Purposes())], Files: []clinic.File{{Data: data}},
		}
		r, err := clinic.Examine(q, clinictest.Now())
		if err != nil {
			return
		}
		if len(r.Findings) == 0 {
			t.Fatal("nothing was found, not even that it is accepted")
		}
		for _, finding := range r.Findings {
			if finding.Item != clinic.NoItem && finding.Item >= len(r.Items) {
				t.Errorf("finding %s is on item %d of %d", finding.Code, finding.Item, len(r.Items))
			}
			for language, words := range texts {
				if words.Of(finding).Text == "" {
					t.Errorf("no text of %s in %s", finding.Code, language)
				}
			}
		}
	})
}
