// SPDX-License-Identifier: Apache-2.0

// Package keystoretest holds the conformance suite of key stores, and key stores for tests: sealed, and in memory.
package keystoretest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// Sealed opens an empty sealed store of the test's own.
func Sealed(t *testing.T) *pki.SealedStore {
	t.Helper()
	dir := t.TempDir()
	store, err := pki.OpenSealedStore(filepath.Join(dir, "keys"), filepath.Join(dir, "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// Run checks that the stores which open gives keep the promises of pki.KeyStore. Each call of open gives an empty
// store, closed by t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) pki.KeyStore) {
	t.Helper()
	for name, check := range map[string]func(*testing.T, pki.KeyStore){
		"generates P-256 keys that sign":  generates,
		"gives the same key again":        idempotent,
		"keeps keys apart":                apart,
		"says that a key is absent":       absent,
		"deletes":                         deletes,
		"refuses malformed IDs":           malformed,
		"takes concurrent callers":        concurrent,
		"exports what it signs with":      exports,
		"issues certificates by its keys": issues,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, open(t))
		})
	}
}

func generates(t *testing.T, s pki.KeyStore) {
	t.Helper()
	key, err := s.Generate(t.Context(), "org/bizkaia/ca")
	if err != nil {
		t.Fatal(err)
	}
	public, ok := key.Public().(*ecdsa.PublicKey)
	if !ok || public.Curve != elliptic.P256() {
		t.Fatalf("public key is %T", key.Public())
	}
	verifies(t, key, public)
}

func idempotent(t *testing.T, s pki.KeyStore) {
	t.Helper()
	first, err := s.Generate(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Generate(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := s.Load(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if !equal(first, second) || !equal(first, loaded) {
		t.Error("the key changed")
	}
	verifies(t, loaded, first.Public())
}

func apart(t *testing.T, s pki.KeyStore) {
	t.Helper()
	var keys []crypto.Signer
	for _, id := range []string{"a", "a/b", "a-b", "a.b", "a_b", "b", "A.key"} {
		key, err := s.Generate(t.Context(), id)
		if err != nil {
			t.Fatalf("generate %s: %v", id, err)
		}
		for _, other := range keys {
			if equal(key, other) {
				t.Errorf("the key of %s is another's", id)
			}
		}
		keys = append(keys, key)
	}
}

func absent(t *testing.T, s pki.KeyStore) {
	t.Helper()
	if _, err := s.Load(t.Context(), "nobody"); !errors.Is(err, pki.ErrKeyNotFound) {
		t.Errorf("load gave %v", err)
	}
	if err := s.Delete(t.Context(), "nobody"); err != nil {
		t.Errorf("delete gave %v", err)
	}
}

func deletes(t *testing.T, s pki.KeyStore) {
	t.Helper()
	first, err := s.Generate(t.Context(), "a/b")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Generate(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), "a/b"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load(t.Context(), "a/b"); !errors.Is(err, pki.ErrKeyNotFound) {
		t.Errorf("load after delete gave %v", err)
	}
	if _, err := s.Load(t.Context(), "a"); err != nil {
		t.Errorf("the other key: %v", err)
	}
	second, err := s.Generate(t.Context(), "a/b")
	if err != nil {
		t.Fatal(err)
	}
	if equal(first, second) {
		t.Error("the deleted key came back")
	}
}

func malformed(t *testing.T, s pki.KeyStore) {
	t.Helper()
	want := &fault.Error{Code: "key_id_invalid"}
	for _, id := range []string{
		"", "/", "a/", "/a", "a//b", ".", "..", "../a", "a/../b", "a/.b", "-a", "a~b", `a\b`, "a b", "a\x00b", "ñ",
		strings.Repeat("a", 201),
	} {
		if _, err := s.Generate(t.Context(), id); !errors.Is(err, want) {
			t.Errorf("generate %q gave %v", id, err)
		}
		if _, err := s.Load(t.Context(), id); !errors.Is(err, want) {
			t.Errorf("load %q gave %v", id, err)
		}
		if err := s.Delete(t.Context(), id); !errors.Is(err, want) {
			t.Errorf("delete %q gave %v", id, err)
		}
	}
	if _, err := s.Generate(t.Context(), strings.Repeat("a", 200)); err != nil {
		t.Errorf("the longest ID: %v", err)
	}
}

func concurrent(t *testing.T, s pki.KeyStore) {
	t.Helper()
	keys := make([]crypto.Signer, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			key, err := s.Generate(t.Context(), "shared")
			if err != nil {
				t.Errorf("generate: %v", err)
				return
			}
			keys[i] = key
		})
	}
	wg.Wait()
	for _, key := range keys {
		if key == nil || !equal(key, keys[0]) {
			t.Fatal("concurrent callers got different keys")
		}
	}
}

func exports(t *testing.T, s pki.KeyStore) {
	t.Helper()
	exporter, ok := s.(pki.Exporter)
	if !ok {
		t.Skip("the store does not export keys")
	}
	key, err := s.Generate(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	keyPEM, err := exporter.Export(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	block, rest := pem.Decode(keyPEM)
	if block == nil || block.Type != "PRIVATE KEY" || len(rest) > 0 {
		t.Fatal("the export is not one PEM block PRIVATE KEY")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	exported, ok := parsed.(crypto.Signer)
	if !ok || !equal(exported, key) {
		t.Error("another key was exported")
	}
	if _, err := exporter.Export(t.Context(), "nobody"); !errors.Is(err, pki.ErrKeyNotFound) {
		t.Errorf("export of an absent key gave %v", err)
	}
	if _, err := exporter.Export(t.Context(), "../a"); !errors.Is(err, &fault.Error{Code: "key_id_invalid"}) {
		t.Errorf("export of a malformed ID gave %v", err)
	}
}

func issues(t *testing.T, s pki.KeyStore) {
	t.Helper()
	ca, err := s.Generate(t.Context(), "ca")
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := s.Generate(t.Context(), "leaf")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	root, err := pki.NewRoot(ca, pki.Subject{CommonName: "CA"}, time.Hour, now)
	if err != nil {
		t.Fatal(err)
	}
	certPEM, err := root.Issue(leaf.Public(),
		pki.Profile{CommonName: "leaf", Usage: pki.Sign, Lifetime: time.Hour}, now)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := pki.ParseX509(certPEM)
	if err != nil {
		t.Fatal(err)
	}
	if low, err := pki.IsLowS(elliptic.P256(), cert.Signature); err != nil || !low {
		t.Errorf("the certificate's signature is low-S: %v, %v", low, err)
	}
}

func verifies(t *testing.T, key crypto.Signer, public crypto.PublicKey) {
	t.Helper()
	digest := sha256.Sum256([]byte("message"))
	signature, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatalf("sign: %v", err)
	}
	p, ok := public.(*ecdsa.PublicKey)
	if !ok || !ecdsa.VerifyASN1(p, digest[:], signature) {
		t.Error("the signature is not the key's")
	}
}

func equal(a, b crypto.Signer) bool {
	public, ok := a.Public().(*ecdsa.PublicKey)
	return ok && public.Equal(b.Public())
}
