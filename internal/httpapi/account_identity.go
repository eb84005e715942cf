// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/member"
	"github.com/blockchain4all/blockchain4all/internal/signin"
)

// accountPage is where the console shows how one signs in.
const accountPage = "/account/security"

// OwnIdentityPath names an identity of one's own. It is exported for huma, which fills exported embedded fields only.
type OwnIdentityPath struct {
	ID string `path:"identity" maxLength:"64" doc:"ID of the identity."`
}

type linkOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      api.SignInRedirect
}

func (s *Server) ownIdentityRoutes() {
	owned(s, http.MethodPost, "/account/identities", "linkOwnIdentity",
		"Begin to link an account elsewhere, or a certificate, to one's own; takes a session of the last ten minutes", 0, s.linkOwnIdentity)
	owned(s, http.MethodDelete, "/account/identities/{identity}", "unlinkOwnIdentity",
		"Sign in with another system no longer; takes a session of the last ten minutes. The last way stays", http.StatusNoContent,
		func(ctx context.Context, p access.Principal, in *OwnIdentityPath) (*none, error) {
			offered, err := s.offered(ctx)
			if err != nil {
				return nil, err
			}
			i, err := s.Members.UnlinkOwn(ctx, p, in.ID, offered)
			if err == nil {
				audit.Note(ctx, map[string]string{"provider": i.Provider, "subject": i.Subject}, nil)
			}
			return &none{}, err
		})
}

func (s *Server) linkOwnIdentity(ctx context.Context, p access.Principal, in *body[api.NewOwnIdentity]) (*linkOutput, error) {
	if err := s.Members.CheckFresh(p); err != nil {
		return nil, err
	}
	provider := in.Body.Provider
	began, err := s.SignIn.StartLink(ctx, signin.Linker{Member: p.Member, Session: p.ID}, provider,
		accountPage+"?"+url.Values{"linked": {provider}}.Encode(), in.Body.Language)
	if err != nil {
		return nil, err
	}
	return &linkOutput{
		SetCookie: s.flowCookie(provider, began.Cookie, began.Expires), Body: api.SignInRedirect{URL: began.URL},
	}, nil
}

// linked ends a linking: the browser goes back to the account page, and the trail gets its entry.
func (s *Server) linked(ctx context.Context, in ProviderPath, done signin.SignedIn, err error) (*redirectOutput, error) {
	to := done.Return
	if err != nil {
		f := fault.Of(err)
		s.log.InfoContext(ctx, "linking failed", "request_id", requestID(ctx), "code", f.Code, "error", err)
		to = accountPage + "?" + url.Values{"problem": {f.Code}}.Encode()
	} else if err := s.recordLinked(ctx, done.Linked); err != nil {
		return nil, err
	}
	return &redirectOutput{Location: to, SetCookie: []http.Cookie{s.flowCookie(in.Provider, "", longAgo())}}, nil
}

func (s *Server) recordLinked(ctx context.Context, l signin.Linked) error {
	if s.Audit == nil {
		return nil
	}
	after, err := json.Marshal(map[string]string{"provider": l.Provider, "subject": l.Subject})
	if err != nil {
		return fmt.Errorf("encode linked identity: %w", err)
	}
	from, _ := ctx.Value(originKey).(origin)
	return s.Audit.Record(ctx, audit.Act{
		Actor: audit.Actor{Credential: l.By.Session, Member: l.By.Member}, Action: "identity.linked", Object: "person/" + l.By.Member,
		Source: from.address, UserAgent: from.userAgent, RequestID: requestID(ctx), After: after,
	}, audit.Done, "")
}

// offered gives the ways to sign in that there are now.
func (s *Server) offered(ctx context.Context) (member.Offered, error) {
	local, providers, certificate, err := s.SignIn.Methods(ctx)
	ways := member.Offered{Password: local}
	for _, p := range providers {
		ways.Providers = append(ways.Providers, p.ID)
	}
	if certificate {
		ways.Providers = append(ways.Providers, signin.CertificateProvider)
	}
	return ways, err
}

// showOwnIdentities tells of each identity also whether it is the last way to sign in.
func (s *Server) showOwnIdentities(ctx context.Context, a member.Account) ([]api.Identity, error) {
	shown, err := s.showIdentities(ctx, a.Member.ID, a.Identities)
	if err != nil || s.SignIn == nil {
		return shown, err
	}
	offered, err := s.offered(ctx)
	if err != nil {
		return nil, err
	}
	for n, i := range a.Identities {
		left, err := s.Members.WaysWithout(ctx, a.Member.ID, i, offered)
		if err != nil {
			return nil, err
		}
		shown[n].Last = left == 0
	}
	return shown, nil
}
