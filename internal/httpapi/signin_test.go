// SPDX-License-Identifier: Apache-2.0

package httpapi_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/httpapi"
	"github.com/blockchain4all/blockchain4all/internal/idempotency"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/signin"
	"github.com/blockchain4all/blockchain4all/internal/signin/clientcert"
	"github.com/blockchain4all/blockchain4all/internal/signin/oidc"
	"github.com/blockchain4all/blockchain4all/internal/signin/signintest"
)

// desk is an API with a sign-in, an operator's token and a browser.
type desk struct {
	t        *testing.T
	url      string
	harness  *signintest.Harness
	access   *access.Service
	operator string
}

// token gives the secret of a new API token.
func (d *desk) token(t *testing.T, role access.Role, orgID string) string {
	t.Helper()
	maker := access.Principal{Role: access.Operator, Kind: access.Token}
	secret, _, err := d.access.NewToken(t.Context(), maker, access.NewToken{Name: string(role), Role: role, Org: orgID})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func newDesk(t *testing.T, change func(o *signin.Options)) *desk {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	d := &desk{t: t, url: "http://" + server.Listener.Addr().String()}
	d.harness = signintest.New(t, map[signin.Kind]signin.Adapter{signin.OIDC: oidc.New(oidc.Options{})})
	d.harness.Change(t, func(o *signin.Options) {
		o.CallbackURL = httpapi.CallbackURL(d.url)
		change(o)
	})
	d.access = access.New(access.Options{Store: d.harness.DB, Now: d.harness.Clock.Now})
	d.harness.Members.Access = d.access
	d.operator = d.token(t, access.Operator, "")
	server.Config.Handler = httpapi.New(httpapi.Options{
		Access: d.access, SignIn: d.harness.Service, Idempotency: idempotency.New(d.harness.DB, nil), BaseURL: d.url,
		Log: slog.New(slog.DiscardHandler),
	})
	server.Start()
	t.Cleanup(server.Close)
	return d
}

// call calls the API with a token, or, where it is empty, with what a browser has.
func (d *desk) call(client *http.Client, method, path, token string, in, out any) (int, string) {
	d.t.Helper()
	var sent io.Reader = http.NoBody
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			d.t.Fatal(err)
		}
		sent = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.url+api.Base+path, sent)
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	} else {
		req.Header.Set("X-B4A-Csrf", "1")
	}
	res, err := client.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	if out != nil && res.StatusCode < 300 {
		reflect.ValueOf(out).Elem().SetZero()
		if err := json.Unmarshal(data, out); err != nil {
			d.t.Fatalf("%v: %s", err, data)
		}
	}
	return res.StatusCode, string(data)
}

// put puts settings in force as the operator does.
func (d *desk) put(s api.SignInSettings) api.SignInState {
	d.t.Helper()
	var st api.SignInState
	d.call(http.DefaultClient, http.MethodGet, "/signin-settings", d.operator, nil, &st)
	status, text := d.call(http.DefaultClient, http.MethodPut, "/signin-settings", d.operator, api.NewSignInSettings{Revision: st.Revision, Settings: s}, &st)
	if status != http.StatusOK {
		d.t.Fatalf("%d %s", status, text)
	}
	return st
}

func cookieOf(res signintest.Page, name string) *http.Cookie {
	for _, c := range res.Cookies() {
		if c.Name == name {
			return c
		}
	}
	return &http.Cookie{}
}

func dexSettings(dex *signintest.Dex) api.SignInSettings {
	return api.SignInSettings{
		Local: true, ClientCertificates: api.SignInCertificateSettings{Subject: "serial-number"},
		Providers: []api.SignInProvider{{
			ID: "dex", Kind: "oidc", Names: map[string]string{"eu": "Dex", "en": "Dex"}, ClientID: signintest.DexClient,
			ClientAuth: "basic", ClientSecret: signintest.DexSecret, Issuer: dex.Issuer, Scopes: []string{"email"}, TrustEmail: true,
		}},
	}
}

// throughDex signs in with a browser, from the console's link to where the console goes on.
func (d *desk) throughDex(b *signintest.Browser, returnTo string) signintest.Page {
	d.t.Helper()
	page := b.Get(d.url + api.Base + "/signin/dex?lang=eu&return=" + url.QueryEscape(returnTo))
	res := b.SubmitPassword(page, signintest.DexEmail, signintest.DexPassword)
	back := res.Header.Get("Location")
	if !strings.HasPrefix(back, d.url) {
		d.t.Fatalf("%d %s", res.StatusCode, back)
	}
	noFollow := *b.Client
	noFollow.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	b.Client = &noFollow
	return b.Get(back + "&session_state=of-the-provider")
}

func TestIntegrationSignInWithDex(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(*signin.Options) {})
	dex := signintest.StartDex(t, httpapi.CallbackURL(d.url)+"/dex/callback")
	st := d.put(dexSettings(dex))
	if st.RevertsAt == nil || !st.Settings.Providers[0].ClientSecretSet || st.Settings.Providers[0].ClientSecret != "" {
		t.Errorf("%+v", st)
	}
	if _, text := d.call(http.DefaultClient, http.MethodGet, "/signin-settings", d.operator, nil, nil); strings.Contains(text, signintest.DexSecret) {
		t.Error("the secret is shown")
	}
	var methods api.SignInMethods
	if status, text := d.call(http.DefaultClient, http.MethodGet, "/signin-methods", "", nil, &methods); status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	if !methods.Local || len(methods.Providers) != 1 || methods.Providers[0].URL != "/api/v1/signin/dex" || methods.ClientCertificate != "" {
		t.Errorf("%+v", methods)
	}

	stranger := d.throughDex(signintest.NewBrowser(t, d.url), "/")
	if to := stranger.Header.Get("Location"); stranger.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/signin?problem=member_unknown&request=") {
		t.Errorf("a stranger: %d %s", stranger.StatusCode, to)
	}
	if c := cookieOf(stranger, "b4a_session"); c.Value != "" {
		t.Error("a stranger has a session")
	}
	d.harness.Members.Emails[signintest.DexEmail] = "ane"
	b := signintest.NewBrowser(t, d.url)
	d.harness.Clock.Move(time.Second)
	res := d.throughDex(b, "/ledgers?tab=1")
	session, flow := cookieOf(res, "b4a_session"), cookieOf(res, "b4a_signin")
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/ledgers?tab=1" {
		t.Errorf("%d %s", res.StatusCode, res.Header.Get("Location"))
	}
	if !session.HttpOnly || session.SameSite != http.SameSiteStrictMode || session.Path != "/" || session.Value == "" {
		t.Errorf("session cookie: %+v", session)
	}
	if !flow.Expires.Before(time.Now()) || flow.Path != "/api/v1/signin/dex/callback" {
		t.Errorf("the sign-in's cookie stays: %+v", flow)
	}
	if status, text := d.call(b.Client, http.MethodGet, "/session", "", nil, nil); status != http.StatusOK {
		t.Errorf("%d %s", status, text)
	}
	confirm := api.SignInRevision{Revision: st.Revision}
	if status, text := d.call(b.Client, http.MethodPost, "/signin-settings/confirm", "", confirm, &st); status != http.StatusOK || st.RevertsAt != nil {
		t.Errorf("confirmed by who has just signed in: %d %s", status, text)
	}
}

func TestConfirmationOverHTTP(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(*signin.Options) {})
	old := signintest.NewBrowser(t, "-")
	signInByLink := func(b *signintest.Browser) {
		code, _, err := d.access.NewLink(t.Context(), access.Principal{})
		if err != nil {
			t.Fatal(err)
		}
		if status, text := d.call(b.Client, http.MethodPost, "/session", "", api.NewSession{Code: code}, nil); status != http.StatusOK {
			t.Fatalf("%d %s", status, text)
		}
	}
	signInByLink(old)
	d.harness.Clock.Move(time.Second)
	s := api.SignInSettings{Providers: []api.SignInProvider{}, ClientCertificates: api.SignInCertificateSettings{Subject: "email"}}
	st := d.put(s)
	confirm := api.SignInRevision{Revision: st.Revision}
	status, text := d.call(old.Client, http.MethodPost, "/signin-settings/confirm", "", confirm, nil)
	if status != http.StatusForbidden || !strings.Contains(text, "signin_proof_needed") {
		t.Errorf("a session of before, by a link: %d %s", status, text)
	}
	a := org.Organization{ID: "a", Name: "A", Kind: "company", State: org.Active}
	if err := d.harness.DB.CreateOrganization(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	reader := d.token(t, access.Reader, "a")
	auditor := d.token(t, access.Auditor, "")
	for who, c := range map[string]struct {
		token       string
		read, write int
	}{
		"reader": {reader, http.StatusForbidden, http.StatusForbidden}, "auditor": {auditor, http.StatusOK, http.StatusForbidden},
		"nobody": {"b4a_nobody", http.StatusUnauthorized, http.StatusUnauthorized},
	} {
		if status, _ := d.call(http.DefaultClient, http.MethodGet, "/signin-settings", c.token, nil, nil); status != c.read {
			t.Errorf("%s reads: %d", who, status)
		}
		for path, in := range map[string]any{"/confirm": confirm, "/revert": confirm} {
			if status, _ := d.call(http.DefaultClient, http.MethodPost, "/signin-settings"+path, c.token, in, nil); status != c.write {
				t.Errorf("%s %s: %d", who, path, status)
			}
		}
		in := api.NewSignInSettings{Revision: st.Revision, Settings: s}
		if status, _ := d.call(http.DefaultClient, http.MethodPut, "/signin-settings", c.token, in, nil); status != c.write {
			t.Errorf("%s writes: %d", who, status)
		}
	}
	d.harness.Clock.Move(3 * time.Minute)
	d.call(http.DefaultClient, http.MethodGet, "/signin-settings", d.operator, nil, &st)
	if !st.Settings.Local || st.RevertsAt != nil || st.RevertedAt == nil {
		t.Errorf("after three minutes: %+v", st)
	}
	status, text = d.call(http.DefaultClient, http.MethodPost, "/signin-settings/confirm", d.operator, confirm, nil)
	if status != http.StatusConflict || !strings.Contains(text, "signin_settings_changed") {
		t.Errorf("too late: %d %s", status, text)
	}
	st = d.put(s) // nothing is offered any more, but who has the machine gets in
	confirm = api.SignInRevision{Revision: st.Revision}
	fresh := signintest.NewBrowser(t, "-")
	d.harness.Clock.Move(time.Second)
	signInByLink(fresh)
	for who, c := range map[string]struct {
		client *http.Client
		token  string
	}{"a one-time link": {fresh.Client, ""}, "a token that was made": {http.DefaultClient, d.operator}} {
		status, text := d.call(c.client, http.MethodPost, "/signin-settings/confirm", c.token, confirm, nil)
		if status != http.StatusForbidden || !strings.Contains(text, "signin_proof_needed") {
			t.Errorf("%s: %d %s", who, status, text)
		}
	}
	dir := t.TempDir()
	if err := d.access.EnsureOperatorToken(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile(filepath.Join(dir, "operator-token"))
	if err != nil {
		t.Fatal(err)
	}
	if status, text := d.call(http.DefaultClient, http.MethodPost, "/signin-settings/confirm", strings.TrimSpace(string(own)), confirm, nil); status != http.StatusOK {
		t.Errorf("the operator's own token: %d %s", status, text)
	}
}

func TestSignInRefusals(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(o *signin.Options) { o.CertificateURL = "https://console.example:8443/signin" })
	for path, c := range map[string]struct {
		status int
		code   string
	}{
		"/signin/nowhere":                                       {http.StatusNotFound, "provider_not_found"},
		"/signin/clientcert":                                    {http.StatusNotFound, "provider_not_found"},
		"/signin/nowhere?return=https://evil.example":           {http.StatusUnprocessableEntity, "return_invalid"},
		"/signin/nowhere?return=//evil.example":                 {http.StatusUnprocessableEntity, "return_invalid"},
		"/signin/nowhere?return=/%5Cevil.example":               {http.StatusUnprocessableEntity, "return_invalid"},
		"/signin/nowhere?unknown=1":                             {http.StatusUnprocessableEntity, "request_invalid"},
		"/signin/nowhere/callback":                              {http.StatusUnauthorized, "signin_lost"},
		"/signin/nowhere/callback?state=a&code=b&x=y":           {http.StatusUnauthorized, "signin_lost"},
		"/signin/x/callback?state=" + strings.Repeat("a", 9000): {http.StatusUnauthorized, "signin_lost"},
	} {
		status, text := d.call(http.DefaultClient, http.MethodGet, path, "", nil, nil)
		if status != c.status || !strings.Contains(text, `"`+c.code+`"`) {
			t.Errorf("%.80s: %d %s", path, status, text)
		}
	}
	b := signintest.NewBrowser(t, d.url+"/signin")
	res := b.Get(d.url + api.Base + "/signin/nowhere?return=//evil.example")
	if to := res.Header.Get("Location"); !strings.HasPrefix(to, "/signin?problem=return_invalid&request=") {
		t.Errorf("a browser is sent to %q", to)
	}
}

// TestIntegrationSignInWithACard goes all the way: the console, the address that asks for a certificate, and back.
func TestIntegrationSignInWithACard(t *testing.T) {
	t.Parallel()
	authority := signintest.NewAuthority(t)
	card := authority.Person("ane", "/C=ES/serialNumber=IDCES-12345678Z/CN=ANE", "person_ext")
	verifier := clientcert.New(clientcert.Options{Log: slog.New(slog.DiscardHandler)})
	asking := httptest.NewUnstartedServer(nil)
	d := newDesk(t, func(o *signin.Options) {
		o.Checker, o.CertificateURL = verifier, "https://"+asking.Listener.Addr().String()+clientcert.Path
	})
	handler := clientcert.NewHandler(verifier, d.harness.Service, slog.New(slog.DiscardHandler))
	var current atomic.Pointer[clientcert.Handler]
	current.Store(handler)
	asking.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { current.Load().ServeHTTP(w, r) })
	server := authority.Server()
	asking.TLS = handler.TLS(&tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{server}})
	asking.StartTLS()
	t.Cleanup(asking.Close)
	d.put(api.SignInSettings{Local: true, Providers: []api.SignInProvider{}, ClientCertificates: api.SignInCertificateSettings{
		Enabled: true, Subject: "serial-number", Hosts: []string{authority.Host},
		Authorities: []api.SignInAuthority{{Name: "Stand-in", PEM: authority.PEM("root", "issuing")}},
	}})
	var methods api.SignInMethods
	d.call(http.DefaultClient, http.MethodGet, "/signin-methods", "", nil, &methods)
	if methods.ClientCertificate != "/api/v1/signin/clientcert" {
		t.Fatalf("%+v", methods)
	}
	pool := x509.NewCertPool()
	pool.AddCert(authority.Certificate("root"))
	browser := func(certificate *tls.Certificate) *signintest.Browser {
		b := signintest.NewBrowser(t, d.url+"/ledgers")
		config := &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
		config.GetClientCertificate = func(asked *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			if len(asked.AcceptableCAs) != 2 {
				t.Errorf("the browser is told of %d authorities", len(asked.AcceptableCAs))
			}
			if certificate == nil {
				return &tls.Certificate{}, nil
			}
			return certificate, nil
		}
		b.Client.Transport = &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}
		b.Client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
			if strings.HasPrefix(r.URL.Path, "/ledgers") || r.URL.Path == "/signin" && r.URL.Host == strings.TrimPrefix(d.url, "http://") {
				return http.ErrUseLastResponse
			}
			return nil
		}
		return b
	}
	start := d.url + methods.ClientCertificate + "?return=/ledgers"
	problem := func(what string, certificate *tls.Certificate, code string) {
		t.Helper()
		res := browser(certificate).Get(start)
		if to := res.Header.Get("Location"); !strings.HasPrefix(to, "/signin?problem="+code+"&") {
			t.Errorf("%s: %d %q, want %s", what, res.StatusCode, to, code)
		}
	}
	problem("a stranger", &card, "member_unknown")
	d.harness.Members.Links["clientcert/ES:12345678Z"] = "ane"
	b := browser(&card)
	res := b.Get(start)
	if res.Header.Get("Location") != "/ledgers" || cookieOf(res, "b4a_session").Value == "" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	if status, text := d.call(b.Client, http.MethodGet, "/session", "", nil, nil); status != http.StatusOK {
		t.Errorf("%d %s", status, text)
	}
	problem("no card", nil, "certificate_missing")
	other := signintest.NewImpostor(t).Person("ane", "/C=ES/serialNumber=IDCES-12345678Z/CN=ANE", "person_ext")
	problem("a card of an impostor", &other, "certificate_untrusted")
	forget := func() { // what was heard of the card
		v := clientcert.New(clientcert.Options{Log: slog.New(slog.DiscardHandler)})
		current.Store(clientcert.NewHandler(v, d.harness.Service, slog.New(slog.DiscardHandler)))
	}
	authority.Revoke("ane")
	forget()
	problem("a card that is revoked", &card, "certificate_revoked")
	authority.Down.Store(true)
	forget()
	problem("an authority that does not answer", &card, "revocation_unknown")

	// What the asking address says is for the browser that began, and for one use.
	stolen, err := d.harness.HandOver(strings.Repeat("s", 43), signin.Identity{Subject: "ES:12345678Z"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if res := browser(&card).Get(stolen); !strings.Contains(res.Header.Get("Location"), "problem=signin_lost") {
		t.Errorf("a hand-over in another browser: %v", res.Header)
	}
	for _, path := range []string{"/", "/signin", "/signin?state=short", "/api/v1/session"} {
		if res := browser(&card).Get(asking.URL + path); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}
