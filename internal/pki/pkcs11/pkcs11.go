// SPDX-License-Identifier: Apache-2.0

//go:build cgo

package pkcs11

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/ThalesGroup/crypto11"
	"github.com/miekg/pkcs11"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// sessionWait is how long a call waits for one of the token's sessions.
const sessionWait = 10 * time.Second

// Store keeps keys in one token. Label (CKA_LABEL) is the key's ID; CKA_ID is random, so that a public half which a
// crash left over is never taken for the half of a later key. Keys are sensitive and not extractable. One platform at a
// time may use a token, and it should be the platform's alone.
type Store struct {
	token *crypto11.Context
	mu    sync.Mutex // of Generate and Delete: a token takes two keys of the same label
}

// Open opens the token that the URI names. Faults: those of ParseURI and of the PIN's file, "pkcs11_module_unusable",
// "pkcs11_token_missing", "pkcs11_pin_wrong", "pkcs11_pin_locked", "pkcs11_unavailable".
func Open(uri string) (*Store, error) {
	u, err := ParseURI(uri)
	if err != nil {
		return nil, err
	}
	pin, err := readPIN(u.PINSource)
	if err != nil {
		return nil, err
	}
	if err := u.load(); err != nil {
		return nil, err
	}
	// The PIN is tried once: tokens lock themselves after a few wrong ones.
	token, err := crypto11.Configure(&crypto11.Config{
		Path: u.Module, TokenLabel: u.Token, TokenSerial: u.Serial, Pin: pin, PoolWaitTimeout: sessionWait,
	})
	if err != nil {
		return nil, u.classify(err)
	}
	return &Store{token: token}, nil
}

// load tries the module, for crypto11 does not tell what can not be loaded.
func (u URI) load() error {
	module := pkcs11.New(u.Module)
	if module == nil {
		return fault.New(fault.Conflict, "pkcs11_module_unusable", "the PKCS #11 module %s can't be loaded", u.Module).
			WithHint("install the token's software, and give the path of its library as module-path")
	}
	module.Destroy()
	return nil
}

func (u URI) classify(err error) error {
	name := u.Token + u.Serial
	var code pkcs11.Error
	switch {
	case !errors.As(err, &code):
		// crypto11 has no error of its own for a token that is not there.
		return fault.New(fault.Conflict, "pkcs11_token_missing", "there is no token %q", name).
			WithHint("initialise the token, or name it as it is called: pkcs11-tool --module %s -L", u.Module).WithCause(err)
	case code == pkcs11.CKR_PIN_INCORRECT, code == pkcs11.CKR_PIN_LEN_RANGE, code == pkcs11.CKR_PIN_INVALID:
		return fault.New(fault.Conflict, "pkcs11_pin_wrong", "the token %q does not take the PIN in %s", name, u.PINSource).
			WithHint("correct the file before you start again: tokens lock themselves after a few wrong PINs").WithCause(err)
	case code == pkcs11.CKR_PIN_LOCKED:
		return fault.New(fault.Conflict, "pkcs11_pin_locked", "the token %q is locked after wrong PINs", name).
			WithHint("unlock it with its security officer's PIN").WithCause(err)
	default:
		return unavailable(err)
	}
}

func unavailable(err error) error {
	return fault.New(fault.Unavailable, "pkcs11_unavailable", "the token that keeps the keys does not answer as it should").
		WithHint("see that the token is connected and its service runs").WithCause(err)
}

// Generate implements pki.KeyStore.
func (s *Store) Generate(ctx context.Context, id string) (crypto.Signer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	existing, err := s.Load(ctx, id)
	if !errors.Is(err, pki.ErrKeyNotFound) {
		return existing, err
	}
	objectID := make([]byte, 16)
	if _, err := rand.Read(objectID); err != nil {
		return nil, fmt.Errorf("draw object ID: %w", err)
	}
	key, err := s.token.GenerateECDSAKeyPairWithLabel(objectID, []byte(id), elliptic.P256())
	if err != nil {
		return nil, unavailable(fmt.Errorf("generate key %s: %w", id, err))
	}
	return keptKey{key}, nil
}

// Load implements pki.KeyStore.
func (s *Store) Load(ctx context.Context, id string) (crypto.Signer, error) {
	key, err := s.find(ctx, id)
	if err != nil {
		return nil, err
	}
	if public, ok := key.Public().(*ecdsa.PublicKey); !ok || public.Curve != elliptic.P256() {
		return nil, fault.New(fault.Conflict, "pkcs11_key_foreign", "the token's key %s is not ECDSA P-256", id).
			WithHint("give the platform a token of its own")
	}
	return keptKey{key}, nil
}

// Delete implements pki.KeyStore.
func (s *Store) Delete(ctx context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, err := s.find(ctx, id)
	if errors.Is(err, pki.ErrKeyNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := key.Delete(); err != nil {
		return unavailable(fmt.Errorf("delete key %s: %w", id, err))
	}
	return nil
}

// Close ends the sessions. Signers that the store gave out are of no use then.
func (s *Store) Close() error {
	if err := s.token.Close(); err != nil {
		return fmt.Errorf("close token: %w", err)
	}
	return nil
}

func (s *Store) find(ctx context.Context, id string) (crypto11.Signer, error) {
	if err := errors.Join(ctx.Err(), pki.CheckKeyID(id)); err != nil {
		return nil, err
	}
	keys, err := s.token.FindKeyPairs(nil, []byte(id))
	switch {
	case err != nil:
		return nil, unavailable(fmt.Errorf("find key %s: %w", id, err))
	case len(keys) == 0:
		return nil, fmt.Errorf("load key %s: %w", id, pki.ErrKeyNotFound)
	case len(keys) > 1:
		return nil, fault.New(fault.Conflict, "pkcs11_key_ambiguous", "the token has %d keys of the label %s", len(keys), id).
			WithHint("give the platform a token of its own")
	}
	return keys[0], nil
}

// keptKey is a key in the token.
type keptKey struct{ signer crypto.Signer }

// Public implements crypto.Signer.
func (k keptKey) Public() crypto.PublicKey { return k.signer.Public() }

// Sign implements crypto.Signer.
func (k keptKey) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	signature, err := k.signer.Sign(random, digest, opts)
	if err != nil {
		return nil, unavailable(fmt.Errorf("sign: %w", err))
	}
	return signature, nil
}

// Format implements fmt.Formatter: neither the handle nor the session shows itself.
func (keptKey) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("private key")) }

var (
	_ pki.KeyStore  = (*Store)(nil)
	_ fmt.Formatter = keptKey{}
)
