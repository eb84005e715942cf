// SPDX-License-Identifier: Apache-2.0

package httpapi_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client/enrollment"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/member"
)

// TestOwnCertificates: a person sees what became of the certificates of each organization, and who is to know whose they
// are does.
func TestOwnCertificates(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	in.organization(t, "own")
	admin, _ := in.session(t, in.person(t, "jon", "own", access.Admin))
	colleague, _ := in.session(t, in.person(t, "beste", "own", access.Developer))
	id := in.person(t, "ane", "own", access.Developer)
	secret, _ := in.session(t, id)
	key, err := enrollment.NewKey()
	must(t, err)
	csr, err := enrollment.CSR(key, "ane")
	must(t, err)
	const path = "/organizations/own/certificates"
	first := into[api.IssuedCertificate](t, in.call(t, "POST", path, admin,
		api.NewCertificate{Name: "ane", Role: "client", CSR: string(csr), Member: id})).Certificate
	stored, err := in.orgs.Certificate(t.Context(), "own", first.Serial)
	must(t, err)
	second, err := in.orgs.Reissue(t.Context(), stored)
	must(t, err)

	own := func(secret string) map[string]api.OwnCertificate {
		t.Helper()
		all := map[string]api.OwnCertificate{}
		for _, c := range into[api.Page[api.OwnCertificate]](t, in.call(t, "GET", "/account/certificates", secret, nil)).Items {
			all[c.Certificate.Serial] = c
		}
		return all
	}
	got := own(secret)
	if c := got[first.Serial]; len(got) != 2 || c.RenewedBy != second.Serial || c.OrganizationName != "own" || c.External ||
		c.Certificate.KeyKeptBy != "holder" || c.Certificate.MemberName != "ane" {
		t.Errorf("%+v", got)
	}
	if c := got[second.Serial]; c.RenewedBy != "" || c.Certificate.Status != "valid" {
		t.Errorf("%+v", c)
	}
	if got := own(admin); len(got) != 0 {
		t.Errorf("another one's: %+v", got)
	}
	pages := 0
	for cursor := ""; ; pages++ {
		page := into[api.Page[api.OwnCertificate]](t, in.call(t, "GET", "/account/certificates?limit=1&cursor="+cursor, secret, nil))
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if pages != 1 {
		t.Errorf("%d pages more", pages)
	}

	for caller, name := range map[string]string{admin: "ane", colleague: ""} {
		all := into[api.Page[api.Certificate]](t, in.call(t, "GET", "/certificates?member="+id, caller, nil)).Items
		if len(all) != 2 || all[0].MemberName != name || all[0].Member != id {
			t.Errorf("name %q: %+v", name, all)
		}
	}
	all := into[api.Page[api.Certificate]](t, in.call(t, "GET", path, admin, nil)).Items
	office := slices.IndexFunc(all, func(c api.Certificate) bool { return c.Holder == "office" })
	if office < 0 || all[office].KeyKeptBy != "platform" || all[office].Member != "" {
		t.Errorf("%+v", all)
	}
	into[api.Application](t, in.call(t, "POST", "/organizations/own/applications", admin, api.NewApplication{Name: "matrikula"}))
	ofApplication, err := enrollment.CSR(key, "berea")
	must(t, err)
	into[api.Application](t, in.call(t, "POST", "/organizations/own/applications", admin,
		api.NewApplication{Name: "berea", CSR: string(ofApplication)}))
	for _, c := range into[api.Page[api.Certificate]](t, in.call(t, "GET", path+"?limit=200", admin, nil)).Items {
		want := "platform"
		if strings.HasPrefix(c.Holder, "member/") || c.Holder == "application/berea" {
			want = "holder"
		}
		if c.KeyKeptBy != want {
			t.Errorf("the key of %s is kept by the %s, want %s", c.Holder, c.KeyKeptBy, want)
		}
	}

	in.organization(t, "other")
	must(t, in.db.PutMembership(t.Context(), member.Membership{Member: id, Org: "other", Role: access.Reader, State: member.Active}))
	into[api.Member](t, in.call(t, "POST", "/organizations/own/members/"+id+"/suspend", admin, nil))
	elsewhere, _ := in.session(t, id)
	if c := own(elsewhere)[second.Serial].Certificate; c.Status != "revoked" || !slices.Equal(c.HeldBy, []string{"membership"}) {
		t.Errorf("suspended in the organization: %+v", c)
	}
	token := into[api.IssuedToken](t, in.call(t, "POST", "/tokens", elsewhere, api.NewToken{Name: "ci", Role: "reader", Organization: "other"}))
	if r := in.call(t, "GET", "/account/certificates", token.Secret, nil); r.code != "member_session_needed" {
		t.Errorf("an API token: %d %s", r.status, r.code)
	}
}
