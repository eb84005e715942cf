// SPDX-License-Identifier: Apache-2.0

package invitation

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

const lifetime = 30 * 24 * time.Hour

const codeBytes = 24

type transactor interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
}

type queue interface {
	Queue(ctx context.Context, m mail.Message) error
}

// ledgers are what the service needs of channels; *channel.Service does it.
type ledgers interface {
	Members(ctx context.Context, name string) ([]string, error)
	AddOrg(ctx context.Context, a channel.AddOrg, actor, key string) (operation.Operation, error)
}

// organizations are what the service needs of organizations; *org.Service does it.
type organizations interface {
	Active(ctx context.Context, id string) (org.Organization, error)
}

// Service keeps invitations.
type Service struct {
	store   Store
	tx      transactor
	ledgers ledgers
	orgs    organizations
	mails   queue
	limit   *mail.InvitationLimit
	now     func() time.Time
}

// Options of New.
type Options struct {
	Store      Store
	Transactor transactor
	Ledgers    ledgers
	Orgs       organizations
	Mails      queue
	Limit      *mail.InvitationLimit // of those mails; nil: none
	Now        func() time.Time      // nil: time.Now
}

// New makes the service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{
		store: o.Store, tx: o.Transactor, ledgers: o.Ledgers, orgs: o.Orgs, mails: o.Mails, limit: o.Limit, now: o.Now,
	}
}

// NewInvitation asks for an invitation: of an organization by its ID, or of whoever reads a mail address.
type NewInvitation struct {
	Ledger  string
	Inviter string
	By      string // name of who invites
	ByID    string // of that person, else of the credential, whose mails are counted; empty: nobody's
	Org     string
	Email   string
	Locale  string
}

// Invite makes an invitation and gives its code, which nobody can get again. The inviter must be a member of the ledger and the
// invited organization must not. Too many mails are a fault.Throttled "invitations_too_many".
func (s *Service) Invite(ctx context.Context, n NewInvitation) (Invitation, string, error) {
	if (n.Org == "") == (n.Email == "") {
		return Invitation{}, "", fault.New(fault.Invalid, "invitation_target_invalid", "an invitation is to an organization or to a mail address").
			WithField("body.organization", "target", "give either organization or email")
	}
	inviter, err := s.orgs.Active(ctx, n.Inviter)
	if err != nil {
		return Invitation{}, "", err
	}
	members, err := s.ledgers.Members(ctx, n.Ledger)
	if err != nil {
		return Invitation{}, "", err
	}
	if !slices.Contains(members, n.Inviter) {
		return Invitation{}, "", fault.New(fault.NotFound, "ledger_not_found", "there is no ledger %q", n.Ledger)
	}
	if n.Org != "" {
		if err := s.free(ctx, members, n); err != nil {
			return Invitation{}, "", err
		}
	}
	random := make([]byte, codeBytes)
	if _, err := rand.Read(random); err != nil {
		return Invitation{}, "", fmt.Errorf("make code: %w", err)
	}
	code, now := base64.RawURLEncoding.EncodeToString(random), s.now()
	i := Invitation{
		ID: ulid.MustNew(ulid.Timestamp(now), ulid.DefaultEntropy()).String(), Ledger: n.Ledger, Inviter: n.Inviter, By: n.By,
		Org: n.Org, Email: n.Email, Hash: hash(code), State: Pending, CreatedAt: now, ExpiresAt: now.Add(lifetime),
	}
	err = s.tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.CreateInvitation(ctx, i); err != nil || n.Email == "" {
			return err
		}
		if err := s.limit.Take(n.ByID, n.Inviter, n.Email); err != nil {
			return err
		}
		return s.mails.Queue(ctx, mail.Message{To: n.Email, Locale: n.Locale, Template: "ledger-invitation", Data: map[string]string{
			"ledger": n.Ledger, "organization": inviter.Name, "inviter": n.By, "link": "/ledger-invitation#code=" + code,
		}})
	})
	return i, code, err
}

// free tells whether an organization can be invited.
func (s *Service) free(ctx context.Context, members []string, n NewInvitation) error {
	if slices.Contains(members, n.Org) {
		return fault.New(fault.Conflict, "ledger_member_exists", "organization %s is a member of %s already", n.Org, n.Ledger)
	}
	_, err := s.orgs.Active(ctx, n.Org)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return fault.New(fault.Invalid, "organization_unknown", "there is no organization %q", n.Org).
			WithHint("correct the ID, or invite by mail").WithField("body.organization", "organization_unknown", "not on this platform")
	}
	return err
}

func hash(code string) []byte {
	sum := sha256.Sum256([]byte(code))
	return sum[:]
}

// At gives an invitation's state at a time.
func (i Invitation) At(now time.Time) State {
	if i.State == Pending && !now.Before(i.ExpiresAt) {
		return Expired
	}
	return i.State
}

// Get gives an invitation.
func (s *Service) Get(ctx context.Context, id string) (Invitation, error) {
	return s.store.GetInvitation(ctx, id)
}

// ByCode gives the invitation of a code.
func (s *Service) ByCode(ctx context.Context, code string) (Invitation, error) {
	return s.store.FindInvitation(ctx, hash(code))
}

// List gives invitations, newest first.
func (s *Service) List(ctx context.Context, orgID, before string, limit int) ([]Invitation, error) {
	return s.store.ListInvitations(ctx, orgID, before, limit)
}

// Answer is an organization's yes or no.
type Answer struct {
	ID   string
	Org  string
	Code string // needed where the invitation is to a mail address
}

// Accept starts the operation that adds the organization to the ledger. Repeated by the same actor it gives the same one.
func (s *Service) Accept(ctx context.Context, a Answer, actor string) (Invitation, operation.Operation, error) {
	before, i, err := s.take(ctx, a)
	if err != nil {
		return i, operation.Operation{}, err
	}
	op, err := s.ledgers.AddOrg(ctx, channel.AddOrg{Channel: i.Ledger, Org: a.Org}, actor, "ledger-invitation/"+i.ID)
	if err != nil {
		return i, op, errors.Join(err, s.store.UpdateInvitation(context.WithoutCancel(ctx), before))
	}
	i.Operation = op.ID
	return i, op, s.store.UpdateInvitation(ctx, i)
}

// take makes an invitation the organization's, before anything is done for it: of several that have its code only one
// gets in. It gives the invitation as it was and as it is.
func (s *Service) take(ctx context.Context, a Answer) (before, i Invitation, err error) {
	err = s.tx.InTx(ctx, func(ctx context.Context) error {
		if i, err = s.addressed(ctx, a); err != nil {
			return err
		}
		if before = i; i.At(s.now()) != Pending && (i.State != Accepted || i.Org != a.Org) {
			return s.ended(i)
		}
		i.State, i.Org, i.Email = Accepted, a.Org, ""
		return s.store.UpdateInvitation(ctx, i)
	})
	return before, i, err
}

// Decline ends an invitation by the invited.
func (s *Service) Decline(ctx context.Context, a Answer) (Invitation, error) {
	i, err := s.addressed(ctx, a)
	if err != nil {
		return i, err
	}
	return s.end(ctx, i.ID, Declined)
}

// Revoke ends an invitation by the inviter.
func (s *Service) Revoke(ctx context.Context, id, inviter string) (Invitation, error) {
	i, err := s.store.GetInvitation(ctx, id)
	if err != nil {
		return i, err
	}
	if i.Inviter != inviter {
		return Invitation{}, notFound()
	}
	return s.end(ctx, id, Revoked)
}

func (s *Service) end(ctx context.Context, id string, state State) (Invitation, error) {
	var i Invitation
	err := s.tx.InTx(ctx, func(ctx context.Context) (err error) {
		if i, err = s.store.GetInvitation(ctx, id); err != nil {
			return err
		}
		if i.At(s.now()) != Pending {
			return s.ended(i)
		}
		i.State, i.Email = state, ""
		return s.store.UpdateInvitation(ctx, i)
	})
	return i, err
}

// addressed gives an invitation that an organization may answer; any other is as absent.
func (s *Service) addressed(ctx context.Context, a Answer) (Invitation, error) {
	i, err := s.store.GetInvitation(ctx, a.ID)
	if err != nil {
		return i, err
	}
	byCode := a.Code != "" && subtle.ConstantTimeCompare(hash(a.Code), i.Hash) == 1
	if i.Org != "" && i.Org != a.Org || i.Org == "" && !byCode {
		return Invitation{}, notFound()
	}
	return i, nil
}

func (s *Service) ended(i Invitation) error {
	return fault.New(fault.Conflict, "invitation_ended", "the invitation is %s", i.At(s.now())).WithHint("ask for a new one")
}

// notFound is the store's own fault of an absent one: who may not answer an invitation learns nothing of it.
func notFound() error {
	return fault.New(fault.NotFound, "invitation_not_found", "there is no such invitation").
		WithHint("see which there are: b4a ledger invitations")
}
