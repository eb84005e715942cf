// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// SessionPath names a session. It is exported for huma, which fills exported embedded fields only.
type SessionPath struct {
	ID string `path:"session" maxLength:"64" doc:"Session ID."`
}

// owned registers a route about the caller's own account.
func owned[I, O any](
	s *Server, method, path, id, summary string, status int, handler func(ctx context.Context, p access.Principal, in *I) (*O, error),
) {
	register(s, route{
		id: id, method: method, path: path, tag: "account", summary: summary, status: status, action: access.AccountManage,
	}, func(ctx context.Context, in *I) (*O, error) {
		p, err := principal(ctx)
		if err != nil {
			return nil, err
		}
		if !p.OwnSession() {
			return nil, fault.New(fault.Forbidden, "member_session_needed", "this takes a person's session").
				WithHint("sign in with your e-mail address; API tokens and one-time links have no account")
		}
		return handler(ctx, p, in)
	})
}

func (s *Server) accountRoutes() {
	owned(s, http.MethodGet, "/account", "getAccount", "Show one's own account", 0,
		func(ctx context.Context, p access.Principal, _ *none) (*body[api.Account], error) {
			a, err := s.Members.Account(ctx, p)
			shown := api.Account{
				Person: showPerson(a.Member), HasPassword: a.HasPassword, RecoveryCodes: a.RecoveryCodes,
			}
			if err != nil {
				return nil, err
			}
			shown.Identities, err = s.showOwnIdentities(ctx, a)
			return answer(shown, err)
		})
	owned(s, http.MethodPost, "/account/password", "changePassword",
		"Change one's own password; all other sessions end, and this one gets a fresh secret", 0,
		func(ctx context.Context, p access.Principal, in *body[api.PasswordChange]) (*sessionOutput, error) {
			secret, p, err := s.Members.ChangePassword(ctx, p, in.Body.Present, in.Body.New, source(ctx))
			return s.signedIn(ctx, secret, p, err)
		})
	s.secondFactorRoutes()
	s.ownIdentityRoutes()
	owned(s, http.MethodGet, "/account/certificates", "listOwnCertificates",
		"List one's own certificates, of every organization, and what became of them", 0, s.listOwnCertificates)
	owned(s, http.MethodGet, "/account/sessions", "listSessions", "List one's own sessions", 0, s.listSessions)
	owned(s, http.MethodDelete, "/account/sessions/{session}", "endSession", "End one of one's own sessions",
		http.StatusNoContent, func(ctx context.Context, p access.Principal, in *SessionPath) (*none, error) {
			return &none{}, s.Access.EndSession(ctx, p.Member, in.ID)
		})
	owned(s, http.MethodDelete, "/account/sessions", "endOtherSessions", "End all of one's sessions but this one",
		http.StatusNoContent, func(ctx context.Context, p access.Principal, _ *none) (*none, error) {
			return &none{}, s.Access.EndSessions(ctx, p.Member, p.ID)
		})
}

func (s *Server) secondFactorRoutes() {
	owned(s, http.MethodPost, "/account/totp", "createSecondFactor", "Begin to set up a second factor", http.StatusCreated,
		func(ctx context.Context, p access.Principal, in *body[api.Password]) (*body[api.SecondFactor], error) {
			e, err := s.Members.Enrol(ctx, p, in.Body.Password, source(ctx))
			return answer(api.SecondFactor{Secret: e.Secret, URL: e.URL, QR: e.QR}, err)
		})
	owned(s, http.MethodPost, "/account/totp/confirm", "confirmSecondFactor",
		"Set the second factor up with a first code; the answer's recovery codes are shown only now", 0,
		func(ctx context.Context, p access.Principal, in *body[api.OneTimeCode]) (*body[api.RecoveryCodes], error) {
			codes, err := s.Members.Confirm(ctx, p, in.Body.Code, source(ctx))
			return answer(api.RecoveryCodes{Codes: codes}, err)
		})
	owned(s, http.MethodPost, "/account/totp/disable", "disableSecondFactor", "Take the second factor away", http.StatusNoContent,
		func(ctx context.Context, p access.Principal, in *body[api.OneTimeCode]) (*none, error) {
			return &none{}, s.Members.Disable(ctx, p, in.Body.Code, source(ctx))
		})
	owned(s, http.MethodPost, "/account/recovery-codes", "replaceRecoveryCodes",
		"Replace the recovery codes; they are shown only now", 0,
		func(ctx context.Context, p access.Principal, in *body[api.OneTimeCode]) (*body[api.RecoveryCodes], error) {
			codes, err := s.Members.NewRecoveryCodes(ctx, p, in.Body.Code, source(ctx))
			return answer(api.RecoveryCodes{Codes: codes}, err)
		})
}

func (s *Server) listSessions(ctx context.Context, p access.Principal, in *Paging) (*body[api.Page[api.OwnSession]], error) {
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	all, err := s.Access.Sessions(ctx, p.Member)
	if err != nil {
		return nil, err
	}
	live := slices.DeleteFunc(all, func(c access.Credential) bool { return time.Now().After(c.ExpiresAt) })
	id := func(c access.Credential) string { return c.ID }
	show := func(c access.Credential) api.OwnSession {
		return api.OwnSession{
			ID: c.ID, Current: c.ID == p.ID, Method: c.Method, SecondFactor: c.SecondFactor, Organization: c.Org,
			CreatedAt: c.CreatedAt.UTC(), ExpiresAt: c.ExpiresAt.UTC(),
		}
	}
	return pageOf(window(live, after, in.Limit, id), in.Limit, always(show), id)
}
