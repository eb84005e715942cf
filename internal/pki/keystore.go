// SPDX-License-Identifier: Apache-2.0

package pki

import (
	"context"
	"crypto"
	"errors"
	"strings"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// ErrKeyNotFound says that a key store holds no key of that ID.
var ErrKeyNotFound = errors.New("key not found")

// KeyStore makes and keeps private keys. It is safe for concurrent use.
//
// An ID is one or more segments joined by '/', see CheckKeyID; a malformed one is a fault "key_id_invalid". The signers
// that a store gives out make ECDSA signatures as ASN.1 DER over a digest, not necessarily low-S, and stay valid after
// Delete only as far as the store's technology makes them.
type KeyStore interface {
	// Generate makes an ECDSA P-256 key under id; if there is one already, it is given back instead, so a caller may
	// repeat the call after a crash. On return the key is durable. Of concurrent callers all get the same key.
	Generate(ctx context.Context, id string) (crypto.Signer, error)
	// Load gives the key of id, or ErrKeyNotFound.
	Load(ctx context.Context, id string) (crypto.Signer, error)
	// Delete destroys the key of id. One that is absent is no error.
	Delete(ctx context.Context, id string) error
}

// Exporter is a KeyStore that can hand out private keys, for a process that must read its key from a file.
type Exporter interface {
	// Export gives the private key of id as PKCS #8 PEM, or ErrKeyNotFound. The result is a secret.
	Export(ctx context.Context, id string) ([]byte, error)
}

// maxKeyID is the limit of a key ID in bytes; a file name derived from it stays below 255.
const maxKeyID = 200

// CheckKeyID refuses what is no key ID: 1 to 200 bytes, segments of ASCII letters, digits, '.', '_' and '-' that start
// with a letter or digit, joined by '/'. The rule leaves no room for path tricks.
func CheckKeyID(id string) error {
	if id == "" || len(id) > maxKeyID {
		return errKeyID(id)
	}
	for segment := range strings.SplitSeq(id, "/") {
		for i, c := range []byte(segment) {
			letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
			if !letter && (i == 0 || c != '.' && c != '_' && c != '-') {
				return errKeyID(id)
			}
		}
		if segment == "" {
			return errKeyID(id)
		}
	}
	return nil
}

func errKeyID(id string) error {
	return fault.New(fault.Invalid, "key_id_invalid", "%.64q is not a key ID", id).
		WithHint("use letters, digits, '.', '_' and '-' in segments joined by '/', at most %d bytes", maxKeyID)
}
