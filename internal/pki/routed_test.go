// SPDX-License-Identifier: Apache-2.0

package pki_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/pki/keystoretest"
)

func TestRoutedStore(t *testing.T) {
	t.Parallel()
	none := func(string) bool { return false }
	keystoretest.Run(t, func(*testing.T) pki.KeyStore {
		return pki.NewRoutedStore(none, &keystoretest.Memory{}, &keystoretest.Memory{})
	})
}

func TestRoutedStoreKeepsApart(t *testing.T) {
	t.Parallel()
	apart, others := &keystoretest.Memory{}, &keystoretest.Memory{}
	s := pki.NewRoutedStore(func(id string) bool { return strings.HasSuffix(id, "/ca") }, apart, others)
	for id, in := range map[string]*keystoretest.Memory{"org/a/ca": apart, "org/a/peer0/tls": others} {
		if _, err := s.Generate(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		for _, m := range []*keystoretest.Memory{apart, others} {
			if _, err := m.Load(t.Context(), id); (err == nil) != (m == in) {
				t.Errorf("%s is in the wrong store: %v", id, err)
			}
		}
		if _, err := s.Load(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.Export(t.Context(), "org/a/ca"); !errors.Is(err, &fault.Error{Code: "key_not_exportable"}) {
		t.Errorf("export gave %v", err)
	}
	if _, err := s.Export(t.Context(), "org/b/ca"); !errors.Is(err, pki.ErrKeyNotFound) {
		t.Errorf("export of an absent key gave %v", err)
	}
	if _, err := s.Export(t.Context(), "org/a/peer0/tls"); err != nil {
		t.Error(err)
	}
	if err := s.Delete(t.Context(), "org/a/ca"); err != nil {
		t.Fatal(err)
	}
	if _, err := apart.Load(t.Context(), "org/a/ca"); !errors.Is(err, pki.ErrKeyNotFound) {
		t.Errorf("after delete: %v", err)
	}
	// A key that was made before the stores were parted is not made twice.
	if _, err := others.Generate(t.Context(), "org/old/ca"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Generate(t.Context(), "org/old/ca"); !errors.Is(err, &fault.Error{Code: "key_elsewhere"}) {
		t.Errorf("got %v", err)
	}
}
