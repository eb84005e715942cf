// SPDX-License-Identifier: Apache-2.0

package exams_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/contracts/exams"
	"github.com/blockchain4all/blockchain4all/contracts/internal/stubtest"
)

func grant(who, role, member string) call {
	return call{who: who, fn: "RegisterRole", args: []string{role, member}}
}

func revoke(who, role, member string) call {
	return call{who: who, fn: "RevokeRole", args: []string{role, member}}
}

func TestWhoAmI(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tests := map[string]exams.Caller{
		office:     {MSPID: "BizkaiaMSP", Roles: []string{"examiner", "registrar"}},
		examiner:   {MSPID: "BizkaiaMSP", Roles: []string{"examiner"}},
		deputy:     {MSPID: "BizkaiaMSP", Admin: true, Roles: []string{}},
		nobody:     {MSPID: "BizkaiaMSP", Roles: []string{}},
		otherAdmin: {MSPID: "UnibertsitateaMSP", Admin: true, Roles: []string{}},
	}
	references := map[string]bool{}
	for who, want := range tests {
		got := read[exams.Caller](t, b, call{who: who, fn: "WhoAmI"})
		if len(got.Reference) != 64 || got.Member != got.MSPID+"/"+got.Reference || references[got.Reference] {
			t.Errorf("%s: got reference %q, member %q", who, got.Reference, got.Member)
		}
		references[got.Reference] = true
		got.Reference, got.Member = "", ""
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", who, diff)
		}
	}
}

func TestReferenceOutlivesTheCertificate(t *testing.T) {
	t.Parallel()
	b := &bench{ledger: stubtest.NewLedger(), cc: newBench(t).cc, who: map[string][]byte{}}
	i := stubtest.Identity{MSPID: "BizkaiaMSP", Name: "idazkaritza", Unit: "client"}
	b.who["old"], b.who["new"] = i.Creator(t), i.Creator(t)
	before, after := read[exams.Caller](
		t, b, call{who: "old", fn: "WhoAmI"}), read[exams.Caller](t, b, call{who: "new", fn: "WhoAmI"})
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("after renewal (-before +after):\n%s", diff)
	}
}

// TestRegistry gives and takes roles to whole organizations and to single identities, of the same organization and of
// another.
func TestRegistry(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		member string // of whom, "" for the identity alone
		who    string
	}{
		"own organization":                {"BizkaiaMSP", nobody},
		"own identity":                    {"", nobody},
		"another organization":            {"UnibertsitateaMSP", other},
		"identity of another":             {"", other},
		"organization with its attribute": {"UnibertsitateaMSP", otherOffice},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := withSession(t)
			member := tc.member
			if member == "" {
				member = read[exams.Caller](t, b, call{who: tc.who, fn: "WhoAmI"}).Member
			}
			b.refused(t, record(tc.who, student, "5", salt(1)), "role_required")
			b.must(t, grant(admin, exams.Examiner, member))
			b.must(t, record(tc.who, student, "5", salt(1)))
			b.refused(t, record(third, "s-000001", "5", salt(1)), "role_required")
			b.refused(t, onSession(tc.who, "CloseSession"), "role_required")
			b.must(t, grant(admin, exams.Registrar, member))
			b.must(t, onSession(tc.who, "CloseSession"))
			b.must(t, revoke(admin, exams.Registrar, member))
			b.refused(t, onSession(tc.who, "OpenSession"), "role_required")
			b.must(t, revoke(admin, exams.Examiner, member))
			b.refused(t, onResult(tc.who, "GetMark"), "role_required")
			b.must(t, grant(admin, exams.Reader, member))
			b.must(t, onResult(tc.who, "GetMark"))
			b.refused(t, correct(tc.who, "recount", "6", salt(2)), "role_required")
		})
	}
}

func TestRecordingByAnotherOrganizationIsSaid(t *testing.T) {
	t.Parallel()
	b := withSession(t)
	b.must(t, grant(admin, exams.Examiner, "UnibertsitateaMSP"))
	got := read[exams.Result](t, b, record(other, student, "5", salt(1)))
	if got.Issuer != "BizkaiaMSP" || got.By != "UnibertsitateaMSP" {
		t.Errorf("got %+v", got)
	}
}

func TestGrantedRegistrarMakesSessionsOfItsOwnOrganizationOnly(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(t, grant(admin, exams.Registrar, "UnibertsitateaMSP"))
	c := call{who: other, fn: "CreateSession", args: []string{session, "Deia", "2026-06-15"}}
	b.refused(t, c, "role_required")
	b.must(t, grant(otherAdmin, exams.Registrar, "UnibertsitateaMSP"))
	b.must(t, c)
	if got := read[exams.Session](t, b, onSession(third, "GetSession")); got.Issuer != "UnibertsitateaMSP" {
		t.Errorf("got %+v", got)
	}
}

func TestRegistryRefused(t *testing.T) {
	t.Parallel()
	reference := strings.Repeat("ab", 32)
	tests := map[string]struct {
		who, role, member, code string
	}{
		"client":              {nobody, "examiner", "BizkaiaMSP", "admin_required"},
		"registrar":           {registrar, "examiner", "BizkaiaMSP", "admin_required"},
		"no such role":        {admin, "gardener", "BizkaiaMSP", "role_invalid"},
		"no role":             {admin, "", "BizkaiaMSP", "role_invalid"},
		"no member":           {admin, "examiner", "", "member_invalid"},
		"everybody":           {admin, "examiner", "*", "member_invalid"},
		"everybody of one":    {admin, "examiner", "BizkaiaMSP/*", "member_invalid"},
		"an identity ID":      {admin, "examiner", "x509::CN=ane::CN=ca", "member_invalid"},
		"a short reference":   {admin, "examiner", "BizkaiaMSP/" + reference[1:], "member_invalid"},
		"a capital reference": {admin, "examiner", "BizkaiaMSP/" + strings.ToUpper(reference), "member_invalid"},
		"a path":              {admin, "examiner", "../BizkaiaMSP", "member_invalid"},
	}
	b := newBench(t)
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b.refused(t, grant(tc.who, tc.role, tc.member), tc.code)
			b.refused(t, revoke(tc.who, tc.role, tc.member), tc.code)
		})
	}
	b.refused(t, revoke(admin, "examiner", "BizkaiaMSP"), "role_not_found")
	b.must(t, grant(admin, "examiner", "BizkaiaMSP"))
	b.refused(t, revoke(otherAdmin, "examiner", "BizkaiaMSP"), "role_not_found")
}

func TestListRoles(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := read[exams.Grant](t, b, grant(admin, "examiner", "UnibertsitateaMSP"))
	again := read[exams.Grant](t, b, grant(admin, "examiner", "UnibertsitateaMSP"))
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("given twice (-first +second):\n%s", diff)
	}
	b.must(t, grant(deputy, "reader", "EnpresaMSP"))
	b.must(t, grant(otherAdmin, "reader", "BizkaiaMSP"))
	own := read[exams.GrantPage](t, b, call{who: nobody, fn: "ListRoles"})
	named := read[exams.GrantPage](t, b, call{who: third, fn: "ListRoles", args: []string{"BizkaiaMSP", "10", ""}})
	if diff := cmp.Diff(own, named); diff != "" {
		t.Errorf("own and named (-own +named):\n%s", diff)
	}
	if len(own.Roles) != 2 || own.Roles[0].Member != "UnibertsitateaMSP" || own.Roles[1].Member != "EnpresaMSP" {
		t.Errorf("got %+v", own)
	}
	b.refused(t, call{who: third, fn: "ListRoles", args: []string{"no MSP"}}, "organization_invalid")
}

// TestUnreadableIdentities are certificates that an external authority could issue; they must not end the process.
func TestUnreadableIdentities(t *testing.T) {
	t.Parallel()
	b := withSession(t)
	b.who = map[string][]byte{
		"attributes are not JSON": stubtest.Identity{
			MSPID: "BizkaiaMSP", Unit: "admin", RawAttributes: []byte("x"),
		}.Creator(t),
		"no identity":    nil,
		"no certificate": []byte("\x0a\x0aBizkaiaMSP\x12\x01x"),
	}
	for who := range b.who {
		for _, c := range []call{
			{fn: "WhoAmI"},
			{fn: "ListRoles"},
			grant("", "examiner", "BizkaiaMSP"),
			{fn: "CreateSession", args: []string{"uztaila", "Uztaila", "2026-07-01"}},
			{fn: "CloseSession", args: []string{session}},
			record("", student, "5", salt(1)),
		} {
			c.who = who
			t.Run(c.fn+" "+who, func(t *testing.T) {
				t.Parallel()
				b.refused(t, c, "identity_invalid")
			})
		}
	}
}
