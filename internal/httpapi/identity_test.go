// SPDX-License-Identifier: Apache-2.0

package httpapi_test

import (
	"crypto/x509"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/servicetest"
	"github.com/blockchain4all/blockchain4all/internal/signin"
	"github.com/blockchain4all/blockchain4all/internal/signin/clientcert"
	"github.com/blockchain4all/blockchain4all/internal/signin/signintest"
)

// deck is an installation at which people sign in with cards of a stand-in authority.
type deck struct {
	*installation
	t         *testing.T
	authority *signintest.Authority
	settings  signin.Certificates
	operator  string
}

func newDeck(t *testing.T) *deck {
	t.Helper()
	d := &deck{installation: fresh(t), t: t, authority: signintest.NewAuthority(t)}
	d.organization(t, "own")
	d.operator, _ = d.session(t, d.person(t, "operator", "", access.Operator))
	d.settings = signin.Certificates{
		Enabled: true, Subject: signin.BySerialNumber, Hosts: []string{d.authority.Host},
		Authorities: []signin.Authority{{Name: "Stand-in", PEM: d.authority.PEM("root", "issuing")}},
	}
	_, err := d.signIn.Put(t.Context(), "test", 0, signin.Settings{Local: true, Certificates: d.settings})
	must(t, err)
	return d
}

// present signs in with a card, as the address that asks for certificates and the callback do.
func (d *deck) present(name string) (secret string, err error) {
	d.t.Helper()
	ctx := d.t.Context()
	started, err := d.signIn.Start(ctx, signin.CertificateProvider, "/", "")
	must(d.t, err)
	to, err := url.Parse(started.URL)
	must(d.t, err)
	state := to.Query().Get("state")
	// A verifier of its own has heard nothing of the card yet, unless told so by the authority's answer now.
	id, refused := clientcert.New(clientcert.Options{Log: d.Log}).Verify(ctx, d.settings, chainOf(d, name))
	back, err := d.signIn.HandOver(state, id, refused)
	must(d.t, err)
	if to, err = url.Parse(back); err != nil {
		d.t.Fatal(err)
	}
	in, err := d.signIn.Finish(ctx, signin.CertificateProvider, started.Cookie, signin.Answer{State: state, Code: to.Query().Get("code")})
	return in.Secret, err
}

func (d *deck) eventually(what string, done func() bool) {
	d.t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline:
			d.t.Fatalf("%s: not within 30 s", what)
		case <-tick.C:
		}
	}
}

// TestIntegrationCardsAreWatched: a card that is linked, or with which somebody signed in, is watched; when its authority
// revokes it, its sessions end and it opens none; unlinked, nobody watches it any more.
func TestIntegrationCardsAreWatched(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	servicetest.Run(t, d.revocation.Run)
	ane := d.person(t, "ane", "own", access.Admin)
	d.authority.Person("ane", "/C=ES/serialNumber=IDCES-12345678Z/CN=ANE", "person_ext")
	path := "/people/" + ane + "/identities"

	if _, err := d.present("ane"); fault.Of(err).Code != "member_unknown" {
		t.Fatalf("a card that nobody linked: %v", err)
	}
	for what, body := range map[string]api.NewIdentity{
		"identity_invalid":      {Provider: "clientcert"},
		"provider_not_found":    {Provider: "inor", Subject: "x"},
		"certificate_malformed": {Certificate: "x"},
		"certificate_untrusted": {Certificate: string(mustPEM(d, signintest.NewImpostor(t)))},
	} {
		if r := d.call(t, "POST", path, d.operator, body); r.code != what {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
	linked := into[api.Identity](t, d.call(t, "POST", path, d.operator, api.NewIdentity{Certificate: d.authority.PEM("ane")}))
	if linked.Subject != "ES:12345678Z" || len(linked.Certificates) != 1 {
		t.Fatalf("linked: %+v", linked)
	}
	list := func() api.Identity {
		t.Helper()
		all := into[api.Identities](t, d.call(t, "GET", path, d.operator, nil))
		if len(all.Items) != 1 || len(all.Items[0].Certificates) != 1 {
			t.Fatalf("identities: %+v", all)
		}
		return all.Items[0]
	}
	d.eventually("the authority's word", func() bool { return list().Certificates[0].State == "good" })

	secret, err := d.present("ane")
	must(t, err)
	other, _ := d.session(t, ane) // begun with a password
	for what, s := range map[string]string{"card": secret, "password": other} {
		if r := d.call(t, "GET", "/account", s, nil); r.status != http.StatusOK {
			t.Fatalf("%s: %d %s", what, r.status, r.body)
		}
	}
	d.authority.Revoke("ane")
	d.eventually("the end of the card's session", func() bool {
		return d.call(t, "GET", "/session", secret, nil).status == http.StatusUnauthorized
	})
	if r := d.call(t, "GET", "/account", other, nil); r.status != http.StatusOK {
		t.Errorf("a session begun with a password: %d", r.status)
	} else if own := into[api.Account](t, r); len(own.Identities) != 1 || own.Identities[0].Certificates[0].State != "revoked" {
		t.Errorf("the person does not see it: %+v", own.Identities)
	}
	d.settings.AcceptUnknown = true
	d.authority.Down.Store(true) // its word is not to be had any more: what is known of the card is enough
	if _, err := d.present("ane"); fault.Of(err).Code != "certificate_revoked" {
		t.Errorf("a card that is known to be revoked: %v", err)
	}
	if r := d.call(t, "DELETE", path+"/"+linked.ID, d.operator, nil); r.status != http.StatusNoContent {
		t.Fatalf("unlink: %d %s", r.status, r.body)
	}
	if left, err := d.revocation.CardsOf(t.Context(), ane); err != nil || len(left) != 0 {
		t.Errorf("watched after unlinking: %+v: %v", left, err)
	}
	if r := d.call(t, "DELETE", path+"/"+linked.ID, d.operator, nil); r.code != "identity_not_found" {
		t.Errorf("unlink twice: %d %s", r.status, r.code)
	}
}

// TestUnlinkEndsSessions: what was begun with a provider ends with the link to it.
func TestUnlinkEndsSessions(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	in.organization(t, "own")
	operator, _ := in.session(t, in.person(t, "operator", "", access.Operator))
	ane := in.person(t, "ane", "own", access.Admin)
	must(t, in.members.Link(t.Context(), ane, "dex", "ane"))
	begun, _, err := in.members.Session(t.Context(), ane, "oidc:dex", "")
	must(t, err)
	other, _ := in.session(t, ane)
	all := into[api.Identities](t, in.call(t, "GET", "/people/"+ane+"/identities", operator, nil))
	if r := in.call(t, "DELETE", "/people/"+ane+"/identities/"+all.Items[0].ID, operator, nil); r.status != http.StatusNoContent {
		t.Fatalf("unlink: %d %s", r.status, r.body)
	}
	for secret, want := range map[string]int{begun: http.StatusUnauthorized, other: http.StatusOK} {
		if r := in.call(t, "GET", "/session", secret, nil); r.status != want {
			t.Errorf("%d, want %d", r.status, want)
		}
	}
}

func chainOf(d *deck, name string) []*x509.Certificate {
	return []*x509.Certificate{d.authority.Certificate(name)}
}

func mustPEM(d *deck, impostor *signintest.Authority) []byte {
	d.t.Helper()
	impostor.Person("ane", "/C=ES/serialNumber=IDCES-12345678Z/CN=ANE", "person_ext")
	return []byte(impostor.PEM("ane"))
}
