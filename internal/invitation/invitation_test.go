// SPDX-License-Identifier: Apache-2.0

package invitation_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/invitation"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
)

// world plays the ledgers, organizations and mails around the service; the store is real.
type world struct {
	t     *testing.T
	s     *invitation.Service
	now   time.Time
	mails []mail.Message
	added []string
	meant func() // happens while an organization is being added
	full  error  // why none can be
}

func (w *world) Members(_ context.Context, name string) ([]string, error) {
	if name != "azterketak" {
		return nil, fault.New(fault.NotFound, "ledger_not_found", "no")
	}
	return append([]string{"bizkaia"}, w.added...), nil
}

func (w *world) AddOrg(_ context.Context, a channel.AddOrg, actor, key string) (operation.Operation, error) {
	if w.meant != nil {
		w.meant()
	}
	if w.full != nil {
		return operation.Operation{}, w.full
	}
	if !slices.Contains(w.added, a.Org) {
		w.added = append(w.added, a.Org)
	}
	return operation.Operation{ID: actor + key}, nil
}

func (w *world) Active(_ context.Context, id string) (org.Organization, error) {
	if !slices.Contains([]string{"bizkaia", "unibertsitatea", "besteak"}, id) {
		return org.Organization{}, fault.New(fault.NotFound, "organization_not_found", "no")
	}
	return org.Organization{ID: id, Name: id}, nil
}

func (w *world) Queue(_ context.Context, m mail.Message) error {
	w.mails = append(w.mails, m)
	return nil
}

func open(t *testing.T) *world {
	t.Helper()
	db := sqltest.New(t)
	w := &world{t: t, now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}
	w.s = invitation.New(invitation.Options{
		Store: db, Transactor: db, Ledgers: w, Orgs: w, Mails: w, Now: func() time.Time { return w.now },
		Limit: mail.NewInvitationLimit(func() time.Time { return w.now }),
	})
	return w
}

func (w *world) invite(org, email string) (invitation.Invitation, string) {
	w.t.Helper()
	i, code, err := w.s.Invite(w.t.Context(), invitation.NewInvitation{
		Ledger: "azterketak", Inviter: "bizkaia", By: "Miren", Org: org, Email: email, Locale: "eu",
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return i, code
}

func coded(t *testing.T, what string, err error, code string) {
	t.Helper()
	if err == nil || fault.Of(err).Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestToAnOrganization(t *testing.T) {
	t.Parallel()
	w, ctx := open(t), t.Context()
	i, code := w.invite("unibertsitatea", "")
	_, _, err := w.s.Accept(ctx, invitation.Answer{ID: i.ID, Org: "besteak", Code: code}, "jon")
	coded(t, "another organization, even with the code", err, "invitation_not_found")
	accepted, op, err := w.s.Accept(ctx, invitation.Answer{ID: i.ID, Org: "unibertsitatea"}, "ane")
	if err != nil || accepted.State != invitation.Accepted || !slices.Equal(w.added, []string{"unibertsitatea"}) {
		t.Fatalf("%+v: %v", accepted, err)
	}
	_, again, err := w.s.Accept(ctx, invitation.Answer{ID: i.ID, Org: "unibertsitatea"}, "ane")
	if err != nil || again.ID != op.ID {
		t.Errorf("accepted twice: %v", err)
	}
	_, err = w.s.Revoke(ctx, i.ID, "bizkaia")
	coded(t, "taken back too late", err, "invitation_ended")
}

func TestByMail(t *testing.T) {
	t.Parallel()
	w, ctx := open(t), t.Context()
	i, code := w.invite("", "ane@example.eus")
	if len(w.mails) != 1 || w.mails[0].Data["link"] != "/ledger-invitation#code="+code {
		t.Fatalf("%+v", w.mails)
	}
	for _, wrong := range []string{"", code + "x", "wrong-code-wrong"} {
		_, _, err := w.s.Accept(ctx, invitation.Answer{ID: i.ID, Org: "unibertsitatea", Code: wrong}, "ane")
		coded(t, "code "+wrong, err, "invitation_not_found")
	}
	seen, err := w.s.ByCode(ctx, code)
	if err != nil || seen.ID != i.ID {
		t.Errorf("by its code: %v", err)
	}
	accepted, _, err := w.s.Accept(ctx, invitation.Answer{ID: i.ID, Org: "unibertsitatea", Code: code}, "ane")
	if err != nil || accepted.Org != "unibertsitatea" || accepted.Email != "" {
		t.Errorf("%+v: %v", accepted, err)
	}
	_, _, err = w.s.Accept(ctx, invitation.Answer{ID: i.ID, Org: "besteak", Code: code}, "jon")
	coded(t, "used by a second organization", err, "invitation_not_found")
}

// TestOneGetsIn: two organizations that have the code of one invitation, and the inviter who takes it back, at once.
func TestOneGetsIn(t *testing.T) {
	t.Parallel()
	w, ctx := open(t), t.Context()
	i, code := w.invite("", "ane@example.eus")
	w.meant = func() {
		w.meant = nil
		_, _, err := w.s.Accept(ctx, invitation.Answer{ID: i.ID, Org: "besteak", Code: code}, "jon")
		coded(t, "another organization meanwhile", err, "invitation_not_found")
		_, err = w.s.Revoke(ctx, i.ID, "bizkaia")
		coded(t, "taken back meanwhile", err, "invitation_ended")
	}
	_, _, err := w.s.Accept(ctx, invitation.Answer{ID: i.ID, Org: "unibertsitatea", Code: code}, "ane")
	if err != nil || !slices.Equal(w.added, []string{"unibertsitatea"}) {
		t.Fatalf("added %v: %v", w.added, err)
	}

	i, code = w.invite("", "jon@example.eus")
	w.full = fault.New(fault.Unavailable, "peer_unreachable", "no")
	_, _, err = w.s.Accept(ctx, invitation.Answer{ID: i.ID, Org: "besteak", Code: code}, "jon")
	coded(t, "who can't be added now", err, "peer_unreachable")
	w.full = nil
	if i, _, err = w.s.Accept(ctx, invitation.Answer{ID: i.ID, Org: "besteak", Code: code}, "jon"); err != nil || i.Operation == "" {
		t.Errorf("tried again: %+v: %v", i, err)
	}
}

func TestEnds(t *testing.T) {
	t.Parallel()
	w, ctx := open(t), t.Context()
	declined, _ := w.invite("unibertsitatea", "")
	if i, err := w.s.Decline(ctx, invitation.Answer{ID: declined.ID, Org: "unibertsitatea"}); err != nil || i.State != invitation.Declined {
		t.Errorf("%+v: %v", i, err)
	}
	old, code := w.invite("", "ane@example.eus")
	_, err := w.s.Revoke(ctx, old.ID, "besteak")
	coded(t, "another's", err, "invitation_not_found")
	w.now = w.now.Add(31 * 24 * time.Hour)
	_, _, err = w.s.Accept(ctx, invitation.Answer{ID: old.ID, Org: "unibertsitatea", Code: code}, "ane")
	coded(t, "after its time", err, "invitation_ended")
	if len(w.added) != 0 {
		t.Errorf("added %v", w.added)
	}
	list, err := w.s.List(ctx, "unibertsitatea", "", 0)
	if err != nil || len(list) != 1 || list[0].ID != declined.ID {
		t.Errorf("seen by the invited: %+v: %v", list, err)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.added = []string{"besteak"}
	for code, n := range map[string]invitation.NewInvitation{
		"invitation_target_invalid": {Ledger: "azterketak", Inviter: "bizkaia"},
		"organization_unknown":      {Ledger: "azterketak", Inviter: "bizkaia", Org: "inor"},
		"ledger_member_exists":      {Ledger: "azterketak", Inviter: "bizkaia", Org: "besteak"},
		"ledger_not_found":          {Ledger: "azterketak", Inviter: "unibertsitatea", Org: "besteak"},
		"organization_not_found":    {Ledger: "azterketak", Inviter: "inor", Org: "besteak"},
	} {
		_, _, err := w.s.Invite(t.Context(), n)
		coded(t, code, err, code)
	}
}

// TestTooManyMails: what is one too many leaves neither an invitation nor a mail.
func TestTooManyMails(t *testing.T) {
	t.Parallel()
	w, ctx := open(t), t.Context()
	for range 5 {
		w.invite("", "ane@example.eus")
	}
	_, _, err := w.s.Invite(ctx, invitation.NewInvitation{
		Ledger: "azterketak", Inviter: "bizkaia", By: "Miren", Email: "ane@example.eus", Locale: "eu",
	})
	coded(t, "the sixth", err, "invitations_too_many")
	all, err := w.s.List(ctx, "bizkaia", "", 100)
	if err != nil || len(all) != 5 || len(w.mails) != 5 {
		t.Errorf("%d invitations, %d mails: %v", len(all), len(w.mails), err)
	}
	w.invite("unibertsitatea", "") // without a mail
	w.now = w.now.Add(24 * time.Hour)
	w.invite("", "ane@example.eus")
}
