// SPDX-License-Identifier: Apache-2.0

package oidc_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/signin"
	"github.com/blockchain4all/blockchain4all/internal/signin/oidc"
	"github.com/blockchain4all/blockchain4all/internal/signin/signintest"
)

// liar is an OpenID provider that signs whatever it is told to: what dex never would.
type liar struct {
	t     *testing.T
	url   string
	key   *rsa.PrivateKey
	other *rsa.PrivateKey

	mu       sync.Mutex
	nonce    string
	issuer   string // that discovery claims
	keyID    string // of the key in use
	claims   func(c map[string]any)
	token    func(header, payload string) string // nil: signed as it should be
	userinfo string
}

func newLiar(t *testing.T) *liar {
	t.Helper()
	l := &liar{t: t, keyID: "k1"}
	for _, key := range []**rsa.PrivateKey{&l.key, &l.other} {
		var err error
		if *key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			t.Fatal(err)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", l.discovery)
	mux.HandleFunc("GET /keys", l.keys)
	mux.HandleFunc("POST /token", l.answer)
	mux.HandleFunc("GET /userinfo", func(w http.ResponseWriter, _ *http.Request) { l.json(w, json.RawMessage(l.userinfo)) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	l.url, l.issuer = server.URL, server.URL
	return l
}

func (l *liar) json(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (l *liar) discovery(w http.ResponseWriter, _ *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.json(w, map[string]any{
		"issuer": l.issuer, "authorization_endpoint": l.url + "/authorize", "token_endpoint": l.url + "/token",
		"jwks_uri": l.url + "/keys", "userinfo_endpoint": l.url + "/userinfo", "id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
	})
}

func (l *liar) keys(w http.ResponseWriter, _ *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.json(w, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": l.keyID,
		"n": b64(l.key.N.Bytes()), "e": b64(big.NewInt(int64(l.key.E)).Bytes()),
	}}})
}

func (l *liar) answer(w http.ResponseWriter, _ *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	claims := map[string]any{
		"iss": l.url, "sub": "ane", "aud": "b4a", "exp": time.Now().Add(time.Minute).Unix(), "iat": time.Now().Unix(),
		"nonce": l.nonce, "email": "ane@bizkaia.example", "email_verified": true, "name": "Ane",
	}
	if l.claims != nil {
		l.claims(claims)
	}
	text, err := json.Marshal(claims)
	if err != nil {
		l.t.Error(err)
	}
	header, payload := b64([]byte(`{"alg":"RS256","kid":"`+l.keyID+`"}`)), b64(text)
	id := l.sign(l.key, header, payload)
	if l.token != nil {
		id = l.token(header, payload)
	}
	out := map[string]any{"access_token": "the token", "token_type": "Bearer", "expires_in": 60}
	if id != "" {
		out["id_token"] = id
	}
	l.json(w, out)
}

func (l *liar) sign(key *rsa.PrivateKey, header, payload string) string {
	digest := sha256.Sum256([]byte(header + "." + payload))
	s, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		l.t.Error(err)
	}
	return header + "." + payload + "." + b64(s)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (l *liar) set(do func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	do()
}

func (l *liar) harness() *signintest.Harness {
	l.t.Helper()
	h := signintest.New(l.t, map[signin.Kind]signin.Adapter{signin.OIDC: oidc.New(oidc.Options{})})
	h.Members.Links["liar/ane"] = "ane"
	h.Use(l.t, signin.Settings{Providers: []signin.Provider{{
		ID: "liar", Kind: signin.OIDC, Names: map[string]string{"en": "Liar"}, ClientID: "b4a", ClientAuth: signin.None, Issuer: l.url,
		TrustEmail: true,
	}}})
	return h
}

func (l *liar) signIn(h *signintest.Harness, issuer string) (signin.SignedIn, error) {
	l.t.Helper()
	began, err := h.Start(l.t.Context(), "liar", "/", "")
	if err != nil {
		return signin.SignedIn{}, err
	}
	u, err := url.Parse(began.URL)
	if err != nil {
		l.t.Fatal(err)
	}
	l.set(func() { l.nonce = u.Query().Get("nonce") })
	return h.Finish(l.t.Context(), "liar", began.Cookie, signin.Answer{State: u.Query().Get("state"), Code: "c", Issuer: issuer})
}

func TestTokensThatLie(t *testing.T) {
	t.Parallel()
	l := newLiar(t)
	h := l.harness()
	if in, err := l.signIn(h, l.url); err != nil || in.Principal.ID != "ane" {
		t.Fatalf("the truth: %+v: %v: %v", in, err, fault.Of(err).Cause)
	}
	claim := func(name string, v any) func(c map[string]any) { return func(c map[string]any) { c[name] = v } }
	public := b64(l.key.N.Bytes())
	for what, c := range map[string]struct {
		claims func(c map[string]any)
		token  func(header, payload string) string
		code   string
	}{
		"another nonce":     {claims: claim("nonce", "x")},
		"no nonce":          {claims: func(c map[string]any) { delete(c, "nonce") }},
		"another issuer":    {claims: claim("iss", "https://other.example")},
		"another client":    {claims: claim("aud", "other")},
		"two clients":       {claims: claim("aud", []string{"b4a", "other"})},
		"another party":     {claims: func(c map[string]any) { c["aud"], c["azp"] = []string{"b4a", "other"}, "other" }},
		"expired":           {claims: claim("exp", time.Now().Add(-time.Minute).Unix())},
		"another at_hash":   {claims: claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")},
		"no subject":        {claims: claim("sub", ""), code: "signin_provider_failed"},
		"another key":       {token: func(h, p string) string { return l.sign(l.other, h, p) }},
		"no signature":      {token: func(h, p string) string { return h + "." + p + "." }},
		"algorithm none":    {token: func(_, p string) string { return b64([]byte(`{"alg":"none"}`)) + "." + p + "." }},
		"the key as secret": {token: func(_, p string) string { return hs256(public, p) }},
		"no token":          {token: func(string, string) string { return "" }},
		"garbage":           {token: func(string, string) string { return "a.b.c" }},
		"somebody else":     {claims: func(c map[string]any) { c["sub"], c["email_verified"] = "jon", false }, code: "member_unknown"},
		"no word on checks": {claims: func(c map[string]any) { c["sub"] = "jon"; delete(c, "email_verified") }, code: "member_unknown"},
	} {
		l.set(func() { l.claims, l.token = c.claims, c.token })
		h.Members.Emails["ane@bizkaia.example"] = "ane"
		if c.code == "" {
			c.code = "signin_token_refused"
		}
		_, err := l.signIn(h, "")
		coded(t, what, err, c.code)
	}
	l.set(func() { l.claims, l.token = nil, nil })
	_, err := l.signIn(h, "https://other.example")
	coded(t, "an answer of another issuer", err, "signin_token_refused")
	if len(h.Members.Sessions) != 1 || h.Members.Linked("liar", "jon") != "" {
		t.Errorf("sessions %v, links %v", h.Members.Sessions, h.Members.Links)
	}
}

func hs256(secret, payload string) string {
	header := b64([]byte(`{"alg":"HS256","kid":"k1"}`))
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(header + "." + payload))
	return header + "." + payload + "." + b64(m.Sum(nil))
}

func TestKeysThatChange(t *testing.T) {
	t.Parallel()
	l := newLiar(t)
	h := l.harness()
	for _, id := range []string{"k1", "k2"} {
		l.set(func() { l.keyID = id; l.key, l.other = l.other, l.key })
		if _, err := l.signIn(h, ""); err != nil {
			t.Errorf("%s: %v: %v", id, err, fault.Of(err).Cause)
		}
	}
}

func TestUserinfo(t *testing.T) {
	t.Parallel()
	l := newLiar(t)
	h := l.harness()
	h.Members.Emails["jon@bizkaia.example"] = "jon"
	l.set(func() {
		l.claims = func(c map[string]any) { c["sub"] = "jon"; delete(c, "email"); delete(c, "email_verified") }
		l.userinfo = `{"sub":"ane","email":"jon@bizkaia.example","email_verified":true}`
	})
	_, err := l.signIn(h, "")
	coded(t, "the userinfo of another person", err, "signin_token_refused")
	l.set(func() { l.userinfo = `{"sub":"jon","email":"jon@bizkaia.example","email_verified":"true"}` })
	if _, err := l.signIn(h, ""); err != nil || h.Members.Linked("liar", "jon") != "jon" {
		t.Errorf("%v: %v: linked %q", err, fault.Of(err).Cause, h.Members.Linked("liar", "jon"))
	}
}

func TestDiscovery(t *testing.T) {
	t.Parallel()
	l := newLiar(t)
	h := l.harness()
	l.set(func() { l.issuer = "https://other.example" })
	_, err := l.signIn(h, "")
	coded(t, "the document of another issuer", err, "signin_provider_failed")
	if strings.Contains(fault.Of(err).Message, "other.example") {
		t.Error("what a provider says is shown")
	}
	l.set(func() { l.issuer = l.url })
	if _, err := l.signIn(h, ""); err != nil {
		t.Errorf("a failure is not remembered: %v", err)
	}
}
