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
	"github.com/blockchain4all/blockchain4all/internal/member"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/revocation"
)

// expiringSoon is when a certificate's status becomes "expiring".
const expiringSoon = 30 * 24 * time.Hour

// CertificatePath names a certificate. It is exported for huma, which fills exported embedded fields only.
type CertificatePath struct {
	OrgPath
	Serial string `path:"serial" maxLength:"64" doc:"Serial number, lower-case hex."`
}

type revokeInput struct {
	CertificatePath
	Body api.CertificateRevocation
}

type bindInput struct {
	CertificatePath
	Body api.CertificateMember
}

type certificateList struct {
	Paging
	Org           string    `query:"org" maxLength:"64" doc:"Only of this organization."`
	Holder        string    `query:"holder" maxLength:"120" doc:"Only of this holder." example:"bizkaia-peer0"`
	Member        string    `query:"member" maxLength:"64" doc:"Only of this person." example:"01JZ"`
	Status        string    `query:"status" enum:"valid,expiring,expired,revoked" doc:"Only those in this state."`
	ExpiresBefore time.Time `query:"expiresBefore" doc:"Only those that end before this time."`
}

func (s *Server) certificateRoutes() {
	register(s, route{
		id: "listCertificates", method: http.MethodGet, path: "/organizations/{org}/certificates", tag: "certificates",
		summary: "List the certificates that an organization's authorities issued", action: access.CertificateRead,
	}, s.listCertificates)
	register(s, route{
		id: "issueCertificate", method: http.MethodPost, path: "/organizations/{org}/certificates", tag: "certificates",
		summary: "Issue an enrollment certificate on the caller's own key", status: http.StatusCreated,
		action: access.CertificateIssue,
	}, s.issueCertificate)
	register(s, route{
		id: "listAllCertificates", method: http.MethodGet, path: "/certificates", tag: "certificates",
		summary: "List certificates of all organizations that the caller may see", action: access.CertificateRead,
	}, s.listAllCertificates)
	register(s, route{
		id: "revokeCertificate", method: http.MethodPost, path: "/organizations/{org}/certificates/{serial}/revoke", tag: "certificates",
		summary: "Revoke a certificate, on the platform at once and on every ledger", status: http.StatusAccepted,
		action: access.CertificateRevoke,
	}, func(ctx context.Context, in *revokeInput) (*body[api.Accepted], error) {
		return accepted(s.Revocation.Revoke(ctx, in.Org, in.Serial, in.Body.Reason, actor(ctx), key(ctx)))
	})
	register(s, route{
		id: "releaseCertificate", method: http.MethodPost, path: "/organizations/{org}/certificates/{serial}/release", tag: "certificates",
		summary: "Release a certificate that is on hold", status: http.StatusAccepted, action: access.CertificateRevoke,
	}, func(ctx context.Context, in *CertificatePath) (*body[api.Accepted], error) {
		return accepted(s.Revocation.ReleaseCertificate(ctx, in.Org, in.Serial, actor(ctx), key(ctx)))
	})
	register(s, route{
		id: "bindCertificate", method: http.MethodPut, path: "/organizations/{org}/certificates/{serial}/member", tag: "certificates",
		summary: "Say whose a certificate is that was issued for nobody, or by the organization itself", action: access.CertificateIssue,
	}, s.bindCertificate)
	s.watchedRoutes()
}

func (s *Server) bindCertificate(ctx context.Context, in *bindInput) (*body[api.Certificate], error) {
	c, err := s.Orgs.Certificate(ctx, in.Org, in.Serial)
	if err != nil {
		return nil, err
	}
	audit.Note(ctx, certificateNote(c), nil)
	who, err := s.memberOf(ctx, in.Org, in.Body.Member, c.Role)
	if err != nil {
		return nil, err
	}
	if c, err = s.Revocation.Bind(ctx, in.Org, in.Serial, who); err != nil {
		return nil, err
	}
	audit.Note(ctx, nil, certificateNote(c))
	return answer(s.showCertificate(ctx, c))
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
	items, err := s.showCertificates(ctx, found)
	if err != nil {
		return nil, err
	}
	return pageOf(items, in.Limit, itself, func(c api.Certificate) string { return c.Serial })
}

type issueInput struct {
	OrgPath
	Body api.NewCertificate
}

func (s *Server) issueCertificate(ctx context.Context, in *issueInput) (*body[api.IssuedCertificate], error) {
	who, err := s.issuedFor(ctx, in.Org, in.Body.Member, in.Body.Role)
	if err != nil {
		return nil, err
	}
	c, err := s.Orgs.IssueCertificate(ctx, org.NewCertificate{
		Org: in.Org, Name: in.Body.Name, Role: in.Body.Role, CSR: []byte(in.Body.CSR), Attributes: in.Body.Attributes, For: who,
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
	if err != nil {
		return nil, err
	}
	shown, err := s.showCertificate(ctx, c)
	return answer(api.IssuedCertificate{Certificate: shown, Chain: string(chain), MSPID: o.MSPID}, err)
}

// issuedFor gives the person for whom a certificate is issued: the caller, who may be nobody's token, or the member of the
// organization that the caller names. Faults are those of memberOf.
func (s *Server) issuedFor(ctx context.Context, orgID, memberID, role string) (org.Person, error) {
	p, err := principal(ctx)
	if err != nil || memberID == "" || memberID == p.Member {
		return org.Person{Member: p.Member, Org: p.Org}, err
	}
	return s.memberOf(ctx, orgID, memberID, role)
}

// memberOf gives a member of an organization as somebody who may have a certificate with a role; nobody for an empty ID.
// One who is not active is a fault.Conflict "member_not_active"; an administrator's certificate for one who is none,
// "member_not_administrator".
func (s *Server) memberOf(ctx context.Context, orgID, memberID, role string) (org.Person, error) {
	if memberID == "" {
		return org.Person{}, nil
	}
	b, err := s.Members.Belonging(ctx, memberID, orgID)
	if err != nil {
		return org.Person{}, err
	}
	if b.State != member.Active || b.Person.State != member.Active {
		return org.Person{}, fault.New(fault.Conflict, "member_not_active", "the member is not active in %s", orgID).
			WithHint("certificates are for who has access: b4a member list --org %s", orgID)
	}
	if role == msp.RoleAdmin && b.Role != access.Admin {
		return org.Person{}, fault.New(fault.Conflict, "member_not_administrator", "the member is no administrator of %s", orgID).
			WithHint("take one of the role client, or make the member an administrator first: b4a member role %s --role admin --org %s",
				b.Person.Email, orgID)
	}
	return org.Person{Member: memberID, Org: orgID}, nil
}

// listAllCertificates is the inventory of the platform for operators and auditors, and that of their own organization for
// others.
func (s *Server) listAllCertificates(ctx context.Context, in *certificateList) (*body[api.Page[api.Certificate]], error) {
	p, err := principal(ctx)
	if err != nil {
		return nil, err
	}
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	filter := org.CertificateFilter{Org: in.Org, Holder: in.Holder, Member: in.Member, After: after, Limit: in.Limit + 1}
	if in.Org != "" {
		if err := access.Can(p, access.CertificateRead, in.Org); err != nil {
			return nil, err
		}
		if _, err := s.Orgs.Get(ctx, in.Org); err != nil {
			return nil, err
		}
	} else {
		filter.Org = p.Org
	}
	now := time.Now()
	filter.State, filter.Ends = inState(in.Status, now)
	if end := in.ExpiresBefore; !end.IsZero() && (filter.Ends.To.IsZero() || end.Before(filter.Ends.To)) {
		filter.Ends.To = end
	}
	found, err := s.Orgs.Certificates(ctx, filter)
	if err != nil {
		return nil, err
	}
	items, err := s.showCertificates(ctx, found)
	if err != nil {
		return nil, err
	}
	return pageOf(items, in.Limit, itself, func(c api.Certificate) string { return c.Organization + "/" + c.Serial })
}

// inState gives the filter of what showCertificate calls a status.
func inState(status string, now time.Time) (org.CertificateState, org.Span) {
	switch status {
	case "valid":
		return org.Standing, org.Span{From: now.Add(expiringSoon)}
	case "expiring":
		return org.Standing, org.Span{From: now, To: now.Add(expiringSoon)}
	case "expired":
		return org.Standing, org.Span{To: now}
	case "revoked":
		return org.Revoked, org.Span{}
	}
	return "", org.Span{}
}

type watchedInput struct {
	OrgPath
	Body api.NewWatchedCertificate
}

// WatchedPath names a watched certificate. It is exported for huma, which fills exported embedded fields only.
type WatchedPath struct {
	OrgPath
	ID string `path:"watched" maxLength:"64" doc:"ID of the watched certificate."`
}

func (s *Server) watchedRoutes() {
	const path = "/organizations/{org}/watched-certificates"
	register(s, route{
		id: "listWatchedCertificates", method: http.MethodGet, path: path, tag: "certificates",
		summary: "List the certificates of other authorities that are watched", action: access.CertificateRead,
	}, s.listWatched)
	register(s, route{
		id: "watchCertificate", method: http.MethodPost, path: path, tag: "certificates",
		summary: "Watch a certificate of another authority: a holder's certificates are revoked with it", status: http.StatusCreated,
		action: access.CertificateRevoke,
	}, func(ctx context.Context, in *watchedInput) (*body[api.WatchedCertificate], error) {
		w, err := s.Revocation.Watch(ctx, revocation.NewWatched{
			Org: in.Org, Holder: in.Body.Holder, Certificate: []byte(in.Body.Certificate), Issuer: []byte(in.Body.Issuers),
		})
		if err != nil {
			return nil, err
		}
		return answer(showWatched(w))
	})
	register(s, route{
		id: "unwatchCertificate", method: http.MethodDelete, path: path + "/{watched}", tag: "certificates",
		summary: "Watch a certificate no longer", status: http.StatusNoContent, action: access.CertificateRevoke,
	}, func(ctx context.Context, in *WatchedPath) (*none, error) {
		return &none{}, s.Revocation.Unwatch(ctx, in.Org, in.ID)
	})
}

func (s *Server) listWatched(ctx context.Context, in *OrgPath) (*body[api.WatchedCertificates], error) {
	found, err := s.Revocation.WatchedBy(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	items := make([]api.WatchedCertificate, 0, len(found))
	for _, w := range found {
		shown, err := showWatched(w)
		if err != nil {
			return nil, err
		}
		items = append(items, shown)
	}
	return answer(api.WatchedCertificates{Items: items}, nil)
}

func showWatched(w revocation.Watched) (api.WatchedCertificate, error) {
	facts, err := pki.ParseCertificate(w.PEM)
	return api.WatchedCertificate{
		ID: w.ID, Holder: w.Holder, Subject: facts.Subject, Issuer: facts.Issuer, Serial: facts.Serial, State: string(w.State),
		RevokedAt: moment(w.RevokedAt), Reason: w.Reason, Problem: w.Problem, CheckedAt: moment(w.CheckedAt),
	}, err
}

// certificateNote is what the audit trail tells of a certificate.
func certificateNote(c org.Certificate) map[string]any {
	return map[string]any{
		"serial": c.Serial, "holder": c.Holder, "member": c.Member, "purpose": c.Purpose, "role": c.Role, "subject": c.Subject,
		"fingerprint": c.Fingerprint, "notAfter": moment(c.NotAfter), "revokedAt": moment(c.RevokedAt),
	}
}
