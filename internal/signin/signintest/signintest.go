// SPDX-License-Identifier: Apache-2.0

// Package signintest helps to test the sign-in: a service over a real store, members that do as they are told, a
// clock, a browser, and a real dex.
package signintest

import (
	"context"
	"crypto/x509"
	"log/slog"
	"maps"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/signin"
	"github.com/blockchain4all/blockchain4all/internal/store/sql"
)

// Clock is a clock that can be moved.
type Clock struct {
	mu    sync.Mutex
	moved time.Duration
}

// Now gives the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.moved)
}

// Move moves the clock.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved += d
}

// Members are people who are known by their addresses and linked accounts.
type Members struct {
	mu       sync.Mutex
	Emails   map[string]string // member by address
	Links    map[string]string // member by provider + "/" + subject
	Refuse   map[string]error  // by member: why there is no session
	Sessions []string          // "member method", as they were made
	Cards    []string          // fingerprints of the certificates with which they were made
	Access   *access.Service   // makes the sessions; nil: they are invented
}

var _ signin.Members = (*Members)(nil)

// NewMembers makes members who are linked as "provider/subject": "member".
func NewMembers(links map[string]string) *Members {
	m := &Members{Emails: map[string]string{}, Links: map[string]string{}, Refuse: map[string]error{}}
	maps.Copy(m.Links, links)
	return m
}

// MemberOf implements signin.Members.
func (m *Members) MemberOf(_ context.Context, provider, subject string) (string, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	id, ok := m.Links[provider+"/"+subject]
	return id, ok, nil
}

// Link implements signin.Members.
func (m *Members) Link(_ context.Context, memberID, provider, subject string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.Links[provider+"/"+subject] = memberID
	return nil
}

// LinkOwn implements signin.Members.
func (m *Members) LinkOwn(ctx context.Context, memberID, _, provider, subject string) error {
	return m.Link(ctx, memberID, provider, subject)
}

// ByEmail implements signin.Members.
func (m *Members) ByEmail(_ context.Context, email string) (string, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	id, ok := m.Emails[email]
	return id, ok, nil
}

// Session implements signin.Members.
func (m *Members) Session(ctx context.Context, memberID, method, certificate string) (string, access.Principal, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.Refuse[memberID]; err != nil {
		return "", access.Principal{}, err
	}
	m.Sessions = append(m.Sessions, memberID+" "+method)
	if certificate != "" {
		m.Cards = append(m.Cards, certificate)
	}
	if m.Access == nil {
		return "secret of " + memberID, access.Principal{ID: memberID, Name: memberID, Role: access.Reader, Org: "a"}, nil
	}
	return m.Access.NewSession(ctx, access.Credential{Name: memberID, Role: access.Operator, Method: method})
}

// Linked gives the member that an account is linked to, or nothing.
func (m *Members) Linked(provider, subject string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.Links[provider+"/"+subject]
}

// Harness is a service with all that is around it.
type Harness struct {
	*signin.Service
	Members *Members
	Clock   *Clock
	DB      *sql.DB

	dir string
	o   signin.Options
}

// CallbackURL is the address below which a harness has its callbacks.
const CallbackURL = "http://127.0.0.1:1/api/v1/signin"

// CertificateURL is the address at which a harness asks for certificates, unless told otherwise.
const CertificateURL = "https://127.0.0.1:2/signin"

// accepting is a checker that likes everything.
type accepting struct{}

func (accepting) Check(signin.Certificates) error { return nil }

// Verify takes the common name for the subject.
func (accepting) Verify(_ context.Context, _ signin.Certificates, chain []*x509.Certificate) (signin.Identity, error) {
	return signin.Identity{Subject: chain[0].Subject.CommonName, Certificate: chain[0].Raw}, nil
}

// New makes a harness in a folder of its own.
func New(t *testing.T, adapters map[signin.Kind]signin.Adapter) *Harness {
	t.Helper()
	h := &Harness{Members: NewMembers(nil), Clock: &Clock{}, dir: t.TempDir()}
	h.o = signin.Options{
		Members: h.Members, Adapters: adapters, Checker: accepting{}, CallbackURL: CallbackURL,
		CertificateURL: CertificateURL, Now: h.Clock.Now, Log: slog.New(slog.DiscardHandler),
		SecretFile: func(name string) (string, error) {
			if name == "absent" {
				return "", fault.New(fault.Invalid, "client_secret_file_unusable", "no")
			}
			return "secret in " + name, nil
		},
	}
	h.Restart(t)
	return h
}

// Change changes the options and restarts.
func (h *Harness) Change(t *testing.T, change func(o *signin.Options)) {
	t.Helper()
	change(&h.o)
	h.Restart(t)
}

// Restart makes the service anew over the same files, as a restart of the platform does.
func (h *Harness) Restart(t *testing.T) {
	t.Helper()
	if h.DB != nil {
		if err := h.DB.Close(); err != nil {
			t.Fatal(err)
		}
	}
	keys, err := pki.OpenSealedStore(filepath.Join(h.dir, "keys"), filepath.Join(h.dir, "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open(t.Context(), sql.Config{Path: filepath.Join(h.dir, "b4a.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // a restart has closed it
	h.o.Sealer, h.o.Store, h.DB = keys, db, db
	h.Service = signin.New(h.o)
}

// Use puts settings in force and confirms them.
func (h *Harness) Use(t *testing.T, s signin.Settings) {
	t.Helper()
	if s.Certificates.Subject == "" {
		s.Certificates.Subject = signin.BySerialNumber
	}
	st, err := h.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if st, err = h.Put(t.Context(), "test", st.Current.Number, s); err != nil {
		t.Fatalf("%v: %+v", err, fault.Of(err).Details)
	}
	if _, err := h.Confirm(t.Context(), signin.Confirmer{Operator: true}, st.Current.Number); err != nil {
		t.Fatal(err)
	}
}

// Over makes another service with the harness's options over a store.
func (h *Harness) Over(s signin.Store) *signin.Service {
	o := h.o
	o.Store = s
	return signin.New(o)
}
