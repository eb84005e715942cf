// SPDX-License-Identifier: Apache-2.0

package pki

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

const (
	pemCertificate = "CERTIFICATE"
	pemPrivateKey  = "PRIVATE KEY"
	pemCRL         = "X509 CRL"

	// maxPEM is the limit of PEM taken from outside, in bytes.
	maxPEM = 64 << 10

	// MaxRSABits is the limit of RSA keys from outside, as of crypto/tls: the time that a signature by one takes grows with
	// the square of its length.
	MaxRSABits = 8192
)

// Certificate is the facts of one certificate, as an inventory keeps them.
type Certificate struct {
	Serial       string // lower-case hex without leading zeros
	Subject      string // RFC 2253
	Issuer       string // RFC 2253
	NotBefore    time.Time
	NotAfter     time.Time
	SKI          string // subject key identifier, lower-case hex; empty if the certificate has none
	KeyAlgorithm string // "ECDSA P-256", "RSA 2048", "Ed25519"
	Fingerprint  string // SHA-256 of the DER, lower-case hex
	PEM          []byte // the bare certificate
}

// ParseCertificate gives the facts of the certificate in certPEM: one PEM block and nothing behind it. Anything else is
// a fault "certificate_malformed".
func ParseCertificate(certPEM []byte) (Certificate, error) {
	cert, err := ParseX509(certPEM)
	if err != nil {
		return Certificate{}, err
	}
	return FactsOf(cert), nil
}

// FactsOf gives the facts of a parsed certificate.
func FactsOf(cert *x509.Certificate) Certificate {
	fingerprint := sha256.Sum256(cert.Raw)
	return Certificate{
		Serial:       cert.SerialNumber.Text(16),
		Subject:      cert.Subject.String(),
		Issuer:       cert.Issuer.String(),
		NotBefore:    cert.NotBefore,
		NotAfter:     cert.NotAfter,
		SKI:          hex.EncodeToString(cert.SubjectKeyId),
		KeyAlgorithm: KeyAlgorithm(cert.PublicKey),
		Fingerprint:  hex.EncodeToString(fingerprint[:]),
		PEM:          encodeCertificate(cert.Raw),
	}
}

// ParseX509 gives the certificate in certPEM: one PEM block, surrounded by white space at most. Anything else is a
// fault "certificate_malformed". Another one is that of ParseChain.
func ParseX509(certPEM []byte) (*x509.Certificate, error) {
	chain, err := ParseChain(certPEM)
	if err != nil {
		return nil, err
	}
	if len(chain) != 1 {
		return nil, certificateMalformed(fmt.Errorf("%d certificates instead of one", len(chain)))
	}
	return chain[0], nil
}

// ParseChain gives the certificates of a PEM bundle of one or more and nothing else, at most 64 KiB. Anything else is a
// fault "certificate_malformed"; one with an RSA key of more than MaxRSABits is "certificate_key_too_large". The order is
// the bundle's; signatures are not checked.
func ParseChain(bundle []byte) ([]*x509.Certificate, error) {
	if len(bundle) > maxPEM {
		return nil, certificateMalformed(fmt.Errorf("%d bytes exceed %d", len(bundle), maxPEM))
	}
	var chain []*x509.Certificate
	for rest := bytes.TrimSpace(bundle); len(rest) > 0; {
		der, after, err := nextBlock(rest, pemCertificate)
		if err != nil {
			return nil, certificateMalformed(err)
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, certificateMalformed(err)
		}
		if key, ok := cert.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() > MaxRSABits {
			return nil, fault.New(fault.Invalid, "certificate_key_too_large", "the RSA key of %s has more than %d bits",
				cert.Subject, MaxRSABits).WithHint("use RSA with 4096 bits at most, or ECDSA P-256 or P-384")
		}
		chain, rest = append(chain, cert), after
	}
	if len(chain) == 0 {
		return nil, certificateMalformed(errNoPEM(pemCertificate))
	}
	return chain, nil
}

// nextBlock decodes the PEM block of a type that data, without white space around it, starts with.
func nextBlock(data []byte, blockType string) (der, rest []byte, err error) {
	// The decoder skips to the next block that it finds good; whatever it skips is garbage to us.
	begin := []byte("-----BEGIN " + blockType + "-----")
	if !bytes.HasPrefix(data, begin) {
		return nil, nil, errNoPEM(blockType)
	}
	block, rest := pem.Decode(data)
	if block == nil || block.Type != blockType {
		return nil, nil, errNoPEM(blockType)
	}
	if bytes.Count(data[:len(data)-len(rest)], []byte("-----BEGIN ")) != 1 {
		return nil, nil, fmt.Errorf("broken PEM block before %s", blockType)
	}
	return block.Bytes, bytes.TrimSpace(rest), nil
}

func errNoPEM(blockType string) error { return fmt.Errorf("no PEM block %s", blockType) }

func certificateMalformed(err error) error {
	return fault.New(fault.Invalid, "certificate_malformed", "the certificate cannot be read").
		WithHint("send it as PEM (-----BEGIN CERTIFICATE-----), with nothing before or after it").WithCause(err)
}

func encodeCertificate(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: pemCertificate, Bytes: der})
}

// KeyAlgorithm names the algorithm of a public key and its curve or size, "ECDSA P-256" for instance.
func KeyAlgorithm(public crypto.PublicKey) string {
	switch key := public.(type) {
	case *ecdsa.PublicKey:
		return "ECDSA " + key.Curve.Params().Name
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	case ed25519.PublicKey:
		return "Ed25519"
	default:
		return strings.TrimPrefix(fmt.Sprintf("%T", public), "*")
	}
}
