// SPDX-License-Identifier: Apache-2.0

package oauth_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/signin"
	"github.com/blockchain4all/blockchain4all/internal/signin/oauth"
	"github.com/blockchain4all/blockchain4all/internal/signin/signintest"
)

const (
	client   = "foru aldundia" // what needs escaping in HTTP Basic, RFC 6749 section 2.3.1
	secret   = "s3cret:/+ñ"
	callback = signintest.CallbackURL + "/giltza/callback"
	levels   = "urn:safelayer:tws:policies:authentication:flow:cert|urn:safelayer:tws:policies:authentication:flow:bakq"
)

// giltza stands in for Giltza: the paths of its server, no discovery, HTTP Basic at the token endpoint, acr_values,
// ui_locales.
type giltza struct {
	url string

	mu        sync.Mutex
	asked     url.Values // the last authorization request
	codes     map[string]string
	person    string // the userinfo answer, JSON
	status    int    // of the userinfo answer
	tokenBody string // instead of a token
	elsewhere string // the token endpoint redirects there
}

func newGiltza(t *testing.T) *giltza {
	t.Helper()
	g := &giltza{codes: map[string]string{}, status: http.StatusOK}
	g.person = `{"sub":"a1b2","name":"ANE ETXEBARRIA","serial_number":"12345678Z","contact":{"emails":["Ane@Bizkaia.example"],"checked":"true"}}`
	mux := http.NewServeMux()
	mux.HandleFunc("GET /trustedx-authserver/oauth/izenpe", g.authorize)
	mux.HandleFunc("POST /trustedx-authserver/oauth/izenpe/token", g.token)
	mux.HandleFunc("GET /trustedx-resources/openid/v1/users/me", g.me)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	g.url = server.URL
	return g
}

func (g *giltza) authorize(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked = r.URL.Query()
	if g.asked.Get("client_id") != client || g.asked.Get("redirect_uri") != callback || g.asked.Get("response_type") != "code" {
		http.Error(w, "not registered", http.StatusBadRequest)
		return
	}
	code := fmt.Sprint("code", len(g.codes))
	g.codes[code] = g.asked.Get("code_challenge")
	http.Redirect(w, r, callback+"?"+url.Values{"code": {code}, "state": {g.asked.Get("state")}}.Encode(), http.StatusFound)
}

func (g *giltza) token(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if g.elsewhere != "" {
		http.Redirect(w, r, g.elsewhere, http.StatusTemporaryRedirect)
		return
	}
	if g.tokenBody != "" {
		_, _ = w.Write([]byte(g.tokenBody))
		return
	}
	id, password, _ := r.BasicAuth()
	id, _ = url.QueryUnescape(id)
	password, _ = url.QueryUnescape(password)
	digest := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	challenge, ok := g.codes[r.FormValue("code")]
	delete(g.codes, r.FormValue("code"))
	switch {
	case id != client || password != secret || r.FormValue("client_secret") != "":
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"error":"invalid_client","error_description":"` + password + `"}`))
	case !ok || r.FormValue("redirect_uri") != callback || challenge != base64.RawURLEncoding.EncodeToString(digest[:]):
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
	default:
		_, _ = w.Write([]byte(`{"access_token":"the token","token_type":"Bearer","expires_in":60}`))
	}
}

func (g *giltza) me(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer the token" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(g.status)
	_, _ = w.Write([]byte(g.person))
}

func (g *giltza) set(do func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	do()
}

func (g *giltza) provider() signin.Provider {
	return signin.Provider{
		ID: "giltza", Kind: signin.OAuth, Names: map[string]string{"eu": "Giltza", "es": "Giltza"}, ClientID: client, Secret: secret,
		ClientAuth: signin.Basic, AuthorizeURL: g.url + "/trustedx-authserver/oauth/izenpe",
		TokenURL: g.url + "/trustedx-authserver/oauth/izenpe/token", UserinfoURL: g.url + "/trustedx-resources/openid/v1/users/me",
		Scopes:     []string{"urn:izenpe:identity:global", "urn:safelayer:eidas:authn_details"},
		Parameters: map[string]string{"acr_values": levels, "prompt": "login"},
		Locales:    map[string]string{"eu": "eu", "es": "es"},
		Fields:     signin.Fields{Subject: "serial_number", Name: "name", Email: "/contact/emails/0", EmailVerified: "/contact/checked"},
	}
}

func signIn(t *testing.T, h *signintest.Harness, language string) (signin.SignedIn, error) {
	t.Helper()
	began, err := h.Start(t.Context(), "giltza", "/", language)
	if err != nil {
		t.Fatal(err)
	}
	res := signintest.NewBrowser(t, callback).Get(began.URL)
	if res.StatusCode != http.StatusFound {
		t.Fatalf("%d %s", res.StatusCode, res.Text)
	}
	back, err := url.Parse(res.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	return h.Finish(t.Context(), "giltza", began.Cookie, signin.Answer{State: back.Query().Get("state"), Code: back.Query().Get("code")})
}

func coded(t *testing.T, what string, err error, code string) {
	t.Helper()
	if err == nil || fault.Of(err).Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
	if err != nil && strings.Contains(fmt.Sprintf("%v %v", err, fault.Of(err).Cause), secret) {
		t.Errorf("%s: the secret is in the error", what)
	}
}

func harness(t *testing.T) (*signintest.Harness, *giltza) {
	t.Helper()
	g := newGiltza(t)
	h := signintest.New(t, map[signin.Kind]signin.Adapter{signin.OAuth: oauth.New(nil)})
	h.Use(t, signin.Settings{Local: true, Providers: []signin.Provider{g.provider()}})
	return h, g
}

func TestGiltza(t *testing.T) {
	t.Parallel()
	h, g := harness(t)
	h.Members.Links["giltza/12345678Z"] = "ane"
	for language, want := range map[string]string{"eu": "eu", "es": "es", "en": "", "fr": ""} {
		in, err := signIn(t, h, language)
		if err != nil || in.Principal.ID != "ane" {
			t.Fatalf("%s: %+v: %v: %v", language, in, err, fault.Of(err).Cause)
		}
		if g.asked.Get("ui_locales") != want || g.asked.Get("acr_values") != levels || g.asked.Get("prompt") != "login" {
			t.Errorf("%s: %v", language, g.asked)
		}
		if g.asked.Get("scope") != "urn:izenpe:identity:global urn:safelayer:eidas:authn_details" {
			t.Errorf("scopes: %q", g.asked.Get("scope"))
		}
	}
	delete(h.Members.Links, "giltza/12345678Z")
	h.Members.Emails["ane@bizkaia.example"] = "ane"
	_, err := signIn(t, h, "eu")
	coded(t, "a stranger with a member's address", err, "member_unknown")
	p := g.provider()
	p.TrustEmail = true
	h.Use(t, signin.Settings{Providers: []signin.Provider{p}})
	g.set(func() { g.person = strings.Replace(g.person, `"true"`, `"false"`, 1) })
	_, err = signIn(t, h, "eu")
	coded(t, "an address that nobody has checked", err, "member_unknown")
	g.set(func() { g.person = strings.Replace(g.person, `"false"`, `true`, 1) })
	if _, err = signIn(t, h, "eu"); err != nil || h.Members.Linked("giltza", "12345678Z") != "ane" {
		t.Errorf("linked %q: %v", h.Members.Linked("giltza", "12345678Z"), err)
	}
}

func TestProvidersThatMisbehave(t *testing.T) {
	t.Parallel()
	h, g := harness(t)
	h.Members.Links["giltza/12345678Z"] = "ane"
	good := g.person
	for what, c := range map[string]struct {
		change func()
		code   string
	}{
		"userinfo is no JSON":           {func() { g.person = "<html>" }, "signin_provider_failed"},
		"userinfo is a list":            {func() { g.person = "[]" }, "signin_provider_failed"},
		"no subject":                    {func() { g.person = `{"sub":"x"}` }, "signin_provider_failed"},
		"the subject is an object":      {func() { g.person = `{"serial_number":{"a":1}}` }, "signin_provider_failed"},
		"the subject breaks lines":      {func() { g.person = `{"serial_number":"1\n2"}` }, "signin_provider_failed"},
		"the subject is very long":      {func() { g.person = `{"serial_number":"` + strings.Repeat("1", 5000) + `"}` }, "signin_provider_failed"},
		"userinfo never ends":           {func() { g.person = `{"serial_number":"` + strings.Repeat("1", 2<<20) + `"}` }, "signin_provider_failed"},
		"userinfo is forbidden":         {func() { g.status = http.StatusForbidden }, "signin_provider_failed"},
		"the token endpoint says no":    {func() { g.tokenBody = `{"error":"server_error"}` }, "signin_provider_failed"},
		"the token endpoint is no JSON": {func() { g.tokenBody = `<html>` }, "signin_provider_failed"},
	} {
		g.set(func() { g.person, g.status, g.tokenBody = good, http.StatusOK, ""; c.change() })
		_, err := signIn(t, h, "eu")
		coded(t, what, err, c.code)
	}
	g.set(func() { g.person, g.status, g.tokenBody = good, http.StatusOK, "" })

	caught := make(chan string, 1)
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { caught <- r.Header.Get("Authorization") }))
	t.Cleanup(thief.Close)
	g.set(func() { g.elsewhere = thief.URL })
	_, err := signIn(t, h, "eu")
	coded(t, "the token endpoint leads elsewhere", err, "signin_provider_failed")
	select {
	case got := <-caught:
		t.Errorf("the secret went elsewhere: %q", got)
	default:
	}
	g.set(func() { g.elsewhere = "" })
	p := g.provider()
	p.Secret = "another secret"
	h.Use(t, signin.Settings{Providers: []signin.Provider{p}})
	_, err = signIn(t, h, "eu")
	coded(t, "a wrong secret", err, "signin_provider_failed")
	p.TokenURL, p.Secret = "http://127.0.0.1:1/token", secret
	h.Use(t, signin.Settings{Providers: []signin.Provider{p}})
	_, err = signIn(t, h, "eu")
	coded(t, "nobody there", err, "signin_provider_failed")
	if len(h.Members.Sessions) != 0 {
		t.Errorf("sessions: %v", h.Members.Sessions)
	}
}

// TestAnswers: what the browser brings, without a provider that has gone wrong.
func TestAnswers(t *testing.T) {
	t.Parallel()
	h, g := harness(t)
	h.Members.Links["giltza/12345678Z"] = "ane"
	for code, want := range map[string]string{
		"access_denied": "signin_denied", "login_required": "signin_denied", "server_error": "signin_provider_failed",
		"<script>alert(1)</script>": "signin_provider_failed",
	} {
		began, err := h.Start(t.Context(), "giltza", "/", "")
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(began.URL)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.Finish(t.Context(), "giltza", began.Cookie, signin.Answer{State: u.Query().Get("state"), Error: code})
		coded(t, code, err, want)
		if strings.Contains(fault.Of(err).Message+fault.Of(err).Hint, "script") {
			t.Error("a text that anybody can write is shown")
		}
	}
	began, err := h.Start(t.Context(), "giltza", "/", "")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(began.URL)
	if err != nil {
		t.Fatal(err)
	}
	p := g.provider()
	p.UserinfoURL = strings.Replace(p.UserinfoURL, "/me", "/other", 1)
	h.Use(t, signin.Settings{Providers: []signin.Provider{p}})
	_, err = h.Finish(t.Context(), "giltza", began.Cookie, signin.Answer{State: u.Query().Get("state"), Code: "x"})
	coded(t, "the provider was changed meanwhile", err, "signin_settings_changed")
	h.Use(t, signin.Settings{})
	_, err = h.Finish(t.Context(), "giltza", began.Cookie, signin.Answer{State: u.Query().Get("state"), Code: "x"})
	coded(t, "the provider is gone", err, "provider_not_found")
}

// FuzzFields: whatever a provider answers, a value is short and printable.
func FuzzFields(f *testing.F) {
	f.Add([]byte(`{"a":{"b":[1,"x"]},"sub":12345678901234567890}`), "/a/b/0")
	f.Add([]byte(`{"sub":true}`), "sub")
	f.Fuzz(func(t *testing.T, data []byte, field string) {
		claims, err := oauth.Decode(data)
		if err != nil {
			return
		}
		id := oauth.Identity(claims, signin.Fields{Subject: field, Name: field, Email: field})
		for _, v := range []string{id.Subject, id.Name} {
			if len(v) > 320 || strings.ContainsAny(v, "\r\n\x00") {
				t.Errorf("%q", v)
			}
		}
	})
}

func TestFields(t *testing.T) {
	t.Parallel()
	const text = `{"sub":"s","n":12345678901234567890,"t":true,"o":{"a/b":"x","c~d":["y","z"]},"/odd":"q","e":null}`
	claims, err := oauth.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]string{
		"sub": "s", "n": "12345678901234567890", "t": "true", "/o/a~1b": "x", "/o/c~0d/1": "z", "/o/c~0d/2": "", "/o/c~0d/-1": "",
		"/o": "", "e": "", "none": "", "/none/x": "", "/~1odd": "q", "/sub/x": "", "": "",
	} {
		if got := oauth.Identity(claims, signin.Fields{Subject: field}).Subject; got != want {
			t.Errorf("%q: %q, want %q", field, got, want)
		}
	}
	if _, err := json.Marshal(claims); err != nil {
		t.Error(err)
	}
}
