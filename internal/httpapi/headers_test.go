// SPDX-License-Identifier: Apache-2.0

package httpapi_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/blockchain4all/blockchain4all/internal/httpapi"
)

// TestSecurityHeaders: every answer tells browsers to do no more than they should.
func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}, "assets/a.js": {Data: []byte("1")}}
	for _, secure := range []bool{false, true} {
		s := httpapi.New(httpapi.Options{Console: files, Secure: secure, Log: slog.New(slog.DiscardHandler)})
		for path, policy := range map[string]string{
			"/": "default-src 'self'", "/ledgers": "default-src 'self'", "/assets/a.js": "default-src 'self'", "/healthz": "default-src 'self'",
			"/api/v1/openapi.json": "default-src 'none'", "/api/v1/ledgers": "default-src 'none'", "/api/v1/absent": "default-src 'none'",
			"/crl/own/x": "default-src 'self'",
		} {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
			h := w.Header()
			for name, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
				"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
			} {
				if h.Get(name) != want {
					t.Errorf("%s: %s: %q, want %q", path, name, h.Get(name), want)
				}
			}
			csp := h.Get("Content-Security-Policy")
			if !strings.HasPrefix(csp, policy) || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "script-src") {
				t.Errorf("%s: %s", path, csp)
			}
			if got := h.Get("Strict-Transport-Security"); (got == "max-age=31536000") != secure {
				t.Errorf("%s: secure %t: %q", path, secure, got)
			}
		}
	}
}

// TestStrangersAskInModeration: an address that asks for lists or OCSP answers without end is refused, others are not.
func TestStrangersAskInModeration(t *testing.T) {
	t.Parallel()
	s := httpapi.New(httpapi.Options{Log: slog.New(slog.DiscardHandler)})
	ask := func(path, from string) int {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
		r.RemoteAddr = from
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code == http.StatusTooManyRequests && w.Header().Get("Retry-After") == "" {
			t.Error("it does not say when to come again")
		}
		return w.Code
	}
	refused := 0
	for i := range 700 {
		path := "/crl/own/none"
		if i%2 == 1 {
			path = "/ocsp/own/none/x"
		}
		if ask(path, "203.0.113.7:1000") == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused != 100 {
		t.Errorf("%d of 700 were refused, want 100", refused)
	}
	if got := ask("/crl/own/none", "203.0.113.8:1000"); got != http.StatusNotFound {
		t.Errorf("another address: %d", got)
	}
	for range 700 {
		if got := ask("/crl/own/none", "127.0.0.1:1000"); got != http.StatusNotFound {
			t.Fatalf("this machine: %d", got)
		}
	}
	if got := ask("/healthz", "203.0.113.7:1000"); got != http.StatusOK {
		t.Errorf("health: %d", got)
	}
}
