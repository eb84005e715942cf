// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"errors"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// invitationLifetime is that of an invitation's link.
const invitationLifetime = 7 * 24 * time.Hour

// invitationPath, with the code behind it, opens the console's page that accepts an invitation. The code is in the
// fragment, so that no server logs it.
const invitationPath = "/invitation#code="

// NewInvitation invites a person to an organization, or, with an empty Org, to the platform.
type NewInvitation struct {
	Org     string
	Email   string
	Name    string
	Locale  string
	Role    access.Role
	Inviter string // name, for the mail
	By      string // ID of who invites, whose mails are counted: a person's, else a credential's; empty: nobody's
}

// Invite makes a person a member who has to accept first. Whether the person has an account already is not told. It
// gives the path of a link that the inviter may hand over; the one that is mailed is another, whose use proves the
// address. Inviting again replaces both. A member already is a fault.Conflict "member_exists"; too many mails are a
// fault.Throttled "invitations_too_many", and nothing is changed.
func (s *Service) Invite(ctx context.Context, n NewInvitation) (b Belonging, link string, mailed bool, err error) {
	if err := checkRole(n.Role, n.Org); err != nil {
		return b, "", false, err
	}
	fresh, err := s.newPerson(n.Email, n.Name, n.Locale)
	if err != nil {
		return b, "", false, err
	}
	orgName, err := s.orgName(ctx, n.Org)
	if err != nil {
		return b, "", false, err
	}
	err = s.tx.InTx(ctx, func(ctx context.Context) error {
		m, at, err := s.ensureInvited(ctx, fresh, n.Org, n.Role)
		if err != nil {
			return err
		}
		if at.State != Invited {
			return fault.New(fault.Conflict, "member_exists", "%s is a member already", m.Email).
				WithHint("change the role, or resume the membership, instead")
		}
		if err := s.store.DeleteCodes(ctx, m.ID, Invitation, n.Org); err != nil {
			return err
		}
		if link, err = s.newInvitationLink(ctx, m.ID, n.Org, n.Inviter, false); err != nil {
			return err
		}
		b = shown(at, m)
		if mailed = s.mail != nil; !mailed {
			return nil
		}
		if err := s.limit.Take(n.By, n.Org, m.Email); err != nil {
			return err
		}
		private, err := s.newInvitationLink(ctx, m.ID, n.Org, n.Inviter, true)
		if err != nil {
			return err
		}
		return s.tell(ctx, m, "invitation", map[string]string{
			"organization": orgName, "inviter": n.Inviter, "link": private,
		})
	})
	return b, link, mailed, err
}

// ensureInvited gives the person with an address and the membership, each made if there is none. An invitation that
// waits takes the new role.
func (s *Service) ensureInvited(ctx context.Context, fresh Member, orgID string, role access.Role) (Member, Membership, error) {
	m, ok, err := s.store.FindMember(ctx, fresh.Email)
	if err != nil {
		return m, Membership{}, err
	}
	if !ok {
		m = fresh
		if err := s.store.CreateMember(ctx, m); err != nil {
			return m, Membership{}, err
		}
	}
	at, err := s.store.GetMembership(ctx, m.ID, orgID)
	switch {
	case errors.Is(err, fault.NotFound):
		at = Membership{Member: m.ID, Org: orgID, State: Invited, CreatedAt: s.now()}
	case err != nil || at.State != Invited:
		return m, at, err
	}
	at.Role, at.Name = role, fresh.Name
	return m, at, s.store.PutMembership(ctx, at)
}

// newInvitationLink makes a code and gives its link's path.
func (s *Service) newInvitationLink(ctx context.Context, memberID, orgID, inviter string, mailed bool) (string, error) {
	code, hash, err := newSecret()
	if err != nil {
		return "", err
	}
	now := s.now()
	return invitationPath + code, s.store.PutCode(ctx, Code{
		Hash: hash, Kind: Invitation, Member: memberID, Org: orgID, Mailed: mailed, Inviter: inviter,
		CreatedAt: now, ExpiresAt: now.Add(invitationLifetime),
	})
}

func (s *Service) orgName(ctx context.Context, orgID string) (string, error) {
	if orgID == "" {
		return issuer, nil
	}
	o, err := s.orgs.Get(ctx, orgID)
	return o.Name, err
}

// EnsureAdministrator makes a person an administrator of an organization, for whom somebody with the right to has
// decided. It gives the path of an invitation's link, which must be sent to the address and nowhere else, or, for an
// active person with a verified address, who is an administrator at once, an empty one. It is idempotent: each call
// replaces the link.
func (s *Service) EnsureAdministrator(ctx context.Context, orgID, email, name, locale string) (link string, err error) {
	fresh, err := s.newPerson(email, name, locale)
	if err != nil {
		return "", err
	}
	err = s.tx.InTx(ctx, func(ctx context.Context) error {
		m, at, err := s.ensureInvited(ctx, fresh, orgID, access.Admin)
		if err != nil {
			return err
		}
		if at.State == Active && at.Role == access.Admin {
			return nil
		}
		at.Role = access.Admin
		if at.State != Invited || m.State == Active && m.EmailVerified {
			at.State = Active
			return errors.Join(s.store.PutMembership(ctx, at), s.store.DeleteCodes(ctx, m.ID, Invitation, orgID))
		}
		if err := s.store.DeleteCodes(ctx, m.ID, Invitation, orgID); err != nil {
			return err
		}
		link, err = s.newInvitationLink(ctx, m.ID, orgID, "", true)
		return err
	})
	return link, err
}

// Preview is what an invitation's page shows before it is accepted.
type Preview struct {
	Email   string
	Name    string
	Org     string
	OrgName string
	Role    access.Role
	Inviter string
	Account bool // there is an account: it is signed in with, no new password is chosen
}

// Preview shows an invitation to who has its code.
func (s *Service) Preview(ctx context.Context, code string) (Preview, error) {
	c, m, at, err := s.invitation(ctx, code)
	if err != nil {
		return Preview{}, err
	}
	name, err := s.orgName(ctx, c.Org)
	return Preview{
		Email: m.Email, Name: at.Name, Org: c.Org, OrgName: name, Role: at.Role, Inviter: c.Inviter, Account: m.State != Invited,
	}, err
}

// invitation gives what a code invites to. A used or old one is a fault.Invalid "invitation_invalid".
func (s *Service) invitation(ctx context.Context, code string) (Code, Member, Membership, error) {
	invalid := fault.New(fault.Invalid, "invitation_invalid", "this invitation is used up or too old").
		WithHint("ask for a new one")
	c, ok, err := s.findCode(ctx, code, Invitation)
	if err != nil || !ok {
		return c, Member{}, Membership{}, errors.Join(err, invalid)
	}
	at, err := s.store.GetMembership(ctx, c.Member, c.Org)
	if errors.Is(err, fault.NotFound) || err == nil && at.State != Invited {
		return c, Member{}, at, invalid
	}
	if err != nil {
		return c, Member{}, at, err
	}
	m, err := s.store.GetMember(ctx, c.Member)
	return c, m, at, err
}

// Acceptance accepts an invitation: a new person chooses a password, who has an account proves to be its owner by a
// session, or by the password and, where there is one, the second factor.
type Acceptance struct {
	Code         string
	Name         string // of a new person; empty: as the inviter wrote it
	Password     string
	SecondFactor string
	Caller       access.Principal // who is signed in, if anybody
	Source       string
}

// Accept accepts an invitation and gives a session in its organization. Whoever has the link of an invitation gets
// nothing of an account that is there already: its owner must be the one who accepts.
func (s *Service) Accept(ctx context.Context, a Acceptance) (string, access.Principal, error) {
	c, m, at, err := s.invitation(ctx, a.Code)
	if err != nil {
		return "", access.Principal{}, err
	}
	if m.State == Invited {
		if a.Name == "" {
			a.Name = at.Name
		}
		return s.acceptNew(ctx, a, c, m)
	}
	method, second, began := a.Caller.Method, a.Caller.SecondFactor, a.Caller.Began
	if !a.Caller.OwnSession() || a.Caller.Member != m.ID {
		method, began = methodPassword, time.Time{}
		m, second, err = s.prove(ctx, Proof{Email: m.Email, Password: a.Password, Code: a.SecondFactor, Source: a.Source})
		if err != nil {
			return "", access.Principal{}, err
		}
	}
	if err := s.activate(ctx, a.Code, nil); err != nil {
		return "", access.Principal{}, err
	}
	return s.open(ctx, m, access.Credential{Method: method, SecondFactor: second, BeganAt: began}, &c.Org)
}

func (s *Service) acceptNew(ctx context.Context, a Acceptance, c Code, m Member) (string, access.Principal, error) {
	name, err := checkName(a.Name)
	if err != nil {
		return "", access.Principal{}, err
	}
	m.Name = name
	if err := checkPassword(a.Password, m); err != nil {
		return "", access.Principal{}, err
	}
	hashed, err := s.hash(ctx, a.Password)
	if err != nil {
		return "", access.Principal{}, err
	}
	err = s.activate(ctx, a.Code, func(ctx context.Context, now *Member) error {
		now.Name = name
		return s.storeHash(ctx, now.ID, hashed)
	})
	if err != nil {
		return "", access.Principal{}, err
	}
	m.State = Active
	return s.open(ctx, m, access.Credential{Method: methodPassword}, &c.Org)
}

// AcceptIdentity accepts an invitation as somebody whom another system has just recognised. A new person gets an
// account without a password; an account that is there must have the identity already.
func (s *Service) AcceptIdentity(ctx context.Context, code, provider, subject string) (Member, error) {
	_, m, _, err := s.invitation(ctx, code)
	if err != nil {
		return Member{}, err
	}
	owner, known, err := s.MemberOf(ctx, provider, subject)
	if err != nil {
		return Member{}, err
	}
	if known && owner.ID != m.ID || !known && m.State != Invited {
		return Member{}, fault.New(fault.Forbidden, "invitation_for_another", "this invitation is for another account").
			WithHint("sign in as the invited person, or ask for an invitation to your own address")
	}
	var link func(context.Context, *Member) error
	if m.State == Invited {
		link = func(ctx context.Context, now *Member) error { return s.Link(ctx, now.ID, provider, subject) }
	}
	if err := s.activate(ctx, code, link); err != nil {
		return Member{}, err
	}
	return s.store.GetMember(ctx, m.ID)
}

// activate uses an invitation up: its membership becomes active, and so does a new person, with what enrol adds.
func (s *Service) activate(ctx context.Context, code string, enrol func(context.Context, *Member) error) error {
	return s.tx.InTx(ctx, func(ctx context.Context) error {
		c, m, at, err := s.invitation(ctx, code)
		if err != nil {
			return err
		}
		if (m.State == Invited) != (enrol != nil) {
			return fault.New(fault.Conflict, "member_"+string(m.State), "the account has changed meanwhile").WithHint("open the link again")
		}
		if enrol != nil {
			if err := enrol(ctx, &m); err != nil {
				return err
			}
			m.State = Active
		}
		m.EmailVerified = m.EmailVerified || c.Mailed
		if err := s.store.UpdateMember(ctx, m); err != nil {
			return err
		}
		at.State = Active
		if err := s.store.PutMembership(ctx, at); err != nil {
			return err
		}
		return s.store.DeleteCodes(ctx, m.ID, Invitation, c.Org)
	})
}
