// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// defaultTokenLifetime is that of a token whose request names none.
const defaultTokenLifetime = 90 * 24 * time.Hour

type sessionOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      api.Principal
}

type signOutOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

type newTokenInput struct{ Body api.NewToken }

func (in *newTokenInput) organization() string { return in.Body.Organization }

// TokenPath names a token. It is exported for huma, which fills exported embedded fields only.
type TokenPath struct {
	ID string `path:"token" maxLength:"64" doc:"Token ID."`
}

func (s *Server) accessRoutes() {
	register(s, route{
		id: "getSession", method: http.MethodGet, path: "/session", tag: "access",
		summary: "Tell who is calling", action: access.SessionRead,
	}, func(ctx context.Context, _ *none) (*body[api.Principal], error) {
		p, err := principal(ctx)
		return answer(showPrincipal(p), err)
	})
	register(s, route{
		id: "createSession", method: http.MethodPost, path: "/session", tag: "access",
		summary: "Sign in to the console with a one-time code",
	}, func(ctx context.Context, in *body[api.NewSession]) (*sessionOutput, error) {
		secret, p, err := s.Access.Exchange(ctx, in.Body.Code)
		if err != nil {
			return nil, err
		}
		audit.By(ctx, actorOf(p))
		return &sessionOutput{SetCookie: s.cookie(secret, p.Expires), Body: showPrincipal(p)}, nil
	})
	register(s, route{
		id: "deleteSession", method: http.MethodDelete, path: "/session", tag: "access",
		summary: "Sign out of the console", status: http.StatusNoContent, action: access.SessionRead,
	}, func(ctx context.Context, _ *none) (*signOutOutput, error) {
		if err := s.Access.SignOut(ctx, actor(ctx)); err != nil {
			return nil, err
		}
		return &signOutOutput{SetCookie: s.cookie("", time.Unix(0, 0))}, nil
	})
	register(s, route{
		id: "createSignInLink", method: http.MethodPost, path: "/signin-links", tag: "access",
		summary: "Make a link that opens the console signed in, once", action: access.SignInLinkCreate,
		status: http.StatusCreated,
	}, func(ctx context.Context, _ *none) (*body[api.SignInLink], error) {
		return answer(s.SignInLink(ctx))
	})
	s.tokenRoutes()
}

// SignInLink makes a one-time link for an operator. The URL is relative to the console's own address.
func (s *Server) SignInLink(ctx context.Context) (api.SignInLink, error) {
	code, expires, err := s.Access.NewLink(ctx)
	return api.SignInLink{URL: s.BaseURL + "/signin#code=" + code, ExpiresAt: expires.UTC()}, err
}

func (s *Server) tokenRoutes() {
	register(s, route{
		id: "listTokens", method: http.MethodGet, path: "/tokens", tag: "access",
		summary: "List API tokens", action: access.TokenManage,
	}, func(ctx context.Context, in *Paging) (*body[api.Page[api.Token]], error) {
		p, err := principal(ctx)
		if err != nil {
			return nil, err
		}
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		found, err := s.Access.Tokens(ctx, p.Org, after, in.Limit+1)
		if err != nil {
			return nil, err
		}
		items := make([]api.Token, 0, len(found))
		for _, c := range found {
			items = append(items, showToken(c))
		}
		return answer(pageOf(items, in.Limit, func(t api.Token) string { return t.ID }), nil)
	})
	register(s, route{
		id: "createToken", method: http.MethodPost, path: "/tokens", tag: "access",
		summary: "Make an API token; its secret is shown only now", status: http.StatusCreated, action: access.TokenManage,
	}, s.createToken)
	register(s, route{
		id: "deleteToken", method: http.MethodDelete, path: "/tokens/{token}", tag: "access",
		summary: "Revoke an API token", status: http.StatusNoContent, action: access.TokenManage,
	}, func(ctx context.Context, in *TokenPath) (*none, error) {
		p, err := principal(ctx)
		if err != nil {
			return nil, err
		}
		if c, err := s.Access.Token(ctx, p.Org, in.ID); err == nil {
			audit.Note(ctx, tokenNote(c), nil)
			audit.Concern(ctx, c.Org)
		}
		return &none{}, s.Access.Revoke(ctx, p.Org, in.ID)
	})
}

func (s *Server) createToken(ctx context.Context, in *newTokenInput) (*body[api.IssuedToken], error) {
	role := access.Role(in.Body.Role)
	if (role == access.Operator || role == access.Auditor) != (in.Body.Organization == "") {
		return nil, fault.New(fault.Invalid, "token_scope_invalid", "the role %s and the organization don't fit", role).
			WithHint("operator and auditor are of the platform; admin, developer and reader of an organization").
			WithDetail("body.organization", in.Body.Organization)
	}
	if in.Body.Organization != "" {
		if _, err := s.Orgs.Get(ctx, in.Body.Organization); err != nil {
			return nil, err
		}
	}
	lifetime := time.Duration(in.Body.ExpiresIn) * time.Second
	if lifetime == 0 {
		lifetime = defaultTokenLifetime
	}
	secret, c, err := s.Access.NewToken(ctx, in.Body.Name, role, in.Body.Organization, lifetime)
	if err == nil {
		audit.On(ctx, "token/"+c.ID)
		audit.Note(ctx, nil, tokenNote(c))
	}
	return answer(api.IssuedToken{Token: showToken(c), Secret: secret}, err)
}

// tokenNote is what the audit trail tells of a token.
func tokenNote(c access.Credential) map[string]any {
	return map[string]any{"name": c.Name, "role": c.Role, "organization": c.Org, "expiresAt": moment(c.ExpiresAt)}
}

func (s *Server) cookie(value string, expires time.Time) http.Cookie {
	return http.Cookie{ //nolint:gosec // Secure where the platform is served by TLS; it listens on loopback else
		Name: sessionCookie, Value: value, Path: "/", Expires: expires, HttpOnly: true,
		SameSite: http.SameSiteStrictMode, Secure: s.Secure,
	}
}

func showPrincipal(p access.Principal) api.Principal {
	return api.Principal{Name: p.Name, Role: string(p.Role), Organization: p.Org, Expires: moment(p.Expires)}
}

func showToken(c access.Credential) api.Token {
	return api.Token{
		ID: c.ID, Name: c.Name, Role: string(c.Role), Organization: c.Org,
		CreatedAt: c.CreatedAt.UTC(), ExpiresAt: moment(c.ExpiresAt),
	}
}
