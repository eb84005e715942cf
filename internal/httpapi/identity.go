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
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/signin"
)

// IdentityPath names how another system knows a person. It is exported for huma, which fills exported embedded fields
// only.
type IdentityPath struct {
	MemberPath
	ID string `path:"identity" maxLength:"64" doc:"ID of the identity."`
}

type (
	newIdentityInput struct {
		ofPlatform
		MemberPath
		Body api.NewIdentity
	}
	identityInput struct {
		ofPlatform
		IdentityPath
	}
)

// identityRoutes are the operators': a provider's word makes whoever it names this person, in every organization.
func (s *Server) identityRoutes() {
	const path = "/people/{member}/identities"
	register(s, route{
		id: "listIdentities", method: http.MethodGet, path: path, tag: "members",
		summary: "List the other systems with which a person signs in, and the certificates that are watched", action: access.PersonManage,
	}, func(ctx context.Context, in *platformMember) (*body[api.Identities], error) {
		all, err := s.Members.Identities(ctx, in.Member)
		if err != nil {
			return nil, err
		}
		items, err := s.showIdentities(ctx, in.Member, all)
		return answer(api.Identities{Items: items}, err)
	})
	register(s, route{
		id: "linkIdentity", method: http.MethodPost, path: path, tag: "members",
		summary: "Let a person sign in with an account of a provider, or with a certificate", status: http.StatusCreated,
		action: access.PersonManage,
	}, s.linkIdentity)
	register(s, route{
		id: "unlinkIdentity", method: http.MethodDelete, path: path + "/{identity}", tag: "members",
		summary: "Let a person sign in with another system no longer; what was begun with it ends", status: http.StatusNoContent,
		action: access.PersonManage,
	}, func(ctx context.Context, in *identityInput) (*none, error) {
		i, err := s.Members.Unlink(ctx, in.Member, in.ID)
		if err == nil {
			audit.Note(ctx, map[string]string{"provider": i.Provider, "subject": i.Subject}, nil)
		}
		return &none{}, err
	})
}

func (s *Server) linkIdentity(ctx context.Context, in *newIdentityInput) (*body[api.Identity], error) {
	if _, err := s.Members.Get(ctx, in.Member); err != nil {
		return nil, err
	}
	provider, subject := in.Body.Provider, in.Body.Subject
	if (in.Body.Certificate == "") == (provider == "" || subject == "") {
		return nil, fault.New(fault.Invalid, "identity_invalid", "neither an account of a provider nor a certificate").
			WithHint("give provider and subject, or certificate")
	}
	var err error
	if in.Body.Certificate != "" {
		provider = signin.CertificateProvider
		subject, err = s.SignIn.LinkCertificate(ctx, in.Member, []byte(in.Body.Certificate))
	} else {
		err = s.SignIn.Link(ctx, in.Member, provider, subject)
	}
	if err != nil {
		return nil, err
	}
	audit.Note(ctx, nil, map[string]string{"provider": provider, "subject": subject})
	linked := member.Identity{Provider: provider, Subject: subject, Member: in.Member, CreatedAt: time.Now()}
	shown, err := s.showIdentities(ctx, in.Member, []member.Identity{linked})
	if err != nil {
		return nil, err
	}
	return answer(shown[0], nil)
}

func (s *Server) showIdentities(ctx context.Context, memberID string, all []member.Identity) ([]api.Identity, error) {
	shown := make([]api.Identity, 0, len(all))
	cards, err := s.Revocation.CardsOf(ctx, memberID)
	if err != nil {
		return nil, err
	}
	for _, i := range all {
		out := api.Identity{ID: i.ID(), Provider: i.Provider, Subject: i.Subject, CreatedAt: i.CreatedAt.UTC()}
		for _, w := range cards {
			if i.Provider != signin.CertificateProvider || w.Subject != i.Subject {
				continue
			}
			facts, err := pki.ParseCertificate(w.PEM)
			if err != nil {
				return nil, err
			}
			out.Certificates = append(out.Certificates, api.SignInCertificate{
				Subject: facts.Subject, Issuer: facts.Issuer, Serial: facts.Serial, Fingerprint: facts.Fingerprint,
				NotAfter: facts.NotAfter.UTC(), State: string(w.State), RevokedAt: moment(w.RevokedAt), Reason: w.Reason,
				Problem: w.Problem, CheckedAt: moment(w.CheckedAt),
			})
		}
		shown = append(shown, out)
	}
	return shown, nil
}
