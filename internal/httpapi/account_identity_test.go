// SPDX-License-Identifier: Apache-2.0

package httpapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/member"
	"github.com/blockchain4all/blockchain4all/internal/signin"
	"github.com/blockchain4all/blockchain4all/internal/signin/clientcert"
)

// link links a card to the account of a session over the API, as a browser does, and gives where it ends. between happens
// while the card is chosen.
func (d *deck) link(secret, card string, between func()) string {
	d.t.Helper()
	r := d.call(d.t, "POST", "/account/identities", secret, api.NewOwnIdentity{Provider: signin.CertificateProvider})
	to, err := url.Parse(into[api.SignInRedirect](d.t, r).URL)
	must(d.t, err)
	cookie, _, _ := strings.Cut(r.header.Get("Set-Cookie"), ";")
	between()
	id, refused := clientcert.New(clientcert.Options{Log: d.Log}).Verify(d.t.Context(), d.settings, chainOf(d, card))
	back, err := d.signIn.HandOver(to.Query().Get("state"), id, refused)
	must(d.t, err)
	at, err := url.Parse(back)
	must(d.t, err)
	// The session's cookie is SameSite=Strict: the browser that comes back from elsewhere sends the sign-in's alone.
	done := d.call(d.t, "GET", "/signin/clientcert/callback?"+at.RawQuery, "", nil, "Cookie", cookie, "Accept", "text/html")
	return done.header.Get("Location")
}

// TestIntegrationLinking: a person links and unlinks ways to sign in from a session that has just begun and goes on; nobody else's
// identity, and never the last way.
func TestIntegrationLinking(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	id := d.person(t, "ane", "own", access.Developer)
	d.authority.Person("ane", "/C=ES/serialNumber=IDCES-12345678Z/CN=ANE", "person_ext")
	d.authority.Person("jon", "/C=ES/serialNumber=IDCES-00000000T/CN=JON", "person_ext")
	secret, _ := d.session(t, id)
	other, _ := d.session(t, d.person(t, "jon", "own", access.Developer))
	const linked = "/account/security?linked=clientcert"
	nothing := func() {}
	identities := func(secret string) []api.Identity {
		t.Helper()
		return into[api.Account](t, d.call(t, "GET", "/account", secret, nil)).Identities
	}
	unlink := func(secret, id string) reply { return d.call(t, "DELETE", "/account/identities/"+id, secret, nil) }

	if to := d.link(secret, "ane", nothing); to != linked {
		t.Fatalf("linked: %q", to)
	}
	got := identities(secret)
	if len(got) != 1 || got[0].Provider != signin.CertificateProvider || len(got[0].Certificates) != 1 || got[0].Last {
		t.Fatalf("%+v", got)
	}
	if m := <-d.mails.sent; m.Template != "sign-in-linked" || m.To != "ane@example.eus" {
		t.Errorf("%+v", m)
	}
	if opened, err := d.present("ane"); err != nil || opened == "" {
		t.Errorf("it opens no session: %v", err)
	}
	if to := d.link(other, "ane", nothing); to != "/account/security?problem=identity_taken" {
		t.Errorf("another's: %q", to)
	}
	if _, err := d.present("jon"); fault.Of(err).Code != "member_unknown" {
		t.Errorf("a card that nobody linked: %v", err)
	}
	if to := d.link(other, "jon", nothing); to != linked || (<-d.mails.sent).To != "jon@example.eus" {
		t.Errorf("another card: %q", to)
	}
	if to := d.link(secret, "ane", nothing); to != linked || len(d.mails.sent) != 0 {
		t.Errorf("again: %q, %d mails", to, len(d.mails.sent))
	}
	fleeting, _ := d.session(t, id)
	if to := d.link(fleeting, "ane", func() { d.call(t, "DELETE", "/session", fleeting, nil) }); to != "/account/security?problem=signin_lost" {
		t.Errorf("by a session that has ended: %q", to)
	}

	if r := unlink(other, got[0].ID); r.code != "identity_not_found" {
		t.Errorf("another's is unlinked: %d %s", r.status, r.code)
	}
	secrets, err := d.db.GetSecrets(t.Context(), id)
	must(t, err)
	must(t, d.db.PutSecrets(t.Context(), member.Secrets{Member: id}))
	if r := unlink(secret, got[0].ID); r.code != "last_sign_in" || !identities(secret)[0].Last {
		t.Errorf("the last way: %d %s", r.status, r.code)
	}
	must(t, d.db.PutSecrets(t.Context(), secrets))

	later := time.Now().Add(member.Fresh + time.Minute)
	d.frozen = &later
	for what, r := range map[string]reply{
		"link":   d.call(t, "POST", "/account/identities", secret, api.NewOwnIdentity{Provider: signin.CertificateProvider}),
		"unlink": unlink(secret, got[0].ID),
	} {
		if r.status != http.StatusForbidden || r.code != "sign_in_stale" {
			t.Errorf("%s from a session that began before: %d %s", what, r.status, r.code)
		}
	}
	d.frozen = nil
	if r := unlink(secret, got[0].ID); r.status != http.StatusNoContent {
		t.Errorf("unlink: %d %s", r.status, r.code)
	}
	if m := <-d.mails.sent; m.Template != "sign-in-unlinked" {
		t.Errorf("%+v", m)
	}
	if _, err := d.present("ane"); err == nil {
		t.Error("it still opens a session")
	}
	token := into[api.IssuedToken](t, d.call(t, "POST", "/tokens", secret, api.NewToken{Name: "ci", Role: "developer", Organization: "own"}))
	if r := d.call(t, "POST", "/account/identities", token.Secret, api.NewOwnIdentity{Provider: signin.CertificateProvider}); r.code != "member_session_needed" {
		t.Errorf("an API token links: %d %s", r.status, r.code)
	}
}
