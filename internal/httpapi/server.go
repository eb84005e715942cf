// SPDX-License-Identifier: Apache-2.0

// Package httpapi serves the REST API under /api/v1, the health endpoints and the console.
//
// Every route goes through register, which authenticates, authorises by the route's rule and turns errors into
// problems; no handler does any of these by itself.
package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/admission"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/chaincode"
	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/consent"
	"github.com/blockchain4all/blockchain4all/internal/external"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/idempotency"
	"github.com/blockchain4all/blockchain4all/internal/invitation"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/member"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/revocation"
	"github.com/blockchain4all/blockchain4all/internal/rotation"
	"github.com/blockchain4all/blockchain4all/internal/signin"
	"github.com/blockchain4all/blockchain4all/internal/transaction"
)

// apiVersion is that of the API, not of the program: it grows with what the API can do.
const apiVersion = "1.0.0"

// Limits of requests.
const (
	maxBody     = 8 << 20
	bodyTimeout = 30 * time.Second
	// maxValues of a JSON body, for each costs a hundred times its size while it is checked; maxErrors that are told.
	maxValues = 20000
	maxErrors = 50
	// timedByServer keeps huma from setting a deadline of its own, which would end slow handlers, not only slow clients.
	timedByServer = -1
)

// Platform tells about the installation as a whole.
type Platform interface {
	Describe(ctx context.Context) (api.Platform, error)
	// Ready returns nil when the ordering service and the operator's peer answer.
	Ready(ctx context.Context) error
	Diagnose(ctx context.Context) (api.Report, error)
}

// Options of New.
type Options struct {
	Platform     Platform
	Access       *access.Service
	Members      *member.Service
	Admission    *admission.Service
	Invitations  *invitation.Service
	Orgs         *org.Service
	Nodes        *node.Service
	Channels     *channel.Service
	Contracts    *chaincode.Service
	Consents     *consent.Service
	Transactions *transaction.Service
	Rotation     *rotation.Service
	Revocation   *revocation.Service
	External     *external.Service
	Operations   *operation.Engine
	Idempotency  *idempotency.Service
	Audit        *audit.Service
	SignIn       *signin.Service
	Mails        *mail.Service
	Console      fs.FS        // nil: no console
	Metrics      http.Handler // nil: none
	BaseURL      string       // of the console as people reach it: "http://127.0.0.1:8080"
	Secure       bool         // served by TLS: cookies are for TLS only
	// TrustedProxies are where a proxy's X-Forwarded-For is believed, besides this machine.
	TrustedProxies []netip.Prefix
	Log            *slog.Logger
}

// Server answers the API.
type Server struct {
	Options
	log    *slog.Logger
	router chi.Router
	api    huma.API
}

// New makes the server.
func New(o Options) *Server {
	requestErrors()
	s := &Server{Options: o, log: o.Log, router: chi.NewRouter()}
	s.router.Use(s.identify, s.recover, s.secure, timely(bodyTimeout))
	s.router.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { writeText(w, http.StatusOK, "ok\n") })
	s.router.Get("/readyz", s.ready)
	if o.Metrics != nil {
		s.router.With(s.authenticate, s.permit(access.DoctorRead)).Method(http.MethodGet, "/metrics", o.Metrics)
	}
	s.publicationRoutes()
	s.router.Route(api.Base, func(r chi.Router) {
		r.Use(s.limit, s.authenticate, s.once)
		s.api = humachi.New(r, config())
		s.routes()
		absent := func(w http.ResponseWriter, r *http.Request) {
			s.writeProblem(w, r, fault.New(fault.NotFound, "not_found", "there is nothing at %s", r.URL.Path).
				WithHint("see /api/v1/openapi.json for what there is"))
		}
		r.NotFound(absent)
		r.MethodNotAllowed(absent)
	})
	if o.Console != nil {
		s.router.NotFound(consoleHandler(o.Console))
	}
	return s
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.router.ServeHTTP(w, r) }

// OpenAPI gives the API's description as JSON, indented: it is committed, and people read what a change did to it.
func OpenAPI() ([]byte, error) {
	s := New(Options{Log: slog.New(slog.DiscardHandler)})
	b, err := json.MarshalIndent(s.api.OpenAPI(), "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode the API's description: %w", err)
	}
	return b, nil
}

func config() huma.Config {
	c := huma.DefaultConfig("Blockchain4all", apiVersion)
	c.Info.Description = "Blockchain as public infrastructure: organizations, ledgers and contracts on Hyperledger Fabric."
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.Servers = []*huma.Server{{URL: api.Base}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: "API token."},
		"session": {Type: "apiKey", In: "cookie", Name: sessionCookie, Description: "Console session; writes also need X-B4A-CSRF: 1."},
	}
	c.Security = []map[string][]string{{"token": {}}, {"session": {}}}
	c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", nil
	c.RejectUnknownQueryParameters = true
	return c
}

func (s *Server) routes() {
	s.platformRoutes()
	s.accessRoutes()
	s.accountRoutes()
	s.memberRoutes()
	s.admissionRoutes()
	s.invitationRoutes()
	s.ledgerInvitationRoutes()
	s.signInRoutes()
	s.organizationRoutes()
	s.authorityRoutes()
	s.applicationRoutes()
	s.clinicRoutes()
	s.nodeRoutes()
	s.ledgerRoutes()
	s.contractRoutes()
	s.transactionRoutes()
	s.operationRoutes()
	s.signatureRoutes()
	s.auditRoutes()
	s.mailRoutes()
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if err := s.Platform.Ready(r.Context()); err != nil {
		writeText(w, http.StatusServiceUnavailable, fault.Of(err).Message+"\n")
		return
	}
	writeText(w, http.StatusOK, "ready\n")
}

func writeText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // the client is gone; nobody is left to tell
}
