// SPDX-License-Identifier: Apache-2.0

package revocation

import (
	"context"
	"slices"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/member"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// Bind says whose a certificate is, with whose access it stands or falls from now on; the zero Person: nobody's. The
// caller has looked at how that person stands. Faults, all of Conflict: "certificate_not_personal" (the platform keeps its
// key), "certificate_revoked_already", "certificate_bound" (the platform issued it for somebody: it is that person's for
// good), "certificate_holder_suspended" (a suspension is not escaped by binding to somebody else).
func (s *Service) Bind(ctx context.Context, orgID, serial string, who org.Person) (org.Certificate, error) {
	var bound org.Certificate
	err := s.Transactor.InTx(ctx, func(ctx context.Context) error {
		c, err := s.Orgs.Certificate(ctx, orgID, serial)
		if err != nil {
			return err
		}
		bound = c
		if who == (org.Person{Member: c.Member, Org: c.MemberOf}) {
			return nil
		}
		if err := s.checkBinding(ctx, c); err != nil {
			return err
		}
		for _, by := range []string{byPerson, byMembership, byLeft, byRole} {
			if !slices.Contains(c.HeldBy, by) {
				continue
			}
			if err := s.Orgs.MarkReleased(ctx, c, by); err != nil {
				return err
			}
			if c, err = s.Orgs.Certificate(ctx, orgID, serial); err != nil {
				return err
			}
		}
		bound, err = s.Orgs.Bind(ctx, c, who)
		return err
	})
	s.Orgs.ForgetIdentities()
	return bound, err
}

func (s *Service) checkBinding(ctx context.Context, c org.Certificate) error {
	kept, err := s.Orgs.KeptByHolder(ctx, c)
	if err != nil {
		return err
	}
	external, err := s.Orgs.External(ctx, c.Org)
	if err != nil {
		return err
	}
	var at member.Place
	if c.Member != "" && s.Members != nil {
		if at, err = s.Members.PlaceOf(ctx, c.Member, c.MemberOf); err != nil {
			return err
		}
	}
	switch {
	case !kept:
		return fault.New(fault.Conflict, "certificate_not_personal", "the certificate of %s is nobody's: the platform keeps its key", c.Holder)
	case !c.RevokedAt.IsZero() && !c.Held():
		return fault.New(fault.Conflict, "certificate_revoked_already", "the certificate %s is revoked (%s)", c.Serial, c.Reason)
	case c.Member != "" && !external:
		return fault.New(fault.Conflict, "certificate_bound", "the certificate %s was issued for a person, whose it stays", c.Serial).
			WithHint("have one issued for the other person: b4a cert request --org %s --member ID", c.Org)
	case at.Person == member.Suspended || at.Membership == member.Suspended:
		return fault.New(fault.Conflict, "certificate_holder_suspended", "the person whose certificate %s is, is suspended", c.Serial).
			WithHint("resume or remove that person first")
	}
	return nil
}
