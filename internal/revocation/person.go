// SPDX-License-Identifier: Apache-2.0

package revocation

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/member"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// Holds that go with the person for whom a certificate was issued.
const (
	byPerson     = "person"     // the account is suspended
	byMembership = "membership" // the person is suspended in the organization, or in a role on the platform
	byLeft       = "left"       // the person has left; the certificate is not the platform's to revoke
	byRole       = "role"       // the person is an administrator no longer; likewise
)

// For what certificates are revoked.
const (
	ceased    = "cessationOfOperation" // the person has left
	withdrawn = "privilegeWithdrawn"   // the person is an administrator no longer, the certificate is one's
)

// members tells how people stand; *member.Service does it.
type members interface {
	// PlaceOf gives how a person stands in an organization, or, for an empty one, on the platform.
	PlaceOf(ctx context.Context, memberID, orgID string) (member.Place, error)
}

// FollowMember makes the certificates that were issued for a person stand or fall with the access that this person has
// now: on hold while suspended, each reason apart, and revoked after leaving; an administrator's certificate is revoked
// once its person's role there is another one. It is idempotent; Run does it for everybody every so often. Certificates on
// keys that the platform keeps stay: nobody uses those without access to the platform. Those that the organization issued
// itself are on hold where others are revoked: their own authority alone revokes, and ledgers go by its list.
func (s *Service) FollowMember(ctx context.Context, memberID string) error {
	return s.followMembers(ctx, org.CertificateFilter{Member: memberID})
}

// followAll is FollowMember for everybody.
func (s *Service) followAll(ctx context.Context) error {
	return s.followMembers(ctx, org.CertificateFilter{Persons: true})
}

// step is one change of certificates of an organization.
type step struct {
	org, by string
	reason  string // of a revocation; empty: by is lifted
}

func (s *Service) followMembers(ctx context.Context, f org.CertificateFilter) error {
	if s.Members == nil {
		return nil
	}
	f.Ends.From = s.Now()
	all, err := s.Orgs.Certificates(ctx, f)
	if err != nil {
		return err
	}
	due, err := s.due(ctx, all)
	if err != nil {
		return err
	}
	for _, d := range slices.SortedFunc(maps.Keys(due), func(a, b step) int {
		return slices.Compare([]string{a.org, a.by, a.reason}, []string{b.org, b.by, b.reason})
	}) {
		if err := s.take(ctx, d, due[d]); err != nil {
			return fmt.Errorf("certificates in %s of who is suspended, has left or has another role: %w", d.org, err)
		}
	}
	return nil
}

// due gives what is to be done to certificates of people, as these stand now.
func (s *Service) due(ctx context.Context, all []org.Certificate) (map[step][]org.Certificate, error) {
	places := map[org.Person]member.Place{}
	external := map[string]bool{}
	due := map[step][]org.Certificate{}
	for _, c := range all {
		var err error
		who := org.Person{Member: c.Member, Org: c.MemberOf}
		if _, known := places[who]; !known {
			if places[who], err = s.Members.PlaceOf(ctx, who.Member, who.Org); err != nil {
				return nil, err
			}
		}
		if _, known := external[c.Org]; !known {
			if external[c.Org], err = s.Orgs.External(ctx, c.Org); err != nil {
				return nil, err
			}
		}
		wanted := steps(places[who], c, external[c.Org])
		if len(wanted) == 0 {
			continue
		}
		kept, err := s.Orgs.KeptByHolder(ctx, c)
		if err != nil {
			return nil, err
		}
		if !kept {
			continue
		}
		for _, w := range wanted {
			due[w] = append(due[w], c)
		}
	}
	return due, nil
}

func (s *Service) take(ctx context.Context, d step, certs []org.Certificate) error {
	in := Input{Org: d.org, Serials: serialsOf(certs), Reason: d.reason, Release: d.reason == ""}
	_, err := s.start(ctx, in, Actor, "", func(ctx context.Context) error {
		if in.Release {
			return s.release(ctx, certs, d.by)
		}
		return s.mark(ctx, certs, d.reason, d.by)
	})
	return err
}

// steps gives what is to be done to a certificate of a person who stands so.
func steps(at member.Place, c org.Certificate, external bool) []step {
	if !c.RevokedAt.IsZero() && !c.Held() {
		return nil
	}
	left := at.Person == "" || at.Membership == ""
	demoted := !left && c.Role == msp.RoleAdmin && !at.Administers()
	switch {
	case left && !external:
		return []step{{org: c.Org, by: byMembership, reason: ceased}}
	case demoted && !external:
		return []step{{org: c.Org, by: byMembership, reason: withdrawn}}
	}
	var steps []step
	for _, h := range []struct {
		by   string
		lies bool
	}{
		{byPerson, at.Person == member.Suspended}, {byMembership, at.Membership == member.Suspended}, {byLeft, left}, {byRole, demoted},
	} {
		switch held := slices.Contains(c.HeldBy, h.by); {
		case h.lies && !held:
			steps = append(steps, step{org: c.Org, by: h.by, reason: org.Hold})
		case !h.lies && held:
			steps = append(steps, step{org: c.Org, by: h.by})
		}
	}
	return steps
}
