// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// ApplicationPath names an application. It is exported for huma, which fills exported embedded fields only.
type ApplicationPath struct {
	OrgPath
	Application string `path:"application" maxLength:"64" doc:"Application name."`
}

type newApplicationInput struct {
	OrgPath
	Body api.NewApplication
}

type bundleOutput struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	Body               []byte
}

func (s *Server) applicationRoutes() {
	register(s, route{
		id: "listApplications", method: http.MethodGet, path: "/organizations/{org}/applications", tag: "applications",
		summary: "List an organization's applications by name", action: access.ApplicationRead,
	}, s.listApplications)
	register(s, route{
		id: "createApplication", method: http.MethodPost, path: "/organizations/{org}/applications", tag: "applications",
		summary: "Register an application, on its own key or a custodial one", status: http.StatusCreated,
		action: access.ApplicationManage,
	}, func(ctx context.Context, in *newApplicationInput) (*body[api.Application], error) {
		who, err := s.issuedFor(ctx, in.Org, "", msp.RoleClient)
		if err != nil {
			return nil, err
		}
		a, c, err := s.Orgs.CreateApplication(ctx, org.NewApplication{
			Org: in.Org, Name: in.Body.Name, CSR: []byte(in.Body.CSR),
			Certificate: []byte(in.Body.Certificate), Attributes: in.Body.Attributes, For: who,
		})
		if err != nil {
			return nil, err
		}
		audit.On(ctx, org.Subject(in.Org)+"/application/"+a.Name)
		audit.Note(ctx, nil, applicationNote(a, c))
		return answer(s.showApplication(ctx, a, c))
	})
	register(s, route{
		id: "getApplication", method: http.MethodGet, path: "/organizations/{org}/applications/{application}",
		tag: "applications", summary: "Show an application", action: access.ApplicationRead,
	}, func(ctx context.Context, in *ApplicationPath) (*body[api.Application], error) {
		a, c, err := s.Orgs.GetApplication(ctx, in.Org, in.Application)
		if err != nil {
			return nil, err
		}
		return answer(s.showApplication(ctx, a, c))
	})
	register(s, route{
		id: "deleteApplication", method: http.MethodDelete, path: "/organizations/{org}/applications/{application}",
		tag: "applications", summary: "Delete an application, revoke its certificates and destroy its custodial key", status: http.StatusNoContent,
		action: access.ApplicationManage,
	}, func(ctx context.Context, in *ApplicationPath) (*none, error) {
		if a, c, err := s.Orgs.GetApplication(ctx, in.Org, in.Application); err == nil {
			audit.Note(ctx, applicationNote(a, c), nil)
		}
		return &none{}, s.Revocation.DeleteApplication(ctx, in.Org, in.Application, actor(ctx))
	})
	register(s, route{
		id: "getBundle", method: http.MethodGet, path: "/organizations/{org}/applications/{application}/bundle",
		tag: "applications", summary: "Download the connection bundle for official Fabric Gateway clients",
		action: access.ApplicationRead,
	}, func(ctx context.Context, in *ApplicationPath) (*bundleOutput, error) {
		zip, err := s.Transactions.Bundle(ctx, in.Org, in.Application)
		return &bundleOutput{
			ContentType:        "application/zip",
			ContentDisposition: `attachment; filename="` + in.Org + "-" + in.Application + `.zip"`,
			Body:               zip,
		}, err
	})
}

func (s *Server) listApplications(ctx context.Context, in *orgList) (*body[api.Page[api.Application]], error) {
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	if _, err := s.Orgs.Get(ctx, in.Org); err != nil {
		return nil, err
	}
	found, err := s.Orgs.ListApplications(ctx, in.Org, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	show := func(a org.Application) (api.Application, error) {
		_, c, err := s.Orgs.GetApplication(ctx, a.Org, a.Name)
		if err != nil {
			return api.Application{}, err
		}
		return s.showApplication(ctx, a, c)
	}
	return pageOf(found, in.Limit, show, func(a org.Application) string { return a.Name })
}

// applicationNote is what the audit trail tells of an application.
func applicationNote(a org.Application, c org.Certificate) map[string]any {
	return map[string]any{
		"name": a.Name, "custodial": a.Custodial, "attributes": a.Attributes, "certificate": certificateNote(c),
	}
}

func (s *Server) showApplication(ctx context.Context, a org.Application, c org.Certificate) (api.Application, error) {
	shown, err := s.showCertificate(ctx, c)
	return api.Application{
		Name: a.Name, Organization: a.Org, Custody: shown.KeyKeptBy, Attributes: a.Attributes,
		Certificate: shown, CreatedAt: a.CreatedAt.UTC(),
	}, err
}
