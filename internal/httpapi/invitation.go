// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"
	"slices"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/member"
)

// invitationRoutes are public: the code of a link is all that their callers have.
func (s *Server) invitationRoutes() {
	register(s, route{
		id: "previewInvitation", method: http.MethodPost, path: "/invitations/preview", tag: "account",
		summary: "Show what an invitation's link offers", quiet: true,
	}, func(ctx context.Context, in *body[api.InvitationCode]) (*body[api.Invitation], error) {
		p, err := s.Members.Preview(ctx, in.Body.Code)
		return answer(api.Invitation{
			Email: p.Email, Name: p.Name, Organization: p.Org, OrganizationName: p.OrgName, Role: string(p.Role),
			Inviter: p.Inviter, Account: p.Account,
		}, err)
	})
	register(s, route{
		id: "acceptInvitation", method: http.MethodPost, path: "/invitations/accept", tag: "account",
		summary: "Accept an invitation and sign in",
	}, func(ctx context.Context, in *body[api.InvitationAcceptance]) (*sessionOutput, error) {
		caller, err := principal(ctx)
		if err != nil {
			caller = access.Principal{}
		}
		secret, p, err := s.Members.Accept(ctx, member.Acceptance{
			Code: in.Body.Code, Name: in.Body.Name, Password: in.Body.Password, SecondFactor: in.Body.TOTP,
			Caller: caller, Source: source(ctx),
		})
		return s.replaceSession(ctx, secret, p, err)
	})
	register(s, route{
		id: "requestPasswordReset", method: http.MethodPost, path: "/password-resets", tag: "account",
		summary: "Ask for a mail with a link that sets a new password; nothing is told of whether there is such an account",
		status:  http.StatusAccepted, quiet: true,
	}, func(ctx context.Context, in *body[api.PasswordResetRequest]) (*none, error) {
		return &none{}, s.Members.RequestReset(ctx, in.Body.Email, source(ctx))
	})
	register(s, route{
		id: "confirmPasswordReset", method: http.MethodPost, path: "/password-resets/confirm", tag: "account",
		summary: "Set a new password with a mailed link; all sessions end, and API tokens too unless they are kept",
	}, func(ctx context.Context, in *body[api.PasswordReset]) (*body[api.PasswordResetDone], error) {
		t, err := s.Members.ConfirmReset(ctx, in.Body.Code, in.Body.Password, in.Body.KeepTokens)
		return answer(api.PasswordResetDone{EndedTokens: slices.Concat([]string{}, t.Ended), KeptTokens: slices.Concat([]string{}, t.Kept)}, err)
	})
}
