// SPDX-License-Identifier: Apache-2.0

package pki

import (
	"context"
	"crypto"
	"errors"
	"fmt"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// ExportingStore is a key store that can hand out its keys.
type ExportingStore interface {
	KeyStore
	Exporter
}

// RoutedStore keeps some keys apart from the others: those of authorities in a token, the others in files.
type RoutedStore struct {
	apart   KeyStore
	others  ExportingStore
	isApart func(id string) bool
}

// NewRoutedStore makes a store that keeps the keys whose IDs isApart names in apart, and all other keys in others.
func NewRoutedStore(isApart func(id string) bool, apart KeyStore, others ExportingStore) *RoutedStore {
	return &RoutedStore{apart: apart, others: others, isApart: isApart}
}

// Generate implements KeyStore. A key that shall be kept apart but stands among the others is not made a second time:
// the fault is "key_elsewhere".
func (s *RoutedStore) Generate(ctx context.Context, id string) (crypto.Signer, error) {
	if !s.isApart(id) {
		return s.others.Generate(ctx, id)
	}
	switch _, err := s.others.Load(ctx, id); {
	case err == nil:
		return nil, elsewhere(id)
	case !errors.Is(err, ErrKeyNotFound):
		return nil, err
	}
	return s.apart.Generate(ctx, id)
}

func elsewhere(id string) error {
	return fault.New(fault.Conflict, "key_elsewhere", "the key %s is in the sealed store, not where authorities' keys are kept", id).
		WithHint("start without --ca-key-store; keys do not move from files into a token")
}

// Load implements KeyStore.
func (s *RoutedStore) Load(ctx context.Context, id string) (crypto.Signer, error) {
	return s.of(id).Load(ctx, id)
}

// Delete implements KeyStore.
func (s *RoutedStore) Delete(ctx context.Context, id string) error { return s.of(id).Delete(ctx, id) }

// Export implements Exporter. Keys that are kept apart are not handed out: the fault is "key_not_exportable".
func (s *RoutedStore) Export(ctx context.Context, id string) ([]byte, error) {
	if !s.isApart(id) {
		return s.others.Export(ctx, id)
	}
	if _, err := s.apart.Load(ctx, id); err != nil {
		return nil, fmt.Errorf("export key: %w", err)
	}
	return nil, fault.New(fault.Conflict, "key_not_exportable", "the key %s does not leave the token that keeps it", id)
}

func (s *RoutedStore) of(id string) KeyStore {
	if s.isApart(id) {
		return s.apart
	}
	return s.others
}

var (
	_ KeyStore = (*RoutedStore)(nil)
	_ Exporter = (*RoutedStore)(nil)
)
