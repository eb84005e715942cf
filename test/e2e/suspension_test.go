// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
	"github.com/blockchain4all/blockchain4all/client/enrollment"
)

// member invites a person into an organization, accepts as that person and signs in.
func (p *platform) member(org, name, role string) (api.Member, *client.Client) {
	p.t.Helper()
	ctx := p.t.Context()
	invited, err := p.c.InviteMember(ctx, org, api.NewMember{Email: name + "@example.eus", Name: name, Locale: "eu", Role: role})
	if err != nil {
		p.t.Fatal(err)
	}
	_, secret, _ := strings.Cut(invited.Link, "#code=")
	const password = "zuhaitz berde handia"
	body, err := json.Marshal(api.InvitationAcceptance{Code: secret, Password: password})
	if err != nil {
		p.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.address+api.Base+"/invitations/accept", bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		p.t.Fatalf("accept the invitation of %s: %s", name, res.Status)
	}
	anonymous, err := client.New("http://"+p.address, "")
	if err != nil {
		p.t.Fatal(err)
	}
	session, _, err := anonymous.SignIn(ctx, api.NewSession{Email: name + "@example.eus", Password: password})
	if err != nil {
		p.t.Fatal(err)
	}
	as, err := client.New("http://"+p.address, session)
	if err != nil {
		p.t.Fatal(err)
	}
	return invited.Member, as
}

// enrol gets a certificate on a key of the caller's own.
func (p *platform) enrol(as *client.Client, org, name, of string) person {
	p.t.Helper()
	return p.enrolAs(as, org, name, "client", of)
}

// enrolAs enrols with a role of certificates, client or admin.
func (p *platform) enrolAs(as *client.Client, org, name, role, of string) person {
	p.t.Helper()
	dir := p.t.TempDir()
	who := person{org: org, name: name, key: filepath.Join(dir, "key.pem"), cert: filepath.Join(dir, "cert.pem")}
	key, err := enrollment.NewKey()
	if err != nil {
		p.t.Fatal(err)
	}
	csr, err := enrollment.CSR(key, name)
	if err != nil {
		p.t.Fatal(err)
	}
	keyPEM, err := enrollment.EncodeKey(key)
	if err != nil {
		p.t.Fatal(err)
	}
	issued, err := as.NewCertificate(p.t.Context(), org, api.NewCertificate{
		Name: name, Role: role, CSR: string(csr), Member: of, Attributes: map[string]string{"b4a.role": "examiner"},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	for file, data := range map[string][]byte{who.key: keyPEM, who.cert: []byte(issued.Certificate.PEM)} {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			p.t.Fatal(err)
		}
	}
	who.serial = issued.Certificate.Serial
	return who
}

// namedInTrail checks that the end of an operation which a member's act began names the member, and that the trail tells
// of the platform's start.
func (p *platform) namedInTrail(org, name string) {
	p.t.Helper()
	started, named := false, false
	for e, err := range p.c.Audit(p.t.Context(), client.AuditFilter{}) {
		if err != nil {
			p.t.Fatal(err)
		}
		started = started || e.Action == "platform.start" && e.Actor.Credential == "platform"
		named = named || e.Action == "operation.end" && e.Actor.Name == name && e.Actor.Member != "" && e.Actor.Organization == org
	}
	if !started || !named {
		p.t.Errorf("the trail tells of the start: %t, of %s, who began an operation: %t", started, name, named)
	}
}

// TestIntegrationSuspendedMember: who is suspended can't go on with keys of their own at the peers; who is resumed can.
func TestIntegrationSuspendedMember(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	ctx := t.Context()
	p.org("unibertsitatea")
	p.org("bizkaia")
	orgs := []string{"platform", "unibertsitatea", "bizkaia"}
	p.ledger("etenda", orgs...)
	p.exams("etenda")
	p.submit("etenda", "unibertsitatea", "CreateSession", nil, "saioa", "Saioa", "2026-06-15")
	_, jonAPI := p.member("unibertsitatea", "jon", "admin")
	ane, aneAPI := p.member("unibertsitatea", "ane", "admin")
	miren, mirenAPI := p.member("unibertsitatea", "miren", "developer")
	anes, jons := p.enrol(aneAPI, "unibertsitatea", "ane", ""), p.enrol(jonAPI, "unibertsitatea", "jon", "")
	mirens := p.enrol(jonAPI, "unibertsitatea", "miren", miren.Person.ID) // an administrator enrols a developer
	app, err := mirenAPI.NewApplication(ctx, "unibertsitatea", api.NewApplication{Name: "zaintzaile"})
	if err != nil || app.Certificate.Member != miren.Person.ID {
		t.Fatalf("application: %+v: %v", app, err)
	}
	for what, c := range map[string]struct {
		of  person
		who string
	}{"own": {anes, ane.Person.ID}, "for another": {mirens, miren.Person.ID}} {
		if got := p.certificate("unibertsitatea", c.of.serial); got.Member != c.who {
			t.Errorf("%s: the inventory names %q, want %s", what, got.Member, c.who)
		}
	}
	works := func(who person, ref string) {
		t.Helper()
		if errs, code := p.record("etenda", who, ref); code != 0 {
			t.Errorf("%s: %s", who.name, errs)
		}
		for _, o := range orgs {
			if err := p.endorsedBy(t.Context(), "etenda", o, who, ref+"-"+o); err != nil {
				t.Errorf("%s at the peer of %s: %v", who.name, o, err)
			}
		}
	}
	// reached waits until the ledger refuses what is on hold, or takes it again.
	reached := func(who person, heldBy ...string) {
		t.Helper()
		p.eventually("hold of "+who.name, func(ctx context.Context) error {
			ops, err := client.Collect(p.c.Operations(ctx, client.OperationFilter{}), 0)
			if err != nil {
				return err
			}
			for _, op := range ops {
				if op.Kind == "certificate.revoke" && op.State != "succeeded" {
					return &api.Problem{Detail: "operation is " + op.State}
				}
			}
			return nil
		})
		if c := p.certificate("unibertsitatea", who.serial); !slices.Equal(c.HeldBy, heldBy) {
			t.Errorf("%s is on hold with %v, want %v", who.name, c.HeldBy, heldBy)
		}
	}
	works(anes, "aurretik")

	if _, err := jonAPI.SuspendMember(ctx, "unibertsitatea", ane.Person.ID); err != nil {
		t.Fatal(err)
	}
	reached(anes, "membership")
	t.Logf("refused since block %d", p.effectOn("etenda", "unibertsitatea", anes.serial))
	p.refusedBy("etenda", anes, orgs...)
	works(jons, "besteek")
	if _, err := p.c.SuspendPerson(ctx, ane.Person.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := jonAPI.ResumeMember(ctx, "unibertsitatea", ane.Person.ID); err != nil {
		t.Fatal(err)
	}
	reached(anes, "person")
	p.refusedBy("etenda", anes, orgs...)
	if _, err := p.c.ResumePerson(ctx, ane.Person.ID); err != nil {
		t.Fatal(err)
	}
	reached(anes)
	works(anes, "ostera")
	p.namedInTrail("unibertsitatea", "jon")

	admins := p.enrolAs(jonAPI, "unibertsitatea", "ane", "admin", ane.Person.ID)
	works(admins, "administratzaile")
	if _, err := jonAPI.SetMemberRole(ctx, "unibertsitatea", ane.Person.ID, "developer"); err != nil {
		t.Fatal(err)
	}
	reached(admins)
	if c := p.certificate("unibertsitatea", admins.serial); c.Status != "revoked" || c.Reason != "privilegeWithdrawn" {
		t.Errorf("who is an administrator no longer: %+v", c)
	}
	p.refusedBy("etenda", admins, orgs...)
	works(anes, "garatzaile")

	if err := jonAPI.RemoveMember(ctx, "unibertsitatea", miren.Person.ID); err != nil {
		t.Fatal(err)
	}
	reached(mirens)
	if c := p.certificate("unibertsitatea", mirens.serial); c.Status != "revoked" || c.Reason != "cessationOfOperation" {
		t.Errorf("who has left: %+v", c)
	}
	p.refusedBy("etenda", mirens, "bizkaia", "unibertsitatea")
	call := api.Call{Organization: "unibertsitatea", Application: "zaintzaile", Function: "GetSession", Arguments: []string{"saioa"}}
	if _, err := p.c.Evaluate(ctx, "etenda", "exams", call); err != nil {
		t.Errorf("an application whose key the platform keeps stops with who registered it: %v", err)
	}
}
