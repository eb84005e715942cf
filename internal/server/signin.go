// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/httpapi"
	"github.com/blockchain4all/blockchain4all/internal/member"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/revocation"
	"github.com/blockchain4all/blockchain4all/internal/signin"
	"github.com/blockchain4all/blockchain4all/internal/signin/clientcert"
	"github.com/blockchain4all/blockchain4all/internal/signin/oauth"
	"github.com/blockchain4all/blockchain4all/internal/signin/oidc"
)

// maxSecretFile is the size of the largest client secret, bytes.
const maxSecretFile = 1000

// openSignIn makes the sign-in for the addresses at which the platform is reached.
func (p *platform) openSignIn(f *front) {
	p.certificates = clientcert.New(clientcert.Options{Log: p.log})
	p.signIn = signin.New(signin.Options{
		Store: p.db, Members: people{p.members}, Cards: cards{p.revocation}, Checker: p.certificates, Sealer: p.sealed, SecretFile: p.secretFile,
		Adapters: map[signin.Kind]signin.Adapter{
			signin.OIDC: oidc.New(oidc.Options{}), signin.OAuth: oauth.New(nil),
		},
		CallbackURL: httpapi.CallbackURL(f.url), CertificateURL: f.certURL, Log: p.log,
	})
}

// certificateServer asks browsers for a certificate.
func (p *platform) certificateServer(config *tls.Config) *http.Server {
	h := clientcert.NewHandler(p.certificates, p.signIn, p.log)
	s := newServer(h, h.TLS(config))
	s.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){} // HTTP/1.1: a connection is one attempt
	return s
}

// secretFile reads a client secret from DATA/secrets. Its name can't lead out of there.
func (p *platform) secretFile(name string) (string, error) {
	unusable := fault.New(fault.Invalid, "client_secret_file_unusable", "the secret file %q can't be used", name).
		WithHint("put the secret into that file of DATA/secrets, mode 0600, at most %d bytes", maxSecretFile)
	root, err := os.OpenRoot(p.config.path("secrets"))
	if err != nil {
		return "", unusable.WithCause(err)
	}
	defer root.Close() //nolint:errcheck // read only
	f, err := root.Open(name)
	if err != nil {
		return "", unusable.WithCause(err)
	}
	defer f.Close() //nolint:errcheck // read only
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o077 != 0 {
		return "", unusable.WithCause(errors.Join(err, fmt.Errorf("mode %v", info)))
	}
	data, err := io.ReadAll(io.LimitReader(f, maxSecretFile+1))
	secret := strings.TrimSpace(string(data))
	if err != nil || secret == "" || len(data) > maxSecretFile {
		return "", unusable.WithCause(errors.Join(err, errors.New("empty or too long")))
	}
	return secret, nil
}

// people lets sign-ins find members.
type people struct{ members *member.Service }

func (p people) MemberOf(ctx context.Context, provider, subject string) (string, bool, error) {
	m, found, err := p.members.MemberOf(ctx, provider, subject)
	return m.ID, found, err
}

func (p people) Link(ctx context.Context, memberID, provider, subject string) error {
	return p.members.Link(ctx, memberID, provider, subject)
}

func (p people) LinkOwn(ctx context.Context, memberID, sessionID, provider, subject string) error {
	return p.members.LinkOwn(ctx, memberID, sessionID, provider, subject)
}

func (p people) ByEmail(ctx context.Context, email string) (string, bool, error) {
	m, found, err := p.members.Claim(ctx, email)
	return m.ID, found, err
}

func (p people) Session(ctx context.Context, memberID, method, certificate string) (string, access.Principal, error) {
	return p.members.Session(ctx, memberID, method, certificate)
}

// cards has certificates watched with which people sign in.
type cards struct{ revocation *revocation.Service }

func (c cards) AdmitCard(ctx context.Context, card signin.Card) error {
	return c.revocation.AdmitCard(ctx, revocation.NewCard(card))
}

// cardRevoked ends what a person began with a certificate that its authority has revoked.
func (p *platform) cardRevoked(ctx context.Context, w revocation.Watched) error {
	facts, err := pki.ParseCertificate(w.PEM)
	if err != nil {
		return err
	}
	ended, err := p.access.EndCertificateSessions(ctx, w.Member, facts.Fingerprint)
	if err != nil || ended == 0 {
		return err
	}
	after, err := json.Marshal(map[string]any{
		"subject": facts.Subject, "serial": facts.Serial, "state": w.State, "reason": w.Reason, "sessionsEnded": ended,
	})
	if err != nil {
		return fmt.Errorf("encode end of sessions: %w", err)
	}
	return p.audit.Record(ctx, audit.Act{
		Actor: audit.Actor{Credential: audit.Platform}, Action: "sign-in-certificate.revoked", Object: "person/" + w.Member, After: after,
	}, audit.Done, "")
}
