// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/idempotency"
)

// maxKey is the longest Idempotency-Key, bytes.
const maxKey = 128

// once makes a write with an Idempotency-Key happen once: a repeat is answered as the first was. Operations and
// transactions keep their keys themselves, atomically with what they do; here they only get it.
func (s *Server) once(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k := r.Header.Get("Idempotency-Key")
		if k == "" || safeMethod(r.Method) {
			next.ServeHTTP(w, r)
			return
		}
		if err := checkKey(k); err != nil {
			s.writeProblem(w, r, err)
			return
		}
		r = r.WithContext(context.WithValue(r.Context(), idempotencyKey, k))
		who := actor(r.Context())
		if who == "" || keepsOwnKey(r) {
			next.ServeHTTP(w, r)
			return
		}
		s.repeatable(w, r, next, who, k)
	})
}

func checkKey(k string) error {
	for _, c := range []byte(k) {
		if c <= ' ' || c > '~' {
			return fault.New(fault.Invalid, "idempotency_key_invalid", "the Idempotency-Key is not visible ASCII")
		}
	}
	if len(k) > maxKey {
		return fault.New(fault.Invalid, "idempotency_key_invalid", "the Idempotency-Key is over %d bytes", maxKey)
	}
	return nil
}

// keepsOwnKey tells whether a request starts an operation, submits a transaction, changes nothing, or carries or is
// answered with a secret: neither the secret nor a digest of it is ever stored here, and a repeat makes another one.
func keepsOwnKey(r *http.Request) bool {
	path := strings.TrimPrefix(r.URL.Path, api.Base)
	for _, prefix := range []string{"/session", "/account", "/invitations", "/password-resets", "/access-requests/receipt"} {
		if path == prefix || strings.HasPrefix(path, prefix+"/") {
			return true
		}
	}
	for _, suffix := range []string{
		"/organizations", "/ledgers", "/contracts", "/submit", "/evaluate", "/evaluations", "/endorsements",
		"/proposals", "/transactions", "/tokens", "/signin-links", "/members", "/clinic",
		"/authority-change", "/authority-change/finish", "/authority-change/revert", "/renewals", "/msp",
		"/approve", "/accept", "/invitations",
	} {
		if r.Method == http.MethodPost && strings.HasSuffix(path, suffix) {
			return true
		}
	}
	return false
}

func (s *Server) repeatable(w http.ResponseWriter, r *http.Request, next http.Handler, who, k string) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			err = bodyTooLarge()
		}
		s.writeProblem(w, r, err)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	digest := sha256.New()
	for _, part := range [][]byte{[]byte(r.Method), {0}, []byte(r.URL.RequestURI()), {0}, body} {
		digest.Write(part)
	}
	request := digest.Sum(nil)
	earlier, found, err := s.Idempotency.Begin(r.Context(), who, k, request)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	if found {
		w.Header().Set("Idempotency-Replayed", "true")
		if earlier.ContentType != "" {
			w.Header().Set("Content-Type", earlier.ContentType)
		}
		w.WriteHeader(earlier.Status)
		_, _ = w.Write(earlier.Body) // the client is gone; nobody is left to tell
		return
	}
	rec := &recorder{ResponseWriter: w}
	defer func() {
		err := s.Idempotency.Finish(context.WithoutCancel(r.Context()), idempotency.Answer{
			Actor: who, Key: k, Request: request, Status: rec.status,
			ContentType: w.Header().Get("Content-Type"), Body: rec.body.Bytes(),
		})
		if err != nil {
			s.log.WarnContext(r.Context(), "keep answer", "request_id", requestID(r.Context()), "error", err)
		}
	}()
	next.ServeHTTP(rec, r)
}

// recorder passes an answer on and remembers it.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	r.body.Write(p)
	return r.ResponseWriter.Write(p)
}
