// SPDX-License-Identifier: Apache-2.0

package member_test

import (
	"context"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/member"
)

// inbox keeps the last mail.
type inbox struct{ last mail.Message }

func (i *inbox) Queue(_ context.Context, m mail.Message) error {
	i.last = m
	return nil
}

// squat makes an account on an address as its inviter can, who has the link: with a password, a second factor, an
// identity and a token of the inviter's.
func (w *world) squat(t *testing.T, name string) (id, token string) {
	t.Helper()
	ctx, p := t.Context(), w.person(t, name)
	e, err := w.Enrol(ctx, p, password, "")
	must(t, err)
	code, err := totp.GenerateCode(e.Secret, *w.clock)
	must(t, err)
	_, err = w.Confirm(ctx, p, code, "")
	must(t, err)
	must(t, w.Link(ctx, p.Member, "oidc:dex", "squatter of "+name))
	token, _, err = w.access.NewToken(ctx, p, access.NewToken{Name: "t", Role: access.Reader, Org: "own"})
	must(t, err)
	return p.Member, token
}

// gone tells that nothing is left by which the squatter could come back.
func (w *world) gone(t *testing.T, id, name, token string) {
	t.Helper()
	ctx := t.Context()
	if _, found, err := w.MemberOf(ctx, "oidc:dex", "squatter of "+name); err != nil || found {
		t.Errorf("the identity is still linked: %v", err)
	}
	_, err := w.access.Authenticate(ctx, token)
	coded(t, "the token", err, "token_invalid")
	if sessions, err := w.access.Sessions(ctx, id); err != nil || len(sessions) > 0 {
		t.Errorf("sessions: %+v: %v", sessions, err)
	}
	if m, err := w.Get(ctx, id); err != nil || !m.EmailVerified || m.SecondFactor {
		t.Errorf("%+v: %v", m, err)
	}
}

func TestOwnersTakeAccountsOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	box := &inbox{}
	w.Service = member.New(member.Options{
		Store: w.db, Transactor: w.db, Access: w.access, Organizations: registry{}, Sealer: w.keys, Mail: box,
		Now: func() time.Time { return *w.clock },
	})

	id, token := w.squat(t, "ane")
	must(t, w.RequestReset(ctx, "ane@example.eus", ""))
	_, err := w.ConfirmReset(ctx, codeOf(box.last.Data["link"]), "haize hegoa dator", false)
	must(t, err)
	w.gone(t, id, "ane", token)
	must(t, w.signIn(t, member.Proof{Email: "ane@example.eus", Password: "haize hegoa dator"}))

	id, token = w.squat(t, "jon")
	m, found, err := w.Claim(ctx, "Jon@example.eus")
	if err != nil || !found || m.ID != id {
		t.Fatalf("%+v, %v: %v", m, found, err)
	}
	w.gone(t, id, "jon", token)
	coded(t, "the squatter's password", w.signIn(t, member.Proof{Email: "jon@example.eus", Password: password}), "sign_in_refused")

	must(t, w.Link(ctx, id, "oidc:dex", "jon"))
	_, _, err = w.Claim(ctx, "jon@example.eus") // proved once: nothing is taken away again
	must(t, err)
	if _, found, err := w.MemberOf(ctx, "oidc:dex", "jon"); err != nil || !found {
		t.Errorf("the owner's identity is gone: %v", err)
	}

	_, _, _, err = w.Invite(ctx, member.NewInvitation{Org: "own", Email: "miren@example.eus", Name: "Miren", Locale: "eu", Role: access.Reader})
	must(t, err)
	_, found, err = w.Claim(ctx, "miren@example.eus")
	coded(t, "who is only invited", err, "member_invited")
	if found {
		t.Error("an invitation that waits is nobody's yet")
	}
}

// TestPasswordsMakeNoRoomForCodes: who has the password and a session may guess the second factor no more often for it.
func TestPasswordsMakeNoRoomForCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, p := t.Context(), w.person(t, "ane")
	e, err := w.Enrol(ctx, p, password, "")
	must(t, err)
	code, err := totp.GenerateCode(e.Secret, *w.clock)
	must(t, err)
	_, err = w.Confirm(ctx, p, code, "")
	must(t, err)
	for range 5 {
		coded(t, "a guess", w.Disable(ctx, p, "000000", ""), "code_wrong")
		if _, err = w.Enrol(ctx, p, password, ""); err == nil {
			t.Fatal("a second factor beside the first")
		}
	}
	coded(t, "a guess too many", w.Disable(ctx, p, "000000", ""), "sign_in_delayed")
}
