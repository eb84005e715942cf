// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"errors"
	"slices"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Belonging is a membership with its person.
type Belonging struct {
	Membership
	Person Member
}

// Belonging gives a person's membership in an organization (empty: the platform).
func (s *Service) Belonging(ctx context.Context, memberID, orgID string) (Belonging, error) {
	at, err := s.store.GetMembership(ctx, memberID, orgID)
	if err != nil {
		return Belonging{}, err
	}
	m, err := s.store.GetMember(ctx, memberID)
	return shown(at, m), err
}

// shown hides what the organization may not know: the own name and state of a person who has not accepted yet.
func shown(at Membership, m Member) Belonging {
	if at.State == Invited {
		m.Name, m.State, m.SecondFactor, m.EmailVerified = at.Name, Invited, false, false
	}
	return Belonging{Membership: at, Person: m}
}

// Members gives the members of an organization (empty: of the platform) by ID, from after (exclusive).
func (s *Service) Members(ctx context.Context, orgID, after string, limit int) ([]Belonging, error) {
	if orgID != "" {
		if _, err := s.orgs.Get(ctx, orgID); err != nil {
			return nil, err
		}
	}
	all, err := s.store.OrganizationMembers(ctx, orgID, after, limit)
	if err != nil {
		return nil, err
	}
	out := make([]Belonging, 0, len(all))
	for _, at := range all {
		m, err := s.store.GetMember(ctx, at.Member)
		if err != nil {
			return nil, err
		}
		out = append(out, shown(at, m))
	}
	return out, nil
}

// SetRole changes what a person is in an organization. The last administrator stays one: a fault.Conflict
// "last_administrator". The certificates of who is an administrator no longer follow; it may be called again when the
// ledgers could not be told.
func (s *Service) SetRole(ctx context.Context, memberID, orgID string, role access.Role) (Belonging, error) {
	if err := checkRole(role, orgID); err != nil {
		return Belonging{}, err
	}
	b, err := s.changeMembership(ctx, memberID, orgID, func(_ context.Context, at *Membership) error {
		at.Role = role
		return nil
	})
	if err != nil {
		return b, err
	}
	return b, s.follow(ctx, memberID)
}

// checkRole refuses a role that is not one of the organization's, or of the platform for an empty one.
func checkRole(role access.Role, orgID string) error {
	if slices.Contains(access.Roles(), role) && role.Platform() == (orgID == "") {
		return nil
	}
	return fault.New(fault.Invalid, "role_invalid", "%q is not a role here", role).
		WithHint("operator and auditor are of the platform; admin, developer and reader of an organization").
		WithDetail("body.role", string(role))
}

// SuspendMembership takes a person's access to an organization away, on the ledgers too, until ResumeMembership. It may be
// called again when the ledgers could not be told.
func (s *Service) SuspendMembership(ctx context.Context, memberID, orgID string) (Belonging, error) {
	b, err := s.changeMembership(ctx, memberID, orgID, func(ctx context.Context, at *Membership) error {
		if at.State == Invited {
			return fault.New(fault.Conflict, "member_invited", "the invitation has not been accepted").WithHint("remove the member instead")
		}
		at.State = Suspended
		return s.access.EndMembership(ctx, memberID, orgID)
	})
	if err != nil {
		return b, err
	}
	return b, s.follow(ctx, memberID)
}

// ResumeMembership gives access back. What was signed in is not signed in again.
func (s *Service) ResumeMembership(ctx context.Context, memberID, orgID string) (Belonging, error) {
	b, err := s.changeMembership(ctx, memberID, orgID, func(_ context.Context, at *Membership) error {
		if at.State == Suspended {
			at.State = Active
		}
		return nil
	})
	if err != nil {
		return b, err
	}
	return b, s.follow(ctx, memberID)
}

// Place is how a person stands in an organization, or on the platform.
type Place struct {
	Person     State       // of the account; empty: there is none
	Membership State       // empty: there is none
	Role       access.Role // empty without a membership
}

// Administers tells whether the role, whatever the states, is one that administers.
func (p Place) Administers() bool { return p.Role == access.Admin || p.Role == access.Operator }

// PlaceOf gives how a person stands in an organization (empty: on the platform).
func (s *Service) PlaceOf(ctx context.Context, memberID, orgID string) (Place, error) {
	m, err := s.store.GetMember(ctx, memberID)
	if errors.Is(err, fault.NotFound) {
		return Place{}, nil
	}
	if err != nil {
		return Place{}, err
	}
	at, err := s.store.GetMembership(ctx, memberID, orgID)
	if errors.Is(err, fault.NotFound) {
		return Place{Person: m.State}, nil
	}
	return Place{Person: m.State, Membership: at.State, Role: at.Role}, err
}

// changeMembership changes a membership, unless an organization would lose its last administrator.
func (s *Service) changeMembership(
	ctx context.Context, memberID, orgID string, change func(context.Context, *Membership) error,
) (Belonging, error) {
	var out Belonging
	err := s.tx.InTx(ctx, func(ctx context.Context) error {
		at, err := s.store.GetMembership(ctx, memberID, orgID)
		if err != nil {
			return err
		}
		was := at
		if err := change(ctx, &at); err != nil {
			return err
		}
		if administers(was) && !administers(at) {
			if err := s.checkNotLast(ctx, was); err != nil {
				return err
			}
		}
		if err := s.store.PutMembership(ctx, at); err != nil {
			return err
		}
		out, err = s.Belonging(ctx, memberID, orgID)
		return err
	})
	return out, err
}

// Remove ends a membership, with its sessions, tokens, invitations and certificates. A person who belongs nowhere then is
// forgotten.
func (s *Service) Remove(ctx context.Context, memberID, orgID string) error {
	err := s.tx.InTx(ctx, func(ctx context.Context) error {
		at, err := s.store.GetMembership(ctx, memberID, orgID)
		if err != nil {
			return err
		}
		if administers(at) {
			if err := s.checkNotLast(ctx, at); err != nil {
				return err
			}
		}
		if err := s.access.EndMembership(ctx, memberID, orgID); err != nil {
			return err
		}
		if err := s.store.DeleteCodes(ctx, memberID, Invitation, orgID); err != nil {
			return err
		}
		if err := s.store.DeleteMembership(ctx, memberID, orgID); err != nil {
			return err
		}
		left, err := s.store.Memberships(ctx, memberID)
		if err != nil || len(left) > 0 {
			return err
		}
		if err := s.access.EndSessions(ctx, memberID, ""); err != nil {
			return err
		}
		return s.store.DeleteMember(ctx, memberID)
	})
	if err != nil {
		return err
	}
	return s.follow(ctx, memberID)
}

func administers(m Membership) bool {
	return m.State == Active && (m.Role == access.Admin || m.Role == access.Operator)
}

// checkNotLast refuses to lose an organization's last active administrator, or the platform's last operator.
func (s *Service) checkNotLast(ctx context.Context, at Membership) error {
	all, err := s.store.OrganizationMembers(ctx, at.Org, "", 0)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.Member == at.Member || !administers(other) {
			continue
		}
		m, err := s.store.GetMember(ctx, other.Member)
		if err != nil {
			return err
		}
		if m.State == Active {
			return nil
		}
	}
	return fault.New(fault.Conflict, "last_administrator", "this is the last administrator").
		WithHint("make somebody else an administrator first")
}

// Suspend takes a person's access away everywhere, at once, on the ledgers too, until Resume. The platform's last operator
// is suspended only when emergency says so, by who can undo it without an account: else it is a fault.Conflict
// "last_operator". An organization's last administrator may be, for operators can undo that.
func (s *Service) Suspend(ctx context.Context, memberID string, emergency bool) (Member, error) {
	return s.setState(ctx, memberID, Active, Suspended, func(ctx context.Context) error {
		if emergency {
			return nil
		}
		return s.checkNotLastOperator(ctx, memberID)
	})
}

// Resume gives a suspended person access back.
func (s *Service) Resume(ctx context.Context, memberID string) (Member, error) {
	return s.setState(ctx, memberID, Suspended, Active, func(context.Context) error { return nil })
}

func (s *Service) checkNotLastOperator(ctx context.Context, memberID string) error {
	at, err := s.store.GetMembership(ctx, memberID, "")
	if errors.Is(err, fault.NotFound) || err == nil && !administers(at) {
		return nil
	}
	if err != nil {
		return err
	}
	err = s.checkNotLast(ctx, at)
	if err != nil && fault.Of(err).Code == "last_administrator" {
		return fault.New(fault.Conflict, "last_operator", "this is the platform's last operator").
			WithHint("make somebody else an operator first; in an emergency use the operator's own token, DATA/operator-token, which can undo it")
	}
	return err
}

func (s *Service) setState(
	ctx context.Context, memberID string, from, to State, check func(context.Context) error,
) (Member, error) {
	var m Member
	err := s.tx.InTx(ctx, func(ctx context.Context) error {
		var err error
		m, err = s.store.GetMember(ctx, memberID)
		if err != nil || m.State == to {
			return err
		}
		if m.State != from {
			return fault.New(fault.Conflict, "member_"+string(m.State), "the account is %s", m.State).
				WithHint("an invitation that was not accepted is withdrawn by removing the member")
		}
		if err := check(ctx); err != nil {
			return err
		}
		m.State = to
		if err := s.store.UpdateMember(ctx, m); err != nil {
			return err
		}
		return s.access.EndSessions(ctx, memberID, "")
	})
	if err != nil {
		return m, err
	}
	return m, s.follow(ctx, memberID)
}
