// SPDX-License-Identifier: Apache-2.0

// Package enrollment makes keys, certificate requests and signatures on the caller's machine, so that a key never
// leaves its owner: ask for a certificate with CSR, and sign what the platform prepares with Sign.
//
// It needs the standard library only.
package enrollment

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
)

const (
	pemPKCS8 = "PRIVATE KEY"
	pemSEC1  = "EC PRIVATE KEY"
	pemCSR   = "CERTIFICATE REQUEST"
)

// Errors of ParseKey.
var (
	// ErrKeyMalformed says that the text is not one unencrypted private key in PEM.
	ErrKeyMalformed = errors.New("not an unencrypted private key in PEM")
	// ErrKeyUnsupported says that the key is of a kind that Hyperledger Fabric does not take for identities.
	ErrKeyUnsupported = errors.New("not an ECDSA key on P-256 or P-384")
)

// NewKey makes an ECDSA P-256 key.
func NewKey() (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate key: %w", err)
	}
	return key, nil
}

// EncodeKey gives the key as PKCS #8 PEM. It is a secret: write it with mode 0600.
func EncodeKey(key *ecdsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemPKCS8, Bytes: der}), nil
}

// ParseKey reads an ECDSA key on P-256 or P-384 as PKCS #8 or SEC 1 PEM, with nothing but white space behind it. A
// parameter block before it, as openssl ecparam writes, is skipped. Errors: ErrKeyMalformed, ErrKeyUnsupported.
func ParseKey(keyPEM []byte) (*ecdsa.PrivateKey, error) {
	block, rest := pem.Decode(keyPEM)
	if block != nil && block.Type == "EC PARAMETERS" {
		block, rest = pem.Decode(rest)
	}
	if block == nil || len(bytes.TrimSpace(rest)) > 0 {
		return nil, ErrKeyMalformed
	}
	var parsed any
	var err error
	switch block.Type {
	case pemPKCS8:
		parsed, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case pemSEC1:
		parsed, err = x509.ParseECPrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		return nil, ErrKeyUnsupported
	default:
		return nil, ErrKeyMalformed
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyMalformed, err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || key.Curve != elliptic.P256() && key.Curve != elliptic.P384() {
		return nil, ErrKeyUnsupported
	}
	return key, nil
}

// CSR makes a certificate request for the key, PKCS #10 PEM. With an empty commonName the subject is empty; the
// platform decides the certificate's subject either way and refuses a request for another name.
func CSR(key crypto.Signer, commonName string) ([]byte, error) {
	template := &x509.CertificateRequest{Subject: pkix.Name{CommonName: commonName}}
	der, err := x509.CreateCertificateRequest(rand.Reader, template, key)
	if err != nil {
		return nil, fmt.Errorf("make certificate request: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemCSR, Bytes: der}), nil
}

// Sign signs a SHA-256 digest of 32 bytes with an ECDSA key as Fabric demands: ASN.1 DER of the values r and s, with s
// in the lower half of the curve's order. Another kind of key is ErrKeyUnsupported.
func Sign(key crypto.Signer, digest []byte) ([]byte, error) {
	public, ok := key.Public().(*ecdsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("sign digest: %w", ErrKeyUnsupported)
	}
	if len(digest) != sha256.Size {
		return nil, fmt.Errorf("sign digest: %d bytes instead of %d", len(digest), sha256.Size)
	}
	der, err := key.Sign(rand.Reader, digest, crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("sign digest: %w", err)
	}
	var signature struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &signature); err != nil {
		return nil, fmt.Errorf("read signature: %w", err)
	}
	n := public.Curve.Params().N
	if half := new(big.Int).Rsh(n, 1); signature.S.Cmp(half) <= 0 {
		return der, nil
	}
	signature.S.Sub(n, signature.S)
	out, err := asn1.Marshal(signature)
	if err != nil {
		return nil, fmt.Errorf("encode signature: %w", err)
	}
	return out, nil
}
