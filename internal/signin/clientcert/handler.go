// SPDX-License-Identifier: Apache-2.0

package clientcert

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net/http"
	"regexp"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/signin"
)

// Path is the only one that the address with client certificates serves.
const Path = "/signin"

// statePattern is what signin.Service makes.
var statePattern = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// service is what the handler needs of a signin.Service.
type service interface {
	CertificateSettings(ctx context.Context) (signin.Certificates, bool, error)
	HandOver(state string, id signin.Identity, refused error) (string, error)
}

// Handler answers at the address that asks browsers for a certificate: it sends them on to the console with a sealed
// word on who they are. It sets no cookie and makes no session.
type Handler struct {
	verifier *Verifier
	signIn   service
	log      *slog.Logger
}

// NewHandler makes the handler.
func NewHandler(v *Verifier, s service, log *slog.Logger) *Handler {
	return &Handler{verifier: v, signIn: s, log: log}
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	header.Set("Connection", "close") // who tries again, with another card perhaps, is asked again
	state := r.URL.Query().Get("state")
	if r.URL.Path != Path || r.Method != http.MethodGet || !statePattern.MatchString(state) {
		http.Error(w, "There is nothing here. Sign in at the console.", http.StatusNotFound)
		return
	}
	id, err := h.verify(r)
	if err != nil {
		h.log.InfoContext(r.Context(), "client certificate refused", "code", fault.Of(err).Code, "error", err)
	}
	to, err := h.signIn.HandOver(state, id, err)
	if err != nil {
		h.log.WarnContext(r.Context(), "hand over sign-in", "error", err)
		http.Error(w, "The platform could not do this. Try again.", http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther) //nolint:gosec // it is below the platform's own CallbackURL
}

func (h *Handler) verify(r *http.Request) (signin.Identity, error) {
	k, ok, err := h.signIn.CertificateSettings(r.Context())
	if err != nil {
		return signin.Identity{}, err
	}
	if !ok {
		return signin.Identity{}, fault.New(fault.NotFound, "provider_not_found", "there is no sign-in with a certificate").
			WithHint("sign in in another way")
	}
	if r.TLS == nil {
		return h.verifier.Verify(r.Context(), k, nil)
	}
	return h.verifier.Verify(r.Context(), k, r.TLS.PeerCertificates)
}

// TLS gives the configuration of the address: base's certificate, and the request for one of the browser's that names
// the authorities of the settings in force. The verifier, not TLS, decides on what comes. Sessions are not resumed: the
// holder proves to have the key each time.
func (h *Handler) TLS(base *tls.Config) *tls.Config {
	c := base.Clone()
	c.ClientAuth = tls.RequestClientCert
	c.SessionTicketsDisabled = true
	c.NextProtos = []string{"http/1.1"}
	c.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		one := c.Clone()
		one.GetConfigForClient = nil
		one.ClientCAs = h.authorities(hello.Context())
		return one, nil
	}
	return c
}

func (h *Handler) authorities(ctx context.Context) *x509.CertPool {
	k, ok, err := h.signIn.CertificateSettings(ctx)
	if err != nil || !ok {
		return x509.NewCertPool()
	}
	pool, err := h.verifier.Authorities(k)
	if err != nil {
		h.log.WarnContext(ctx, "read authorities", "error", err)
		return x509.NewCertPool()
	}
	return pool
}
