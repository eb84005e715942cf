// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// OrgPath names an organization. It is exported for huma, which fills exported embedded fields only.
type OrgPath struct {
	Org string `path:"org" maxLength:"64" doc:"Organization ID." example:"bizkaia"`
}

func (p *OrgPath) organization() string { return p.Org }

type orgList struct {
	OrgPath
	Paging
}

type suspendInput struct {
	OrgPath
	Body api.Suspension
}

func (s *Server) organizationRoutes() {
	register(s, route{
		id: "listOrganizations", method: http.MethodGet, path: "/organizations", tag: "organizations",
		summary: "List organizations by ID", action: access.OrganizationRead,
	}, s.listOrganizations)
	register(s, route{
		id: "createOrganization", method: http.MethodPost, path: "/organizations", tag: "organizations",
		summary: "Create an organization: MSP, authorities, peer; or admit one that brings its MSP and issues for itself",
		status:  http.StatusAccepted, action: access.OrganizationCreate, maxBody: maxMSPBody,
	}, s.createOrganization)
	register(s, route{
		id: "getOrganization", method: http.MethodGet, path: "/organizations/{org}", tag: "organizations",
		summary: "Show an organization", action: access.OrganizationRead,
	}, func(ctx context.Context, in *OrgPath) (*body[api.Organization], error) {
		o, err := s.Orgs.Get(ctx, in.Org)
		if err != nil {
			return nil, err
		}
		return answer(s.showOrganization(ctx, o))
	})
	register(s, route{
		id: "suspendOrganization", method: http.MethodPost, path: "/organizations/{org}/suspend", tag: "organizations",
		summary: "Take an organization's access away, at once", action: access.OrganizationSuspend,
	}, func(ctx context.Context, in *suspendInput) (*body[api.Organization], error) {
		o, err := s.Orgs.Suspend(ctx, in.Org, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return answer(s.showOrganization(ctx, o))
	})
	register(s, route{
		id: "resumeOrganization", method: http.MethodPost, path: "/organizations/{org}/resume", tag: "organizations",
		summary: "Give a suspended organization its access back", action: access.OrganizationSuspend,
	}, func(ctx context.Context, in *OrgPath) (*body[api.Organization], error) {
		o, err := s.Orgs.Resume(ctx, in.Org)
		if err != nil {
			return nil, err
		}
		return answer(s.showOrganization(ctx, o))
	})
	s.certificateRoutes()
	s.externalRoutes()
}

func (s *Server) listOrganizations(ctx context.Context, in *Paging) (*body[api.Page[api.Organization]], error) {
	p, err := principal(ctx)
	if err != nil {
		return nil, err
	}
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	var found []org.Organization
	if p.Org == "" {
		found, err = s.Orgs.List(ctx, after, in.Limit+1)
	} else if own, e := s.Orgs.Get(ctx, p.Org); e != nil {
		err = e
	} else if own.ID > after {
		found = []org.Organization{own}
	}
	if err != nil {
		return nil, err
	}
	show := func(o org.Organization) (api.Organization, error) { return s.showOrganization(ctx, o) }
	return pageOf(found, in.Limit, show, func(o org.Organization) string { return o.ID })
}

func (s *Server) showOrganization(ctx context.Context, o org.Organization) (api.Organization, error) {
	shown := api.Organization{
		ID: o.ID, Name: o.Name, Kind: o.Kind, MSPID: o.MSPID, State: string(o.State), Reason: o.Reason,
		Operator: o.Operator, External: o.External, Ledgers: []string{}, Nodes: []api.Node{}, CreatedAt: o.CreatedAt.UTC(),
		Administration: string(o.Administration),
	}
	warnings, err := s.Orgs.Warnings(ctx, o)
	if err != nil {
		return shown, err
	}
	shown.Warning = strings.Join(warnings, "; ")
	channels, err := s.Channels.List(ctx, o.ID, "", 0)
	if err != nil {
		return shown, err
	}
	for _, c := range channels {
		shown.Ledgers = append(shown.Ledgers, c.Name)
	}
	nodes, err := s.Nodes.List(ctx, o.ID)
	if err != nil {
		return shown, err
	}
	for _, n := range nodes {
		view, err := s.showNode(ctx, n)
		if err != nil {
			return shown, err
		}
		shown.Nodes = append(shown.Nodes, view)
	}
	return shown, nil
}
