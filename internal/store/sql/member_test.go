// SPDX-License-Identifier: Apache-2.0

package sql_test

import (
	"fmt"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/member"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/store/sql"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
)

func TestMembers(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	for i, name := range hostile() {
		m := member.Member{ID: fmt.Sprint("m", i), Email: name, Name: name, Locale: "eu", State: member.Invited, CreatedAt: at(i)}
		if err := db.CreateMember(ctx, m); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		m.State, m.EmailVerified = member.Active, true
		if err := db.UpdateMember(ctx, m); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		got, found, err := db.FindMember(ctx, name)
		check(t, name, err, m, got)
		if !found {
			t.Errorf("%q is not found", name)
		}
	}
	coded(t, "taken", db.CreateMember(ctx, member.Member{ID: "x", Email: "plain"}), "member_exists")
	coded(t, "moved onto another", db.UpdateMember(ctx, member.Member{ID: "m1", Email: "plain"}), "member_exists")
	coded(t, "update of nothing", db.UpdateMember(ctx, member.Member{ID: "none", Email: "none"}), "member_not_found")
	_, err := db.GetMember(ctx, "none")
	coded(t, "nothing", err, "member_not_found")
	if page, err := db.ListPeople(ctx, "m3", 2); err != nil || len(page) != 2 || page[0].ID != "m4" {
		t.Errorf("page: %+v: %v", page, err)
	}
}

func TestMembershipsAndWhatBelongsToPeople(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	for _, id := range []string{"m1", "m2"} {
		if err := db.CreateMember(ctx, member.Member{ID: id, Email: id, State: member.Active}); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range []member.Membership{
		{Member: "m1", Org: "own", Role: access.Reader, State: member.Invited},
		{Member: "m1", Org: "own", Role: access.Admin, State: member.Active},
		{Member: "m1", Org: "", Role: access.Auditor, State: member.Active},
		{Member: "m2", Org: "own", Role: access.Reader, State: member.Active},
	} {
		if err := db.PutMembership(ctx, m); err != nil {
			t.Fatal(err)
		}
	}
	own, err := db.Memberships(ctx, "m1")
	if err != nil || len(own) != 2 || own[0].Org != "" || own[1].Role != access.Admin {
		t.Errorf("%+v: %v", own, err)
	}
	if page, err := db.OrganizationMembers(ctx, "own", "m1", 5); err != nil || len(page) != 1 || page[0].Member != "m2" {
		t.Errorf("%+v: %v", page, err)
	}
	identity := member.Identity{Provider: "oidc", Subject: "s", Member: "m1", CreatedAt: at(1)}
	for range 2 {
		if err := db.PutIdentity(ctx, identity); err != nil {
			t.Fatal(err)
		}
	}
	coded(t, "another's identity", db.PutIdentity(ctx, member.Identity{Provider: "oidc", Subject: "s", Member: "m2"}), "identity_taken")
	secrets := member.Secrets{Member: "m1", Password: "p", TOTP: []byte{1}, Step: 1 << 40, Recovery: [][]byte{{1}, {2}}}
	if err := db.PutSecrets(ctx, secrets); err != nil {
		t.Fatal(err)
	}
	got, err := db.GetSecrets(ctx, "m1")
	check(t, "secrets", err, secrets, got)
	none, err := db.GetSecrets(ctx, "m2")
	check(t, "no secrets", err, member.Secrets{Member: "m2"}, none)
	code := member.Code{Hash: []byte{9}, Kind: member.Invitation, Member: "m1", Org: "own", ExpiresAt: at(9)}
	if err := db.PutCode(ctx, code); err != nil {
		t.Fatal(err)
	}
	if err := db.CreateCredential(ctx, access.Credential{ID: "c1", Kind: access.Session, Org: "own", Member: "m1", Hash: []byte{7}}); err != nil {
		t.Fatal(err)
	}
	if all, err := db.ListCredentials(ctx, access.Filter{Kind: access.Session, Member: "m1"}); err != nil || len(all) != 1 {
		t.Errorf("%+v: %v", all, err)
	}
	if err := db.DeleteMember(ctx, "m1"); err != nil {
		t.Fatal(err)
	}
	if _, found, err := db.FindCode(ctx, []byte{9}); found || err != nil {
		t.Errorf("the code is left: %v", err)
	}
	if _, found, err := db.FindIdentity(ctx, "oidc", "s"); found || err != nil {
		t.Errorf("the identity is left: %v", err)
	}
	if _, found, err := db.FindCredential(ctx, []byte{7}); found || err != nil {
		t.Errorf("the credential is left: %v", err)
	}
	if all, err := db.OrganizationMembers(ctx, "own", "", 0); err != nil || len(all) != 1 {
		t.Errorf("%+v: %v", all, err)
	}
}

func TestCodesAndFailuresAge(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	for i := range 3 {
		if err := db.PutCode(ctx, member.Code{Hash: []byte{byte(i)}, Kind: member.PasswordReset, Member: "m", ExpiresAt: at(i)}); err != nil {
			t.Fatal(err)
		}
		f := member.Failures{Subject: fmt.Sprint("s", i), Count: i, Last: at(i)}
		for range 2 {
			if err := db.PutFailures(ctx, f); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := db.DeleteExpiredCodes(ctx, at(2)); err != nil {
		t.Fatal(err)
	}
	if err := db.DeleteFailures(ctx, at(2)); err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{false, false, true} {
		if _, found, err := db.FindCode(ctx, []byte{byte(i)}); found != want || err != nil {
			t.Errorf("code %d: %v: %v", i, found, err)
		}
		f, err := db.GetFailures(ctx, fmt.Sprint("s", i))
		if err != nil || (f.Count != 0) != want {
			t.Errorf("failures %d: %+v: %v", i, f, err)
		}
	}
	if err := db.DeleteCodes(ctx, "m", member.PasswordReset, ""); err != nil {
		t.Fatal(err)
	}
	if _, found, err := db.FindCode(ctx, []byte{2}); found || err != nil {
		t.Errorf("the deleted code is found: %v", err)
	}
}

func TestStanding(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	if err := db.CreateOrganization(ctx, org.Organization{ID: "own", State: org.Active}); err != nil {
		t.Fatal(err)
	}
	if err := db.CreateMember(ctx, member.Member{ID: "m", Email: "m", State: member.Active}); err != nil {
		t.Fatal(err)
	}
	stands := func(what string, orgID string, want access.Standing) {
		t.Helper()
		got, err := db.Standing(ctx, "m", orgID)
		check(t, what, err, want, got)
	}
	stands("belongs nowhere", "own", access.Standing{OrgKnown: true, MemberActive: true})
	for _, m := range []member.Membership{
		{Member: "m", Org: "own", Role: access.Admin, State: member.Suspended}, {Member: "m", Org: "", Role: access.Operator, State: member.Active},
	} {
		if err := db.PutMembership(ctx, m); err != nil {
			t.Fatal(err)
		}
	}
	stands("suspended there", "own", access.Standing{OrgKnown: true, MemberActive: true, Platform: access.Operator})
	stands("the platform", "", access.Standing{MemberActive: true, Role: access.Operator, Platform: access.Operator})
	stands("nowhere", "none", access.Standing{MemberActive: true, Platform: access.Operator})
	if err := db.UpdateOrganization(ctx, org.Organization{ID: "own", State: org.Suspended}); err != nil {
		t.Fatal(err)
	}
	if err := db.UpdateMember(ctx, member.Member{ID: "m", Email: "m", State: member.Suspended}); err != nil {
		t.Fatal(err)
	}
	stands("both suspended", "own", access.Standing{OrgKnown: true, OrgSuspended: true, Platform: access.Operator})
}

// BenchmarkStanding is what each call of a member pays for suspensions that count at once.
func BenchmarkStanding(b *testing.B) {
	db := openBench(b)
	for b.Loop() {
		if _, err := db.Standing(b.Context(), "m", "own"); err != nil {
			b.Fatal(err)
		}
	}
}

func openBench(b *testing.B) *sql.DB {
	b.Helper()
	db := sqltest.New(b)
	for i := range 100 {
		id := fmt.Sprint("m", i)
		if i == 0 {
			id = "m"
		}
		if err := db.CreateMember(b.Context(), member.Member{ID: id, Email: id, State: member.Active}); err != nil {
			b.Fatal(err)
		}
	}
	if err := db.CreateOrganization(b.Context(), org.Organization{ID: "own", State: org.Active}); err != nil {
		b.Fatal(err)
	}
	if err := db.PutMembership(b.Context(), member.Membership{Member: "m", Org: "own", Role: access.Admin, State: member.Active}); err != nil {
		b.Fatal(err)
	}
	return db
}
