// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// flowLifetime is how long a person may take at the provider.
const flowLifetime = 10 * time.Minute

// flowPurpose seals the cookies of sign-ins under way.
const flowPurpose = "signin-flow"

// Limits of what browsers bring.
const (
	maxReturn = 1000
	maxCookie = 4000
	maxAnswer = 16000 // a client certificate's comes with the certificate
)

// flow is a sign-in under way. It is kept by the browser alone, sealed: it survives a restart, costs the platform
// nothing until it ends, and no other browser has it.
type flow struct {
	Secret   []byte // state, nonce and verifier are derived from it
	Provider string
	Config   string // digest of the provider's settings at the start
	Return   string
	Language string
	Expires  time.Time
	By       Linker // who links; the zero one: somebody signs in
}

// Linker is the person of a session, who links an account elsewhere.
type Linker struct{ Member, Session string }

// Started is a sign-in that began.
type Started struct {
	URL     string // where the browser goes
	Cookie  string // sealed; for the callback's path only
	Expires time.Time
}

// SignedIn is a sign-in that succeeded.
type SignedIn struct {
	Secret    string // of the session
	Principal access.Principal
	Return    string // local path to go on with
	Linked    Linked // what was linked, or was to be; there is no session then
}

// Linked is an account elsewhere that a person has linked.
type Linked struct {
	By                Linker
	Provider, Subject string
}

// Start begins a sign-in with a provider. Faults: "provider_not_found", "return_invalid", those of the adapter.
func (s *Service) Start(ctx context.Context, providerID, returnTo, language string) (Started, error) {
	return s.start(ctx, providerID, returnTo, language, Linker{})
}

// StartLink begins a sign-in with a provider whose end links that account to the person of a session, which must still
// go on then. The caller has made sure that the session has just begun. Faults are those of Start.
func (s *Service) StartLink(ctx context.Context, by Linker, providerID, returnTo, language string) (Started, error) {
	return s.start(ctx, providerID, returnTo, language, by)
}

func (s *Service) start(ctx context.Context, providerID, returnTo, language string, by Linker) (Started, error) {
	if returnTo == "" {
		returnTo = "/"
	}
	if !LocalPath(returnTo) {
		return Started{}, fault.New(fault.Invalid, "return_invalid", "the return address is no path of this console").
			WithHint("leave it out, or give a path such as /ledgers").WithDetail("query.return", "no local path")
	}
	p, err := s.provider(ctx, providerID)
	if err != nil {
		return Started{}, err
	}
	if !slices.Contains(Languages(), language) {
		language = ""
	}
	f := flow{
		Secret: make([]byte, sha256.Size), Provider: p.ID, Config: p.digest(), Return: returnTo, Language: language,
		Expires: s.o.Now().Add(flowLifetime), By: by,
	}
	if _, err := rand.Read(f.Secret); err != nil {
		return Started{}, fmt.Errorf("draw sign-in secret: %w", err)
	}
	to, err := s.authorize(ctx, p, s.challenge(f))
	if err != nil {
		return Started{}, err
	}
	plain, err := json.Marshal(f) //nolint:gosec // it is sealed below
	if err != nil {
		return Started{}, fmt.Errorf("encode sign-in: %w", err)
	}
	sealed, err := s.o.Sealer.Seal(flowPurpose, plain)
	if err != nil {
		return Started{}, err
	}
	return Started{URL: to, Cookie: base64.RawURLEncoding.EncodeToString(sealed), Expires: f.Expires}, nil
}

func (s *Service) authorize(ctx context.Context, p Provider, c Challenge) (string, error) {
	if p.Kind == Certificate {
		return s.o.CertificateURL + "?state=" + url.QueryEscape(c.State), nil
	}
	a, err := s.adapter(p)
	if err != nil {
		return "", err
	}
	return a.Authorize(ctx, p, c)
}

func (s *Service) adapter(p Provider) (Adapter, error) {
	a, ok := s.o.Adapters[p.Kind]
	if !ok {
		return nil, fmt.Errorf("no adapter for providers of kind %s", p.Kind)
	}
	return a, nil
}

// provider gives a provider of the settings in force; the one of client certificates is made from theirs.
func (s *Service) provider(ctx context.Context, id string) (Provider, error) {
	st, err := s.State(ctx)
	if err != nil {
		return Provider{}, err
	}
	if k := st.Current.Settings.Certificates; id == CertificateProvider && k.Enabled && s.o.CertificateURL != "" {
		p := certificateProvider()
		p.TrustEmail = k.Subject == ByEmail
		return p, nil
	}
	for _, p := range st.Current.Settings.Providers {
		if p.ID == id {
			return p, nil
		}
	}
	return Provider{}, fault.New(fault.NotFound, "provider_not_found", "there is no sign-in with %.64q", id).
		WithHint("see which there are: GET /signin-methods")
}

func certificateProvider() Provider { return Provider{ID: CertificateProvider, Kind: Certificate} }

// digest tells one configuration of a provider from another, so that an answer is never given to a provider that the
// question was not put to.
func (p Provider) digest() string {
	d := sha256.Sum256([]byte(strings.Join([]string{
		p.purpose(), p.AuthorizeURL, p.UserinfoURL, p.Fields.Subject,
	}, "\x00")))
	return hex.EncodeToString(d[:])
}

func (s *Service) challenge(f flow) Challenge {
	return Challenge{
		State: f.derive("state"), Nonce: f.derive("nonce"), Verifier: f.derive("verifier"),
		RedirectURL: s.o.CallbackURL + "/" + f.Provider + "/callback", Language: f.Language, Anew: f.By != Linker{},
	}
}

// derive gives 43 characters of base64url, as RFC 7636 wants of a verifier.
func (f flow) derive(what string) string {
	m := hmac.New(sha256.New, f.Secret)
	m.Write([]byte(what))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// Finish ends a sign-in, or a linking, with what the browser brings: its cookie and the provider's answer. It works once. Of
// a linking it tells whose it was with a fault too, once the cookie was good. Faults,
// besides the adapters': "signin_lost" (no cookie, or another browser's), "signin_used", "signin_expired",
// "signin_denied" (the person or the provider refused), "member_unknown".
func (s *Service) Finish(ctx context.Context, providerID, cookie string, a Answer) (SignedIn, error) {
	f, err := s.open(cookie, providerID, a)
	if err != nil {
		return SignedIn{}, err
	}
	out, err := s.finish(ctx, f, a)
	out.Return, out.Linked.By = f.Return, f.By
	return out, err
}

func (s *Service) finish(ctx context.Context, f flow, a Answer) (SignedIn, error) {
	p, err := s.provider(ctx, f.Provider)
	if err != nil {
		return SignedIn{}, err
	}
	if p.digest() != f.Config {
		return SignedIn{}, fault.New(fault.Conflict, "signin_settings_changed", "the settings of this sign-in have changed meanwhile").
			WithHint("sign in again")
	}
	used := sha256.Sum256([]byte(a.State))
	first, err := s.o.Store.UseSignIn(ctx, hex.EncodeToString(used[:]), f.Expires)
	if err != nil {
		return SignedIn{}, err
	}
	if !first {
		return SignedIn{}, fault.New(fault.Unauthenticated, "signin_used", "this sign-in was used already").WithHint("sign in again")
	}
	if a.Error != "" {
		return SignedIn{}, denied(a.Error)
	}
	id, err := s.identify(ctx, p, f, a)
	if err != nil {
		return SignedIn{}, err
	}
	if f.By != (Linker{}) {
		return s.link(ctx, p, f.By, id)
	}
	return s.session(ctx, p, id)
}

// open opens the cookie of a sign-in and compares it with the answer.
func (s *Service) open(cookie, providerID string, a Answer) (flow, error) {
	lost := fault.New(fault.Unauthenticated, "signin_lost", "this sign-in did not begin in this browser, or was overtaken by another").
		WithHint("sign in again; cookies must be allowed")
	if len(a.State)+len(a.Code)+len(a.Error)+len(a.Issuer) > maxAnswer || len(cookie) > maxCookie {
		return flow{}, lost
	}
	sealed, err := base64.RawURLEncoding.DecodeString(cookie)
	if err != nil || cookie == "" {
		return flow{}, lost
	}
	plain, err := s.o.Sealer.Open(flowPurpose, sealed)
	if err != nil {
		return flow{}, lost.WithCause(err)
	}
	var f flow
	if err := json.Unmarshal(plain, &f); err != nil {
		return flow{}, lost.WithCause(err)
	}
	if f.Provider != providerID || subtle.ConstantTimeCompare([]byte(f.derive("state")), []byte(a.State)) != 1 {
		return flow{}, lost
	}
	if !s.o.Now().Before(f.Expires) {
		return flow{}, fault.New(fault.Unauthenticated, "signin_expired", "this sign-in took too long").WithHint("sign in again")
	}
	return f, nil
}

// denied explains an error answer of a provider. Its own words are not shown: anybody can write them into an address.
func denied(code string) error {
	if code == "access_denied" || code == "login_required" || code == "interaction_required" || code == "consent_required" {
		return fault.New(fault.Unauthenticated, "signin_denied", "the sign-in was refused or given up at the provider").
			WithHint("sign in again, or in another way")
	}
	return fault.New(fault.Unavailable, "signin_provider_failed", "the provider could not sign you in").
		WithHint("try again later, or in another way").WithCause(fmt.Errorf("provider answered %.64q", code))
}

func (s *Service) identify(ctx context.Context, p Provider, f flow, a Answer) (Identity, error) {
	if p.Kind == Certificate {
		return s.takeOver(a)
	}
	adapter, err := s.adapter(p)
	if err != nil {
		return Identity{}, err
	}
	secret, err := s.secret(p)
	if err != nil {
		return Identity{}, err
	}
	return adapter.Identify(ctx, p, secret, s.challenge(f), a)
}

// LocalPath tells whether a browser that is sent to a path stays on this console. The API is no place to return to.
func LocalPath(path string) bool {
	if len(path) > maxReturn || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		return false
	}
	for _, c := range []byte(path) { // browsers take \ for /, and drop tabs and line breaks
		if c <= ' ' || c == '\\' || c >= 0x7f {
			return false
		}
	}
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || strings.Contains(u.Path, "\\") || strings.HasPrefix(u.Path, "//") {
		return false
	}
	return !slices.Contains(strings.Split(u.Path, "/"), "..") && u.Path != "/api" && !strings.HasPrefix(u.Path, "/api/")
}
