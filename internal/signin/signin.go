// SPDX-License-Identifier: Apache-2.0

// Package signin lets people sign in by somebody else's word: an OpenID provider, an OAuth 2 server with a userinfo
// endpoint, or a certification authority. It keeps the settings of these ways and the state of each sign-in; who speaks
// to the providers are its adapters.
//
// Settings. A change is in force at once and reverts by itself unless it is confirmed:
//
//	           Put                        Confirm
//	confirmed ─────► pending (2 minutes) ─────────► confirmed
//	    ▲               │ time is over, or Revert
//	    └───────────────┘ the settings before
//
// The operator's token and one-time links are no part of the settings: they work whatever these say.
//
// A sign-in. Start sends the browser away with a sealed cookie from which state, nonce and PKCE verifier are derived;
// Finish takes the answer of that browser, once, and gives a session of the member that the identity is linked to.
package signin

import (
	"context"
	"crypto/x509"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/access"
)

// Kind of a provider.
type Kind string

// The kinds.
const (
	OIDC        Kind = "oidc"        // OpenID Connect with discovery
	OAuth       Kind = "oauth2"      // OAuth 2 with a userinfo endpoint, without discovery
	Certificate Kind = "certificate" // a client certificate by mutual TLS; there is one such provider
)

// CertificateProvider is the ID of the provider of kind Certificate.
const CertificateProvider = "clientcert"

// ClientAuth says how the platform proves itself to a provider's token endpoint.
type ClientAuth string

// The ways. RFC 6749 section 2.3.1 names the first two; the third is of public clients, which PKCE protects.
const (
	Basic ClientAuth = "basic"
	Post  ClientAuth = "post"
	None  ClientAuth = "none"
)

// Languages in which providers have names and are asked to speak.
func Languages() []string { return []string{"eu", "es", "en"} }

// Provider is somebody whose word is taken for who a person is.
type Provider struct {
	ID       string            // ^[a-z][a-z0-9-]*[a-z0-9]$, 2 to 31 characters; part of the redirect URI
	Kind     Kind              // OIDC or OAuth
	Names    map[string]string // for people, by language
	ClientID string
	// Secret is the client secret as it was just given, else empty. It is never stored: Sealed is, or the secret is
	// read from SecretFile, a name in the platform's folder of secrets.
	Secret     string `json:"-"`
	Sealed     []byte
	SecretFile string
	ClientAuth ClientAuth

	Issuer       string // OIDC
	AuthorizeURL string // OAuth, as the next two
	TokenURL     string
	UserinfoURL  string

	Scopes     []string
	Parameters map[string]string // further ones of the authorization request, such as acr_values
	Locales    map[string]string // ui_locales by our language; a language that is absent is not sent
	Fields     Fields
	// TrustEmail links an unknown subject to the member who has its verified e-mail address. Only for providers whose
	// word on addresses is as good as ours: whoever controls them can become any member.
	TrustEmail bool
}

// Fields say where in the claims or the userinfo answer a value stands: a member's name, or a JSON pointer (RFC 6901)
// that starts with a slash.
type Fields struct {
	Subject       string // OIDC: always sub
	Name          string
	Email         string
	EmailVerified string
	Identifier    string // of the person, such as a NIF
}

// SubjectRule says what of a certificate names the person.
type SubjectRule string

// The rules.
const (
	BySerialNumber SubjectRule = "serial-number" // the subject's serialNumber attribute: IDCES-12345678Z
	ByIssuerSerial SubjectRule = "issuer-serial" // this very certificate
	ByEmail        SubjectRule = "email"         // its only rfc822Name; the authority is trusted for addresses
)

// Authority is one that may vouch for people: its root and, if people's programs don't send them, its intermediates.
type Authority struct {
	Name string
	PEM  string
}

// Certificates are the settings of the client certificates.
type Certificates struct {
	Enabled     bool
	Authorities []Authority
	Subject     SubjectRule
	// AcceptUnknown lets a certificate in whose revocation can't be found out now. False is the safe choice.
	AcceptUnknown bool
	// Hosts may be asked for CRLs and by OCSP, "host" or "host:port", besides those that the authorities' own
	// certificates name. One that is named here may be of a private network.
	Hosts []string
	CRLs  []string // PEM, for authorities whose lists can't be fetched
}

// Settings of the sign-in.
type Settings struct {
	Local        bool // accounts with a password of ours
	Providers    []Provider
	Certificates Certificates
}

// Revision is one version of the settings.
type Revision struct {
	Number    int // grows with each change
	Settings  Settings
	ChangedBy string // ID of a credential; empty: the platform itself
	ChangedAt time.Time
}

// State is what is in force, and what will be if nobody confirms it.
type State struct {
	Current    Revision
	Previous   *Revision // nil: Current is confirmed
	RevertAt   time.Time
	RevertedAt time.Time // when unconfirmed settings were last taken back; zero: never
}

// Pending tells whether the settings wait for a confirmation.
func (s State) Pending() bool { return s.Previous != nil }

// Identity is what a provider says about a person. Nothing of it is kept but the subject, and the certificate, if it was
// one: it is watched from then on.
type Identity struct {
	Subject       string
	Name          string
	Email         string
	EmailVerified bool
	Identifier    string

	Certificate []byte // DER; empty: it was none
	Issuer      []byte // DER, where the settings don't have it
}

// Card is a certificate with which a person signs in.
type Card struct {
	Member      string
	Subject     string // of the identity that it was taken for
	Certificate []byte // PEM
	Issuers     []byte // PEM, the certificate of who issued it among them
}

// Cards watches the certificates with which people sign in.
type Cards interface {
	// AdmitCard watches a card from now on. One of which it is known that it is revoked, or on hold, is a
	// fault.Unauthenticated "certificate_revoked".
	AdmitCard(ctx context.Context, c Card) error
}

// Challenge is what an authorization request carries.
type Challenge struct {
	State       string
	Nonce       string
	Verifier    string // of PKCE, RFC 7636; only its S256 digest leaves
	RedirectURL string
	Language    string // one of Languages, or empty
	// Anew asks the provider to have the person sign in there again, where it knows the parameter prompt (OpenID Connect
	// Core, section 3.1.2.1).
	Anew bool
}

// Answer is what the browser brings back from a provider.
type Answer struct {
	State  string
	Code   string
	Error  string // RFC 6749 section 4.1.2.1
	Issuer string // RFC 9207; empty: the provider doesn't say
}

// Adapter speaks to the providers of one kind. Its errors are faults.
type Adapter interface {
	// Authorize gives the address to which the browser is sent.
	Authorize(ctx context.Context, p Provider, c Challenge) (string, error)
	// Identify exchanges the code of an answer for the person's identity. The secret is the client's.
	Identify(ctx context.Context, p Provider, secret string, c Challenge, a Answer) (Identity, error)
}

// Checker knows about client certificates.
type Checker interface {
	// Check refuses settings that can't be used.
	Check(c Certificates) error
	// Verify tells who holds the first certificate of a chain. Whether the caller has its key is not its to say.
	Verify(ctx context.Context, c Certificates, chain []*x509.Certificate) (Identity, error)
}

// Members are the people of the platform, by ID.
type Members interface {
	// MemberOf gives the member that a provider's subject is linked to.
	MemberOf(ctx context.Context, provider, subject string) (memberID string, found bool, err error)
	// Link links a provider's subject to a member, from now on.
	Link(ctx context.Context, memberID, provider, subject string) error
	// LinkOwn links a provider's subject to the person of a session, who is told by mail. Where the session has ended
	// meanwhile it is a fault.Unauthenticated "signin_lost"; a subject that is another's is a fault.Conflict "identity_taken".
	LinkOwn(ctx context.Context, memberID, sessionID, provider, subject string) error
	// ByEmail gives the member who has an address to who has just proved to own it: what somebody else may have set up on
	// the account before is gone.
	ByEmail(ctx context.Context, email string) (memberID string, found bool, err error)
	// Session makes a session of a member, by a method and, where there was one, the certificate with this fingerprint:
	// SHA-256 of its DER, lower-case hex. It refuses who is suspended.
	Session(ctx context.Context, memberID, method, certificate string) (secret string, p access.Principal, err error)
}

// Sealer encrypts small secrets so that they open for the same purpose only.
type Sealer interface {
	Seal(purpose string, plain []byte) ([]byte, error)
	Open(purpose string, sealed []byte) ([]byte, error)
}

// Store keeps the settings and which sign-ins have been used.
type Store interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
	// SignInState gives the stored state, or false.
	SignInState(ctx context.Context) (State, bool, error)
	PutSignInState(ctx context.Context, s State) error
	// UseSignIn marks an ID as used until then, and tells whether it is the first time.
	UseSignIn(ctx context.Context, id string, until time.Time) (bool, error)
	// ForgetSignIns removes marks that ended before now.
	ForgetSignIns(ctx context.Context, now time.Time) error
}
