// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/throttle"
)

// What caches may keep: a revocation is to be seen soon.
const (
	listAge   = 10 * time.Minute
	answerAge = time.Minute
)

// StatusURLs gives where the revocation lists of issuers are published below a base address and where the OCSP responder
// answers for them. Certificates name these addresses for years: they must not change.
func StatusURLs(base string) org.StatusURLs {
	base = strings.TrimSuffix(base, "/")
	return func(i org.Issuer) (crls, ocsp []string) {
		name := i.Org + "/" + string(i.Purpose) + "-" + strconv.Itoa(i.Generation)
		return []string{base + "/crl/" + name + ".crl"}, []string{base + "/ocsp/" + name}
	}
}

// askedPerMinute is how often an address may ask for lists and OCSP answers, each of which may cost a signature. Answers
// may be cached, so that many people behind one address stay well below it.
const askedPerMinute = 600

// publicationRoutes are those that everybody may ask about certificates: the ones that certificates name. They are no part
// of the API, which has its own rules.
func (s *Server) publicationRoutes() {
	r := s.router.With(s.throttled(throttle.New(askedPerMinute, time.Minute)))
	r.Get("/crl/{org}/{file}", s.publishedList)
	r.Get("/ocsp/{org}/{issuer}/*", s.answerGet)
	r.Post("/ocsp/{org}/{issuer}", s.answerPost)
}

// throttled refuses an address that asks too often, before anything is looked up. This machine itself is not limited: a
// proxy on it that does not tell who asks would be one address for everybody.
func (s *Server) throttled(l *throttle.Limiter) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			from, err := netip.ParseAddr(s.sourceOf(r))
			if err == nil && !from.IsLoopback() && !l.Allow(throttle.Network(from), time.Now()) {
				w.Header().Set("Retry-After", seconds(time.Minute))
				writeText(w, http.StatusTooManyRequests, "too many requests from here: try again in a minute\n")
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// issuerOf reads an organization and "ca-0".
func issuerOf(orgID, name string) (p org.Purpose, generation int, ok bool) {
	at := strings.LastIndexByte(name, '-')
	if at < 0 || len(orgID) > 64 || strings.ContainsFunc(orgID, func(r rune) bool {
		return r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}) {
		return "", 0, false
	}
	p = org.Purpose(name[:at])
	generation, err := strconv.Atoi(name[at+1:])
	return p, generation, err == nil && generation >= 0 && (p == org.CA || p == org.TLSCA)
}

func (s *Server) publishedList(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutSuffix(chi.URLParam(r, "file"), ".crl")
	p, generation, known := issuerOf(chi.URLParam(r, "org"), name)
	if !ok || !known {
		http.NotFound(w, r)
		return
	}
	der, l, err := s.Revocation.Published(r.Context(), chi.URLParam(r, "org"), p, generation)
	if err != nil {
		s.unpublished(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/pkix-crl")
	h.Set("Cache-Control", "public, max-age="+seconds(listAge))
	h.Set("Last-Modified", l.ThisUpdate.UTC().Format(http.TimeFormat))
	h.Set("ETag", `"`+strconv.FormatUint(l.Number, 10)+`"`)
	_, _ = w.Write(der) //nolint:gosec // DER, sent as such with nosniff; a client that is gone needs no telling
}

// answerGet answers a request in the path, base64 (RFC 6960, appendix A.1).
func (s *Server) answerGet(w http.ResponseWriter, r *http.Request) {
	encoded := chi.URLParam(r, "*")
	if len(encoded) > 3*pki.MaxOCSPRequest { // base64, of which each character may be escaped
		encoded = ""
	}
	text, err := url.PathUnescape(encoded)
	if err != nil {
		text = ""
	}
	request, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		request = nil // answered as malformed
	}
	s.answerOCSP(w, r, request)
}

func (s *Server) answerPost(w http.ResponseWriter, r *http.Request) {
	request, err := io.ReadAll(http.MaxBytesReader(w, r.Body, pki.MaxOCSPRequest+1))
	if err != nil {
		request = nil // too long: answered as malformed
	}
	s.answerOCSP(w, r, request)
}

func (s *Server) answerOCSP(w http.ResponseWriter, r *http.Request, request []byte) {
	p, generation, ok := issuerOf(chi.URLParam(r, "org"), chi.URLParam(r, "issuer"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	answer, until, err := s.Revocation.Answer(r.Context(), chi.URLParam(r, "org"), p, generation, request)
	if err != nil {
		s.unpublished(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/ocsp-response")
	h.Set("Cache-Control", "no-store")
	if r.Method == http.MethodGet && until.After(time.Now()) {
		h.Set("Cache-Control", "public, max-age="+seconds(answerAge))
	}
	_, _ = w.Write(answer) //nolint:gosec // DER, sent as such with nosniff; a client that is gone needs no telling
}

// unpublished answers without a problem document: whoever asks here reads none.
func (s *Server) unpublished(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, fault.NotFound) {
		http.NotFound(w, r)
		return
	}
	s.log.ErrorContext(r.Context(), "publish revocations", "request_id", requestID(r.Context()), "error", err)
	writeText(w, http.StatusServiceUnavailable, "try again later\n")
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }
