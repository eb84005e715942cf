// SPDX-License-Identifier: Apache-2.0

//go:build !cgo

package pkcs11

import (
	"context"
	"crypto"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// Store does nothing: this program was built without cgo.
type Store struct{}

// Open refuses with the fault "pkcs11_not_built", after what is wrong with the URI and the PIN's file.
func Open(uri string) (*Store, error) {
	u, err := ParseURI(uri)
	if err != nil {
		return nil, err
	}
	if _, err := readPIN(u.PINSource); err != nil {
		return nil, err
	}
	return nil, notBuilt()
}

func notBuilt() error {
	return fault.New(fault.Conflict, "pkcs11_not_built", "this b4a was built without PKCS #11").
		WithHint("build it with a C compiler: make build CGO_ENABLED=1")
}

// Generate implements pki.KeyStore.
func (*Store) Generate(context.Context, string) (crypto.Signer, error) { return nil, notBuilt() }

// Load implements pki.KeyStore.
func (*Store) Load(context.Context, string) (crypto.Signer, error) { return nil, notBuilt() }

// Delete implements pki.KeyStore.
func (*Store) Delete(context.Context, string) error { return notBuilt() }

// Close does nothing.
func (*Store) Close() error { return nil }

var _ pki.KeyStore = (*Store)(nil)
