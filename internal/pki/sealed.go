// SPDX-License-Identifier: Apache-2.0

package pki

import (
	"bytes"
	"context"
	"crypto"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/blockchain4all/blockchain4all/internal/durable"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// A sealed file is: the header, a random nonce of 24 bytes, the XChaCha20-Poly1305 ciphertext of the PKCS #8 DER under
// the master key, with "b4a key v1\x00" + ID as additional data, so that a file renamed to another ID does not open.
const (
	sealedHeader = "b4a-sealed-key 1\n"
	sealedAAD    = "b4a key v1\x00"
	keySuffix    = ".key"

	// The check file tells a wrong master key from a damaged key. Its name and additional data are no key ID's.
	checkFile    = "store.check"
	checkAAD     = "b4a store v1\x00"
	checkContent = "b4a sealed key store"
)

// SealedStore keeps keys in the files of one directory, sealed under a master key. One process at a time may have it
// open.
type SealedStore struct {
	dir  string
	aead cipher.AEAD
	mu   sync.Mutex // of Generate and Delete
}

// OpenSealedStore opens the store in dir under the master key in the file masterKey (32 bytes, mode 0600). If both are
// absent they are made. Faults, all with a hint: "master_key_missing" (there is a store but no master key; making a new
// one would lose every key), "master_key_wrong", "master_key_permissions", "disk_full".
func OpenSealedStore(dir, masterKey string) (*SealedStore, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, durable.Classify(fmt.Errorf("make key directory: %w", err))
	}
	used, err := sweep(dir)
	if err != nil {
		return nil, err
	}
	key, err := readMasterKey(masterKey)
	if errors.Is(err, fs.ErrNotExist) {
		if used {
			return nil, fault.New(fault.Conflict, "master_key_missing",
				"there are sealed keys but the master key file %s is missing", masterKey).
				WithHint("restore the file from its backup; without it the sealed keys cannot be opened")
		}
		key, err = createMasterKey(masterKey)
	}
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, fmt.Errorf("set up cipher: %w", err)
	}
	s := &SealedStore{dir: dir, aead: aead}
	if err := s.check(masterKey); err != nil {
		return nil, err
	}
	return s, nil
}

// sweep removes what a crash left half written and tells whether the store has been used.
func sweep(dir string) (used bool, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false, fmt.Errorf("read key directory: %w", err)
	}
	for _, e := range entries {
		name := e.Name()
		switch {
		case strings.HasPrefix(name, ".") && strings.HasSuffix(name, ".tmp"):
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				return false, fmt.Errorf("remove temporary key file: %w", err)
			}
		case name == checkFile || strings.HasSuffix(name, keySuffix):
			used = true
		}
	}
	return used, nil
}

func readMasterKey(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the operator's own path
	if err != nil {
		return nil, fmt.Errorf("open master key: %w", err)
	}
	defer f.Close() //nolint:errcheck // read only
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("stat master key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fault.New(fault.Conflict, "master_key_permissions",
			"the master key file %s is open to others (mode %04o)", path, info.Mode().Perm()).
			WithHint("chmod 600 %s; if others may have read it, make the keys anew", path)
	}
	key := make([]byte, chacha20poly1305.KeySize+1)
	n, err := f.ReadAt(key, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read master key: %w", err)
	}
	if n != chacha20poly1305.KeySize {
		return nil, masterKeyWrong(path, fmt.Errorf("its length is not %d bytes", chacha20poly1305.KeySize))
	}
	return key[:n], nil
}

func createMasterKey(path string) ([]byte, error) {
	key := make([]byte, chacha20poly1305.KeySize)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("draw master key: %w", err)
	}
	err := durable.CreateFile(path, key, 0o600)
	if errors.Is(err, fs.ErrExist) { // another process was faster: its key counts
		return readMasterKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("create master key: %w", err)
	}
	return key, nil
}

// check compares the master key with the one that the store was made under.
func (s *SealedStore) check(masterKey string) error {
	path := filepath.Join(s.dir, checkFile)
	sealed, err := os.ReadFile(path) //nolint:gosec // a fixed name in the store's directory
	if errors.Is(err, fs.ErrNotExist) {
		// The store is new, or a crash came between master key and check file: no key can be there yet.
		if err := s.checkNoKeys(masterKey); err != nil {
			return err
		}
		return s.writeCheck(path)
	}
	if err != nil {
		return fmt.Errorf("read check file: %w", err)
	}
	content, err := s.open(sealed, checkAAD)
	if err != nil || string(content) != checkContent {
		return masterKeyWrong(masterKey, err)
	}
	return nil
}

// checkNoKeys opens the keys of a store without check file, so that a wrong master key is never made the right one.
func (s *SealedStore) checkNoKeys(masterKey string) error {
	names, err := filepath.Glob(filepath.Join(s.dir, "*"+keySuffix))
	if err != nil {
		return fmt.Errorf("list keys: %w", err)
	}
	for _, name := range names {
		id := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(name), keySuffix), "~", "/")
		if _, err := s.read(id); err != nil {
			return masterKeyWrong(masterKey, err)
		}
	}
	return nil
}

func (s *SealedStore) writeCheck(path string) error {
	sealed, err := s.seal([]byte(checkContent), checkAAD)
	if err != nil {
		return err
	}
	if err := durable.WriteFile(path, sealed, 0o600); err != nil {
		return fmt.Errorf("write check file: %w", err)
	}
	return nil
}

func masterKeyWrong(path string, cause error) error {
	return fault.New(fault.Conflict, "master_key_wrong",
		"the master key in %s is not the one that the keys were sealed under", path).
		WithHint("restore the master key file that belongs to this data directory").WithCause(cause)
}

// Generate implements KeyStore.
func (s *SealedStore) Generate(ctx context.Context, id string) (crypto.Signer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	existing, err := s.Load(ctx, id)
	if !errors.Is(err, ErrKeyNotFound) {
		return existing, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode key: %w", err)
	}
	sealed, err := s.seal(der, sealedAAD+id)
	if err != nil {
		return nil, err
	}
	switch err := durable.CreateFile(s.path(id), sealed, 0o600); {
	case errors.Is(err, fs.ErrExist):
		return s.Load(ctx, id)
	case err != nil:
		return nil, fmt.Errorf("store key %s: %w", id, err)
	}
	return keptKey{key}, nil
}

// Load implements KeyStore. A file that does not open is a fault "key_damaged".
func (s *SealedStore) Load(ctx context.Context, id string) (crypto.Signer, error) {
	der, err := s.load(ctx, id)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, keyDamaged(id, err)
	}
	key, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, keyDamaged(id, fmt.Errorf("%T does not sign", parsed))
	}
	return keptKey{key}, nil
}

// Export implements Exporter.
func (s *SealedStore) Export(ctx context.Context, id string) ([]byte, error) {
	der, err := s.load(ctx, id)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemPrivateKey, Bytes: der}), nil
}

// Delete implements KeyStore. The file is unlinked, not overwritten: it is sealed.
func (s *SealedStore) Delete(ctx context.Context, id string) error {
	if err := errors.Join(ctx.Err(), CheckKeyID(id)); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := os.Remove(s.path(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete key %s: %w", id, err)
	}
	return durable.SyncDir(s.dir)
}

func (s *SealedStore) load(ctx context.Context, id string) ([]byte, error) {
	if err := errors.Join(ctx.Err(), CheckKeyID(id)); err != nil {
		return nil, err
	}
	return s.read(id)
}

// read gives the PKCS #8 DER of a key whose ID was checked, or comes from a file name.
func (s *SealedStore) read(id string) ([]byte, error) {
	sealed, err := os.ReadFile(s.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("load key %s: %w", id, ErrKeyNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("load key %s: %w", id, err)
	}
	der, err := s.open(sealed, sealedAAD+id)
	if err != nil {
		return nil, keyDamaged(id, err)
	}
	return der, nil
}

// path gives a key's file. IDs have no '~', so different IDs have different files.
func (s *SealedStore) path(id string) string {
	return filepath.Join(s.dir, strings.ReplaceAll(id, "/", "~")+keySuffix)
}

func (s *SealedStore) seal(plain []byte, aad string) ([]byte, error) {
	out := append(make([]byte, 0, len(sealedHeader)+s.aead.NonceSize()+len(plain)+s.aead.Overhead()), sealedHeader...)
	nonce := make([]byte, s.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("draw nonce: %w", err)
	}
	out = append(out, nonce...)
	return s.aead.Seal(out, nonce, plain, []byte(aad)), nil
}

func (s *SealedStore) open(sealed []byte, aad string) ([]byte, error) {
	body, ok := bytes.CutPrefix(sealed, []byte(sealedHeader))
	if !ok || len(body) < s.aead.NonceSize() {
		return nil, errors.New("unknown format of sealed file")
	}
	nonce, ciphertext := body[:s.aead.NonceSize()], body[s.aead.NonceSize():]
	plain, err := s.aead.Open(nil, nonce, ciphertext, []byte(aad))
	if err != nil {
		return nil, fmt.Errorf("open sealed file: %w", err)
	}
	return plain, nil
}

func keyDamaged(id string, cause error) error {
	return fault.New(fault.Internal, "key_damaged", "the sealed key %s is damaged", id).
		WithHint("restore the key's file from a backup").WithCause(cause)
}

// keptKey is a private key that does not show itself when it is printed or logged.
type keptKey struct{ crypto.Signer }

// Format implements fmt.Formatter.
func (keptKey) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("private key")) }

var (
	_ KeyStore      = (*SealedStore)(nil)
	_ Exporter      = (*SealedStore)(nil)
	_ fmt.Formatter = keptKey{}
)
