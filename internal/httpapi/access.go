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
	"github.com/blockchain4all/blockchain4all/internal/member"
)

type sessionOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      api.Principal
}

type signOutOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

type newTokenInput struct{ Body api.NewToken }

// organization is the new token's; what may be given away there is access.MayGrant's to say.
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
		if err != nil {
			return nil, err
		}
		return answer(s.showPrincipal(ctx, p))
	})
	register(s, route{
		id: "createSession", method: http.MethodPost, path: "/session", tag: "access",
		summary: "Sign in with a one-time code, or with e-mail address and password",
	}, s.createSession)
	register(s, route{
		id: "switchSession", method: http.MethodPut, path: "/session", tag: "access",
		summary: "Act in another of one's organizations; the session gets a fresh secret", action: access.AccountManage,
	}, func(ctx context.Context, in *body[api.SessionSwitch]) (*sessionOutput, error) {
		p, err := principal(ctx)
		if err != nil {
			return nil, err
		}
		secret, p, err := s.Members.SwitchSession(ctx, p, in.Body.Organization)
		return s.signedIn(ctx, secret, p, err)
	})
	register(s, route{
		id: "deleteSession", method: http.MethodDelete, path: "/session", tag: "access",
		summary: "Sign out", status: http.StatusNoContent, action: access.SessionRead,
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
		p, err := principal(ctx)
		if err != nil {
			return nil, err
		}
		if err := access.MayGrant(p, access.Operator, "", nil); err != nil {
			return nil, err
		}
		return answer(s.SignInLink(ctx, p))
	})
	s.tokenRoutes()
}

// createSession signs in. A session that the browser had is ended: the new one never shares its secret.
func (s *Server) createSession(ctx context.Context, in *body[api.NewSession]) (*sessionOutput, error) {
	b := in.Body
	if (b.Code != "") == (b.Email != "" || b.Password != "" || b.TOTP != "") {
		return nil, fault.New(fault.Invalid, "sign_in_invalid", "a sign-in takes either a code or an e-mail address and a password").
			WithDetail("body", "code, or email, password and totp")
	}
	var (
		secret string
		p      access.Principal
		err    error
	)
	if b.Code != "" {
		secret, p, err = s.Access.Exchange(ctx, b.Code)
	} else {
		secret, p, err = s.Members.SignIn(ctx, member.Proof{
			Email: b.Email, Password: b.Password, Code: b.TOTP, Source: source(ctx),
		})
	}
	return s.replaceSession(ctx, secret, p, err)
}

// replaceSession answers with a new session in place of the one that the request came with, if any.
func (s *Server) replaceSession(ctx context.Context, secret string, p access.Principal, err error) (*sessionOutput, error) {
	if err != nil {
		return nil, err
	}
	if before, err := principal(ctx); err == nil && before.Kind == access.Session {
		if err := s.Access.SignOut(ctx, before.ID); err != nil {
			return nil, err
		}
	}
	return s.signedIn(ctx, secret, p, nil)
}

func (s *Server) signedIn(ctx context.Context, secret string, p access.Principal, err error) (*sessionOutput, error) {
	if err != nil {
		return nil, err
	}
	audit.By(ctx, actorOf(p))
	shown, err := s.showPrincipal(ctx, p)
	return &sessionOutput{SetCookie: s.cookie(secret, p.Expires), Body: shown}, err
}

// SignInLink makes a one-time link for an operator. The URL is relative to the console's own address.
func (s *Server) SignInLink(ctx context.Context, maker access.Principal) (api.SignInLink, error) {
	code, expires, err := s.Access.NewLink(ctx, maker)
	return api.SignInLink{URL: s.BaseURL + "/signin#code=" + code, ExpiresAt: expires.UTC()}, err
}

func (s *Server) tokenRoutes() {
	register(s, route{
		id: "listTokens", method: http.MethodGet, path: "/tokens", tag: "access",
		summary: "List API tokens: one's own, or, for who manages tokens, all", action: access.TokenOwn,
	}, func(ctx context.Context, in *Paging) (*body[api.Page[api.Token]], error) {
		whose, err := tokensOf(ctx)
		if err != nil {
			return nil, err
		}
		if whose.After, err = in.after(); err != nil {
			return nil, err
		}
		whose.Limit = in.Limit + 1
		found, err := s.Access.Tokens(ctx, whose)
		if err != nil {
			return nil, err
		}
		return pageOf(found, in.Limit, always(showToken), func(c access.Credential) string { return c.ID })
	})
	register(s, route{
		id: "createToken", method: http.MethodPost, path: "/tokens", tag: "access",
		summary: "Make an API token with at most one's own rights; its secret is shown only now", status: http.StatusCreated,
		action: access.TokenOwn,
	}, s.createToken)
	register(s, route{
		id: "deleteToken", method: http.MethodDelete, path: "/tokens/{token}", tag: "access",
		summary: "Revoke an API token", status: http.StatusNoContent, action: access.TokenOwn,
	}, func(ctx context.Context, in *TokenPath) (*none, error) {
		whose, err := tokensOf(ctx)
		if err != nil {
			return nil, err
		}
		if c, err := s.Access.Token(ctx, whose, in.ID); err == nil {
			audit.Note(ctx, tokenNote(c), nil)
			audit.Concern(ctx, c.Org)
		}
		return &none{}, s.Access.Revoke(ctx, whose, in.ID)
	})
}

// tokensOf selects the tokens that the caller may see and revoke: its organization's, or only its own.
func tokensOf(ctx context.Context) (access.Filter, error) {
	p, err := principal(ctx)
	if err != nil {
		return access.Filter{}, err
	}
	whose := access.Filter{Org: p.Org}
	if managed := access.Can(p, access.TokenManage, p.Org); managed != nil {
		if p.Member == "" {
			return whose, managed
		}
		whose.Member = p.Member
	}
	return whose, nil
}

func (s *Server) createToken(ctx context.Context, in *newTokenInput) (*body[api.IssuedToken], error) {
	p, err := principal(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := tokensOf(ctx); err != nil {
		return nil, err
	}
	role := access.Role(in.Body.Role)
	if role.Platform() != (in.Body.Organization == "") {
		return nil, fault.New(fault.Invalid, "token_scope_invalid", "the role %s and the organization don't fit", role).
			WithHint("operator and auditor are of the platform; admin, developer and reader of an organization").
			WithDetail("body.organization", in.Body.Organization)
	}
	if in.Body.Organization != "" {
		if _, err := s.Orgs.Get(ctx, in.Body.Organization); err != nil {
			return nil, err
		}
	}
	secret, c, err := s.Access.NewToken(ctx, p, access.NewToken{
		Name: in.Body.Name, Role: role, Org: in.Body.Organization, Scopes: in.Body.Scopes,
		Lifetime: time.Duration(in.Body.ExpiresIn) * time.Second,
	})
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

func (s *Server) showPrincipal(ctx context.Context, p access.Principal) (api.Principal, error) {
	shown := api.Principal{
		Name: p.Name, Role: string(p.Role), Organization: p.Org, Expires: moment(p.Expires), Kind: string(p.Kind),
		Method: p.Method, SecondFactor: p.SecondFactor, Scopes: append([]string{}, p.Scopes...), Actions: []string{},
		Organizations: []api.OwnOrganization{},
	}
	for _, a := range access.May(p) {
		shown.Actions = append(shown.Actions, string(a))
	}
	if p.Member == "" || p.Method == access.MethodLink {
		return shown, nil
	}
	m, err := s.Members.Get(ctx, p.Member)
	if err != nil {
		return shown, err
	}
	person := showPerson(m)
	shown.Member = &person
	if p.Kind != access.Session {
		return shown, nil
	}
	all, err := s.Members.Standings(ctx, p.Member)
	for _, at := range all {
		shown.Organizations = append(shown.Organizations, api.OwnOrganization{
			Organization: at.Org, Name: at.OrgName, Role: string(at.Role), State: string(at.State), Open: at.Open,
		})
	}
	return shown, err
}

func showToken(c access.Credential) api.Token {
	return api.Token{
		ID: c.ID, Name: c.Name, Role: string(c.Role), Organization: c.Org, Member: c.Member,
		Scopes: append([]string{}, c.Scopes...), CreatedAt: c.CreatedAt.UTC(), ExpiresAt: moment(c.ExpiresAt),
	}
}
