// SPDX-License-Identifier: Apache-2.0

package pki_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"io"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/blockchain4all/blockchain4all/internal/pki"
)

func TestNormalizeSKeepsSignaturesValid(t *testing.T) {
	t.Parallel()
	for name, curve := range map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key := newKey(t, curve)
			rapid.Check(t, func(t *rapid.T) {
				digest := sha256.Sum256(rapid.SliceOf(rapid.Byte()).Draw(t, "message"))
				signature, err := ecdsa.SignASN1(rand.Reader, key, digest[:])
				if err != nil {
					t.Fatal(err)
				}
				if rapid.Bool().Draw(t, "mirrored") {
					signature = mirror(t, curve, signature)
				}
				low, err := pki.NormalizeS(curve, signature)
				if err != nil {
					t.Fatal(err)
				}
				if isLow, err := pki.IsLowS(curve, low); err != nil || !isLow {
					t.Fatalf("normalised is low-S: %v, %v", isLow, err)
				}
				if !ecdsa.VerifyASN1(&key.PublicKey, digest[:], low) {
					t.Fatal("the normalised signature is not valid")
				}
				again, err := pki.NormalizeS(curve, low)
				if err != nil || string(again) != string(low) {
					t.Fatalf("normalising twice changed it: %v", err)
				}
				isLow, err := pki.IsLowS(curve, mirror(t, curve, low))
				if err != nil || isLow {
					t.Fatalf("the mirrored signature is low-S: %v, %v", isLow, err)
				}
			})
		})
	}
}

func TestSignatureForms(t *testing.T) {
	t.Parallel()
	n := elliptic.P256().Params().N
	one := big.NewInt(1)
	tests := map[string][]byte{
		"empty":          nil,
		"not DER":        []byte("signature"),
		"zero r":         encode(t, big.NewInt(0), one),
		"zero s":         encode(t, one, big.NewInt(0)),
		"negative":       encode(t, one, big.NewInt(-1)),
		"r of the order": encode(t, n, one),
		"s of the order": encode(t, one, n),
		"trailing bytes": append(encode(t, one, one), 0),
	}
	for name, signature := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := pki.NormalizeS(elliptic.P256(), signature); err == nil {
				t.Error("it was normalised")
			}
			if _, err := pki.IsLowS(elliptic.P256(), signature); err == nil {
				t.Error("it was judged")
			}
		})
	}
	half := new(big.Int).Rsh(n, 1)
	for s, want := range map[*big.Int]bool{half: true, new(big.Int).Add(half, one): false} {
		if low, err := pki.IsLowS(elliptic.P256(), encode(t, one, s)); err != nil || low != want {
			t.Errorf("s = n/2 + %v is low-S: %v, %v", new(big.Int).Sub(s, half), low, err)
		}
	}
}

func TestLowSCorrectsASigner(t *testing.T) {
	t.Parallel()
	key := newKey(t, elliptic.P384())
	digest := sha256.Sum256([]byte("message"))
	signature, err := pki.LowS(highSigner{key}).Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	if low, err := pki.IsLowS(elliptic.P384(), signature); err != nil || !low {
		t.Errorf("low-S: %v, %v", low, err)
	}
	if !ecdsa.VerifyASN1(&key.PublicKey, digest[:], signature) {
		t.Error("the signature is not valid")
	}
}

func FuzzNormalizeS(f *testing.F) {
	f.Add([]byte{0x30, 6, 2, 1, 1, 2, 1, 1})
	f.Fuzz(func(t *testing.T, signature []byte) {
		low, err := pki.NormalizeS(elliptic.P256(), signature)
		if err != nil {
			return
		}
		if isLow, err := pki.IsLowS(elliptic.P256(), low); err != nil || !isLow {
			t.Errorf("low-S: %v, %v", isLow, err)
		}
	})
}

// highSigner signs with high-S always, as a hardware module may do by chance.
type highSigner struct{ *ecdsa.PrivateKey }

func (h highSigner) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	signature, err := h.PrivateKey.Sign(random, digest, opts)
	if err != nil {
		return nil, err
	}
	var v ecdsaValues
	if _, err := asn1.Unmarshal(signature, &v); err != nil {
		return nil, err
	}
	if n := h.Curve.Params().N; v.S.Cmp(new(big.Int).Rsh(n, 1)) <= 0 {
		v.S.Sub(n, v.S)
	}
	return asn1.Marshal(v)
}

type ecdsaValues struct{ R, S *big.Int }

type failer interface{ Fatal(args ...any) }

func encode(t failer, r, s *big.Int) []byte {
	der, err := asn1.Marshal(ecdsaValues{R: r, S: s})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// mirror replaces s by n-s.
func mirror(t failer, curve elliptic.Curve, signature []byte) []byte {
	var v ecdsaValues
	if _, err := asn1.Unmarshal(signature, &v); err != nil {
		t.Fatal(err)
	}
	return encode(t, v.R, v.S.Sub(curve.Params().N, v.S))
}

func newKey(t failer, curve elliptic.Curve) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
