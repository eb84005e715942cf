// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/blockchain4all/blockchain4all/client/enrollment"
)

// keyAndCSR gives a certificate signing request on the key in file, which is made when there is none.
func (a *app) keyAndCSR(file, name string) (string, error) {
	key, err := readKey(file)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = a.makeKey(file)
	}
	if err != nil {
		return "", err
	}
	csr, err := enrollment.CSR(key, name)
	if err != nil {
		return "", fmt.Errorf("make certificate signing request: %w", err)
	}
	return string(csr), nil
}

func (a *app) makeKey(file string) (*ecdsa.PrivateKey, error) {
	key, err := enrollment.NewKey()
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	text, err := enrollment.EncodeKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode key: %w", err)
	}
	if err := writeFile(file, text, 0o600); err != nil {
		return nil, err
	}
	a.note("Made a key in %s.", file)
	return key, nil
}

// readKey reads a private key of the caller. A missing file is fs.ErrNotExist.
func readKey(file string) (*ecdsa.PrivateKey, error) {
	text, err := os.ReadFile(file) //nolint:gosec // the user names the file
	if err != nil {
		return nil, hinted(fmt.Errorf("read key: %w", err), "b4a cert request --key FILE … makes one")
	}
	key, err := enrollment.ParseKey(text)
	if err != nil {
		return nil, fmt.Errorf("read key %s: %w", file, err)
	}
	return key, nil
}

// signDigest signs as Fabric wants it: ECDSA, ASN.1 DER, low-S.
func signDigest(key *ecdsa.PrivateKey, digest []byte) ([]byte, error) {
	return enrollment.Sign(key, digest)
}

// signMessage signs as Fabric wants it: ECDSA over the SHA-256 digest, ASN.1 DER, low-S.
func signMessage(key *ecdsa.PrivateKey, message []byte) ([]byte, error) {
	digest := sha256.Sum256(message)
	return signDigest(key, digest[:])
}

// readCert reads the certificate of a caller's key, PEM.
func readCert(file string) (string, error) {
	cert, err := readText(file)
	if err != nil {
		return "", usage("--cert FILE, as b4a cert request --out writes it", "--cert: %s", err)
	}
	return cert, nil
}
