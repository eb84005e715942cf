// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/signin"
)

// signInPath is where sign-ins with providers begin and end.
const signInPath = api.Base + "/signin"

// signInCookie carries a sign-in under way. Its path is that of one provider's callback.
const signInCookie = "b4a_signin"

// CallbackURL is the address below which providers send browsers back, for a console at baseURL.
func CallbackURL(baseURL string) string { return strings.TrimSuffix(baseURL, "/") + signInPath }

// ProviderPath names a provider. It is exported for huma, which fills exported embedded fields only.
type ProviderPath struct {
	Provider string `path:"provider" maxLength:"64" doc:"ID of the provider, or clientcert."`
	Accept   string `header:"Accept" hidden:"true"`
}

type startSignInInput struct {
	ProviderPath
	Return string `query:"return" doc:"Path of the console to go on with; absent: its first page." example:"/ledgers"`
	Lang   string `query:"lang" maxLength:"10" doc:"Language of the person: eu, es or en."`
}

type callbackInput struct {
	ProviderPath
	State  string `query:"state"`
	Code   string `query:"code"`
	Error  string `query:"error"`
	Issuer string `query:"iss"`
	Cookie string `cookie:"b4a_signin" hidden:"true"`
}

type redirectOutput struct {
	Location  string        `header:"Location"`
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

func (s *Server) signInRoutes() {
	register(s, route{
		id: "getSignInMethods", method: http.MethodGet, path: "/signin-methods", tag: "sign-in",
		summary: "Tell how one may sign in",
	}, s.signInMethods)
	register(s, route{
		id: "startSignIn", method: http.MethodGet, path: "/signin/{provider}", tag: "sign-in",
		summary: "Send the browser to a provider to sign in", status: http.StatusSeeOther,
	}, s.startSignIn)
	register(s, route{
		id: "finishSignIn", method: http.MethodGet, path: "/signin/{provider}/callback", tag: "sign-in",
		summary: "Take the browser back from a provider, signed in", status: http.StatusSeeOther, foreign: true,
	}, s.finishSignIn)
	s.signInSettingsRoutes()
}

func (s *Server) signInMethods(ctx context.Context, _ *none) (*body[api.SignInMethods], error) {
	local, providers, certificate, err := s.SignIn.Methods(ctx)
	if err != nil {
		return nil, err
	}
	out := api.SignInMethods{Local: local, Providers: []api.SignInMethod{}}
	for _, p := range providers {
		out.Providers = append(out.Providers, api.SignInMethod{ID: p.ID, Names: p.Names, URL: signInPath + "/" + p.ID})
	}
	if certificate {
		out.ClientCertificate = signInPath + "/" + signin.CertificateProvider
	}
	return answer(out, nil)
}

func (s *Server) startSignIn(ctx context.Context, in *startSignInInput) (*redirectOutput, error) {
	began, err := s.SignIn.Start(ctx, in.Provider, in.Return, in.Lang)
	if err != nil {
		return s.signInProblem(ctx, in.ProviderPath, err)
	}
	return &redirectOutput{
		Location: began.URL, SetCookie: []http.Cookie{s.flowCookie(in.Provider, began.Cookie, began.Expires)},
	}, nil
}

func (s *Server) finishSignIn(ctx context.Context, in *callbackInput) (*redirectOutput, error) {
	done, err := s.SignIn.Finish(ctx, in.Provider, in.Cookie, signin.Answer{
		State: in.State, Code: in.Code, Error: in.Error, Issuer: in.Issuer,
	})
	if done.Linked.By != (signin.Linker{}) {
		return s.linked(ctx, in.ProviderPath, done, err)
	}
	if err != nil {
		return s.signInProblem(ctx, in.ProviderPath, err)
	}
	return &redirectOutput{Location: done.Return, SetCookie: []http.Cookie{
		s.cookie(done.Secret, done.Principal.Expires), s.flowCookie(in.Provider, "", longAgo()),
	}}, nil
}

// longAgo is the end of a cookie that is taken back.
func longAgo() time.Time { return time.Unix(0, 0) }

// flowCookie is sent when the provider's page leads back, which is another site's doing: SameSite is Lax.
func (s *Server) flowCookie(provider, value string, expires time.Time) http.Cookie {
	return http.Cookie{ //nolint:gosec // Secure where the platform is served by TLS; it listens on loopback else
		Name: signInCookie, Value: value, Path: signInPath + "/" + url.PathEscape(provider) + "/callback", Expires: expires,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.Secure,
	}
}

// signInProblem shows people the console's own page, which explains the code in their language; programs get the problem.
func (s *Server) signInProblem(ctx context.Context, in ProviderPath, err error) (*redirectOutput, error) {
	if !strings.Contains(in.Accept, "text/html") {
		return nil, err
	}
	f := fault.Of(err)
	s.log.InfoContext(ctx, "sign-in failed", "request_id", requestID(ctx), "code", f.Code, "error", err)
	q := url.Values{"problem": {f.Code}, "request": {requestID(ctx)}}
	return &redirectOutput{Location: "/signin?" + q.Encode()}, nil
}

func (s *Server) signInSettingsRoutes() {
	register(s, route{
		id: "getSignInSettings", method: http.MethodGet, path: "/signin-settings", tag: "sign-in",
		summary: "Show the sign-in settings, without secrets", action: access.SignInRead,
	}, func(ctx context.Context, _ *none) (*body[api.SignInState], error) {
		return showSignIn(s.SignIn.State(ctx))
	})
	register(s, route{
		id: "putSignInSettings", method: http.MethodPut, path: "/signin-settings", tag: "sign-in",
		summary: "Change the sign-in settings; they revert after two minutes unless they are confirmed",
		action:  access.SignInManage,
	}, func(ctx context.Context, in *body[api.NewSignInSettings]) (*body[api.SignInState], error) {
		return showSignIn(s.SignIn.Put(ctx, actor(ctx), in.Body.Revision, readSignIn(in.Body.Settings)))
	})
	register(s, route{
		id: "confirmSignInSettings", method: http.MethodPost, path: "/signin-settings/confirm", tag: "sign-in",
		summary: "Keep the sign-in settings: with a session that began after the change in one of the new ways, or the operator's own token",
		action:  access.SignInManage,
	}, func(ctx context.Context, in *body[api.SignInRevision]) (*body[api.SignInState], error) {
		p, err := principal(ctx)
		if err != nil {
			return nil, err
		}
		by := signin.Confirmer{ID: p.ID, Operator: access.OfOperator(p), Method: p.Method, SignedInAt: p.Began}
		return showSignIn(s.SignIn.Confirm(ctx, by, in.Body.Revision))
	})
	register(s, route{
		id: "revertSignInSettings", method: http.MethodPost, path: "/signin-settings/revert", tag: "sign-in",
		summary: "Take back sign-in settings that are not confirmed", action: access.SignInManage,
	}, func(ctx context.Context, in *body[api.SignInRevision]) (*body[api.SignInState], error) {
		return showSignIn(s.SignIn.Revert(ctx, actor(ctx), in.Body.Revision))
	})
}

func showSignIn(st signin.State, err error) (*body[api.SignInState], error) {
	now := st.Current
	out := api.SignInState{
		Revision: now.Number, ChangedBy: now.ChangedBy, ChangedAt: moment(now.ChangedAt), RevertsAt: moment(st.RevertAt),
		RevertedAt: moment(st.RevertedAt),
		Settings: api.SignInSettings{
			Local: now.Settings.Local, Providers: []api.SignInProvider{},
			ClientCertificates: showCertificates(now.Settings.Certificates),
		},
	}
	for _, p := range now.Settings.Providers {
		out.Settings.Providers = append(out.Settings.Providers, showProvider(p))
	}
	return answer(out, err)
}

func showProvider(p signin.Provider) api.SignInProvider {
	return api.SignInProvider{
		ID: p.ID, Kind: string(p.Kind), Names: p.Names, ClientID: p.ClientID, ClientAuth: string(p.ClientAuth),
		ClientSecretFile: p.SecretFile, ClientSecretSet: p.HasSecret(), Issuer: p.Issuer, AuthorizeURL: p.AuthorizeURL,
		TokenURL: p.TokenURL, UserinfoURL: p.UserinfoURL, Scopes: p.Scopes, Parameters: p.Parameters, Locales: p.Locales,
		Fields: api.SignInFields(p.Fields), TrustEmail: p.TrustEmail,
	}
}

func showCertificates(k signin.Certificates) api.SignInCertificateSettings {
	out := api.SignInCertificateSettings{
		Enabled: k.Enabled, Subject: string(k.Subject), AcceptUnknown: k.AcceptUnknown, Hosts: k.Hosts, CRLs: k.CRLs,
	}
	for _, a := range k.Authorities {
		out.Authorities = append(out.Authorities, api.SignInAuthority(a))
	}
	return out
}

func readSignIn(in api.SignInSettings) signin.Settings {
	k := in.ClientCertificates
	out := signin.Settings{Local: in.Local, Certificates: signin.Certificates{
		Enabled: k.Enabled, Subject: signin.SubjectRule(k.Subject), AcceptUnknown: k.AcceptUnknown, Hosts: k.Hosts, CRLs: k.CRLs,
	}}
	for _, a := range k.Authorities {
		out.Certificates.Authorities = append(out.Certificates.Authorities, signin.Authority(a))
	}
	for _, p := range in.Providers {
		out.Providers = append(out.Providers, signin.Provider{
			ID: p.ID, Kind: signin.Kind(p.Kind), Names: p.Names, ClientID: p.ClientID, ClientAuth: signin.ClientAuth(p.ClientAuth),
			Secret: p.ClientSecret, SecretFile: p.ClientSecretFile, Issuer: p.Issuer, AuthorizeURL: p.AuthorizeURL,
			TokenURL: p.TokenURL, UserinfoURL: p.UserinfoURL, Scopes: p.Scopes, Parameters: p.Parameters, Locales: p.Locales,
			Fields: signin.Fields(p.Fields), TrustEmail: p.TrustEmail,
		})
	}
	return out
}
