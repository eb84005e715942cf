// SPDX-License-Identifier: Apache-2.0

package httpapi_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client/enrollment"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// brought gives an installation an organization that issues for itself, and what issues its certificates.
func (in *installation) brought(t *testing.T, id string) (issue func(name, role string) string) {
	t.Helper()
	key := func() *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		must(t, err)
		return k
	}
	root, err := pki.NewRoot(key(), pki.Subject{CommonName: id, Organization: id}, 48*time.Hour, time.Now())
	must(t, err)
	must(t, in.db.CreateOrganization(t.Context(), org.Organization{
		ID: id, Name: id, Kind: "company", MSPID: msp.MSPID(id), External: true, State: org.Active, Administration: org.OwnAdministration,
	}))
	must(t, in.db.PutMSP(t.Context(), org.ImportedMSP{Org: id, Definition: msp.Definition{
		MSPID: msp.MSPID(id), RootCerts: [][]byte{root.CertificatePEM()}, TLSRootCerts: [][]byte{root.CertificatePEM()},
	}}))
	return func(name, role string) string {
		cert, err := root.Issue(key().Public(), pki.Profile{
			CommonName: name, Organization: id, OrganizationalUnit: role, Usage: pki.Sign, Lifetime: 24 * time.Hour,
		}, time.Now())
		must(t, err)
		return string(cert)
	}
}

// TestBoundCertificates: what an organization's own authority issued follows the person whose it is, on the platform only,
// and for the time being only; no suspension is escaped by binding to somebody else.
func TestBoundCertificates(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	issue := in.brought(t, "araba")
	operator, _ := in.session(t, in.person(t, "op", "", access.Operator))
	admin, _ := in.session(t, in.person(t, "jon", "araba", access.Admin))
	ane, miren := in.person(t, "ane", "araba", access.Developer), in.person(t, "miren", "araba", access.Admin)
	const people = "/organizations/araba/members/"
	record := func(holder, role, member string) reply {
		return in.call(t, "POST", "/organizations/araba/recorded-certificates", admin,
			api.RecordedCertificate{Holder: holder, PEM: issue(holder, role), Member: member})
	}
	bind := func(c api.Certificate, member string) reply {
		return in.call(t, "PUT", "/organizations/araba/certificates/"+c.Serial+"/member", admin, api.CertificateMember{Member: member})
	}
	held := func(what string, c api.Certificate, by ...string) {
		t.Helper()
		all := into[api.Page[api.Certificate]](t, in.call(t, "GET", "/certificates?org=araba&holder="+c.Holder, admin, nil)).Items
		if len(all) != 1 || !slices.Equal(all[0].HeldBy, by) || len(by) == 0 && all[0].Status == "revoked" {
			t.Errorf("%s: %+v, want on hold with %v", what, all, by)
		}
		err := in.orgs.CheckStanding(t.Context(), "araba", []byte(c.PEM))
		if (err != nil) != (len(by) > 0) || err != nil && fault.Of(err).Code != "certificate_revoked" {
			t.Errorf("%s: the platform says %v", what, err)
		}
	}
	refused := func(what string, r reply, code string) {
		t.Helper()
		if r.status != http.StatusConflict || r.code != code {
			t.Errorf("%s: %d %s, want %s", what, r.status, r.code, code)
		}
	}
	do := func(method, path, secret string, body any) {
		t.Helper()
		if r := in.call(t, method, path, secret, body); r.status >= http.StatusBadRequest {
			t.Fatalf("%s %s: %d %s", method, path, r.status, r.body)
		}
	}

	c := into[api.Certificate](t, record("member/ane", "client", ane))
	if c.Member != ane || c.MemberOf != "araba" || c.MemberName != "ane" || c.KeyKeptBy != "holder" {
		t.Errorf("%+v", c)
	}
	refused("an administrator's for a developer", record("member/ane-2", "admin", ane), "member_not_administrator")
	if r := record("member/ane-3", "client", "nobody"); r.status != http.StatusNotFound {
		t.Errorf("a stranger's: %d %s", r.status, r.code)
	}
	do("POST", people+ane+"/suspend", admin, nil)
	held("suspended", c, "membership")
	refused("to somebody else while suspended", bind(c, miren), "certificate_holder_suspended")
	refused("to nobody while suspended", bind(c, ""), "certificate_holder_suspended")
	do("POST", people+ane+"/resume", admin, nil)
	held("resumed", c)
	do("POST", "/people/"+ane+"/suspend", operator, nil)
	refused("an operator's suspension", bind(c, miren), "certificate_holder_suspended")
	held("suspended everywhere", c, "person")
	do("POST", "/people/"+ane+"/resume", operator, nil)
	do("DELETE", people+ane, admin, nil)
	held("left", c, "left")
	into[api.Certificate](t, bind(c, miren))
	held("another one's", c)

	a := into[api.Certificate](t, record("member/miren", "admin", miren))
	do("PUT", people+miren, admin, api.MemberRole{Role: "reader"})
	held("no administrator any more", a, "role")
	held("the client's", c)
	do("PUT", people+miren, admin, api.MemberRole{Role: "admin"})
	held("administrator again", a)
	into[api.Certificate](t, bind(a, ""))
	do("PUT", people+miren, admin, api.MemberRole{Role: "reader"})
	held("nobody's", a)
}

// TestBoundOnce: a certificate of the platform's that is nobody's is bound once, and follows like one issued for the person.
func TestBoundOnce(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	in.organization(t, "own")
	admin, _ := in.session(t, in.person(t, "jon", "own", access.Admin))
	ane, miren := in.person(t, "ane", "own", access.Developer), in.person(t, "miren", "own", access.Developer)
	key, err := enrollment.NewKey()
	must(t, err)
	csr, err := enrollment.CSR(key, "zaharra")
	must(t, err)
	c, err := in.orgs.IssueCertificate(t.Context(), org.NewCertificate{Org: "own", Name: "zaharra", Role: "client", CSR: csr})
	must(t, err)
	const path = "/organizations/own/certificates/"
	bind := func(serial, member string) reply {
		return in.call(t, "PUT", path+serial+"/member", admin, api.CertificateMember{Member: member})
	}
	office, err := in.orgs.Latest(t.Context(), "own", org.HolderOffice, org.Sign)
	must(t, err)
	if r := bind(office.Serial, ane); r.code != "certificate_not_personal" {
		t.Errorf("the office's: %d %s", r.status, r.code)
	}
	if got := into[api.Certificate](t, bind(c.Serial, ane)); got.Member != ane {
		t.Errorf("%+v", got)
	}
	into[api.Certificate](t, bind(c.Serial, ane)) // again
	for _, other := range []string{miren, ""} {
		if r := bind(c.Serial, other); r.code != "certificate_bound" {
			t.Errorf("to %q: %d %s", other, r.status, r.code)
		}
	}
	if r := in.call(t, "DELETE", "/organizations/own/members/"+ane, admin, nil); r.status != http.StatusNoContent {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if got, err := in.orgs.Certificate(t.Context(), "own", c.Serial); err != nil || got.Reason != "cessationOfOperation" {
		t.Errorf("%+v: %v", got, err)
	}
}
