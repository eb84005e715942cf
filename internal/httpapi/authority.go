// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/rotation"
)

// AuthorityPath names one generation of an authority. It is exported for huma, which fills exported embedded fields only.
type AuthorityPath struct {
	OrgPath
	Purpose    string `path:"purpose" enum:"ca,tls-ca"`
	Generation int    `path:"generation" minimum:"0"`
}

type newAuthorityInput struct {
	OrgPath
	Body api.NewAuthority
}

type authorityChainInput struct {
	OrgPath
	Body api.AuthorityChain
}

type authorityChangeInput struct {
	OrgPath
	Body api.AuthorityChange
}

func (s *Server) authorityRoutes() {
	const tag = "authorities"
	register(s, route{
		id: "listAuthorities", method: http.MethodGet, path: "/organizations/{org}/authorities", tag: tag,
		summary: "List the generations of an organization's certification authorities", action: access.CertificateRead,
	}, func(ctx context.Context, in *OrgPath) (*body[api.Authorities], error) {
		issuers, err := s.Orgs.Issuers(ctx, in.Org)
		if err != nil {
			return nil, err
		}
		brought, err := s.Orgs.Brought(ctx, in.Org)
		return showAuthorities(append(issuers, brought...), err)
	})
	register(s, route{
		id: "requestAuthorities", method: http.MethodPost, path: "/organizations/{org}/authorities", tag: tag,
		summary: "Make requests by which another authority certifies the organization's", status: http.StatusCreated,
		action: access.AuthorityManage,
	}, s.requestAuthorities)
	register(s, route{
		id: "installAuthorities", method: http.MethodPut, path: "/organizations/{org}/authorities/chain", tag: tag,
		summary: "Install what another authority made of the requests", action: access.AuthorityManage,
	}, func(ctx context.Context, in *authorityChainInput) (*body[api.Authorities], error) {
		return showAuthorities(s.Orgs.InstallChain(ctx, in.Org, []byte(in.Body.PEM)))
	})
	register(s, route{
		id: "discardAuthority", method: http.MethodDelete, path: "/organizations/{org}/authorities/{purpose}/{generation}",
		tag: tag, summary: "Discard a request that is not in use, and its key", status: http.StatusNoContent,
		action: access.AuthorityManage,
	}, func(ctx context.Context, in *AuthorityPath) (*none, error) {
		return &none{}, s.Orgs.DiscardIssuer(ctx, in.Org, org.Purpose(in.Purpose), in.Generation)
	})
	s.authorityChangeRoutes(tag)
}

func (s *Server) authorityChangeRoutes(tag string) {
	register(s, route{
		id: "rehearseAuthorityChange", method: http.MethodGet, path: "/organizations/{org}/authority-change", tag: tag,
		summary: "Tell what moving to the certified authority would do now", action: access.AuthorityManage,
	}, s.rehearseAuthorityChange)
	register(s, route{
		id: "changeAuthority", method: http.MethodPost, path: "/organizations/{org}/authority-change", tag: tag,
		summary: "Move the organization to its certified authority while its ledgers run", status: http.StatusAccepted,
		action: access.AuthorityManage,
	}, func(ctx context.Context, in *authorityChangeInput) (*body[api.Accepted], error) {
		change := rotation.Input{Org: in.Org, KeepOld: in.Body.KeepOld}
		return accepted(s.Rotation.Change(ctx, change, actor(ctx), key(ctx)))
	})
	for _, r := range []struct {
		id, path, summary string
		start             func(ctx context.Context, orgID, actor, key string) (operation.Operation, error)
	}{
		{"finishAuthorityChange", "/authority-change/finish", "Remove the old authority from every ledger", s.finishChange},
		{"revertAuthorityChange", "/authority-change/revert", "Move back to the old authority", s.revertChange},
		{"renewCertificates", "/renewals", "Renew what is due of nodes and of identities that the platform keeps", s.renew},
	} {
		register(s, route{
			id: r.id, method: http.MethodPost, path: "/organizations/{org}" + r.path, tag: tag, summary: r.summary,
			status: http.StatusAccepted, action: access.AuthorityManage,
		}, func(ctx context.Context, in *OrgPath) (*body[api.Accepted], error) {
			return accepted(r.start(ctx, in.Org, actor(ctx), key(ctx)))
		})
	}
}

// The rotation service is absent while only the description of the API is made.

func (s *Server) finishChange(ctx context.Context, orgID, actor, key string) (operation.Operation, error) {
	return s.Rotation.Finish(ctx, orgID, actor, key)
}

func (s *Server) revertChange(ctx context.Context, orgID, actor, key string) (operation.Operation, error) {
	return s.Rotation.Revert(ctx, orgID, actor, key)
}

func (s *Server) renew(ctx context.Context, orgID, actor, key string) (operation.Operation, error) {
	return s.Rotation.Renew(ctx, orgID, actor, key)
}

func (s *Server) requestAuthorities(ctx context.Context, in *newAuthorityInput) (*body[api.Authorities], error) {
	purposes := []org.Purpose{org.CA}
	if len(in.Body.Purposes) > 0 {
		purposes = purposes[:0]
		for _, p := range in.Body.Purposes {
			purposes = append(purposes, org.Purpose(p))
		}
	}
	return showAuthorities(s.Orgs.RequestIssuers(ctx, in.Org, purposes))
}

func (s *Server) rehearseAuthorityChange(ctx context.Context, in *OrgPath) (*body[api.AuthorityRehearsal], error) {
	r, err := s.Rotation.Rehearse(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	shown := api.AuthorityRehearsal{
		Authorities: []api.Authority{}, Ledgers: append([]string{}, r.Ledgers...), Restarts: append([]string{}, r.Restarts...),
		Reissued: r.Reissued, Holders: append([]string{}, r.Holders...), Problems: append([]string{}, r.Problems...),
	}
	for _, i := range r.Ready {
		a, err := showAuthority(i)
		if err != nil {
			return nil, err
		}
		shown.Authorities = append(shown.Authorities, a)
	}
	return answer(shown, nil)
}

func showAuthorities(issuers []org.Issuer, err error) (*body[api.Authorities], error) {
	if err != nil {
		return nil, err
	}
	items := make([]api.Authority, 0, len(issuers))
	for _, i := range issuers {
		a, err := showAuthority(i)
		if err != nil {
			return nil, err
		}
		items = append(items, a)
	}
	return answer(api.Authorities{Items: items}, nil)
}

func showAuthority(i org.Issuer) (api.Authority, error) {
	a := api.Authority{
		Purpose: string(i.Purpose), Generation: i.Generation, Kind: string(i.Kind), State: string(i.State),
		Request: string(i.Request), Chain: string(i.Chain), CreatedAt: i.CreatedAt.UTC(),
	}
	if len(i.Chain) == 0 {
		return a, nil
	}
	chain, err := pki.ParseChain(i.Chain)
	if err != nil {
		return a, err
	}
	end := chain[0].NotAfter.UTC()
	a.Subject, a.Root, a.NotAfter = chain[0].Subject.String(), chain[len(chain)-1].Subject.String(), &end
	return a, nil
}
