// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/operation"
)

type contextKey int

const (
	requestIDKey contextKey = iota
	principalKey
	callerKey
	sourceKey
	idempotencyKey
	originKey
)

// sessionCookie carries a console session's secret.
const sessionCookie = "b4a_session"

// csrfHeader must be on every write that a cookie authenticates: no foreign page can set it without being asked first.
const csrfHeader = "X-B4A-CSRF"

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey).(string)
	return id
}

// key gives the caller's Idempotency-Key, or empty.
func key(ctx context.Context) string {
	k, _ := ctx.Value(idempotencyKey).(string)
	return k
}

func principal(ctx context.Context) (access.Principal, error) {
	switch v := ctx.Value(principalKey).(type) {
	case access.Principal:
		return v, nil
	case error:
		return access.Principal{}, v
	default:
		return access.Principal{}, signInNeeded()
	}
}

// anew gives a context with what the caller of a request that takes long is now.
func anew(ctx context.Context) context.Context {
	if caller, ok := ctx.Value(callerKey).(func() any); ok {
		return context.WithValue(ctx, principalKey, caller())
	}
	return ctx
}

// Caller gives the person in whose request ctx is, if any.
func Caller(ctx context.Context) operation.Person {
	p, err := principal(ctx)
	if err != nil {
		return operation.Person{}
	}
	return operation.Person{Member: p.Member, Name: p.Name, Role: string(p.Role), Organization: p.Org}
}

// actor names the caller in records.
func actor(ctx context.Context) string {
	p, err := principal(ctx)
	if err != nil {
		return ""
	}
	return p.ID
}

func signInNeeded() error {
	return fault.New(fault.Unauthenticated, "sign_in_needed", "this needs a sign-in").
		WithHint("send Authorization: Bearer with an API token, or sign in to the console")
}

// identify gives every request an ID, which problems, logs and the audit trail carry, and notes where it comes from.
func (s *Server) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := ulid.Make().String()
		w.Header().Set("X-Request-Id", id)
		ctx := context.WithValue(r.Context(), requestIDKey, id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, originKey, s.originOf(r))))
	})
}

// recover answers a handler's panic with a problem.
func (s *Server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler { //nolint:errorlint // the value net/http panics with, compared as it compares it
				panic(v)
			}
			s.log.ErrorContext(r.Context(), "handler panicked",
				"request_id", requestID(r.Context()), "panic", v, "stack", string(debug.Stack()))
			s.writeProblem(w, r, fault.New(fault.Internal, "internal", "the platform could not do this").
				WithHint("try again; if it stays, give the operator the request ID"))
		}()
		next.ServeHTTP(w, r)
	})
}

// hsts is for how long browsers reach this host by TLS alone (RFC 6797), once they did.
const hsts = 365 * 24 * time.Hour

// Content security policies: of the console, whose styles PatternFly sets at run time, and of everything else, which is
// no page.
const (
	consolePolicy = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; " +
		"object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
	dataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)

// secure sets the headers that keep browsers from doing more than they should.
func (s *Server) secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Content-Security-Policy", consolePolicy)
		if s.Secure {
			h.Set("Strict-Transport-Security", "max-age="+seconds(hsts))
		}
		if strings.HasPrefix(r.URL.Path, api.Base) {
			h.Set("Cache-Control", "no-store")
			h.Set("Content-Security-Policy", dataPolicy)
		}
		next.ServeHTTP(w, r)
	})
}

// limit refuses bodies over maxBody before anything reads them, and cuts those that don't say their length.
func (s *Server) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > maxBody {
			w.Header().Set("Connection", "close")
			s.writeProblem(w, r, bodyTooLarge())
			return
		}
		r.Body = &counted{ReadCloser: http.MaxBytesReader(w, r.Body, maxBody+1), left: maxValues}
		next.ServeHTTP(w, r)
	})
}

// counted ends a body that has too many values: it counts the commas outside of JSON's strings.
type counted struct {
	io.ReadCloser
	left            int
	quoted, escaped bool
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	for _, b := range p[:n] {
		switch {
		case c.escaped:
			c.escaped = false
		case c.quoted && b == '\\':
			c.escaped = true
		case b == '"':
			c.quoted = !c.quoted
		case b == ',' && !c.quoted:
			c.left--
		}
	}
	if c.left < 0 {
		return 0, &http.MaxBytesError{Limit: maxValues}
	}
	return n, err //nolint:wrapcheck // readers pass errors on
}

// timely gives a client so long to send a request's body, whether anybody reads it or not: what is left of it when the
// answer is written is read by net/http, without a limit of its own.
func timely(limit time.Duration) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Body != nil && r.Body != http.NoBody {
				b := &timedBody{ReadCloser: r.Body, connection: http.NewResponseController(w), until: time.Now().Add(limit)}
				b.limit(b.until)
				r.Body = b
			}
			next.ServeHTTP(w, r)
		})
	}
}

// timedBody lifts the deadline once the body is whole: net/http goes on reading, to notice a client that leaves, and
// would take the deadline for that.
type timedBody struct {
	io.ReadCloser
	connection *http.ResponseController
	until      time.Time
	begun      bool
}

func (b *timedBody) Read(p []byte) (int, error) {
	if !b.begun {
		b.begun = true
		b.limit(b.until) // huma has lifted it
	}
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.limit(time.Time{})
	}
	return n, err //nolint:wrapcheck // readers pass errors on
}

// limit sets the connection's deadline; what is no connection, such as a test's recorder, has none.
func (b *timedBody) limit(t time.Time) { _ = b.connection.SetReadDeadline(t) }

func bodyTooLarge() error {
	return fault.New(fault.TooLarge, "body_too_large", "the request's body is over 8 MiB, or has over %d values", maxValues).
		WithHint("send less at a time")
}

// authenticate finds out who is calling. A request without a credential goes on: only public routes answer it. A write
// that a foreign page sends is refused even there: it could sign its visitor in as somebody else.
func (s *Server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller := s.caller(r)
		if err, ok := caller.(error); ok && fault.Of(err).Code == "csrf_refused" {
			s.writeProblem(w, r, err)
			return
		}
		ctx := context.WithValue(r.Context(), principalKey, caller)
		ctx = context.WithValue(ctx, callerKey, func() any { return s.caller(r) })
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, sourceKey, s.sourceOf(r))))
	})
}

// permit lets through who may do something on the platform: what is no part of the API names every tenant, too.
func (s *Server) permit(action access.Action) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := s.authorise(r.Context(), action, nil); err != nil {
				s.writeProblem(w, r, err)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// caller gives an access.Principal, or the error that explains why there is none.
func (s *Server) caller(r *http.Request) any {
	secret, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !found {
		cookie, err := r.Cookie(sessionCookie)
		if !safeMethod(r.Method) && (err == nil && r.Header.Get(csrfHeader) == "" || !sameOrigin(r)) {
			return fault.New(fault.Forbidden, "csrf_refused", "this write does not come from the console").
				WithHint("send " + csrfHeader + ": 1 from the console's own origin, or use an API token")
		}
		if err != nil {
			return signInNeeded()
		}
		secret = cookie.Value
	}
	p, err := s.Access.Authenticate(r.Context(), secret)
	if err != nil {
		return err
	}
	return p
}

func safeMethod(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// sameOrigin tells whether the Origin header, where the browser sent one, names this host.
func sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == r.Host
}
