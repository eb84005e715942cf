// SPDX-License-Identifier: Apache-2.0

package member_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/member"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/pki/keystoretest"
	"github.com/blockchain4all/blockchain4all/internal/store/sql"
)

const password = "zuhaitz berde handia"

// world is the service on a real store and a real sealed key store, with a clock.
type world struct {
	*member.Service
	db     *sql.DB
	access *access.Service
	path   string
	keys   *pki.SealedStore
	clock  *time.Time
}

// registry knows the organization "own".
type registry struct{}

func (registry) Get(_ context.Context, id string) (org.Organization, error) {
	if id != "own" {
		return org.Organization{}, fault.New(fault.NotFound, "organization_not_found", "no")
	}
	return org.Organization{ID: id, Name: "Own", State: org.Active}, nil
}

func newWorld(t *testing.T) *world {
	t.Helper()
	now := time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)
	w := &world{path: filepath.Join(t.TempDir(), "b4a.db"), keys: keystoretest.Sealed(t), clock: &now}
	w.reopen(t)
	return w
}

// reopen starts anew on the same files, as after a restart.
func (w *world) reopen(t *testing.T) {
	t.Helper()
	if w.db != nil {
		must(t, w.db.Close())
	}
	var err error
	w.db, err = sql.Open(t.Context(), sql.Config{Path: w.path})
	must(t, err)
	db := w.db
	t.Cleanup(func() { _ = db.Close() })
	now := func() time.Time { return *w.clock }
	w.access = access.New(access.Options{Store: db, Now: now})
	w.Service = member.New(member.Options{
		Store: db, Transactor: db, Access: w.access, Organizations: registry{}, Sealer: w.keys, Now: now,
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func coded(t *testing.T, what string, err error, code string) {
	t.Helper()
	if err == nil || fault.Of(err).Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

// person makes an active administrator and gives a session of it.
func (w *world) person(t *testing.T, name string) access.Principal {
	t.Helper()
	_, link, _, err := w.Invite(t.Context(), member.NewInvitation{
		Org: "own", Email: name + "@example.eus", Name: name, Locale: "eu", Role: access.Admin,
	})
	must(t, err)
	_, p, err := w.Accept(t.Context(), member.Acceptance{Code: codeOf(link), Password: password})
	must(t, err)
	return p
}

func codeOf(link string) string {
	_, code, _ := strings.Cut(link, "#code=")
	return code
}

func (w *world) signIn(t *testing.T, p member.Proof) error {
	t.Helper()
	_, _, err := w.SignIn(t.Context(), p)
	return err
}

func TestPasswordsAreHashedAnewWithNewParameters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.person(t, "ane")
	secrets, err := w.db.GetSecrets(t.Context(), p.Member)
	must(t, err)
	if !strings.HasPrefix(secrets.Password, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("stored as %s", secrets.Password)
	}
	// argon2id of the password with the salt "somesaltsomesalt" and 8 KiB, one pass: what an older version might have kept.
	weak := "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$" + weakKey(password)
	secrets.Password = weak
	must(t, w.db.PutSecrets(t.Context(), secrets))
	coded(t, "wrong", w.signIn(t, member.Proof{Email: "ane@example.eus", Password: "zuhaitz berde handi"}), "sign_in_refused")
	must(t, w.signIn(t, member.Proof{Email: "ane@example.eus", Password: password}))
	secrets, err = w.db.GetSecrets(t.Context(), p.Member)
	must(t, err)
	if secrets.Password == weak || !strings.Contains(secrets.Password, "m=19456") {
		t.Errorf("not hashed anew: %s", secrets.Password)
	}
	must(t, w.signIn(t, member.Proof{Email: "ane@example.eus", Password: password}))
}

func TestPasswordRules(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person(t, "first")
	for name, c := range map[string]struct{ password, code string }{
		"empty": {"", "password_length"}, "short": {"hamaika kar", "password_length"},
		"long": {strings.Repeat("x", 257), "password_length"}, "address": {"Ane.Etxebarria@example.eus", "password_guessable"},
		"name": {"ANE etxebarria", "password_guessable"}, "not UTF-8": {"zuhaitz \xff berdea", "password_length"},
	} {
		_, link, _, err := w.Invite(t.Context(), member.NewInvitation{
			Org: "own", Email: "ane.etxebarria@example.eus", Name: "Ane Etxebarria", Locale: "eu", Role: access.Reader,
		})
		must(t, err)
		_, _, err = w.Accept(t.Context(), member.Acceptance{Code: codeOf(link), Password: c.password})
		coded(t, name, err, c.code)
	}
	// Letters written in two ways are one password.
	_, link, _, err := w.Invite(t.Context(), member.NewInvitation{Org: "own", Email: "b@example.eus", Name: "B", Locale: "es", Role: access.Reader})
	must(t, err)
	_, _, err = w.Accept(t.Context(), member.Acceptance{Code: codeOf(link), Password: "ma\u00f1ana ser\u00e1 tarde"})
	must(t, err)
	must(t, w.signIn(t, member.Proof{Email: "b@example.eus", Password: "man\u0303ana sera\u0301 tarde"}))
}

// TestLockoutSurvivesRestarts counts failures over a restart, and lets nobody try beside the count.
func TestLockoutSurvivesRestarts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person(t, "ane")
	wrong := member.Proof{Email: "ane@example.eus", Password: "okerreko pasahitza"}
	for range 5 {
		coded(t, "free", w.signIn(t, wrong), "sign_in_refused")
	}
	w.reopen(t)
	right := member.Proof{Email: "Ane@example.eus", Password: password}
	coded(t, "after a restart", w.signIn(t, right), "sign_in_delayed")
	var tried atomic.Int32
	for i := range 3 { // one try a wait, which doubles
		*w.clock = w.clock.Add(time.Second<<i + time.Millisecond)
		tried.Store(0)
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				if _, _, err := w.SignIn(t.Context(), wrong); fault.Of(err).Code == "sign_in_refused" {
					tried.Add(1)
				}
			})
		}
		wg.Wait()
		if n := tried.Load(); n != 1 {
			t.Errorf("round %d: %d tries side by side", i, n)
		}
	}
	err := w.signIn(t, right)
	coded(t, "locked", err, "sign_in_delayed")
	*w.clock = w.clock.Add(fault.Of(err).Wait)
	must(t, w.signIn(t, right))
	coded(t, "afresh after a success", w.signIn(t, wrong), "sign_in_refused")
}

// TestSourcesAreDelayed guesses many accounts from one network.
func TestSourcesAreDelayed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person(t, "ane")
	must(t, w.db.PutFailures(t.Context(), member.Failures{Subject: "source:2001:db8:1:2::", Count: 27, Last: *w.clock}))
	for i := range 3 {
		coded(t, "free", w.signIn(t, member.Proof{
			Email: fmt.Sprintf("inor%d@example.eus", i), Password: "okerreko pasahitza", Source: fmt.Sprintf("2001:db8:1:2::%x", i),
		}), "sign_in_refused")
	}
	coded(t, "the same network", w.signIn(t, member.Proof{Email: "ane@example.eus", Password: password, Source: "2001:db8:1:2::ffff"}), "sign_in_delayed")
	must(t, w.signIn(t, member.Proof{Email: "ane@example.eus", Password: password, Source: "2001:db8:1:3::1"}))
	*w.clock = w.clock.Add(2 * time.Second)
	must(t, w.signIn(t, member.Proof{Email: "ane@example.eus", Password: password, Source: "2001:db8:1:2::ffff"}))
	// One good sign-in does not wash the network clean.
	coded(t, "next guess", w.signIn(t, member.Proof{Email: "beste@example.eus", Password: "okerreko pasahitza", Source: "2001:db8:1:2::1"}), "sign_in_refused")
	coded(t, "and then", w.signIn(t, member.Proof{Email: "ane@example.eus", Password: password, Source: "2001:db8:1:2::2"}), "sign_in_delayed")
	for source, want := range map[string]string{
		"192.0.2.7": "source:192.0.2.7", "::ffff:192.0.2.7": "source:192.0.2.7", "2001:db8::1": "source:2001:db8::", "": "", "x": "",
	} {
		if got := member.SourceName(source); got != want {
			t.Errorf("%q: %q", source, got)
		}
	}
}

// TestClockAhead puts the clock right after it was two years ahead: nobody is locked out until then.
func TestClockAhead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, p := t.Context(), w.person(t, "ane")
	e, err := w.Enrol(ctx, p, password, "")
	must(t, err)
	code := func() string {
		code, err := totp.GenerateCode(e.Secret, *w.clock)
		must(t, err)
		return code
	}
	true0 := *w.clock
	*w.clock = w.clock.Add(2 * 365 * 24 * time.Hour)
	_, err = w.Confirm(ctx, p, code(), "")
	must(t, err)
	coded(t, "a failure ahead", w.signIn(t, member.Proof{Email: "ane@example.eus", Password: "okerreko pasahitza"}), "sign_in_refused")
	*w.clock = true0
	right := member.Proof{Email: "ane@example.eus", Password: password, Code: code()}
	must(t, w.signIn(t, right))
	coded(t, "the same code again", w.signIn(t, right), "sign_in_refused")
	*w.clock = w.clock.Add(-2 * time.Minute) // a clock that is put right by a little
	right.Code = code()
	coded(t, "a code from before the last", w.signIn(t, right), "sign_in_refused")
}

func TestDelays(t *testing.T) {
	t.Parallel()
	for count, want := range map[int]time.Duration{
		0: 0, 4: 0, 5: time.Second, 6: 2 * time.Second, 14: 512 * time.Second, 15: 15 * time.Minute, 100000: 15 * time.Minute,
	} {
		if got := member.Delay(count, 5); got != want {
			t.Errorf("%d: %s, want %s", count, got, want)
		}
	}
}

func TestSecondFactor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, p := t.Context(), w.person(t, "ane")
	e, err := w.Enrol(ctx, p, password, "")
	must(t, err)
	must(t, w.signIn(t, member.Proof{Email: "ane@example.eus", Password: password})) // not confirmed: not asked for
	secrets, err := w.db.GetSecrets(ctx, p.Member)
	must(t, err)
	if strings.Contains(string(secrets.TOTP), e.Secret) {
		t.Error("the secret is stored unsealed")
	}
	at := func(d time.Duration) string {
		code, err := totp.GenerateCode(e.Secret, w.clock.Add(d))
		must(t, err)
		return code
	}
	_, err = w.Confirm(ctx, p, at(-2*time.Minute), "")
	coded(t, "an old code", err, "code_wrong")
	recovery, err := w.Confirm(ctx, p, at(0), "")
	must(t, err)
	_, err = w.Enrol(ctx, p, password, "")
	coded(t, "a second one", err, "second_factor_exists")
	try := func(code string) error {
		return w.signIn(t, member.Proof{Email: "ane@example.eus", Password: password, Code: code})
	}
	coded(t, "none", try(""), "second_factor_needed")
	coded(t, "the confirming code again", try(at(0)), "sign_in_refused")
	must(t, try(at(30*time.Second))) // the phone's clock is ahead
	coded(t, "the same again", try(at(30*time.Second)), "sign_in_refused")
	coded(t, "one before it", try(at(0)), "sign_in_refused")
	*w.clock = w.clock.Add(time.Minute)
	var wins atomic.Int32
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if _, _, err := w.SignIn(ctx, member.Proof{Email: "ane@example.eus", Password: password, Code: at(0)}); err == nil {
				wins.Add(1)
			}
		})
	}
	wg.Wait()
	if wins.Load() != 1 {
		t.Errorf("one code signed in %d times", wins.Load())
	}
	*w.clock = w.clock.Add(time.Hour)
	must(t, try(strings.ToLower(strings.ReplaceAll(recovery[3], "-", " "))))
	coded(t, "a recovery code again", try(recovery[3]), "sign_in_refused")
	_, p, err = w.SignIn(ctx, member.Proof{Email: "ane@example.eus", Password: password, Code: recovery[4]})
	must(t, err)
	coded(t, "disable with a guess", w.Disable(ctx, p, "000000", ""), "code_wrong")
	must(t, w.Disable(ctx, p, recovery[5], ""))
	must(t, try(""))
	coded(t, "a token", w.Disable(ctx, access.Principal{Kind: access.Token, Member: p.Member}, recovery[6], ""), "member_session_needed")
}

func TestInvitations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	admin := w.person(t, "admin")
	invite := func(email string) string {
		t.Helper()
		_, link, _, err := w.Invite(ctx, member.NewInvitation{Org: "own", Email: email, Name: "Ane", Locale: "eu", Role: access.Reader})
		must(t, err)
		return codeOf(link)
	}
	first := invite("ane@example.eus")
	second := invite("ANE@example.eus")
	_, err := w.Preview(ctx, first)
	coded(t, "the replaced link", err, "invitation_invalid")
	*w.clock = w.clock.Add(7*24*time.Hour + time.Second)
	_, err = w.Preview(ctx, second)
	coded(t, "after a week", err, "invitation_invalid")
	_, _, _, err = w.Invite(ctx, member.NewInvitation{Org: "own", Email: "admin@example.eus", Name: "A", Locale: "eu", Role: access.Reader})
	coded(t, "a member already", err, "member_exists")

	third := invite("ane@example.eus")
	m, err := w.AcceptIdentity(ctx, third, "oidc:dex", "subject-1")
	must(t, err)
	if got, ok, err := w.MemberOf(ctx, "oidc:dex", "subject-1"); err != nil || !ok || got.ID != m.ID || m.State != member.Active {
		t.Errorf("%+v: %v", got, err)
	}
	coded(t, "an identity that is another's", w.Link(ctx, admin.Member, "oidc:dex", "subject-1"), "identity_taken")
	must(t, w.Link(ctx, m.ID, "oidc:dex", "subject-1"))
	coded(t, "no password to sign in with", w.signIn(t, member.Proof{Email: "ane@example.eus"}), "sign_in_refused")
	if _, p, err := w.Session(ctx, m.ID, "oidc:dex", ""); err != nil || p.Role != access.Reader || p.Method != "oidc:dex" {
		t.Errorf("%+v: %v", p, err)
	}
	_, err = w.AcceptIdentity(ctx, invite("jon@example.eus"), "oidc:dex", "subject-1")
	coded(t, "somebody else's invitation", err, "invitation_for_another")
	for name, n := range map[string]member.NewInvitation{
		"email_invalid":       {Org: "own", Email: "ane@example.eus\r\nBcc: x@example.eus", Name: "A", Locale: "eu", Role: access.Reader},
		"member_name_invalid": {Org: "own", Email: "x@example.eus", Name: "A\nB", Locale: "eu", Role: access.Reader},
		"locale_invalid":      {Org: "own", Email: "x@example.eus", Name: "A", Locale: "fr", Role: access.Reader},
		"role_invalid":        {Org: "own", Email: "x@example.eus", Name: "A", Locale: "eu", Role: access.Operator},
	} {
		_, _, _, err := w.Invite(ctx, n)
		coded(t, name, err, name)
	}
}

func TestEnsureAdministrator(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	var link string
	for range 2 { // the step of an operation that is run again
		var err error
		link, err = w.EnsureAdministrator(ctx, "own", "Ane@example.eus", "Ane", "eu")
		if err != nil || !strings.HasPrefix(link, "/invitation#code=") {
			t.Fatalf("%q: %v", link, err)
		}
	}
	_, p, err := w.Accept(ctx, member.Acceptance{Code: codeOf(link), Password: password})
	if err != nil || p.Role != access.Admin || p.Org != "own" {
		t.Fatalf("%+v: %v", p, err)
	}
	if link, err := w.EnsureAdministrator(ctx, "own", "ane@example.eus", "Ane", "eu"); err != nil || link != "" {
		t.Errorf("active already: %q: %v", link, err)
	}
	if all, err := w.Members(ctx, "own", "", 0); err != nil || len(all) != 1 {
		t.Errorf("%+v: %v", all, err)
	}
	if _, err := w.EnsureAdministrator(ctx, "own", "no address", "Ane", "eu"); !errors.Is(err, fault.Invalid) {
		t.Errorf("%v", err)
	}
}

func FuzzHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=4294967295,t=4294967295,p=255$$")
	f.Fuzz(func(t *testing.T, hashed string) {
		p, salt, key, err := member.ParseHash(hashed)
		if err == nil && (p.Memory > 256*1024 || p.Passes > 16 || p.Threads == 0 || len(salt) < 8 || len(key) != 32) {
			t.Errorf("%q is taken: %+v", hashed, p)
		}
	})
}

func FuzzEmail(f *testing.F) {
	f.Add("Ane <ane@example.eus>")
	f.Add("a@b.eus, c@d.eus")
	f.Add("a@b.eus\r\nTo: c@d.eus")
	f.Fuzz(func(t *testing.T, email string) {
		got, err := member.CheckEmail(email)
		if err != nil {
			return
		}
		if strings.ContainsAny(got, "\r\n\x00<>") && !strings.HasPrefix(got, `"`) || !strings.Contains(got, "@") || len(got) > 254 {
			t.Errorf("%q is taken as %q", email, got)
		}
		if again, err := member.CheckEmail(got); err != nil || again != got {
			t.Errorf("%q: %q, %q: %v", email, got, again, err)
		}
	})
}
