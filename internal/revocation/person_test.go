// SPDX-License-Identifier: Apache-2.0

package revocation_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/blockchain4all/blockchain4all/client/enrollment"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/member"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/revocation"
)

// people are the members of the platform, by "member/org".
type people struct {
	mu     sync.Mutex
	person map[string]member.State
	at     map[string]member.State
	role   map[string]access.Role
}

func (p *people) PlaceOf(_ context.Context, memberID, orgID string) (member.Place, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := memberID + "/" + orgID
	return member.Place{Person: p.person[memberID], Membership: p.at[at], Role: p.role[at]}, nil
}

func (p *people) setRole(at string, role access.Role) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.role[at] = role
}

func (p *people) set(memberID, orgID string, person, membership member.State) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.person[memberID], p.at[memberID+"/"+orgID] = person, membership
}

// issued gives a certificate that a person got on an own key.
func (f *fixture) issued(name string, who org.Person) org.Certificate {
	f.t.Helper()
	return f.issuedAs(name, "client", who)
}

func (f *fixture) issuedAs(name, role string, who org.Person) org.Certificate {
	f.t.Helper()
	c, err := f.orgs.IssueCertificate(f.t.Context(), org.NewCertificate{
		Org: "bizkaia", Name: name, Role: role, CSR: f.csr(name), For: who,
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

func (f *fixture) csr(name string) []byte {
	f.t.Helper()
	key, err := enrollment.NewKey()
	if err != nil {
		f.t.Fatal(err)
	}
	csr, err := enrollment.CSR(key, name)
	if err != nil {
		f.t.Fatal(err)
	}
	return csr
}

// settled waits until all revocations have reached the ledgers and tells which serials the MSP definition's list names.
func (f *fixture) settled() []string {
	f.t.Helper()
	unfinished, err := f.db.UnfinishedOperations(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	for _, op := range unfinished {
		f.done(op, nil)
	}
	crl := f.issuer().CRL
	if len(crl) == 0 {
		return nil
	}
	listed, err := pki.ListedSerials(crl)
	if err != nil {
		f.t.Fatal(err)
	}
	return listed
}

func TestFollowMember(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ane, jon := org.Person{Member: "ANE", Org: "bizkaia"}, org.Person{Member: "JON"} // an operator
	c, other, nobodys := f.issued("ane", ane), f.issued("jon", jon), f.member("old", "client")
	app := func(name string, csr []byte) org.Certificate {
		_, cert, err := f.orgs.CreateApplication(t.Context(), org.NewApplication{Org: "bizkaia", Name: name, CSR: csr, For: ane})
		if err != nil {
			t.Fatal(err)
		}
		return cert
	}
	own, custodial := app("own", f.csr("own")), app("custodial", nil)
	renewed, err := f.orgs.Reissue(t.Context(), c)
	if err != nil || renewed.Member != "ANE" || renewed.MemberOf != "bizkaia" {
		t.Fatalf("renewed: %+v: %v", renewed, err)
	}
	anes := []string{c.Serial, own.Serial, renewed.Serial}
	slices.Sort(anes)

	follow := func(what string, want []string, heldBy ...string) {
		t.Helper()
		for range 2 { // the second time changes nothing
			if err := f.FollowMember(t.Context(), "ANE"); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if got := f.settled(); !slices.Equal(got, want) {
				t.Errorf("%s: the ledgers refuse %v, want %v", what, got, want)
			}
		}
		if got := f.get(renewed.Serial); !slices.Equal(got.HeldBy, heldBy) {
			t.Errorf("%s: on hold with %v, want %v", what, got.HeldBy, heldBy)
		}
	}
	f.people.set("JON", "", member.Active, member.Active)
	f.people.set("ANE", "bizkaia", member.Active, member.Active)
	follow("active", nil)
	f.people.set("ANE", "bizkaia", member.Active, member.Suspended)
	follow("suspended in the organization", anes, "membership")
	f.people.set("ANE", "bizkaia", member.Suspended, member.Suspended)
	follow("suspended everywhere too", anes, "membership", "person")
	f.people.set("ANE", "bizkaia", member.Suspended, member.Active)
	follow("resumed in the organization only", anes, "person")
	f.done(f.Revoke(t.Context(), "bizkaia", own.Serial, org.Hold, "x", "")) // by an administrator, apart
	f.people.set("ANE", "bizkaia", member.Active, member.Active)
	follow("resumed", []string{own.Serial})
	f.people.set("ANE", "bizkaia", member.Active, "")
	follow("left", anes)
	for _, serial := range anes {
		if got := f.get(serial); got.Reason != "cessationOfOperation" || got.RevokedAt.IsZero() {
			t.Errorf("left: %+v", got)
		}
	}
	f.people.set("ANE", "bizkaia", member.Active, member.Active)
	follow("back again", anes)
	for _, untouched := range []org.Certificate{other, nobodys, custodial} {
		if got := f.get(untouched.Serial); !got.RevokedAt.IsZero() {
			t.Errorf("%s is revoked with another member: %+v", got.Holder, got)
		}
	}
}

// TestRoundFollowsMembers: what could not be told at once is done by the next round.
func TestRoundFollowsMembers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.issued("ane", org.Person{Member: "ANE", Org: "bizkaia"})
	f.people.set("ANE", "bizkaia", "", "")
	if err := f.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := f.settled(); !slices.Equal(got, []string{c.Serial}) {
		t.Errorf("the ledgers refuse %v", got)
	}
	ops, err := f.Engine.List(t.Context(), operation.Filter{Subject: revocation.Subject("bizkaia")})
	if err != nil || len(ops) != 1 || ops[0].Actor != revocation.Actor {
		t.Errorf("%+v: %v", ops, err)
	}
}

// TestFollowRole: an administrator's certificate ends with that role, of the membership by which it was got, and nothing
// else does.
func TestFollowRole(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	here, platform := org.Person{Member: "ANE", Org: "bizkaia"}, org.Person{Member: "ANE"}
	f.people.set("ANE", "bizkaia", member.Active, member.Active)
	f.people.set("ANE", "", member.Active, member.Active)
	f.people.setRole("ANE/bizkaia", access.Admin)
	f.people.setRole("ANE/", access.Operator)
	client, admin, operators := f.issuedAs("ane", "client", here), f.issuedAs("ane", "admin", here), f.issuedAs("ane", "admin", platform)
	onHold := f.issuedAs("ane-2", "admin", here)
	f.done(f.Revoke(t.Context(), "bizkaia", onHold.Serial, org.Hold, "x", ""))
	gone := []string{admin.Serial, onHold.Serial}
	slices.Sort(gone)
	follow := func(what string, want []string) {
		t.Helper()
		for range 2 {
			if err := f.FollowMember(t.Context(), "ANE"); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if got := f.settled(); !slices.Equal(got, want) {
				t.Errorf("%s: the ledgers refuse %v, want %v", what, got, want)
			}
		}
	}
	follow("administrator", []string{onHold.Serial})
	f.people.setRole("ANE/bizkaia", access.Developer)
	follow("developer", gone)
	for _, serial := range gone {
		if got := f.get(serial); got.Reason != "privilegeWithdrawn" || got.Held() || len(got.Effects) != 1 {
			t.Errorf("developer: %+v", got)
		}
	}
	f.people.setRole("ANE/bizkaia", access.Admin)
	follow("administrator again", gone)
	f.people.setRole("ANE/", access.Auditor)
	gone = append(gone, operators.Serial)
	slices.Sort(gone)
	follow("auditor", gone)
	if got := f.get(client.Serial); !got.RevokedAt.IsZero() {
		t.Errorf("the client's certificate: %+v", got)
	}
}
