// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/member"
)

// MemberPath names a person. It is exported for huma, which fills exported embedded fields only.
type MemberPath struct {
	Member string `path:"member" maxLength:"64" doc:"Member ID."`
}

// ofPlatform is part of inputs about the platform's own members: they are in no organization, so only platform roles
// pass.
type ofPlatform struct{}

func (ofPlatform) organization() string { return "" }

type (
	orgMember struct {
		OrgPath
		MemberPath
	}
	orgInvite struct {
		OrgPath
		Body api.NewMember
	}
	orgRole struct {
		OrgPath
		MemberPath
		Body api.MemberRole
	}
	platformList struct {
		ofPlatform
		Paging
	}
	platformMember struct {
		ofPlatform
		MemberPath
	}
	platformInvite struct {
		ofPlatform
		Body api.NewMember
	}
	platformRole struct {
		ofPlatform
		MemberPath
		Body api.MemberRole
	}
)

func (s *Server) memberRoutes() {
	s.orgMemberRoutes()
	s.platformMemberRoutes()
	s.personRoutes()
	s.identityRoutes()
}

func (s *Server) orgMemberRoutes() {
	const list, one = "/organizations/{org}/members", "/organizations/{org}/members/{member}"
	member := func(id, method, path, summary string, action access.Action) route {
		return route{id: id, method: method, path: path, tag: "members", summary: summary, action: action}
	}
	register(s, member("listMembers", http.MethodGet, list, "List an organization's members", access.MemberRead),
		func(ctx context.Context, in *orgList) (*body[api.Page[api.Member]], error) {
			return s.listMembers(ctx, in.Org, in.Paging)
		})
	invite := member("inviteMember", http.MethodPost, list, "Invite a person by a one-time link", access.MemberManage)
	invite.status = http.StatusCreated
	register(s, invite, func(ctx context.Context, in *orgInvite) (*body[api.InvitedMember], error) {
		return s.invite(ctx, in.Org, in.Body)
	})
	register(s, member("getMember", http.MethodGet, one, "Show a member", access.MemberRead),
		func(ctx context.Context, in *orgMember) (*body[api.Member], error) {
			return belonging(s.Members.Belonging(ctx, in.Member, in.Org))
		})
	register(s, member("setMemberRole", http.MethodPut, one, "Change a member's role", access.MemberManage),
		func(ctx context.Context, in *orgRole) (*body[api.Member], error) {
			return s.setRole(ctx, in.Member, in.Org, access.Role(in.Body.Role))
		})
	register(s, member("suspendMember", http.MethodPost, one+"/suspend", "Suspend a member in the organization", access.MemberManage),
		func(ctx context.Context, in *orgMember) (*body[api.Member], error) {
			return belonging(s.Members.SuspendMembership(ctx, in.Member, in.Org))
		})
	register(s, member("resumeMember", http.MethodPost, one+"/resume", "Give a suspended member access back", access.MemberManage),
		func(ctx context.Context, in *orgMember) (*body[api.Member], error) {
			return belonging(s.Members.ResumeMembership(ctx, in.Member, in.Org))
		})
	remove := member("removeMember", http.MethodDelete, one, "Remove a member from the organization", access.MemberManage)
	remove.status = http.StatusNoContent
	register(s, remove, func(ctx context.Context, in *orgMember) (*none, error) {
		return &none{}, s.Members.Remove(ctx, in.Member, in.Org)
	})
}

func (s *Server) platformMemberRoutes() {
	const list, one = "/platform/members", "/platform/members/{member}"
	member := func(id, method, path, summary string, action access.Action) route {
		return route{id: id, method: method, path: path, tag: "members", summary: summary, action: action}
	}
	register(s, member("listPlatformMembers", http.MethodGet, list, "List the platform's operators and auditors", access.MemberRead),
		func(ctx context.Context, in *platformList) (*body[api.Page[api.Member]], error) {
			return s.listMembers(ctx, "", in.Paging)
		})
	invite := member("invitePlatformMember", http.MethodPost, list, "Invite an operator or auditor", access.MemberManage)
	invite.status = http.StatusCreated
	register(s, invite, func(ctx context.Context, in *platformInvite) (*body[api.InvitedMember], error) {
		return s.invite(ctx, "", in.Body)
	})
	register(s, member("getPlatformMember", http.MethodGet, one, "Show an operator or auditor", access.MemberRead),
		func(ctx context.Context, in *platformMember) (*body[api.Member], error) {
			return belonging(s.Members.Belonging(ctx, in.Member, ""))
		})
	register(s, member("setPlatformMemberRole", http.MethodPut, one, "Change a platform role", access.MemberManage),
		func(ctx context.Context, in *platformRole) (*body[api.Member], error) {
			return s.setRole(ctx, in.Member, "", access.Role(in.Body.Role))
		})
	register(s, member("suspendPlatformMember", http.MethodPost, one+"/suspend", "Suspend a platform role", access.MemberManage),
		func(ctx context.Context, in *platformMember) (*body[api.Member], error) {
			return belonging(s.Members.SuspendMembership(ctx, in.Member, ""))
		})
	register(s, member("resumePlatformMember", http.MethodPost, one+"/resume", "Give a suspended platform role back", access.MemberManage),
		func(ctx context.Context, in *platformMember) (*body[api.Member], error) {
			return belonging(s.Members.ResumeMembership(ctx, in.Member, ""))
		})
	remove := member("removePlatformMember", http.MethodDelete, one, "Take a platform role away", access.MemberManage)
	remove.status = http.StatusNoContent
	register(s, remove, func(ctx context.Context, in *platformMember) (*none, error) {
		return &none{}, s.Members.Remove(ctx, in.Member, "")
	})
}

// personRoutes are about people as such, in whatever organization they are.
func (s *Server) personRoutes() {
	register(s, route{
		id: "listPeople", method: http.MethodGet, path: "/people", tag: "members",
		summary: "List all people with an account", action: access.PersonManage,
	}, func(ctx context.Context, in *platformList) (*body[api.Page[api.Person]], error) {
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		found, err := s.Members.List(ctx, after, in.Limit+1)
		if err != nil {
			return nil, err
		}
		return pageOf(found, in.Limit, always(showPerson), func(m member.Member) string { return m.ID })
	})
	register(s, route{
		id: "suspendPerson", method: http.MethodPost, path: "/people/{member}/suspend", tag: "members",
		summary: "Take a person's access away everywhere, at once", action: access.PersonManage,
	}, func(ctx context.Context, in *platformMember) (*body[api.Person], error) {
		p, err := principal(ctx)
		if err != nil {
			return nil, err
		}
		m, err := s.Members.Suspend(ctx, in.Member, access.OfOperator(p))
		return answer(showPerson(m), err)
	})
	register(s, route{
		id: "resumePerson", method: http.MethodPost, path: "/people/{member}/resume", tag: "members",
		summary: "Give a suspended person access back", action: access.PersonManage,
	}, func(ctx context.Context, in *platformMember) (*body[api.Person], error) {
		m, err := s.Members.Resume(ctx, in.Member)
		return answer(showPerson(m), err)
	})
}

func (s *Server) listMembers(ctx context.Context, orgID string, page Paging) (*body[api.Page[api.Member]], error) {
	after, err := page.after()
	if err != nil {
		return nil, err
	}
	found, err := s.Members.Members(ctx, orgID, after, page.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(found, page.Limit, always(showMember), func(b member.Belonging) string { return b.Person.ID })
}

// invite invites a person to no more than the caller has.
func (s *Server) invite(ctx context.Context, orgID string, in api.NewMember) (*body[api.InvitedMember], error) {
	p, err := principal(ctx)
	if err != nil {
		return nil, err
	}
	if err := access.MayGrant(p, access.Role(in.Role), orgID, nil); err != nil {
		return nil, err
	}
	b, link, mailed, err := s.Members.Invite(ctx, member.NewInvitation{
		Org: orgID, Email: in.Email, Name: in.Name, Locale: in.Locale, Role: access.Role(in.Role), Inviter: p.Name, By: p.Whose(),
	})
	return answer(api.InvitedMember{Member: showMember(b), Link: s.BaseURL + link, Mailed: mailed}, err)
}

// setRole gives a member a role, which is no more than the caller has.
func (s *Server) setRole(ctx context.Context, id, orgID string, role access.Role) (*body[api.Member], error) {
	p, err := principal(ctx)
	if err != nil {
		return nil, err
	}
	if err := access.MayGrant(p, role, orgID, nil); err != nil {
		return nil, err
	}
	return belonging(s.Members.SetRole(ctx, id, orgID, role))
}

func belonging(b member.Belonging, err error) (*body[api.Member], error) {
	return answer(showMember(b), err)
}

func showMember(b member.Belonging) api.Member {
	return api.Member{
		Person: showPerson(b.Person), Organization: b.Org, Role: string(b.Role), State: string(b.State),
		CreatedAt: b.CreatedAt.UTC(),
	}
}

func showPerson(m member.Member) api.Person {
	return api.Person{
		ID: m.ID, Email: m.Email, Name: m.Name, Locale: m.Locale, State: string(m.State), EmailVerified: m.EmailVerified,
		SecondFactor: m.SecondFactor, CreatedAt: m.CreatedAt.UTC(),
	}
}
