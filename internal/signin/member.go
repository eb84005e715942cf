// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// handOverLifetime is how long the way from the address that asks for certificates back to the console may take.
const handOverLifetime = time.Minute

// session makes a session of the member that an identity belongs to.
func (s *Service) session(ctx context.Context, p Provider, id Identity) (SignedIn, error) {
	if id.Subject == "" {
		return SignedIn{}, fault.New(fault.Unavailable, "signin_provider_failed", "the provider does not say who you are").
			WithHint("tell the operator: the field of the subject is empty")
	}
	member, err := s.member(ctx, p, id)
	if err != nil {
		s.o.Log.InfoContext(ctx, "sign-in refused", "provider", p.ID, "code", fault.Of(err).Code)
		return SignedIn{}, err
	}
	secret, principal, err := s.o.Members.Session(ctx, member, string(p.Kind)+":"+p.ID)
	if err != nil {
		s.o.Log.InfoContext(ctx, "sign-in refused", "provider", p.ID, "member", member, "code", fault.Of(err).Code)
		return SignedIn{}, err
	}
	s.o.Log.InfoContext(ctx, "signed in", "provider", p.ID, "member", member)
	return SignedIn{Secret: secret, Principal: principal}, nil
}

// member finds the member of an identity. An address links an unknown subject only where the provider is trusted for
// addresses and says that it has checked this one; anybody can have an account with somebody else's address elsewhere.
func (s *Service) member(ctx context.Context, p Provider, id Identity) (string, error) {
	member, found, err := s.o.Members.MemberOf(ctx, p.ID, id.Subject)
	if err != nil || found {
		return member, err
	}
	unknown := fault.New(fault.Forbidden, "member_unknown", "nobody here signs in with this account yet").
		WithHint("ask for access, or ask your administrator to link this account with you")
	if !p.TrustEmail || !id.EmailVerified || id.Email == "" {
		return "", unknown
	}
	member, found, err = s.o.Members.ByEmail(ctx, id.Email)
	if err != nil {
		return "", err
	}
	if !found {
		return "", unknown
	}
	s.o.Log.InfoContext(ctx, "account linked by its address", "provider", p.ID, "member", member)
	return member, s.o.Members.Link(ctx, member, p.ID, id.Subject)
}

// handOver is what the address that asks for certificates found out, on its way to the console.
type handOver struct {
	Identity Identity
	Refused  *fault.Error
	Expires  time.Time
}

// handOverPurpose binds a hand-over to the one sign-in that it is for.
func handOverPurpose(state string) string { return "signin-handover\x00" + state }

// HandOver gives the address at which the console takes over a sign-in that the holder of a certificate began: with who
// that is, or with the fault for which the certificate was refused.
func (s *Service) HandOver(state string, id Identity, refused error) (string, error) {
	h := handOver{Identity: id, Expires: s.o.Now().Add(handOverLifetime)}
	if refused != nil {
		f := *fault.Of(refused)
		f.Cause = nil
		h.Refused = &f
	}
	plain, err := json.Marshal(h)
	if err != nil {
		return "", fmt.Errorf("encode hand-over: %w", err)
	}
	sealed, err := s.o.Sealer.Seal(handOverPurpose(state), plain)
	if err != nil {
		return "", err
	}
	q := url.Values{"state": {state}, "code": {base64.RawURLEncoding.EncodeToString(sealed)}}
	return s.o.CallbackURL + "/" + CertificateProvider + "/callback?" + q.Encode(), nil
}

// takeOver opens what HandOver gave.
func (s *Service) takeOver(a Answer) (Identity, error) {
	invalid := fault.New(fault.Unauthenticated, "signin_lost", "this sign-in is not whole").WithHint("sign in again")
	sealed, err := base64.RawURLEncoding.DecodeString(a.Code)
	if err != nil {
		return Identity{}, invalid
	}
	plain, err := s.o.Sealer.Open(handOverPurpose(a.State), sealed)
	if err != nil {
		return Identity{}, invalid.WithCause(err)
	}
	var h handOver
	if err := json.Unmarshal(plain, &h); err != nil {
		return Identity{}, invalid.WithCause(err)
	}
	if !s.o.Now().Before(h.Expires) {
		return Identity{}, fault.New(fault.Unauthenticated, "signin_expired", "this sign-in took too long").WithHint("sign in again")
	}
	if h.Refused != nil {
		return Identity{}, h.Refused
	}
	return h.Identity, nil
}

// CertificateSettings gives those in force; ok is false when no certificate is accepted.
func (s *Service) CertificateSettings(ctx context.Context) (k Certificates, ok bool, err error) {
	st, err := s.State(ctx)
	k = st.Current.Settings.Certificates
	return k, err == nil && k.Enabled, err
}

// Method is one way to sign in that is offered to everybody.
type Method struct {
	ID    string
	Kind  Kind
	Names map[string]string
}

// Methods gives the ways to sign in: whether with a password, and with which providers.
func (s *Service) Methods(ctx context.Context) (local bool, providers []Method, certificate bool, err error) {
	st, err := s.State(ctx)
	if err != nil {
		return false, nil, false, err
	}
	now := st.Current.Settings
	for _, p := range now.Providers {
		providers = append(providers, Method{ID: p.ID, Kind: p.Kind, Names: p.Names})
	}
	return now.Local, providers, now.Certificates.Enabled && s.o.CertificateURL != "", nil
}
