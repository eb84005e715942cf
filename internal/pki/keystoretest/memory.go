// SPDX-License-Identifier: Apache-2.0

package keystoretest

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"sync"

	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// Memory is a key store that forgets everything. The zero value is empty and ready.
type Memory struct {
	mu   sync.Mutex
	keys map[string]*ecdsa.PrivateKey
}

// Generate implements pki.KeyStore.
func (m *Memory) Generate(ctx context.Context, id string) (crypto.Signer, error) {
	if err := errors.Join(ctx.Err(), pki.CheckKeyID(id)); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if key, ok := m.keys[id]; ok {
		return key, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate key: %w", err)
	}
	if m.keys == nil {
		m.keys = map[string]*ecdsa.PrivateKey{}
	}
	m.keys[id] = key
	return key, nil
}

// Load implements pki.KeyStore.
func (m *Memory) Load(ctx context.Context, id string) (crypto.Signer, error) {
	key, err := m.load(ctx, id)
	if err != nil {
		return nil, err
	}
	return key, nil
}

// Export implements pki.Exporter.
func (m *Memory) Export(ctx context.Context, id string) ([]byte, error) {
	key, err := m.load(ctx, id)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// Delete implements pki.KeyStore.
func (m *Memory) Delete(ctx context.Context, id string) error {
	if err := errors.Join(ctx.Err(), pki.CheckKeyID(id)); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.keys, id)
	return nil
}

func (m *Memory) load(ctx context.Context, id string) (*ecdsa.PrivateKey, error) {
	if err := errors.Join(ctx.Err(), pki.CheckKeyID(id)); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	key, ok := m.keys[id]
	if !ok {
		return nil, fmt.Errorf("load key %s: %w", id, pki.ErrKeyNotFound)
	}
	return key, nil
}

var (
	_ pki.KeyStore = (*Memory)(nil)
	_ pki.Exporter = (*Memory)(nil)
)
