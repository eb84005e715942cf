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
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/oklog/ulid/v2"

	"github.com/blockchain4all/blockchain4all/internal/durable"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Lifetimes and sizes.
const (
	defaultLifetime = 90 * 24 * time.Hour  // of a token
	maxLifetime     = 365 * 24 * time.Hour // of a token
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
	ended uint64 // grows when a credential ends: what was read before is not remembered after
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

// clockSkew is by how much the clock may be put back while people stay signed in.
const clockSkew = time.Hour

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

// NewToken asks for an API token.
type NewToken struct {
	Name     string
	Role     Role
	Org      string
	Scopes   []string
	Lifetime time.Duration // 0: 90 days, or what is left of the maker's own
}

// NewToken makes an API token with no more rights than its maker has, and belonging to the same person. A token that
// a token makes does not outlive it.
func (s *Service) NewToken(ctx context.Context, maker Principal, n NewToken) (string, Credential, error) {
	if err := CheckScopes(n.Scopes); err != nil {
		return "", Credential{}, err
	}
	if strings.ContainsFunc(n.Name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "", Credential{}, fault.New(fault.Invalid, "token_name_invalid", "the name has characters that can't be shown").
			WithDetail("body.name", "one line of text")
	}
	if err := MayGrant(maker, n.Role, n.Org, n.Scopes); err != nil {
		return "", Credential{}, err
	}
	if len(n.Scopes) == 0 {
		n.Scopes = maker.Scopes
	}
	longest := maxLifetime
	if maker.Kind == Token && !maker.Expires.IsZero() {
		longest = min(longest, maker.Expires.Sub(s.now()))
	}
	if n.Lifetime == 0 {
		n.Lifetime = min(defaultLifetime, longest)
	}
	if n.Lifetime < 0 || n.Lifetime > longest {
		return "", Credential{}, fault.New(fault.Invalid, "token_lifetime_invalid", "a token may live for at most %s here",
			longest.Round(time.Second)).
			WithHint("at most a year, and not longer than the token that makes it").WithDetail("body.expiresIn", n.Lifetime.String())
	}
	return s.issue(ctx, Credential{
		Kind: Token, Name: n.Name, Role: n.Role, Org: n.Org, Member: maker.Member, Scopes: n.Scopes,
	}, n.Lifetime)
}

// NewSession makes a session of a member, who signed in at BeganAt; zero: now.
func (s *Service) NewSession(ctx context.Context, c Credential) (string, Principal, error) {
	c.Kind = Session
	if c.BeganAt.IsZero() {
		c.BeganAt = s.now()
	}
	secret, c, err := s.issue(ctx, c, sessionLifetime)
	return secret, principal(c), err
}

// Renew ends a session and makes one with a fresh secret in its place, as change wants it.
func (s *Service) Renew(ctx context.Context, id string, change func(*Credential)) (string, Principal, error) {
	c, err := s.store.GetCredential(ctx, id)
	if err != nil || c.Kind != Session {
		return "", Principal{}, errors.Join(err, invalid())
	}
	first, err := s.store.TakeCredential(ctx, c.ID)
	s.forget(c.Hash)
	if err != nil || !first {
		return "", Principal{}, errors.Join(err, invalid())
	}
	c.BeganAt = began(c)
	change(&c)
	return s.NewSession(ctx, c)
}

// NewLink makes the code of a one-time sign-in link for an operator. What it opens belongs to the maker's person and
// ends with that person's role; a link that nobody's credential makes, the zero Principal's too, is nobody's.
func (s *Service) NewLink(ctx context.Context, maker Principal) (code string, expires time.Time, err error) {
	c := Credential{Kind: Link, Name: "operator", Role: Operator, Member: maker.Member}
	if maker.Member != "" {
		c.Name = maker.Name
	}
	code, c, err = s.issue(ctx, c, linkLifetime)
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
	return s.NewSession(ctx, Credential{Name: c.Name, Role: c.Role, Org: c.Org, Member: c.Member, Method: MethodLink})
}

// Authenticate tells who a secret belongs to: a token's or a session's. Whether its member and its organization may
// still act is looked up each time, so that a suspension and a lost role take effect at once.
func (s *Service) Authenticate(ctx context.Context, secret string) (Principal, error) {
	c, err := s.find(ctx, secret)
	if err != nil {
		return Principal{}, err
	}
	if c.Kind == Link {
		return Principal{}, invalid()
	}
	if c.Org == "" && c.Member == "" {
		return principal(c), nil
	}
	standing, err := s.store.Standing(ctx, c.Member, c.Org)
	if err != nil {
		return Principal{}, err
	}
	return stand(c, standing)
}

// stand gives what is left of a credential's rights.
func stand(c Credential, now Standing) (Principal, error) {
	switch {
	case c.Org != "" && !now.OrgKnown:
		return Principal{}, invalid()
	case c.Org != "" && now.OrgSuspended:
		return Principal{}, fault.New(fault.Forbidden, "organization_suspended", "the organization is suspended").
			WithHint("ask the platform's operator")
	case c.Member == "":
		return principal(c), nil
	case !now.MemberActive:
		return Principal{}, fault.New(fault.Forbidden, "member_suspended", "the account is suspended").
			WithHint("ask an administrator")
	}
	p := principal(c)
	switch {
	case now.Role != "" && (c.Kind == Session || !covers(now.Role, c.Role)):
		p.Role = now.Role
	case now.Role == "" && (c.Kind == Session || now.Platform == "" || !covers(now.Platform, c.Role)):
		return Principal{}, invalid()
	}
	return p, nil
}

func principal(c Credential) Principal {
	return Principal{
		ID: c.ID, Kind: c.Kind, Name: c.Name, Role: c.Role, Org: c.Org, Member: c.Member, Scopes: c.Scopes,
		Method: c.Method, SecondFactor: c.SecondFactor, Began: began(c), Expires: c.ExpiresAt,
	}
}

func began(c Credential) time.Time {
	if c.BeganAt.IsZero() {
		return c.CreatedAt
	}
	return c.BeganAt
}

// OfOperator tells whether a principal is the operator's own token, of the file in the data directory: whoever has the
// machine has it, and no sign-in settings lock it out. Every other token has an end.
func OfOperator(p Principal) bool {
	return p.Kind == Token && p.Role == Operator && p.Member == "" && p.Expires.IsZero()
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
	ended := s.ended
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
		s.remember(hash, hit, ended)
	}
	e, early := hit.credential.ExpiresAt, hit.credential.CreatedAt.Add(-clockSkew)
	// What was made while the clock was ahead would live until then; a token's maker said when it ends.
	if !e.IsZero() && now.After(e) || hit.credential.Kind != Token && now.Before(early) {
		return Credential{}, fault.New(fault.Unauthenticated, "token_expired", "this token or session has expired").
			WithHint("sign in again, or make a new token: b4a token create")
	}
	return hit.credential, nil
}

// remember caches a credential, unless one has ended since it was read: it might be this one.
func (s *Service) remember(hash [sha256.Size]byte, c cached, ended uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended != ended {
		return
	}
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
	s.ended++
	delete(s.cache, [sha256.Size]byte(hash))
}

// Tokens gives API tokens by ID.
func (s *Service) Tokens(ctx context.Context, f Filter) ([]Credential, error) {
	f.Kind = Token
	return s.store.ListCredentials(ctx, f)
}

// Token gives an API token's record. Where the filter names an organization or a member, the token must be theirs;
// another's is as absent.
func (s *Service) Token(ctx context.Context, whose Filter, id string) (Credential, error) {
	c, err := s.store.GetCredential(ctx, id)
	if err == nil && (c.Kind != Token || whose.Org != "" && c.Org != whose.Org || whose.Member != "" && c.Member != whose.Member) {
		err = fault.New(fault.NotFound, "token_not_found", "there is no such token").
			WithHint("see which there are: b4a token list")
	}
	return c, err
}

// Sessions gives a member's sessions.
func (s *Service) Sessions(ctx context.Context, memberID string) ([]Credential, error) {
	return s.store.ListCredentials(ctx, Filter{Kind: Session, Member: memberID})
}

// EndSessions ends a member's sessions, except the one with the ID, at once.
func (s *Service) EndSessions(ctx context.Context, memberID, except string) error {
	_, err := s.endSessions(ctx, memberID, func(c Credential) bool { return c.ID != except })
	return err
}

// EndProviderSessions ends the sessions that a member began with a provider, at once.
func (s *Service) EndProviderSessions(ctx context.Context, memberID, provider string) error {
	_, err := s.endSessions(ctx, memberID, func(c Credential) bool { return strings.HasSuffix(c.Method, ":"+provider) })
	return err
}

// EndCertificateSessions ends the sessions that a member began with a certificate, at once, and gives their number.
func (s *Service) EndCertificateSessions(ctx context.Context, memberID, fingerprint string) (int, error) {
	return s.endSessions(ctx, memberID, func(c Credential) bool { return c.Certificate == fingerprint })
}

func (s *Service) endSessions(ctx context.Context, memberID string, which func(Credential) bool) (int, error) {
	sessions, err := s.Sessions(ctx, memberID)
	if err != nil {
		return 0, err
	}
	ended := 0
	for _, c := range sessions {
		if !which(c) {
			continue
		}
		if err := s.end(ctx, c); err != nil {
			return ended, err
		}
		ended++
	}
	return ended, nil
}

// MemberTokens gives the API tokens of a member that still work in time, by ID.
func (s *Service) MemberTokens(ctx context.Context, memberID string) ([]Credential, error) {
	all, err := s.store.ListCredentials(ctx, Filter{Kind: Token, Member: memberID})
	now := s.now()
	return slices.DeleteFunc(all, func(c Credential) bool { return !c.ExpiresAt.IsZero() && now.After(c.ExpiresAt) }), err
}

// EndTokens ends a member's API tokens, and the sign-in links that they may have made, at once.
func (s *Service) EndTokens(ctx context.Context, memberID string) error {
	for _, k := range []CredentialKind{Token, Link} {
		all, err := s.store.ListCredentials(ctx, Filter{Kind: k, Member: memberID})
		if err != nil {
			return err
		}
		for _, c := range all {
			if err := s.end(ctx, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// EndMembership ends a member's sessions and tokens in an organization (empty: on the platform), at once.
func (s *Service) EndMembership(ctx context.Context, memberID, orgID string) error {
	for _, k := range []CredentialKind{Session, Token} {
		all, err := s.store.ListCredentials(ctx, Filter{Kind: k, Member: memberID})
		if err != nil {
			return err
		}
		for _, c := range all {
			if c.Org != orgID {
				continue
			}
			if err := s.end(ctx, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// EndSession ends one session of a member at once; another's is as absent.
func (s *Service) EndSession(ctx context.Context, memberID, id string) error {
	c, err := s.store.GetCredential(ctx, id)
	if errors.Is(err, fault.NotFound) || err == nil && (c.Kind != Session || c.Member != memberID) {
		return fault.New(fault.NotFound, "session_not_found", "there is no such session")
	}
	if err != nil {
		return err
	}
	return s.end(ctx, c)
}

// Revoke ends an API token at once. Where the filter names an organization or a member, the token must be theirs;
// another's is as absent.
func (s *Service) Revoke(ctx context.Context, whose Filter, id string) error {
	c, err := s.Token(ctx, whose, id)
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
	secret, _, err := s.issue(ctx, Credential{Kind: Token, Name: "operator", Role: Operator}, 0)
	if err != nil {
		return err
	}
	return durable.WriteFile(path, []byte(secret+"\n"), 0o600)
}
