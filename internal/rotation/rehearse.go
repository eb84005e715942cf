// SPDX-License-Identifier: Apache-2.0

package rotation

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// Rehearsal tells what a change of authority would do. Nothing is changed by asking.
type Rehearsal struct {
	Ready    []org.Issuer // to move to
	Ledgers  []string     // whose configuration would be updated, twice
	Restarts []string     // IDs of the nodes that would restart, twice, in this order
	Reissued int          // certificates that would be issued again
	Holders  []string     // who keep their own keys and must fetch their new certificates
	Problems []string     // why it would not come through now; none: it would
}

// Rehearse tells what Change would do now: the configuration updates are composed against the ledgers' present
// configurations, the new authority issues a certificate that is checked and thrown away, the nodes are looked at.
func (s *Service) Rehearse(ctx context.Context, orgID string) (Rehearsal, error) {
	if err := s.orgs.MustIssue(ctx, orgID); err != nil {
		return Rehearsal{}, err
	}
	issuers, err := s.orgs.Issuers(ctx, orgID)
	if err != nil {
		return Rehearsal{}, err
	}
	var r Rehearsal
	for _, i := range issuers {
		switch i.State {
		case org.Ready:
			r.Ready = append(r.Ready, i)
			r.object(s.orgs.TryIssue(ctx, i))
		case org.Trusted, org.Retiring:
			r.Problems = append(r.Problems, running(orgID).Error())
		case org.Requested, org.Issuing, org.Removed: // they take no part in a change
		}
	}
	if len(r.Ready) == 0 {
		r.Problems = append(r.Problems, "no certified authority is ready to move to")
	}
	if err := s.rehearseLedgers(ctx, orgID, &r); err != nil {
		return r, err
	}
	if err := s.rehearseNodes(ctx, orgID, &r); err != nil {
		return r, err
	}
	return r, s.rehearseHolders(ctx, orgID, &r)
}

// object adds what an attempt ran into.
func (r *Rehearsal) object(err error) {
	if err != nil {
		f := fault.Of(err)
		r.Problems = append(r.Problems, strings.TrimSpace(f.Message+". "+f.Hint))
	}
}

func (s *Service) rehearseLedgers(ctx context.Context, orgID string, r *Rehearsal) error {
	def, err := s.orgs.Proposed(ctx, orgID)
	if err != nil {
		return err
	}
	r.Ledgers, err = s.channels.TryMSP(ctx, orgID, def)
	if err != nil && fault.KindOf(err) == fault.Internal {
		return err
	}
	r.object(err)
	return nil
}

func (s *Service) rehearseNodes(ctx context.Context, orgID string, r *Rehearsal) error {
	nodes, err := s.nodes.List(ctx, orgID)
	if err != nil {
		return err
	}
	slices.SortStableFunc(nodes, func(a, b node.Node) int { return strings.Compare(string(a.Kind), string(b.Kind)) })
	for _, n := range nodes {
		r.Restarts = append(r.Restarts, n.ID)
		seen, err := s.nodes.Observe(ctx, n.ID)
		if err != nil {
			return err
		}
		if seen.Phase != node.Running {
			r.Problems = append(r.Problems, n.ID+" is "+string(seen.Phase)+": it must run first")
		}
	}
	return nil
}

func (s *Service) rehearseHolders(ctx context.Context, orgID string, r *Rehearsal) error {
	current, err := s.orgs.Current(ctx, orgID)
	if err != nil {
		return err
	}
	for _, c := range current {
		if c.Purpose == org.Contract { // of an authority that does not change
			continue
		}
		r.Reissued++
		if _, err := s.nodes.Get(ctx, c.Holder); err == nil || !errors.Is(err, fault.NotFound) {
			if err != nil {
				return err
			}
			continue
		}
		kept, err := s.managed(ctx, c)
		if err != nil {
			return err
		}
		if !kept {
			r.Holders = append(r.Holders, c.Holder)
		}
	}
	return nil
}
