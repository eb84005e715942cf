// SPDX-License-Identifier: Apache-2.0

package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"errors"
	"fmt"
	"io"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// IsLowS tells whether an ASN.1 DER ECDSA signature by a key on curve has s <= n/2. Of the two values s and n-s, both
// valid, Fabric accepts the lower only, so that nobody can alter a signature in transit.
func IsLowS(curve elliptic.Curve, signature []byte) (bool, error) {
	_, s, err := parseSignature(curve, signature)
	if err != nil {
		return false, err
	}
	return s.Cmp(halfOrder(curve)) <= 0, nil
}

// NormalizeS gives the low-S form of an ASN.1 DER ECDSA signature by a key on curve.
func NormalizeS(curve elliptic.Curve, signature []byte) ([]byte, error) {
	r, s, err := parseSignature(curve, signature)
	if err != nil {
		return nil, err
	}
	if s.Cmp(halfOrder(curve)) <= 0 {
		return signature, nil
	}
	s.Sub(curve.Params().N, s)
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(r)
		b.AddASN1BigInt(s)
	})
	out, err := b.Bytes()
	if err != nil {
		return nil, fmt.Errorf("encode signature: %w", err)
	}
	return out, nil
}

// LowS wraps an ECDSA signer so that its signatures are low-S. Signers of other algorithms are given back as they are.
func LowS(signer crypto.Signer) crypto.Signer {
	public, ok := signer.Public().(*ecdsa.PublicKey)
	if !ok {
		return signer
	}
	return lowSigner{Signer: signer, curve: public.Curve}
}

type lowSigner struct {
	crypto.Signer
	curve elliptic.Curve
}

// Sign implements crypto.Signer.
func (l lowSigner) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	signature, err := l.Signer.Sign(random, digest, opts)
	if err != nil {
		return nil, err
	}
	return NormalizeS(l.curve, signature)
}

func halfOrder(curve elliptic.Curve) *big.Int { return new(big.Int).Rsh(curve.Params().N, 1) }

// parseSignature reads SEQUENCE { r INTEGER, s INTEGER } with 0 < r, s < n and nothing behind it.
func parseSignature(curve elliptic.Curve, signature []byte) (r, s *big.Int, err error) {
	r, s = new(big.Int), new(big.Int)
	var inner cryptobyte.String
	input := cryptobyte.String(signature)
	if !input.ReadASN1(&inner, asn1.SEQUENCE) || !input.Empty() ||
		!inner.ReadASN1Integer(r) || !inner.ReadASN1Integer(s) || !inner.Empty() {
		return nil, nil, errors.New("ECDSA signature is not DER")
	}
	n := curve.Params().N
	if r.Sign() <= 0 || s.Sign() <= 0 || r.Cmp(n) >= 0 || s.Cmp(n) >= 0 {
		return nil, nil, errors.New("ECDSA signature is out of range")
	}
	return r, s, nil
}
