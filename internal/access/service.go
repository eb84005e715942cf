// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/blockchain4all/blockchain4all/internal/durable"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Lifetimes and sizes.
const (
	linkLifetime    = 15 * time.Minute
	sessionLifetime = 12 * time.Hour
	secretBytes     = 32
	secretPrefix    = "b4a_"
	maxSecret       = 200
	cacheLifetime   = 30 * time.Second // of a credential that was read from the store
	maxCached       = 10000
)

// operatorTokenFile is the name of the file with the operator's first token.
const operatorTokenFile = "operator-token"

// Service knows credentials.
type Service struct {
	store Store
	now   func() time.Time

	mu    sync.Mutex
	cache map[[sha256.Size]byte]cached
}

type cached struct {
	credential Credential
	read       time.Time
}

// Options of New.
type Options struct {
	Store Store
	Now   func() time.Time // nil: time.Now
}

// New makes the service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{store: o.Store, now: o.Now, cache: map[[sha256.Size]byte]cached{}}
}

// issue makes a credential and gives its secret, which nobody can get again.
func (s *Service) issue(ctx context.Context, c Credential, lifetime time.Duration) (string, Credential, error) {
	random := make([]byte, secretBytes)
	if _, err := rand.Read(random); err != nil {
		return "", c, fmt.Errorf("make secret: %w", err)
	}
	secret := secretPrefix + base64.RawURLEncoding.EncodeToString(random)
	hash := sha256.Sum256([]byte(secret))
	c.ID, c.Hash, c.CreatedAt = ulid.Make().String(), hash[:], s.now()
	if lifetime > 0 {
		c.ExpiresAt = c.CreatedAt.Add(lifetime)
	}
	return secret, c, s.store.CreateCredential(ctx, c)
}

// NewToken makes an API token; a lifetime of 0 is for ever.
func (s *Service) NewToken(
	ctx context.Context, name string, role Role, orgID string, lifetime time.Duration,
) (string, Credential, error) {
	return s.issue(ctx, Credential{Kind: Token, Name: name, Role: role, Org: orgID}, lifetime)
}

// NewLink makes the code of a one-time sign-in link for an operator.
func (s *Service) NewLink(ctx context.Context) (code string, expires time.Time, err error) {
	code, c, err := s.issue(ctx, Credential{Kind: Link, Name: "operator", Role: Operator}, linkLifetime)
	return code, c.ExpiresAt, err
}

// Exchange takes the code of a sign-in link and gives a session's secret. A code works once.
func (s *Service) Exchange(ctx context.Context, code string) (string, Principal, error) {
	c, err := s.find(ctx, code)
	if err != nil || c.Kind != Link {
		return "", Principal{}, fault.New(fault.Unauthenticated, "link_invalid", "this sign-in link is used up or too old").
			WithHint("get a new one: b4a login --browser").WithCause(err)
	}
	first, err := s.store.TakeCredential(ctx, c.ID)
	s.forget(c.Hash)
	if err != nil {
		return "", Principal{}, err
	}
	if !first {
		return "", Principal{}, fault.New(fault.Unauthenticated, "link_invalid", "this sign-in link is used up").
			WithHint("get a new one: b4a login --browser")
	}
	secret, session, err := s.issue(ctx, Credential{Kind: Session, Name: c.Name, Role: c.Role, Org: c.Org}, sessionLifetime)
	return secret, principal(session), err
}

// Authenticate tells who a secret belongs to: a token's or a session's.
func (s *Service) Authenticate(ctx context.Context, secret string) (Principal, error) {
	c, err := s.find(ctx, secret)
	if err != nil {
		return Principal{}, err
	}
	if c.Kind == Link {
		return Principal{}, invalid()
	}
	return principal(c), nil
}

func principal(c Credential) Principal {
	return Principal{ID: c.ID, Name: c.Name, Role: c.Role, Org: c.Org, Expires: c.ExpiresAt}
}

func invalid() error {
	return fault.New(fault.Unauthenticated, "token_invalid", "this token or session is not valid").
		WithHint("sign in again, or use a token that is not revoked")
}

// find gives the credential of a secret. It is looked up by the secret's hash, so the time it takes tells nothing.
func (s *Service) find(ctx context.Context, secret string) (Credential, error) {
	if !strings.HasPrefix(secret, secretPrefix) || len(secret) > maxSecret {
		return Credential{}, invalid()
	}
	hash := sha256.Sum256([]byte(secret))
	now := s.now()
	s.mu.Lock()
	hit, ok := s.cache[hash]
	s.mu.Unlock()
	if !ok || now.Sub(hit.read) > cacheLifetime {
		c, found, err := s.store.FindCredential(ctx, hash[:])
		if err != nil {
			return Credential{}, err
		}
		if !found {
			return Credential{}, invalid()
		}
		hit = cached{credential: c, read: now}
		s.remember(hash, hit)
	}
	if e := hit.credential.ExpiresAt; !e.IsZero() && now.After(e) {
		return Credential{}, fault.New(fault.Unauthenticated, "token_expired", "this token or session has expired").
			WithHint("sign in again, or make a new token: b4a token create")
	}
	return hit.credential, nil
}

func (s *Service) remember(hash [sha256.Size]byte, c cached) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.cache) >= maxCached {
		clear(s.cache)
	}
	s.cache[hash] = c
}

func (s *Service) forget(hash []byte) {
	if len(hash) != sha256.Size {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.cache, [sha256.Size]byte(hash))
}

// Tokens gives API tokens by ID, from after (exclusive); an empty org means all.
func (s *Service) Tokens(ctx context.Context, orgID, after string, limit int) ([]Credential, error) {
	return s.store.ListCredentials(ctx, Token, orgID, after, limit)
}

// Token gives an API token's record. orgID, if not empty, must be the token's; another's is as absent.
func (s *Service) Token(ctx context.Context, orgID, id string) (Credential, error) {
	c, err := s.store.GetCredential(ctx, id)
	if err == nil && (c.Kind != Token || orgID != "" && c.Org != orgID) {
		err = fault.New(fault.NotFound, "token_not_found", "there is no such token").
			WithHint("see which there are: b4a token list")
	}
	return c, err
}

// Revoke ends an API token at once. orgID is as Token has it.
func (s *Service) Revoke(ctx context.Context, orgID, id string) error {
	c, err := s.Token(ctx, orgID, id)
	if err != nil {
		return err
	}
	return s.end(ctx, c)
}

// SignOut ends a session at once. The ID of a token is left alone: it is revoked, not signed out.
func (s *Service) SignOut(ctx context.Context, id string) error {
	c, err := s.store.GetCredential(ctx, id)
	if errors.Is(err, fault.NotFound) || err == nil && c.Kind != Session {
		return nil
	}
	if err != nil {
		return err
	}
	return s.end(ctx, c)
}

func (s *Service) end(ctx context.Context, c Credential) error {
	_, err := s.store.TakeCredential(ctx, c.ID)
	s.forget(c.Hash)
	return err
}

// Tidy deletes what has expired.
func (s *Service) Tidy(ctx context.Context) error {
	return s.store.DeleteExpiredCredentials(ctx, s.now())
}

// EnsureOperatorToken makes the operator's first token and writes it to dir/operator-token (0600), unless the file
// holds a valid one.
func (s *Service) EnsureOperatorToken(ctx context.Context, dir string) error {
	path := filepath.Join(dir, operatorTokenFile)
	data, err := os.ReadFile(path) //nolint:gosec // the operator's own data directory
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read operator token: %w", err)
	}
	if err == nil {
		if _, err := s.Authenticate(ctx, strings.TrimSpace(string(data))); err == nil {
			return nil
		} else if !errors.Is(err, fault.Unauthenticated) {
			return err
		}
	}
	secret, _, err := s.NewToken(ctx, "operator", Operator, "", 0)
	if err != nil {
		return err
	}
	return durable.WriteFile(path, []byte(secret+"\n"), 0o600)
}
