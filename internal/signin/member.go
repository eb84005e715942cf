// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/url"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// handOverLifetime is how long the way from the address that asks for certificates back to the console may take.
const handOverLifetime = time.Minute

// link links an identity to the person of a session that goes on.
func (s *Service) link(ctx context.Context, p Provider, by Linker, id Identity) (SignedIn, error) {
	if id.Subject == "" {
		return SignedIn{}, nobody()
	}
	if err := s.o.Members.LinkOwn(ctx, by.Member, by.Session, p.ID, id.Subject); err != nil {
		return SignedIn{}, err
	}
	s.o.Log.InfoContext(ctx, "account linked by its person", "provider", p.ID, "member", by.Member)
	_, err := s.admit(ctx, by.Member, id)
	return SignedIn{Linked: Linked{By: by, Provider: p.ID, Subject: id.Subject}}, err
}

func nobody() error {
	return fault.New(fault.Unavailable, "signin_provider_failed", "the provider does not say who you are").
		WithHint("tell the operator: the field of the subject is empty")
}

// session makes a session of the member that an identity belongs to.
func (s *Service) session(ctx context.Context, p Provider, id Identity) (SignedIn, error) {
	if id.Subject == "" {
		return SignedIn{}, nobody()
	}
	member, err := s.member(ctx, p, id)
	if err != nil {
		s.o.Log.InfoContext(ctx, "sign-in refused", "provider", p.ID, "code", fault.Of(err).Code)
		return SignedIn{}, err
	}
	fingerprint, err := s.admit(ctx, member, id)
	if err != nil {
		s.o.Log.InfoContext(ctx, "sign-in refused", "provider", p.ID, "member", member, "code", fault.Of(err).Code)
		return SignedIn{}, err
	}
	secret, principal, err := s.o.Members.Session(ctx, member, p.method(), fingerprint)
	if err != nil {
		s.o.Log.InfoContext(ctx, "sign-in refused", "provider", p.ID, "member", member, "code", fault.Of(err).Code)
		return SignedIn{}, err
	}
	s.o.Log.InfoContext(ctx, "signed in", "provider", p.ID, "member", member)
	return SignedIn{Secret: secret, Principal: principal}, nil
}

// Link lets a member sign in with an account of a provider from now on: an operator's word. Faults: "provider_not_found",
// "identity_invalid", "identity_taken", "member_not_found".
func (s *Service) Link(ctx context.Context, member, providerID, subject string) error {
	p, err := s.provider(ctx, providerID)
	if err != nil {
		return err
	}
	return s.o.Members.Link(ctx, member, p.ID, subject)
}

// LinkCertificate lets a member sign in with a certificate from now on, and has it watched: an operator's word. The
// bundle, PEM, begins with it; what links it to an authority of the settings may follow. Faults, besides Link's:
// "certificate_malformed", those of Checker.Verify.
func (s *Service) LinkCertificate(ctx context.Context, member string, bundle []byte) (subject string, err error) {
	k, ok, err := s.CertificateSettings(ctx)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", fault.New(fault.Conflict, "client_cert_off", "nobody signs in with certificates here").
			WithHint("put the authorities into the sign-in settings: b4a signin set")
	}
	chain, err := pki.ParseChain(bundle)
	if err != nil {
		return "", err
	}
	id, err := s.o.Checker.Verify(ctx, k, chain)
	if err != nil {
		f := *fault.Of(err)
		if f.Kind == fault.Unauthenticated { // it is about the certificate, not about who calls
			f.Kind = fault.Invalid
		}
		return "", &f
	}
	if err := s.o.Members.Link(ctx, member, CertificateProvider, id.Subject); err != nil {
		return "", err
	}
	_, err = s.admit(ctx, member, id)
	return id.Subject, err
}

// admit has the certificate of an identity watched, if it was one, and gives its fingerprint.
func (s *Service) admit(ctx context.Context, member string, id Identity) (string, error) {
	if len(id.Certificate) == 0 {
		return "", nil
	}
	sum := sha256.Sum256(id.Certificate)
	fingerprint := hex.EncodeToString(sum[:])
	if s.o.Cards == nil {
		return fingerprint, nil
	}
	st, err := s.State(ctx)
	if err != nil {
		return "", err
	}
	card := Card{Member: member, Subject: id.Subject, Certificate: encode(id.Certificate), Issuers: st.Current.Settings.Certificates.bundle()}
	if len(id.Issuer) > 0 {
		card.Issuers = append(card.Issuers, encode(id.Issuer)...)
	}
	return fingerprint, s.o.Cards.AdmitCard(ctx, card)
}

// bundle gives the certificates of all authorities, PEM.
func (k Certificates) bundle() []byte {
	var all []byte
	for _, a := range k.Authorities {
		all = append(append(all, a.PEM...), '\n')
	}
	return all
}

func encode(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
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
