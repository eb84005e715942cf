// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/invitation"
)

const invitationBase = "/ledger-invitations"

type ledgerInviteInput struct {
	LedgerPath
	Body api.NewLedgerInvitation
}

func (in *ledgerInviteInput) organization() string { return in.Body.Inviter }

// LedgerInvitationPath names an invitation. It is exported for huma, which fills exported embedded fields only.
type LedgerInvitationPath struct {
	ID string `path:"invitation" maxLength:"64" doc:"ID of the invitation."`
}

type invitationAnswerInput struct {
	LedgerInvitationPath
	Body api.InvitationAnswer
}

func (in *invitationAnswerInput) organization() string { return in.Body.Organization }

func (in *invitationAnswerInput) answer() invitation.Answer {
	return invitation.Answer{ID: in.ID, Org: in.Body.Organization, Code: in.Body.Code}
}

type revokeInvitationInput struct {
	LedgerInvitationPath
	Inviter string `query:"inviter" required:"true" minLength:"1" maxLength:"64" doc:"ID of the organization that invited."`
}

func (in *revokeInvitationInput) organization() string { return in.Inviter }

func (s *Server) ledgerInvitationRoutes() {
	register(s, route{
		id: "inviteToLedger", method: http.MethodPost, path: "/ledgers/{ledger}/invitations", tag: "ledgers",
		summary: "Invite an organization into a ledger", status: http.StatusCreated, action: access.LedgerInvite,
	}, func(ctx context.Context, in *ledgerInviteInput) (*body[api.IssuedLedgerInvitation], error) {
		p, err := principal(ctx)
		if err != nil {
			return nil, err
		}
		i, code, err := s.Invitations.Invite(ctx, invitation.NewInvitation{
			Ledger: in.Ledger, Inviter: in.Body.Inviter, By: p.Name, ByID: p.Whose(),
			Org: in.Body.Organization, Email: in.Body.Email, Locale: in.Body.Locale,
		})
		return answer(api.IssuedLedgerInvitation{Invitation: showLedgerInvitation(i, true), Code: code}, err)
	})
	register(s, route{
		id: "listLedgerInvitations", method: http.MethodGet, path: invitationBase, tag: "ledgers",
		summary: "List invitations from and to the caller's organization, newest first", action: access.LedgerInvitationRead,
	}, s.listLedgerInvitations)
	register(s, route{
		id: "lookUpLedgerInvitation", method: http.MethodPost, path: invitationBase + "/lookup", tag: "ledgers",
		summary: "Show the invitation of a link", maxBody: maxPublicBody, quiet: true,
	}, func(ctx context.Context, in *body[api.LedgerInvitationCode]) (*body[api.LedgerInvitation], error) {
		i, err := s.Invitations.ByCode(ctx, in.Body.Code)
		return answer(showLedgerInvitation(i, false), err)
	})
	register(s, route{
		id: "acceptLedgerInvitation", method: http.MethodPost, path: invitationBase + "/{invitation}/accept", tag: "ledgers",
		summary: "Accept an invitation: the organization joins the ledger", status: http.StatusAccepted, action: access.LedgerInvitationAnswer,
	}, func(ctx context.Context, in *invitationAnswerInput) (*body[api.Accepted], error) {
		_, op, err := s.Invitations.Accept(ctx, in.answer(), actor(ctx))
		return accepted(op, err)
	})
	register(s, route{
		id: "declineLedgerInvitation", method: http.MethodPost, path: invitationBase + "/{invitation}/decline", tag: "ledgers",
		summary: "Decline an invitation", action: access.LedgerInvitationAnswer,
	}, func(ctx context.Context, in *invitationAnswerInput) (*body[api.LedgerInvitation], error) {
		i, err := s.Invitations.Decline(ctx, in.answer())
		return answer(showLedgerInvitation(i, false), err)
	})
	register(s, route{
		id: "revokeLedgerInvitation", method: http.MethodDelete, path: invitationBase + "/{invitation}", tag: "ledgers",
		summary: "Take an invitation back", action: access.LedgerInvite,
	}, func(ctx context.Context, in *revokeInvitationInput) (*body[api.LedgerInvitation], error) {
		i, err := s.Invitations.Revoke(ctx, in.ID, in.Inviter)
		return answer(showLedgerInvitation(i, true), err)
	})
}

func (s *Server) listLedgerInvitations(ctx context.Context, in *Paging) (*body[api.Page[api.LedgerInvitation]], error) {
	p, err := principal(ctx)
	if err != nil {
		return nil, err
	}
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	found, err := s.Invitations.List(ctx, p.Org, before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	show := func(i invitation.Invitation) api.LedgerInvitation {
		return showLedgerInvitation(i, p.Org == "" || p.Org == i.Inviter)
	}
	return pageOf(found, in.Limit, always(show), func(i invitation.Invitation) string { return i.ID })
}

func showLedgerInvitation(i invitation.Invitation, email bool) api.LedgerInvitation {
	shown := api.LedgerInvitation{
		ID: i.ID, Ledger: i.Ledger, Inviter: i.Inviter, By: i.By, Organization: i.Org, State: string(i.At(time.Now())),
		Operation: i.Operation, CreatedAt: i.CreatedAt.UTC(), ExpiresAt: i.ExpiresAt.UTC(),
	}
	if email {
		shown.Email = i.Email
	}
	return shown
}
