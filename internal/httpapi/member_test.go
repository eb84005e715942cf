// SPDX-License-Identifier: Apache-2.0

package httpapi_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client/enrollment"
	"github.com/blockchain4all/blockchain4all/internal/access"
)

// TestPeople walks a person's life over the API: invited, signed in, second factor, another organization, suspended.
func TestPeople(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	in.organization(t, "own")
	in.organization(t, "other")
	admin, _ := in.session(t, in.person(t, "admin", "own", access.Admin))

	invited := into[api.InvitedMember](t, in.call(t, "POST", "/organizations/own/members", admin,
		api.NewMember{Email: "Ane@Example.eus", Name: "Ane", Locale: "eu", Role: "developer"}))
	if !invited.Mailed || !strings.HasPrefix(invited.Link, "https://b4a.example/invitation#code=") || invited.Member.State != "invited" {
		t.Errorf("%+v", invited)
	}
	code := in.mails.code(t, "invitation")
	if strings.HasSuffix(invited.Link, code) {
		t.Error("the mailed link is the one that the inviter sees: its use proves nothing")
	}
	seen := into[api.Invitation](t, in.call(t, "POST", "/invitations/preview", "", api.InvitationCode{Code: code}))
	if seen.Email != "ane@example.eus" || seen.OrganizationName != "own" || seen.Account || seen.Inviter != "admin" {
		t.Errorf("%+v", seen)
	}
	accept := api.InvitationAcceptance{Code: code, Name: "Ane Etxebarria", Password: goodPassword}
	r := in.call(t, "POST", "/invitations/accept", "", accept)
	who := into[api.Principal](t, r)
	if who.Member == nil || !who.Member.EmailVerified || who.Role != "developer" || who.Organization != "own" || r.cookie == "" {
		t.Fatalf("%+v", who)
	}
	if r := in.call(t, "POST", "/invitations/accept", "", accept); r.code != "invitation_invalid" {
		t.Errorf("a second time: %d %s", r.status, r.code)
	}
	signIn := api.NewSession{Email: " ANE@example.eus", Password: goodPassword}
	secret := in.call(t, "POST", "/session", "", signIn).cookie
	who = into[api.Principal](t, in.call(t, "GET", "/session", secret, nil))
	if who.Method != "password" || who.SecondFactor || len(who.Organizations) != 1 || who.Name != "Ane Etxebarria" {
		t.Errorf("%+v", who)
	}

	// A second factor: from then on the password alone does not do.
	if r := in.call(t, "POST", "/account/totp", secret, api.Password{Password: "okerreko pasahitza"}); r.code != "password_wrong" {
		t.Errorf("wrong password: %d %s", r.status, r.code)
	}
	factor := into[api.SecondFactor](t, in.call(t, "POST", "/account/totp", secret, api.Password{Password: goodPassword}))
	now, err := totp.GenerateCode(factor.Secret, time.Now())
	must(t, err)
	codes := into[api.RecoveryCodes](t, in.call(t, "POST", "/account/totp/confirm", secret, api.OneTimeCode{Code: now}))
	if len(codes.Codes) != 10 || len(factor.QR) == 0 || !strings.HasPrefix(factor.URL, "otpauth://totp/") {
		t.Errorf("%+v", codes)
	}
	if r := in.call(t, "POST", "/session", "", signIn); r.code != "second_factor_needed" || r.status != http.StatusUnauthorized {
		t.Errorf("without code: %d %s", r.status, r.code)
	}
	signIn.TOTP = now // used when it was confirmed
	if r := in.call(t, "POST", "/session", "", signIn); r.code != "sign_in_refused" {
		t.Errorf("a used code: %d %s", r.status, r.code)
	}
	signIn.TOTP = strings.ToLower(codes.Codes[0])
	secret = in.call(t, "POST", "/session", "", signIn).cookie
	if who := into[api.Principal](t, in.call(t, "GET", "/session", secret, nil)); !who.SecondFactor {
		t.Errorf("%+v", who)
	}

	// Another organization: a link in wrong hands opens nothing of an account that is there.
	boss, _ := in.session(t, in.person(t, "boss", "other", access.Admin))
	invited = into[api.InvitedMember](t, in.call(t, "POST", "/organizations/other/members", boss,
		api.NewMember{Email: "ane@example.eus", Name: "Someone", Role: "admin"}))
	if invited.Member.Person.Name != "Someone" || invited.Member.Person.State != "invited" || invited.Member.Person.SecondFactor {
		t.Errorf("an inviter learns of the account: %+v", invited)
	}
	_, link, _ := strings.Cut(invited.Link, "#code=")
	for name, thief := range map[string]string{"nobody": "", "the inviter": boss} {
		if r := in.call(t, "POST", "/invitations/accept", thief, api.InvitationAcceptance{Code: link, Password: "pasahitz berri luzea"}); r.code != "sign_in_refused" || r.cookie != "" {
			t.Errorf("%s: %d %s", name, r.status, r.code)
		}
	}
	who = into[api.Principal](t, in.call(t, "POST", "/invitations/accept", secret, api.InvitationAcceptance{Code: link}))
	if who.Organization != "other" || who.Role != "admin" || len(who.Organizations) != 2 {
		t.Errorf("%+v", who)
	}
	if r := in.call(t, "GET", "/session", secret, nil); r.status != http.StatusUnauthorized {
		t.Error("the session from before the acceptance goes on")
	}
}

// TestSwitching lets a session act elsewhere, under another secret.
func TestSwitching(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	in.organization(t, "own")
	in.organization(t, "other")
	in.person(t, "first", "other", access.Admin)
	id := in.person(t, "ane", "own", access.Developer)
	_, err := in.members.EnsureAdministrator(t.Context(), "other", "ane@example.eus", "Ane", "eu")
	must(t, err)
	secret, _ := in.session(t, id)
	if r := in.call(t, "PUT", "/session", secret, api.SessionSwitch{Organization: "other"}); r.code != "organization_not_found" {
		t.Errorf("before the address is verified: %d %s", r.status, r.code)
	}
	m, err := in.db.GetMember(t.Context(), id)
	must(t, err)
	m.EmailVerified = true
	must(t, in.db.UpdateMember(t.Context(), m))
	link, err := in.members.EnsureAdministrator(t.Context(), "other", "ane@example.eus", "Ane", "eu")
	must(t, err)
	if link != "" {
		t.Error("a verified, active person needs no link")
	}
	r := in.call(t, "PUT", "/session", secret, api.SessionSwitch{Organization: "other"})
	if p := into[api.Principal](t, r); p.Organization != "other" || p.Role != "admin" || r.cookie == secret {
		t.Errorf("%+v", p)
	}
	if r := in.call(t, "GET", "/session", secret, nil); r.status != http.StatusUnauthorized {
		t.Error("the old secret works after the switch")
	}
	if r := in.call(t, "GET", "/organizations/own", r.cookie, nil); r.status != http.StatusNotFound {
		t.Errorf("the other organization after the switch: %d", r.status)
	}
	for _, org := range []string{"", "nowhere"} {
		if r := in.call(t, "PUT", "/session", r.cookie, api.SessionSwitch{Organization: org}); r.status != http.StatusNotFound {
			t.Errorf("%q: %d", org, r.status)
		}
	}
}

// TestSuspensionCountsAtOnce suspends with the sessions and tokens in use, whose look-ups are cached.
func TestSuspensionCountsAtOnce(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	in.organization(t, "own")
	operator, _ := in.session(t, in.person(t, "operator", "", access.Operator))
	in.person(t, "second", "own", access.Admin)
	id := in.person(t, "ane", "own", access.Admin)
	secret, _ := in.session(t, id)
	token := into[api.IssuedToken](t, in.call(t, "POST", "/tokens", secret, api.NewToken{Name: "ci", Role: "admin", Organization: "own"})).Secret
	orphan := into[api.IssuedToken](t, in.call(t, "POST", "/tokens", operator, api.NewToken{Name: "ci", Role: "reader", Organization: "own"})).Secret
	expect := func(what, secret, code string) {
		t.Helper()
		if r := in.call(t, "GET", "/organizations/own", secret, nil); r.code != code {
			t.Errorf("%s: %d %q, want %q", what, r.status, r.code, code)
		}
	}
	expect("session", secret, "")
	expect("token", token, "")
	into[api.Organization](t, in.call(t, "POST", "/organizations/own/suspend", operator, api.Suspension{Reason: "unpaid"}))
	for what, s := range map[string]string{"session": secret, "token": token, "operator's token": orphan} {
		expect(what, s, "organization_suspended")
	}
	if r := in.call(t, "POST", "/session", "", api.NewSession{Email: "ane@example.eus", Password: goodPassword}); r.code != "no_organization" {
		t.Errorf("sign in: %d %s", r.status, r.code)
	}
	into[api.Organization](t, in.call(t, "POST", "/organizations/own/resume", operator, nil))
	expect("session", secret, "")

	into[api.Member](t, in.call(t, "POST", "/organizations/own/members/"+id+"/suspend", operator, nil))
	expect("suspended in the organization: session", secret, "token_invalid")
	expect("suspended in the organization: token", token, "token_invalid")
	into[api.Member](t, in.call(t, "POST", "/organizations/own/members/"+id+"/resume", operator, nil))
	expect("resumed: what was ended stays so", token, "token_invalid")

	secret, _ = in.session(t, id)
	into[api.Member](t, in.call(t, "PUT", "/organizations/own/members/"+id, operator, api.MemberRole{Role: "reader"}))
	if p := into[api.Principal](t, in.call(t, "GET", "/session", secret, nil)); p.Role != "reader" {
		t.Errorf("demoted: %+v", p)
	}
	into[api.Person](t, in.call(t, "POST", "/people/"+id+"/suspend", operator, nil))
	expect("suspended everywhere", secret, "token_invalid")
	if _, _, err := in.members.Session(t.Context(), id, "oidc", ""); err == nil {
		t.Error("a suspended person signs in with another system")
	}
}

// TestLinksAreTheirMakers: a sign-in link is no way to act as nobody, nor into the maker's account.
func TestLinksAreTheirMakers(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	in.person(t, "first", "", access.Operator)
	id := in.person(t, "ane", "", access.Operator)
	secret, _ := in.session(t, id)
	token := into[api.IssuedToken](t, in.call(t, "POST", "/tokens", secret, api.NewToken{Name: "ci", Role: "operator"})).Secret
	_, code, _ := strings.Cut(into[api.SignInLink](t, in.call(t, "POST", "/signin-links", token, nil)).URL, "#code=")
	r := in.call(t, "POST", "/session", "", api.NewSession{Code: code})
	if p := into[api.Principal](t, r); p.Name != "ci" || p.Member != nil || p.Method != access.MethodLink {
		t.Errorf("%+v", p)
	}
	session := r.cookie
	made := into[api.IssuedToken](t, in.call(t, "POST", "/tokens", session, api.NewToken{Name: "x", Role: "operator"}))
	if made.Token.Member != id {
		t.Errorf("a token of nobody: %+v", made.Token)
	}
	for path, body := range map[string]any{
		"/account/password": api.PasswordChange{Present: goodPassword, New: "haize hegoa dator"}, "/account/totp": api.Password{Password: goodPassword},
	} {
		if r := in.call(t, "POST", path, session, body); r.code != "member_session_needed" {
			t.Errorf("%s: %d %s", path, r.status, r.code)
		}
	}
	if r := in.call(t, "PUT", "/session", session, api.SessionSwitch{}); r.code != "member_session_needed" {
		t.Errorf("switch: %d %s", r.status, r.code)
	}
	_, err := in.members.Suspend(t.Context(), id, false)
	must(t, err)
	for what, s := range map[string]string{"session": session, "token": made.Secret} {
		if r := in.call(t, "GET", "/people", s, nil); r.status != http.StatusUnauthorized && r.code != "member_suspended" {
			t.Errorf("the %s of who is suspended: %d %s", what, r.status, r.code)
		}
	}
}

// TestSignInHygiene is about cookies and foreign pages.
func TestSignInHygiene(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	in.organization(t, "own")
	id := in.person(t, "ane", "own", access.Reader)
	signIn := api.NewSession{Email: "ane@example.eus", Password: goodPassword}
	planted, _ := in.session(t, id)
	r := in.call(t, "POST", "/session", "", signIn, "Cookie", "b4a_session="+planted, "X-B4A-CSRF", "1")
	if r.cookie == "" || r.cookie == planted {
		t.Error("the session keeps a secret from before the sign-in")
	}
	if r := in.call(t, "GET", "/session", planted, nil); r.status != http.StatusUnauthorized {
		t.Error("the session from before the sign-in goes on")
	}
	set := r.header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(set, want) {
			t.Errorf("cookie without %s: %s", want, strings.Replace(set, r.cookie, "…", 1))
		}
	}
	for _, path := range []string{"/session", "/invitations/accept", "/password-resets"} {
		if r := in.call(t, "POST", path, "", signIn, "Origin", "https://evil.example"); r.code != "csrf_refused" {
			t.Errorf("%s from a foreign page: %d %s", path, r.status, r.code)
		}
	}
	for name, b := range map[string]api.NewSession{
		"nothing": {}, "both": {Code: strings.Repeat("x", 30), Email: "a@b.eus", Password: "x"},
	} {
		if r := in.call(t, "POST", "/session", "", b); r.code != "sign_in_invalid" {
			t.Errorf("%s: %d %s", name, r.status, r.code)
		}
	}
	code, _, err := in.access.NewLink(t.Context(), access.Principal{})
	must(t, err)
	if p := into[api.Principal](t, in.call(t, "POST", "/session", "", api.NewSession{Code: code})); p.Role != "operator" || p.Member != nil || p.Method != "link" {
		t.Errorf("one-time link: %+v", p)
	}
	if r := in.call(t, "POST", "/session", "", signIn, "Authorization", "Bearer x"); r.status != http.StatusOK {
		t.Errorf("a broken token keeps from signing in: %d", r.status)
	}
}

func TestLockout(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	in.organization(t, "own")
	in.person(t, "ane", "own", access.Reader)
	now := time.Now()
	in.frozen = &now
	tries := func(email, password string) (statuses []int, last reply) {
		for range 7 {
			last = in.call(t, "POST", "/session", "", api.NewSession{Email: email, Password: password}, "X-Forwarded-For", "198.51.100.7")
			statuses = append(statuses, last.status)
		}
		return statuses, last
	}
	known, last := tries("ane@example.eus", "okerreko pasahitza")
	unknown, other := tries("inor@example.eus", "okerreko pasahitza")
	for i := range known {
		if known[i] != unknown[i] {
			t.Errorf("try %d tells whether the account exists: %d, %d", i, known[i], unknown[i])
		}
	}
	if last.status != http.StatusTooManyRequests || last.header.Get("Retry-After") == "" || last.code != other.code {
		t.Errorf("%d %s %v", last.status, last.code, last.header)
	}
	in.mails.code(t, "account-locked")
	if len(in.mails.sent) != 0 {
		t.Error("more than one mail")
	}
	if r := in.call(t, "POST", "/session", "", api.NewSession{Email: "ane@example.eus", Password: goodPassword}); r.status != http.StatusTooManyRequests {
		t.Errorf("the right password while it is locked: %d", r.status)
	}
	now = now.Add(2 * time.Second)
	if r := in.call(t, "POST", "/session", "", api.NewSession{Email: "ane@example.eus", Password: goodPassword}); r.status != http.StatusOK {
		t.Errorf("the right password after the wait: %d", r.status)
	}
}

func TestPasswordReset(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	in.organization(t, "own")
	secret, _ := in.session(t, in.person(t, "ane", "own", access.Reader))
	for _, email := range []string{"inor@example.eus", "ane@example.eus"} {
		if r := in.call(t, "POST", "/password-resets", "", api.PasswordResetRequest{Email: email}); r.status != http.StatusAccepted || len(r.body) != 0 {
			t.Errorf("%s: %d %s", email, r.status, r.body)
		}
	}
	code := in.mails.code(t, "password-reset")
	if r := in.call(t, "POST", "/password-resets/confirm", "", api.PasswordReset{Code: code, Password: "laburra"}); r.code != "password_length" {
		t.Errorf("short: %d %s", r.status, r.code)
	}
	if r := in.call(t, "POST", "/password-resets/confirm", "", api.PasswordReset{Code: code, Password: "itsaso urdin zabala"}); r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	in.mails.code(t, "password-changed")
	if r := in.call(t, "GET", "/session", secret, nil); r.status != http.StatusUnauthorized {
		t.Error("sessions go on after the reset")
	}
	if r := in.call(t, "POST", "/password-resets/confirm", "", api.PasswordReset{Code: code, Password: "itsaso urdin zabala"}); r.code != "reset_invalid" {
		t.Errorf("a second time: %d %s", r.status, r.code)
	}
	for password, status := range map[string]int{goodPassword: 401, "itsaso urdin zabala": 200} {
		if r := in.call(t, "POST", "/session", "", api.NewSession{Email: "ane@example.eus", Password: password}); r.status != status {
			t.Errorf("%s: %d", password, r.status)
		}
	}
	for range 5 { // what is asked too often is answered the same, and ignored
		if r := in.call(t, "POST", "/password-resets", "", api.PasswordResetRequest{Email: "ane@example.eus"}); r.status != http.StatusAccepted {
			t.Errorf("%d", r.status)
		}
	}
	if n := len(in.mails.sent); n > 2 {
		t.Errorf("%d mails", n)
	}
}

func TestOwnAccount(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	in.organization(t, "own")
	id := in.person(t, "ane", "own", access.Reader)
	secret, _ := in.session(t, id)
	other, _ := in.session(t, id)
	sessions := into[api.Page[api.OwnSession]](t, in.call(t, "GET", "/account/sessions", secret, nil))
	if len(sessions.Items) != 3 { // accepting the invitation was one
		t.Errorf("%+v", sessions.Items)
	}
	r := in.call(t, "POST", "/account/password", secret, api.PasswordChange{Present: goodPassword, New: "ane@example.eus"})
	if r.code != "password_guessable" {
		t.Errorf("own address: %d %s", r.status, r.code)
	}
	r = in.call(t, "POST", "/account/password", secret, api.PasswordChange{Present: goodPassword, New: "haize hegoa dator"}, "Idempotency-Key", "k")
	if r.status != http.StatusOK || r.cookie == "" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if answers, found, err := in.db.FindAnswer(t.Context(), id, "k"); found || err != nil {
		t.Errorf("a digest of the password is kept: %+v: %v", answers, err)
	}
	for what, s := range map[string]string{"another session": other, "the old secret": secret} {
		if r := in.call(t, "GET", "/session", s, nil); r.status != http.StatusUnauthorized {
			t.Errorf("%s goes on", what)
		}
	}
	token := into[api.IssuedToken](t, in.call(t, "POST", "/tokens", r.cookie, api.NewToken{Name: "ci", Role: "reader", Organization: "own"}))
	if got := into[api.Page[api.Token]](t, in.call(t, "GET", "/tokens", r.cookie, nil)); len(got.Items) != 1 || got.Items[0].Member != id {
		t.Errorf("%+v", got)
	}
	for role, status := range map[string]int{"developer": 403, "admin": 403, "operator": 422} {
		if r := in.call(t, "POST", "/tokens", r.cookie, api.NewToken{Name: "x", Role: role, Organization: "own"}); r.status != status {
			t.Errorf("a reader makes a token of %s: %d %s", role, r.status, r.code)
		}
	}
	if r := in.call(t, "POST", "/account/password", token.Secret, api.PasswordChange{Present: "haize hegoa dator", New: "beste pasahitz bat"}); r.code != "member_session_needed" {
		t.Errorf("a token changes the password: %d %s", r.status, r.code)
	}
}

func TestLastAdministratorStays(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	in.organization(t, "own")
	operator, _ := in.session(t, in.person(t, "operator", "", access.Operator))
	id := in.person(t, "ane", "own", access.Admin)
	path := "/organizations/own/members/" + id
	for what, do := range map[string]func() reply{
		"removed":   func() reply { return in.call(t, "DELETE", path, operator, nil) },
		"demoted":   func() reply { return in.call(t, "PUT", path, operator, api.MemberRole{Role: "reader"}) },
		"suspended": func() reply { return in.call(t, "POST", path+"/suspend", operator, nil) },
	} {
		if r := do(); r.code != "last_administrator" {
			t.Errorf("%s: %d %s", what, r.status, r.code)
		}
	}
	second := in.person(t, "jon", "own", access.Admin)
	if r := in.call(t, "DELETE", path, operator, nil); r.status != http.StatusNoContent {
		t.Errorf("of two: %d %s", r.status, r.code)
	}
	if _, found, err := in.members.Claim(t.Context(), "ane@example.eus"); found || err != nil {
		t.Errorf("who belongs nowhere is kept: %v", err)
	}
	if r := in.call(t, "PUT", "/organizations/own/members/"+second, operator, api.MemberRole{Role: "operator"}); r.status < 400 {
		t.Error("a platform role in an organization")
	}
}

// TestDemotionEndsCertificates: an administrator's certificates go with the role, and are issued to administrators only.
func TestDemotionEndsCertificates(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	in.organization(t, "own")
	admin, _ := in.session(t, in.person(t, "jon", "own", access.Admin))
	id := in.person(t, "ane", "own", access.Admin)
	secret, _ := in.session(t, id)
	request := func(role, of string) api.NewCertificate {
		key, err := enrollment.NewKey()
		must(t, err)
		csr, err := enrollment.CSR(key, "ane")
		must(t, err)
		return api.NewCertificate{Name: "ane", Role: role, CSR: string(csr), Member: of}
	}
	const path = "/organizations/own/certificates"
	certs := map[string]string{}
	for _, role := range []string{"admin", "client"} {
		certs[role] = into[api.IssuedCertificate](t, in.call(t, "POST", path, secret, request(role, ""))).Certificate.Serial
	}
	check := func(what, serial, status, reason string) {
		t.Helper()
		all := into[api.Page[api.Certificate]](t, in.call(t, "GET", path, admin, nil)).Items
		i := slices.IndexFunc(all, func(c api.Certificate) bool { return c.Serial == serial })
		if i < 0 || all[i].Status != status || all[i].Reason != reason {
			t.Errorf("%s: %+v, want %s %q", what, all, status, reason)
		}
	}
	into[api.Member](t, in.call(t, "PUT", "/organizations/own/members/"+id, admin, api.MemberRole{Role: "admin"}))
	check("the same role again", certs["admin"], "valid", "")
	into[api.Member](t, in.call(t, "PUT", "/organizations/own/members/"+id, admin, api.MemberRole{Role: "developer"}))
	check("demoted: the administrator's", certs["admin"], "revoked", "privilegeWithdrawn")
	check("demoted: the client's", certs["client"], "valid", "")
	if r := in.call(t, "POST", path, admin, request("admin", id)); r.status != http.StatusConflict || r.code != "member_not_administrator" {
		t.Errorf("an administrator's certificate for a developer: %d %s", r.status, r.code)
	}
	into[api.IssuedCertificate](t, in.call(t, "POST", path, admin, request("client", id)))
}

// TestTooManyInvitations: what is one too many tells the wait and leaves the invitation before as it is.
func TestTooManyInvitations(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	in.organization(t, "own")
	admin, _ := in.session(t, in.person(t, "jon", "own", access.Admin))
	body := api.NewMember{Email: "ane@example.eus", Name: "Ane", Locale: "eu", Role: "reader"}
	var last api.InvitedMember
	for range 5 {
		last = into[api.InvitedMember](t, in.call(t, "POST", "/organizations/own/members", admin, body))
	}
	mails := len(in.mails.sent)
	r := in.call(t, "POST", "/organizations/own/members", admin, body)
	if r.status != http.StatusTooManyRequests || r.code != "invitations_too_many" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if seconds, err := strconv.Atoi(r.header.Get("Retry-After")); err != nil || seconds < 86000 || seconds > 86400 {
		t.Errorf("Retry-After: %v", r.header)
	}
	if len(in.mails.sent) != mails {
		t.Error("a mail is sent all the same")
	}
	_, code, _ := strings.Cut(last.Link, "#code=")
	if r := in.call(t, "POST", "/invitations/accept", "", api.InvitationAcceptance{Code: code, Password: goodPassword}); r.status != http.StatusOK {
		t.Errorf("the link before: %d %s", r.status, r.code)
	}
}

// TestPasswordResetTokens: a reset ends the person's tokens, and nobody else's, unless they are to be kept; the person is
// told which. On an address that nobody had proved to own they end all the same.
func TestPasswordResetTokens(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ verified, keep, ends bool }{
		"ended": {verified: true, ends: true}, "kept": {verified: true, keep: true}, "not proved": {keep: true, ends: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := fresh(t)
			in.organization(t, "own")
			id := in.person(t, "ane", "own", access.Admin)
			m, err := in.db.GetMember(t.Context(), id)
			must(t, err)
			m.EmailVerified = c.verified
			must(t, in.db.UpdateMember(t.Context(), m))
			secret, _ := in.session(t, id)
			other, _ := in.session(t, in.person(t, "jon", "own", access.Admin))
			token := func(of string) string {
				return into[api.IssuedToken](t, in.call(t, "POST", "/tokens", of, api.NewToken{Name: "ci", Role: "reader", Organization: "own"})).Secret
			}
			anes, jons := token(secret), token(other)
			for len(in.mails.sent) > 0 {
				<-in.mails.sent
			}
			in.call(t, "POST", "/password-resets", "", api.PasswordResetRequest{Email: "ane@example.eus"})
			asked := <-in.mails.sent
			if asked.Data["tokens"] != "ci" {
				t.Errorf("the mail with the link: %+v", asked)
			}
			_, code, _ := strings.Cut(asked.Data["link"], "#code=")
			done := into[api.PasswordResetDone](t, in.call(t, "POST", "/password-resets/confirm", "", api.PasswordReset{
				Code: code, Password: "itsaso urdin zabala", KeepTokens: c.keep,
			}))
			told, want := <-in.mails.sent, http.StatusOK
			if c.ends {
				want = http.StatusUnauthorized
			}
			if ended, kept := told.Data["ended"], told.Data["kept"]; (ended == "ci") != c.ends || (kept == "ci") == c.ends || told.Template != "password-changed" {
				t.Errorf("mail: %+v", told)
			}
			if slices.Equal(done.EndedTokens, []string{"ci"}) != c.ends || slices.Equal(done.KeptTokens, []string{"ci"}) == c.ends {
				t.Errorf("answer: %+v", done)
			}
			for what, c := range map[string]struct {
				secret string
				status int
			}{"session": {secret, http.StatusUnauthorized}, "token": {anes, want}, "another's token": {jons, http.StatusOK}} {
				if r := in.call(t, "GET", "/organizations/own", c.secret, nil); r.status != c.status {
					t.Errorf("%s: %d, want %d", what, r.status, c.status)
				}
			}
		})
	}
}

// TestLastOperatorStays: the last operator is suspended only by the token of the data directory, which can undo it.
func TestLastOperatorStays(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	id := in.person(t, "ane", "", access.Operator)
	secret, _ := in.session(t, id)
	path := "/people/" + id
	token := into[api.IssuedToken](t, in.call(t, "POST", "/tokens", secret, api.NewToken{Name: "ci", Role: "operator"})).Secret
	for what, s := range map[string]string{"session": secret, "token": token} {
		if r := in.call(t, "POST", path+"/suspend", s, nil); r.status != http.StatusConflict || r.code != "last_operator" {
			t.Errorf("%s: %d %s", what, r.status, r.code)
		}
	}
	dir := t.TempDir()
	must(t, in.access.EnsureOperatorToken(t.Context(), dir))
	data, err := os.ReadFile(filepath.Join(dir, "operator-token"))
	must(t, err)
	file := strings.TrimSpace(string(data))
	into[api.Person](t, in.call(t, "POST", path+"/suspend", file, nil))
	if r := in.call(t, "GET", "/session", secret, nil); r.status != http.StatusUnauthorized {
		t.Errorf("suspended: %d", r.status)
	}
	into[api.Person](t, in.call(t, "POST", path+"/resume", file, nil))
	in.person(t, "jon", "", access.Operator)
	secret, _ = in.session(t, id)
	into[api.Person](t, in.call(t, "POST", path+"/suspend", secret, nil))
}
