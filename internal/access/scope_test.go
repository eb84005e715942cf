// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// TestNobodyGivesMoreThanHeHas walks every maker, with and without scopes, and every role and scope that it could try to
// give: what was given may never do what its maker may not.
func TestNobodyGivesMoreThanHeHas(t *testing.T) {
	t.Parallel()
	scopes := [][]string{nil, {access.ScopeRead}, {access.ScopeTransactions}, {"token.own"}, {"member.manage", "token.own"}}
	given := 0
	for _, maker := range access.Roles() {
		for _, held := range scopes {
			p := access.Principal{ID: "x", Role: maker, Scopes: held}
			if !maker.Platform() {
				p.Org = "own"
			}
			for _, role := range access.Roles() {
				for _, orgID := range []string{"own", "other", ""} {
					for _, wanted := range scopes {
						if access.MayGrant(p, role, orgID, wanted) != nil {
							continue
						}
						given++
						got := access.Principal{ID: "y", Role: role, Org: orgID, Scopes: wanted}
						for _, a := range access.Actions() {
							if maker == access.Operator && (a == access.SignatureAnswer || a == access.AdministrationManage) {
								continue // an organization's own: operators admit its administrators, and are none
							}
							if access.Can(got, a, orgID) == nil && access.Can(p, a, orgID) != nil {
								t.Errorf("%s %v gives %s of %q %v, which may %s", maker, held, role, orgID, wanted, a)
							}
						}
					}
				}
			}
		}
	}
	if given < 20 {
		t.Errorf("only %d gifts were possible", given)
	}
	admin := access.Principal{Role: access.Admin, Org: "own"}
	if err := access.MayGrant(admin, access.Reader, "other", nil); !errors.Is(err, fault.NotFound) {
		t.Errorf("another organization: %v", err)
	}
	if err := access.MayGrant(admin, access.Operator, "", nil); err == nil {
		t.Error("an admin makes an operator")
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	for _, a := range access.Actions() {
		if err := access.CheckScopes([]string{string(a)}); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
	if err := access.CheckScopes([]string{"read", "everything"}); fault.Of(err).Code != "scope_unknown" {
		t.Errorf("unknown: %v", err)
	}
	p := access.Principal{Role: access.Admin, Org: "own", Scopes: []string{access.ScopeRead}}
	may := access.May(p)
	if !slices.Contains(may, access.LedgerRead) || slices.Contains(may, access.TransactionSubmit) {
		t.Errorf("read: %v", may)
	}
	if err := access.Can(p, access.LedgerCreate, "own"); fault.Of(err).Code != "scope_missing" {
		t.Errorf("out of scope: %v", err)
	}
}

func TestTokensOfTokens(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC)
	m := newMemory()
	m.standing = access.Standing{OrgKnown: true, MemberActive: true, Role: access.Admin}
	s := access.New(access.Options{Store: m, Now: func() time.Time { return now }})
	ane := access.Principal{ID: "s", Kind: access.Session, Role: access.Admin, Org: "own", Member: "ane"}
	secret, c, err := s.NewToken(t.Context(), ane, access.NewToken{Role: access.Admin, Org: "own", Scopes: []string{"read", "token.own"}})
	if err != nil || c.Member != "ane" || !c.ExpiresAt.Equal(now.Add(90*24*time.Hour)) {
		t.Fatalf("%+v: %v", c, err)
	}
	p, err := s.Authenticate(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Hour)
	_, child, err := s.NewToken(t.Context(), p, access.NewToken{Role: access.Reader, Org: "own", Scopes: []string{"read"}})
	if err != nil || child.ExpiresAt.After(c.ExpiresAt) {
		t.Errorf("child: %+v: %v", child, err)
	}
	for name, wanted := range map[string]struct {
		n    access.NewToken
		code string
	}{
		"no scopes":    {access.NewToken{Role: access.Reader, Org: "own"}, "grant_exceeds_rights"},
		"more scopes":  {access.NewToken{Role: access.Admin, Org: "own", Scopes: []string{"read", "ledger.create"}}, "grant_exceeds_rights"},
		"longer life":  {access.NewToken{Role: access.Reader, Org: "own", Scopes: []string{"read"}, Lifetime: 100 * 24 * time.Hour}, "token_lifetime_invalid"},
		"not a scope":  {access.NewToken{Role: access.Reader, Org: "own", Scopes: []string{"*"}}, "scope_unknown"},
		"another org":  {access.NewToken{Role: access.Reader, Org: "other", Scopes: []string{"read"}}, "organization_not_found"},
		"the platform": {access.NewToken{Role: access.Auditor, Scopes: []string{"read"}}, "organization_not_found"},
	} {
		if _, _, err := s.NewToken(t.Context(), p, wanted.n); fault.Of(err).Code != wanted.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := s.NewToken(t.Context(), ane, access.NewToken{Role: access.Reader, Org: "own", Lifetime: 366 * 24 * time.Hour}); fault.Of(err).Code != "token_lifetime_invalid" {
		t.Errorf("over a year: %v", err)
	}
}

// TestStandingCountsAtOnce changes how a member stands between two calls with one credential.
func TestStandingCountsAtOnce(t *testing.T) {
	t.Parallel()
	active := access.Standing{OrgKnown: true, MemberActive: true, Role: access.Admin}
	for name, c := range map[string]struct {
		kind access.CredentialKind
		then access.Standing
		role access.Role
		code string
	}{
		"as before":                   {access.Session, active, access.Admin, ""},
		"session of the demoted":      {access.Session, access.Standing{OrgKnown: true, MemberActive: true, Role: access.Reader}, access.Reader, ""},
		"token of the demoted":        {access.Token, access.Standing{OrgKnown: true, MemberActive: true, Role: access.Reader}, access.Reader, ""},
		"session of the removed":      {access.Session, access.Standing{OrgKnown: true, MemberActive: true}, "", "token_invalid"},
		"token of the removed":        {access.Token, access.Standing{OrgKnown: true, MemberActive: true}, "", "token_invalid"},
		"session, platform role only": {access.Session, access.Standing{OrgKnown: true, MemberActive: true, Platform: access.Operator}, "", "token_invalid"},
		"token an operator made":      {access.Token, access.Standing{OrgKnown: true, MemberActive: true, Platform: access.Operator}, access.Developer, ""},
		"token an auditor kept":       {access.Token, access.Standing{OrgKnown: true, MemberActive: true, Platform: access.Auditor}, "", "token_invalid"},
		"suspended member":            {access.Token, access.Standing{OrgKnown: true, Role: access.Admin}, "", "member_suspended"},
		"suspended organization":      {access.Session, access.Standing{OrgKnown: true, OrgSuspended: true, MemberActive: true, Role: access.Admin}, "", "organization_suspended"},
		"organization gone":           {access.Token, access.Standing{MemberActive: true, Role: access.Admin}, "", "token_invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMemory()
			m.standing = active
			s := access.New(access.Options{Store: m})
			ane := access.Principal{Kind: access.Session, Role: access.Admin, Org: "own", Member: "ane"}
			secret, _, err := s.NewToken(t.Context(), ane, access.NewToken{Role: access.Developer, Org: "own"})
			if c.kind == access.Session {
				secret, _, err = s.NewSession(t.Context(), access.Credential{Role: access.Admin, Org: "own", Member: "ane"})
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Authenticate(t.Context(), secret); err != nil {
				t.Fatal(err)
			}
			m.mu.Lock()
			m.standing = c.then
			m.mu.Unlock()
			p, err := s.Authenticate(t.Context(), secret)
			if c.code != "" {
				if err == nil || fault.Of(err).Code != c.code {
					t.Errorf("%+v: %v", p, err)
				}
				return
			}
			if err != nil || p.Role != c.role {
				t.Errorf("%+v: %v", p, err)
			}
		})
	}
}

func TestRenewedSessions(t *testing.T) {
	t.Parallel()
	m := newMemory()
	m.standing = access.Standing{OrgKnown: true, MemberActive: true, Role: access.Reader}
	s := access.New(access.Options{Store: m})
	old, p, err := s.NewSession(t.Context(), access.Credential{Role: access.Reader, Org: "own", Member: "ane"})
	if err != nil {
		t.Fatal(err)
	}
	fresh, q, err := s.Renew(t.Context(), p.ID, func(c *access.Credential) { c.Org = "other" })
	if err != nil || fresh == old || q.ID == p.ID || q.Org != "other" {
		t.Fatalf("%+v: %v", q, err)
	}
	if _, err := s.Authenticate(t.Context(), old); err == nil {
		t.Error("the old secret still works")
	}
	if _, _, err := s.Renew(t.Context(), p.ID, func(*access.Credential) {}); err == nil {
		t.Error("an ended session was renewed")
	}
	if err := s.EndSession(t.Context(), "beste", q.ID); fault.Of(err).Code != "session_not_found" {
		t.Errorf("another's session: %v", err)
	}
	if err := s.EndSessions(t.Context(), "ane", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Authenticate(t.Context(), fresh); err == nil {
		t.Error("the ended session still works")
	}
}
