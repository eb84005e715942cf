// SPDX-License-Identifier: Apache-2.0

package enrollment_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"testing"

	"github.com/blockchain4all/blockchain4all/client/enrollment"
)

func TestKeyRoundTrip(t *testing.T) {
	t.Parallel()
	key, err := enrollment.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	if key.Curve != elliptic.P256() {
		t.Errorf("the curve is %s", key.Curve.Params().Name)
	}
	text, err := enrollment.EncodeKey(key)
	if err != nil {
		t.Fatal(err)
	}
	again, err := enrollment.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	if !key.Equal(again) {
		t.Error("another key came back")
	}
}

func TestParseKey(t *testing.T) {
	t.Parallel()
	p384 := ecKey(t, elliptic.P384())
	p521 := ecKey(t, elliptic.P521())
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(p384)
	if err != nil {
		t.Fatal(err)
	}
	sec1PEM := block("EC PRIVATE KEY", sec1)
	parameters := block("EC PARAMETERS", []byte{6, 8, 42, 134, 72, 206, 61, 3, 1, 7})

	tests := map[string]struct {
		text []byte
		want error
	}{
		"PKCS #8, P-384":        {text: pkcs8(t, p384)},
		"SEC 1":                 {text: sec1PEM},
		"SEC 1 with parameters": {text: append(bytes.Clone(parameters), sec1PEM...)},
		"white space behind":    {text: append(pkcs8(t, p384), " \n\n"...)},
		"P-521":                 {text: pkcs8(t, p521), want: enrollment.ErrKeyUnsupported},
		"RSA":                   {text: pkcs8(t, rsaKey), want: enrollment.ErrKeyUnsupported},
		"RSA, PKCS #1": {
			text: block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey)), want: enrollment.ErrKeyUnsupported,
		},
		"Ed25519":         {text: pkcs8(t, edKey), want: enrollment.ErrKeyUnsupported},
		"empty":           {want: enrollment.ErrKeyMalformed},
		"parameters only": {text: parameters, want: enrollment.ErrKeyMalformed},
		"not DER":         {text: block("PRIVATE KEY", []byte("x")), want: enrollment.ErrKeyMalformed},
		"certificate":     {text: block("CERTIFICATE", []byte("x")), want: enrollment.ErrKeyMalformed},
		"encrypted":       {text: block("ENCRYPTED PRIVATE KEY", []byte("x")), want: enrollment.ErrKeyMalformed},
		"garbage behind":  {text: append(pkcs8(t, p384), "x"...), want: enrollment.ErrKeyMalformed},
		"two keys":        {text: append(pkcs8(t, p384), sec1PEM...), want: enrollment.ErrKeyMalformed},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, err := enrollment.ParseKey(tt.text)
			if !errors.Is(err, tt.want) {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			if err == nil && !key.Equal(p384) {
				t.Error("another key came back")
			}
		})
	}
}

func TestCSR(t *testing.T) {
	t.Parallel()
	for name, commonName := range map[string]string{"named": "jon", "without a subject": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key := ecKey(t, elliptic.P256())
			csrPEM, err := enrollment.CSR(key, commonName)
			if err != nil {
				t.Fatal(err)
			}
			decoded, rest := pem.Decode(csrPEM)
			if decoded == nil || decoded.Type != "CERTIFICATE REQUEST" || len(rest) > 0 {
				t.Fatalf("not one PEM block: %s", csrPEM)
			}
			csr, err := x509.ParseCertificateRequest(decoded.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			if err := csr.CheckSignature(); err != nil {
				t.Error(err)
			}
			if csr.Subject.CommonName != commonName || !key.PublicKey.Equal(csr.PublicKey) {
				t.Errorf("the request is for %s", csr.Subject)
			}
		})
	}
}

func TestSignIsLowS(t *testing.T) {
	t.Parallel()
	for name, curve := range map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key := ecKey(t, curve)
			half := new(big.Int).Rsh(curve.Params().N, 1)
			// Half of all signatures are high-S before they are normalised: 40 leave no room for luck.
			for i := range 40 {
				digest := sha256.Sum256([]byte{byte(i)})
				signature, err := enrollment.Sign(key, digest[:])
				if err != nil {
					t.Fatal(err)
				}
				if !ecdsa.VerifyASN1(&key.PublicKey, digest[:], signature) {
					t.Fatal("the signature is not valid")
				}
				var values struct{ R, S *big.Int }
				if _, err := asn1.Unmarshal(signature, &values); err != nil {
					t.Fatal(err)
				}
				if values.S.Cmp(half) > 0 {
					t.Fatal("the signature is high-S")
				}
			}
		})
	}
}

func TestSignRefuses(t *testing.T) {
	t.Parallel()
	if _, err := enrollment.Sign(ecKey(t, elliptic.P256()), []byte("a message")); err == nil {
		t.Error("a message was signed in place of a digest")
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := enrollment.Sign(edKey, make([]byte, 32)); !errors.Is(err, enrollment.ErrKeyUnsupported) {
		t.Errorf("an Ed25519 key gave %v", err)
	}
}

func FuzzParseKey(f *testing.F) {
	f.Add([]byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		key, err := enrollment.ParseKey(text)
		if err == nil {
			if _, err := enrollment.EncodeKey(key); err != nil {
				t.Errorf("a parsed key does not encode: %v", err)
			}
		}
	})
}

func ecKey(t *testing.T, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func pkcs8(t *testing.T, key crypto.PrivateKey) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return block("PRIVATE KEY", der)
}

func block(blockType string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: blockType, Bytes: der})
}
