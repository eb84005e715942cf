// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// expiringSoon is when a certificate's status becomes "expiring".
const expiringSoon = 30 * 24 * time.Hour

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
		summary: "Create an organization: MSP, authorities, peer", status: http.StatusAccepted, action: access.OrganizationCreate,
	}, func(ctx context.Context, in *body[api.NewOrganization]) (*body[api.Accepted], error) {
		n := org.NewOrganization{ID: in.Body.ID, Name: in.Body.Name, Kind: in.Body.Kind}
		audit.On(ctx, org.Subject(n.ID))
		audit.Concern(ctx, n.ID)
		op, err := s.Orgs.Create(ctx, n, actor(ctx), key(ctx))
		noteOperation(ctx, op, err, map[string]any{"name": n.Name, "kind": n.Kind})
		return accepted(op, err)
	})
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
	register(s, route{
		id: "listCertificates", method: http.MethodGet, path: "/organizations/{org}/certificates", tag: "certificates",
		summary: "List the certificates that an organization's authorities issued", action: access.CertificateRead,
	}, s.listCertificates)
	register(s, route{
		id: "issueCertificate", method: http.MethodPost, path: "/organizations/{org}/certificates", tag: "certificates",
		summary: "Issue an enrollment certificate on the caller's own key", status: http.StatusCreated,
		action: access.CertificateIssue,
	}, s.issueCertificate)
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
	items := make([]api.Organization, 0, len(found))
	for _, o := range found {
		shown, err := s.showOrganization(ctx, o)
		if err != nil {
			return nil, err
		}
		items = append(items, shown)
	}
	return answer(pageOf(items, in.Limit, func(o api.Organization) string { return o.ID }), nil)
}

func (s *Server) showOrganization(ctx context.Context, o org.Organization) (api.Organization, error) {
	shown := api.Organization{
		ID: o.ID, Name: o.Name, Kind: o.Kind, MSPID: o.MSPID, State: string(o.State), Reason: o.Reason,
		Operator: o.Operator, Ledgers: []string{}, Nodes: []api.Node{}, CreatedAt: o.CreatedAt.UTC(),
	}
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

func (s *Server) listCertificates(ctx context.Context, in *orgList) (*body[api.Page[api.Certificate]], error) {
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	if _, err := s.Orgs.Get(ctx, in.Org); err != nil {
		return nil, err
	}
	filter := org.CertificateFilter{Org: in.Org, Limit: in.Limit + 1}
	if after != "" {
		filter.After = in.Org + "/" + after
	}
	found, err := s.Orgs.Certificates(ctx, filter)
	if err != nil {
		return nil, err
	}
	items := make([]api.Certificate, 0, len(found))
	for _, c := range found {
		items = append(items, showCertificate(c, time.Now()))
	}
	return answer(pageOf(items, in.Limit, func(c api.Certificate) string { return c.Serial }), nil)
}

func showCertificate(c org.Certificate, now time.Time) api.Certificate {
	status := "valid"
	switch {
	case !c.RevokedAt.IsZero():
		status = "revoked"
	case now.After(c.NotAfter):
		status = "expired"
	case now.After(c.NotAfter.Add(-expiringSoon)):
		status = "expiring"
	}
	return api.Certificate{
		Serial: c.Serial, Organization: c.Org, Holder: c.Holder, Purpose: string(c.Purpose), Role: c.Role,
		Subject: c.Subject, Issuer: c.Issuer, NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(),
		Status: status, Fingerprint: c.Fingerprint, PEM: string(c.PEM),
	}
}

// certificateNote is what the audit trail tells of a certificate.
func certificateNote(c org.Certificate) map[string]any {
	return map[string]any{
		"serial": c.Serial, "holder": c.Holder, "purpose": c.Purpose, "role": c.Role, "subject": c.Subject,
		"fingerprint": c.Fingerprint, "notAfter": moment(c.NotAfter), "revokedAt": moment(c.RevokedAt),
	}
}

type issueInput struct {
	OrgPath
	Body api.NewCertificate
}

func (s *Server) issueCertificate(ctx context.Context, in *issueInput) (*body[api.IssuedCertificate], error) {
	c, err := s.Orgs.IssueCertificate(ctx, org.NewCertificate{
		Org: in.Org, Name: in.Body.Name, Role: in.Body.Role, CSR: []byte(in.Body.CSR), Attributes: in.Body.Attributes,
	})
	if err != nil {
		return nil, err
	}
	audit.On(ctx, org.Subject(in.Org)+"/certificate/"+c.Serial)
	audit.Note(ctx, nil, certificateNote(c))
	chain, err := s.Orgs.Chain(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	o, err := s.Orgs.Get(ctx, in.Org)
	return answer(api.IssuedCertificate{
		Certificate: showCertificate(c, time.Now()), Chain: string(chain), MSPID: o.MSPID,
	}, err)
}
