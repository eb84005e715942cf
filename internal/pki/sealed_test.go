// SPDX-License-Identifier: Apache-2.0

package pki_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/pki/keystoretest"
)

func TestSealedStoreConforms(t *testing.T) {
	t.Parallel()
	keystoretest.Run(t, func(t *testing.T) pki.KeyStore {
		t.Helper()
		store, _, _ := openStore(t)
		return store
	})
}

func TestMemoryStoreConforms(t *testing.T) {
	t.Parallel()
	keystoretest.Run(t, func(*testing.T) pki.KeyStore { return &keystoretest.Memory{} })
}

func TestSealedStoreSurvivesReopening(t *testing.T) {
	t.Parallel()
	store, dir, master := openStore(t)
	key, err := store.Generate(t.Context(), "org/bizkaia/ca")
	if err != nil {
		t.Fatal(err)
	}
	// A crash in the middle of a write leaves this.
	left := filepath.Join(dir, ".org~bizkaia~tls-ca.key.123.tmp")
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := pki.OpenSealedStore(dir, master)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := again.Load(t.Context(), "org/bizkaia/ca")
	if err != nil {
		t.Fatal(err)
	}
	if public, ok := key.Public().(*ecdsa.PublicKey); !ok || !public.Equal(loaded.Public()) {
		t.Error("the key changed")
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what the crash left: %v", err)
	}
}

func TestSealedStoreFiles(t *testing.T) {
	t.Parallel()
	store, dir, master := openStore(t)
	if _, err := store.Generate(t.Context(), "org/bizkaia/ca"); err != nil {
		t.Fatal(err)
	}
	keyPEM, err := store.Export(t.Context(), "org/bizkaia/ca")
	if err != nil {
		t.Fatal(err)
	}
	secret, _ := pem.Decode(keyPEM)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 { // the key and the check file
		t.Errorf("the store holds %v", entries)
	}
	files := []string{master}
	for _, e := range entries {
		files = append(files, filepath.Join(dir, e.Name()))
	}
	for _, path := range files {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 || bytes.Contains(content, secret.Bytes[len(secret.Bytes)-32:]) {
			t.Errorf("%s has mode %o, or shows the key", path, info.Mode().Perm())
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the directory: %v, %v", info.Mode(), err)
	}
}

func TestSealedStoreRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		spoil func(t *testing.T, dir, master string)
		code  string
	}{
		"master key lost": {code: "master_key_missing", spoil: func(t *testing.T, _, master string) {
			t.Helper()
			remove(t, master)
		}},
		"master key lost, check file too": {code: "master_key_missing", spoil: func(t *testing.T, dir, master string) {
			t.Helper()
			remove(t, master)
			remove(t, filepath.Join(dir, "store.check"))
		}},
		"another master key": {code: "master_key_wrong", spoil: func(t *testing.T, _, master string) {
			t.Helper()
			write(t, master, bytes.Repeat([]byte{7}, 32))
		}},
		"another master key, no check file": {code: "master_key_wrong", spoil: func(t *testing.T, dir, master string) {
			t.Helper()
			write(t, master, bytes.Repeat([]byte{7}, 32))
			remove(t, filepath.Join(dir, "store.check"))
		}},
		"master key cut": {code: "master_key_wrong", spoil: func(t *testing.T, _, master string) {
			t.Helper()
			write(t, master, bytes.Repeat([]byte{7}, 31))
		}},
		"master key longer": {code: "master_key_wrong", spoil: func(t *testing.T, _, master string) {
			t.Helper()
			write(t, master, bytes.Repeat([]byte{7}, 33))
		}},
		"readable by the group": {code: "master_key_permissions", spoil: func(t *testing.T, _, master string) {
			t.Helper()
			chmod(t, master, 0o640)
		}},
		"readable by all": {code: "master_key_permissions", spoil: func(t *testing.T, _, master string) {
			t.Helper()
			chmod(t, master, 0o604)
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, dir, master := openStore(t)
			if _, err := store.Generate(t.Context(), "key"); err != nil {
				t.Fatal(err)
			}
			tt.spoil(t, dir, master)
			_, err := pki.OpenSealedStore(dir, master)
			if f := fault.Of(err); f.Code != tt.code || f.Hint == "" {
				t.Errorf("got %v with hint %q", err, f.Hint)
			}
			if tt.code == "master_key_missing" {
				if _, err := os.Stat(master); err == nil {
					t.Error("a new master key was made")
				}
			}
		})
	}
}

func TestCheckFileIsMadeAnew(t *testing.T) {
	t.Parallel()
	store, dir, master := openStore(t)
	if _, err := store.Generate(t.Context(), "org/bizkaia/ca"); err != nil {
		t.Fatal(err)
	}
	remove(t, filepath.Join(dir, "store.check"))
	if _, err := pki.OpenSealedStore(dir, master); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "store.check")); err != nil {
		t.Error(err)
	}
}

func TestSealOpens(t *testing.T) {
	t.Parallel()
	store, dir, _ := openStore(t)
	if _, err := store.Generate(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "a.key")
	sealed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		damaged := bytes.Clone(sealed)
		if rapid.Bool().Draw(r, "cut") {
			damaged = damaged[:rapid.IntRange(0, len(damaged)-1).Draw(r, "length")]
		} else {
			damaged[rapid.IntRange(0, len(damaged)-1).Draw(r, "at")] ^= byte(rapid.IntRange(1, 255).Draw(r, "flip"))
		}
		write(r, path, damaged)
		if _, err := store.Load(t.Context(), "a"); !hasCode(err, "key_damaged") {
			r.Fatalf("a damaged file gave %v", err)
		}
		if _, err := store.Generate(t.Context(), "a"); !hasCode(err, "key_damaged") {
			r.Fatalf("a damaged key was replaced: %v", err)
		}
	})
	// A file under another ID's name does not open.
	write(t, filepath.Join(dir, "b.key"), sealed)
	if _, err := store.Load(t.Context(), "b"); !hasCode(err, "key_damaged") {
		t.Errorf("another's file gave %v", err)
	}
}

func TestKeysDoNotShowThemselves(t *testing.T) {
	t.Parallel()
	store, _, _ := openStore(t)
	key, err := store.Generate(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	keyPEM, err := store.Export(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	secret := scalar(t, keyPEM)
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%x", "%s", "%d"} {
		fmt.Fprintf(&out, verb, key)
		fmt.Fprintf(&out, verb, pki.LowS(key))
		fmt.Fprintf(&out, verb, struct{ Key any }{key})
	}
	slog.New(slog.NewTextHandler(&out, nil)).InfoContext(t.Context(), "test", "key", key)
	if bytes.Contains(out.Bytes(), []byte(secret)) || bytes.Contains(out.Bytes(), []byte("D:")) {
		t.Errorf("the key shows itself: %s", out.String())
	}
}

func openStore(t *testing.T) (store *pki.SealedStore, dir, master string) {
	t.Helper()
	base := t.TempDir()
	dir, master = filepath.Join(base, "keys"), filepath.Join(base, "master.key")
	store, err := pki.OpenSealedStore(dir, master)
	if err != nil {
		t.Fatal(err)
	}
	return store, dir, master
}

func scalar(t *testing.T, keyPEM []byte) string {
	t.Helper()
	der, _ := pem.Decode(keyPEM)
	parsed, err := x509.ParsePKCS8PrivateKey(der.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok {
		t.Fatalf("the key is %T", parsed)
	}
	raw, err := key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(raw)
}

func write(t failer, path string, content []byte) {
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t failer, path string) {
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func chmod(t failer, path string, mode os.FileMode) {
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}
