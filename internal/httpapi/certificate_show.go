// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// showCertificate is showCertificates of one.
func (s *Server) showCertificate(ctx context.Context, c org.Certificate) (api.Certificate, error) {
	shown, err := s.showCertificates(ctx, []org.Certificate{c})
	if err != nil {
		return api.Certificate{}, err
	}
	return shown[0], nil
}

func (s *Server) keptByHolder(ctx context.Context, all []org.Certificate) ([]bool, error) {
	if len(all) != 1 {
		return s.Orgs.KeptByHolders(ctx, all)
	}
	kept, err := s.Orgs.KeptByHolder(ctx, all[0])
	return []bool{kept}, err
}

// showCertificates gives certificates as the caller sees them.
func (s *Server) showCertificates(ctx context.Context, all []org.Certificate) ([]api.Certificate, error) {
	kept, err := s.keptByHolder(ctx, all)
	if err != nil {
		return nil, err
	}
	names := map[org.Person]string{}
	now := time.Now()
	shown := make([]api.Certificate, 0, len(all))
	for n, c := range all {
		who := org.Person{Member: c.Member, Org: c.MemberOf}
		if _, known := names[who]; !known {
			name, err := s.memberName(ctx, who)
			if err != nil {
				return nil, err
			}
			names[who] = name
		}
		out := inventoried(c, now)
		out.MemberName = names[who]
		if kept[n] {
			out.KeyKeptBy = "holder"
		}
		shown = append(shown, out)
	}
	return shown, nil
}

// memberName gives a person's name as the organization knows it, by whose membership a certificate was got; nothing to who
// may not read its members.
func (s *Server) memberName(ctx context.Context, who org.Person) (string, error) {
	if who.Member == "" {
		return "", nil
	}
	p, err := principal(ctx)
	if err != nil {
		return "", err
	}
	if !mayName(p, who) {
		return "", nil
	}
	b, err := s.Members.Belonging(ctx, who.Member, who.Org)
	if errors.Is(err, fault.NotFound) { // has left
		err = nil
	}
	return b.Person.Name, err
}

func mayName(p access.Principal, who org.Person) bool {
	return who.Member == p.Member || access.Can(p, access.MemberRead, who.Org) == nil
}

// inventoried gives what the inventory has of a certificate, as one whose key the platform keeps.
func inventoried(c org.Certificate, now time.Time) api.Certificate {
	status := "valid"
	switch {
	case !c.RevokedAt.IsZero():
		status = "revoked"
	case now.After(c.NotAfter):
		status = "expired"
	case now.After(c.NotAfter.Add(-expiringSoon)):
		status = "expiring"
	}
	shown := api.Certificate{
		Serial: c.Serial, Organization: c.Org, Holder: c.Holder, Member: c.Member, MemberOf: c.MemberOf, KeyKeptBy: "platform",
		Purpose: string(c.Purpose), Role: c.Role,
		Subject: c.Subject, Issuer: c.Issuer, NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(), IssuedAt: c.CreatedAt.UTC(),
		Status: status, Fingerprint: c.Fingerprint, PEM: string(c.PEM),
		Reason: c.Reason, RevokedAt: moment(c.RevokedAt), HeldBy: c.HeldBy,
	}
	for _, e := range c.Effects {
		shown.Effects = append(shown.Effects, api.LedgerEffect{Ledger: e.Ledger, Block: e.Block})
	}
	return shown
}

// listOwnCertificates gives the certificates of a person, in every organization.
func (s *Server) listOwnCertificates(
	ctx context.Context, p access.Principal, in *Paging,
) (*body[api.Page[api.OwnCertificate]], error) {
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	all, err := s.Orgs.Certificates(ctx, org.CertificateFilter{Member: p.Member})
	if err != nil {
		return nil, err
	}
	renewed, err := org.Renewed(all)
	if err != nil {
		return nil, err
	}
	shown, err := s.showCertificates(ctx, all)
	if err != nil {
		return nil, err
	}
	orgs := map[string]org.Organization{}
	items := make([]api.OwnCertificate, 0, len(shown))
	for n, c := range shown {
		o, known := orgs[c.Organization]
		if !known {
			if o, err = s.Orgs.Get(ctx, c.Organization); err != nil {
				return nil, err
			}
			orgs[o.ID] = o
		}
		items = append(items, api.OwnCertificate{
			Certificate: c, OrganizationName: o.Name, External: o.External, RenewedBy: renewed[n],
		})
	}
	id := func(c api.OwnCertificate) string { return c.Certificate.Organization + "/" + c.Certificate.Serial }
	slices.SortFunc(items, func(a, b api.OwnCertificate) int { return strings.Compare(id(a), id(b)) })
	return pageOf(window(items, after, in.Limit, id), in.Limit, itself, id)
}
