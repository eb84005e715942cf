// SPDX-License-Identifier: Apache-2.0

package oidc_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/signin"
	"github.com/blockchain4all/blockchain4all/internal/signin/oidc"
	"github.com/blockchain4all/blockchain4all/internal/signin/signintest"
)

const callback = signintest.CallbackURL + "/dex/callback"

func withDex(t *testing.T) (*signintest.Harness, signin.Provider) {
	t.Helper()
	dex := signintest.StartDex(t, callback)
	h := signintest.New(t, map[signin.Kind]signin.Adapter{signin.OIDC: oidc.New(oidc.Options{})})
	p := signin.Provider{
		ID: "dex", Kind: signin.OIDC, Names: map[string]string{"en": "Dex"}, ClientID: signintest.DexClient,
		Secret: signintest.DexSecret, ClientAuth: signin.Basic, Issuer: dex.Issuer, Scopes: []string{"email", "profile"},
	}
	return h, p
}

// answer signs in at dex with a password and gives what the browser would bring to the callback.
func answer(t *testing.T, to, password string) signin.Answer {
	t.Helper()
	b := signintest.NewBrowser(t, callback)
	res := b.SubmitPassword(b.Get(to), signintest.DexEmail, password)
	if res.StatusCode != http.StatusSeeOther {
		return signin.Answer{}
	}
	back, err := url.Parse(res.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	q := back.Query()
	return signin.Answer{State: q.Get("state"), Code: q.Get("code"), Error: q.Get("error"), Issuer: q.Get("iss")}
}

func coded(t *testing.T, what string, err error, code string) {
	t.Helper()
	if err == nil || fault.Of(err).Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestIntegrationDex(t *testing.T) {
	t.Parallel()
	h, p := withDex(t)
	h.Use(t, signin.Settings{Local: true, Providers: []signin.Provider{p}})
	ctx := t.Context()

	began, err := h.Start(ctx, "dex", "/ledgers?x=1", "eu")
	if err != nil {
		t.Fatal(err)
	}
	if a := answer(t, began.URL, "not the password"); a.Code != "" {
		t.Error("a wrong password is let in")
	}
	a := answer(t, began.URL, signintest.DexPassword)
	if a.Code == "" {
		t.Fatalf("%+v", a)
	}
	h.Restart(t) // in the middle of a sign-in
	_, err = h.Finish(ctx, "dex", began.Cookie, a)
	coded(t, "a stranger whose provider is not trusted for addresses", err, "member_unknown")
	if len(h.Members.Sessions) != 0 {
		t.Fatal("a session of a stranger")
	}

	h.Members.Emails[signintest.DexEmail] = "ane"
	began, a = again(t, h)
	_, err = h.Finish(ctx, "dex", began.Cookie, a)
	coded(t, "a member's address at a provider that is not trusted for addresses", err, "member_unknown")

	p.TrustEmail, p.Secret = true, "" // the secret stays
	h.Use(t, signin.Settings{Local: true, Providers: []signin.Provider{p}})
	began, a = again(t, h)
	in, err := h.Finish(ctx, "dex", began.Cookie, a)
	if err != nil {
		t.Fatalf("%v: %v", err, fault.Of(err).Cause)
	}
	if in.Return != "/ledgers?x=1" || in.Principal.ID != "ane" {
		t.Errorf("%+v", in)
	}
	_, err = h.Finish(ctx, "dex", began.Cookie, a)
	coded(t, "the same answer again", err, "signin_used")
	delete(h.Members.Emails, signintest.DexEmail)
	began, a = again(t, h)
	if _, err := h.Finish(ctx, "dex", began.Cookie, a); err != nil {
		t.Errorf("the account is linked, whatever its address: %v", err)
	}
	if diff := cmp.Diff([]string{"ane oidc:dex", "ane oidc:dex"}, h.Members.Sessions); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	h.Members.Refuse["ane"] = fault.New(fault.Forbidden, "member_suspended", "suspended")
	began, a = again(t, h)
	_, err = h.Finish(ctx, "dex", began.Cookie, a)
	coded(t, "a suspended member", err, "member_suspended")
}

func again(t *testing.T, h *signintest.Harness) (signin.Started, signin.Answer) {
	t.Helper()
	began, err := h.Start(t.Context(), "dex", "/ledgers?x=1", "")
	if err != nil {
		t.Fatal(err)
	}
	a := answer(t, began.URL, signintest.DexPassword)
	return began, a
}

// TestIntegrationDexAttacks has an answer of dex fall into wrong hands.
func TestIntegrationDexAttacks(t *testing.T) {
	t.Parallel()
	h, p := withDex(t)
	p.TrustEmail = true
	h.Members.Emails[signintest.DexEmail] = "ane"
	other := p
	other.ID = "other"
	h.Use(t, signin.Settings{Providers: []signin.Provider{p, other}})
	ctx := t.Context()

	victim, err := h.Start(ctx, "dex", "/", "")
	if err != nil {
		t.Fatal(err)
	}
	_, a := again(t, h) // the attacker's own answer, at the victim's browser
	_, err = h.Finish(ctx, "dex", victim.Cookie, a)
	coded(t, "another browser's answer", err, "signin_lost")
	_, err = h.Finish(ctx, "dex", "", a)
	coded(t, "no cookie", err, "signin_lost")
	_, err = h.Finish(ctx, "dex", victim.Cookie+"A", a)
	coded(t, "a changed cookie", err, "signin_lost")

	// A stolen code, put into a sign-in of the thief's own: PKCE and nonce bind it to the other one.
	_, stolen := again(t, h)
	thief, err := h.Start(ctx, "dex", "/", "")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(thief.URL)
	if err != nil {
		t.Fatal(err)
	}
	if u.Query().Get("code_challenge_method") != "S256" || u.Query().Get("nonce") == "" {
		t.Errorf("no PKCE or no nonce: %s", thief.URL)
	}
	stolen.State = u.Query().Get("state")
	_, err = h.Finish(ctx, "dex", thief.Cookie, stolen)
	coded(t, "a stolen code", err, "signin_code_refused")

	began, a := again(t, h)
	_, err = h.Finish(ctx, "other", began.Cookie, a)
	coded(t, "an answer for another provider", err, "signin_lost")
	h.Clock.Move(11 * time.Minute)
	_, err = h.Finish(ctx, "dex", began.Cookie, a)
	coded(t, "too late", err, "signin_expired")
	if len(h.Members.Sessions) != 0 {
		t.Errorf("sessions: %v", h.Members.Sessions)
	}
}
