// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic"
)

// maxMSPBody leaves room for base64 and JSON around an MSP.
const maxMSPBody = maxClinicBody

type newOrganizationInput struct {
	AcceptLanguage string `header:"Accept-Language" maxLength:"200" doc:"Language of what is said of an MSP."`
	Body           api.NewOrganization
}

type mspUpdateInput struct {
	OrgPath
	AcceptLanguage string `header:"Accept-Language" maxLength:"200" doc:"Language of what is said of an MSP."`
	Body           api.MSPUpdate
}

type nodeCertificatesInput struct {
	NodePath
	Body api.NodeCertificates
}

type recordedInput struct {
	OrgPath
	Body api.RecordedCertificate
}

func (s *Server) externalRoutes() {
	register(s, route{
		id: "getMSP", method: http.MethodGet, path: "/organizations/{org}/msp", tag: "authorities",
		summary: "Show an organization's MSP: authorities and revocation lists", action: access.CertificateRead,
	}, func(ctx context.Context, in *OrgPath) (*body[api.MSP], error) { return answer(s.showMSP(ctx, in.Org)) })
	register(s, route{
		id: "updateMSP", method: http.MethodPost, path: "/organizations/{org}/msp", tag: "authorities",
		summary: "Replace the MSP that an organization brought, or its revocation lists, on every ledger",
		status:  http.StatusAccepted, action: access.AuthorityManage, maxBody: maxMSPBody,
	}, s.updateMSP)
	register(s, route{
		id: "recordCertificate", method: http.MethodPost, path: "/organizations/{org}/recorded-certificates", tag: "certificates",
		summary: "Record a certificate that the organization issued itself", status: http.StatusCreated, action: access.CertificateIssue,
	}, s.recordCertificate)
	register(s, route{
		id: "listNodeRequests", method: http.MethodGet, path: "/nodes/{node}/certificate-requests", tag: "nodes",
		summary: "Give the requests that the authority of a node's organization is to certify", action: access.CertificateIssue,
	}, s.listNodeRequests)
	register(s, route{
		id: "installNodeCertificates", method: http.MethodPost, path: "/nodes/{node}/certificates", tag: "nodes",
		summary: "Install what the authority of a node's organization made of its requests", action: access.CertificateIssue,
	}, s.installNodeCertificates)
}

func (s *Server) recordCertificate(ctx context.Context, in *recordedInput) (*body[api.Certificate], error) {
	n := org.NewRecord{Org: in.Org, Holder: in.Body.Holder, PEM: []byte(in.Body.PEM)}
	role, err := s.Orgs.RoleOf(ctx, n)
	if err != nil {
		return nil, err
	}
	if n.For, err = s.memberOf(ctx, in.Org, in.Body.Member, role); err != nil {
		return nil, err
	}
	c, err := s.Orgs.Record(ctx, n)
	if err == nil && in.Body.Member != "" { // it may have been recorded before
		c, err = s.Revocation.Bind(ctx, in.Org, c.Serial, n.For)
	}
	if err != nil {
		return nil, err
	}
	audit.Note(ctx, nil, certificateNote(c))
	return answer(s.showCertificate(ctx, c))
}

// createOrganization admits an organization, or, when it brings its MSP, one that issues for itself.
func (s *Server) createOrganization(ctx context.Context, in *newOrganizationInput) (*body[api.Accepted], error) {
	n := org.NewOrganization{ID: in.Body.ID, Name: in.Body.Name, Kind: in.Body.Kind}
	audit.On(ctx, org.Subject(n.ID))
	audit.Concern(ctx, n.ID)
	note := map[string]any{"name": n.Name, "kind": n.Kind}
	if len(in.Body.MSP) == 0 {
		op, err := s.Orgs.Create(ctx, n, actor(ctx), key(ctx))
		noteOperation(ctx, op, err, note)
		return accepted(op, err)
	}
	definition, err := importMSP(in.Body.MSP, n.ID, in.AcceptLanguage)
	if err != nil {
		return nil, err
	}
	note["external"] = true
	op, err := s.Orgs.Import(ctx, org.Imported{NewOrganization: n, MSP: definition}, actor(ctx), key(ctx))
	noteOperation(ctx, op, err, note)
	return accepted(op, err)
}

// importMSP takes an MSP from outside; what the clinic has against it is told in the caller's language.
func importMSP(material []byte, orgID, accept string) (msp.Definition, error) {
	d, report, err := msp.Import(material, orgID, time.Now())
	if err == nil || report.Verdict != clinic.Error {
		return d, err
	}
	texts, e := clinic.LoadTexts(preferred(accept))
	if e != nil {
		return d, e
	}
	f := fault.Of(err)
	for _, found := range report.Findings {
		if found.Severity != clinic.Error {
			continue
		}
		text := texts.Of(found)
		where := "body.msp"
		if found.Item != clinic.NoItem && report.Items[found.Item].File != "" {
			where += " " + report.Items[found.Item].File
		}
		message := text.Text
		if text.Remedy != "" {
			message += " " + text.Remedy
		}
		f = f.WithField(where, found.Code, message)
	}
	return d, f
}

func (s *Server) updateMSP(ctx context.Context, in *mspUpdateInput) (*body[api.Accepted], error) {
	switch {
	case len(in.Body.MSP) > 0 && len(in.Body.Lists) > 0, len(in.Body.MSP)+len(in.Body.Lists) == 0:
		return nil, fault.New(fault.Invalid, "msp_update_empty", "send an MSP, or revocation lists").
			WithHint("one of msp and lists, not both")
	case len(in.Body.Lists) > 0:
		op, err := s.External.UpdateLists(ctx, in.Org, in.Body.Lists, actor(ctx), key(ctx))
		noteOperation(ctx, op, err, map[string]any{"lists": len(in.Body.Lists)})
		return accepted(op, err)
	}
	if _, err := s.Orgs.MSPOf(ctx, in.Org); err != nil {
		return nil, err
	}
	definition, err := importMSP(in.Body.MSP, in.Org, in.AcceptLanguage)
	if err != nil {
		return nil, err
	}
	op, err := s.External.Update(ctx, in.Org, definition, actor(ctx), key(ctx))
	noteOperation(ctx, op, err, map[string]any{"roots": len(definition.RootCerts), "lists": len(definition.CRLs)})
	return accepted(op, err)
}

func (s *Server) showMSP(ctx context.Context, orgID string) (api.MSP, error) {
	o, err := s.Orgs.Get(ctx, orgID)
	if err != nil {
		return api.MSP{}, err
	}
	d, err := s.Orgs.Definition(ctx, orgID)
	if err != nil {
		return api.MSP{}, err
	}
	shown := api.MSP{MSPID: o.MSPID, External: o.External, Authorities: []api.MSPAuthority{}, Lists: []api.RevocationList{}}
	if o.External {
		m, err := s.Orgs.MSPOf(ctx, orgID)
		if err != nil {
			return shown, err
		}
		shown.Changing = m.Next != nil
	}
	for _, of := range []struct {
		purpose org.Purpose
		root    bool
		certs   [][]byte
	}{
		{org.CA, true, d.RootCerts},
		{org.CA, false, d.IntermediateCerts},
		{org.TLSCA, true, d.TLSRootCerts},
		{org.TLSCA, false, d.TLSIntermediateCerts},
	} {
		for _, certPEM := range of.certs {
			facts, err := pki.ParseCertificate(certPEM)
			if err != nil {
				return shown, err
			}
			shown.Authorities = append(shown.Authorities, api.MSPAuthority{
				Purpose: string(of.purpose), Root: of.root, Subject: facts.Subject, Issuer: facts.Issuer,
				NotAfter: facts.NotAfter.UTC(), Fingerprint: facts.Fingerprint, PEM: string(facts.PEM),
			})
		}
	}
	lists, err := d.Lists()
	if err != nil {
		return shown, err
	}
	for _, l := range lists {
		shown.Lists = append(shown.Lists, api.RevocationList{
			Issuer: l.Issuer.Subject.String(), ThisUpdate: l.ThisUpdate.UTC(), NextUpdate: l.NextUpdate.UTC(), Revoked: len(l.Serials()),
		})
	}
	return shown, nil
}

func (s *Server) listNodeRequests(ctx context.Context, in *NodePath) (*body[api.NodeRequests], error) {
	n, err := s.seeNode(ctx, in.Node)
	if err != nil {
		return nil, err
	}
	requests, err := s.Nodes.Requests(ctx, n.ID)
	if err != nil {
		return nil, err
	}
	shown := api.NodeRequests{Items: []api.NodeRequest{}}
	for _, r := range requests {
		csr, err := pki.ParseCSR(r.PEM)
		if err != nil {
			return nil, err
		}
		purpose := clinic.Identity
		if r.Purpose == org.TLS {
			purpose = clinic.TLS
		}
		name := n.ID + "-" + string(r.Purpose)
		shown.Items = append(shown.Items, api.NodeRequest{
			Purpose: string(r.Purpose), File: name + ".csr", PEM: string(r.PEM), Subject: csr.Subject(),
			Hosts: append([]string{}, r.Hosts...), Commands: clinic.CertifyLines(purpose, name+".csr", name+".pem", r.Hosts),
		})
	}
	return answer(shown, nil)
}

func (s *Server) installNodeCertificates(ctx context.Context, in *nodeCertificatesInput) (*body[api.InstalledCertificates], error) {
	n, err := s.seeNode(ctx, in.Node)
	if err != nil {
		return nil, err
	}
	audit.Concern(ctx, n.Org)
	done, err := s.External.Install(ctx, n.ID, []byte(in.Body.PEM), actor(ctx), key(ctx))
	if err != nil {
		return nil, err
	}
	items, err := s.showCertificates(ctx, done.Certificates)
	if err != nil {
		return nil, err
	}
	shown := api.InstalledCertificates{Items: items, Missing: []string{}, Operation: done.Operation.ID}
	notes := make([]map[string]any, 0, len(done.Certificates))
	for _, c := range done.Certificates {
		notes = append(notes, certificateNote(c))
	}
	for _, p := range done.Missing {
		shown.Missing = append(shown.Missing, string(p))
	}
	audit.Note(ctx, nil, map[string]any{"certificates": notes})
	return answer(shown, nil)
}
