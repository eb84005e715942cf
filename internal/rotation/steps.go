// SPDX-License-Identifier: Apache-2.0

package rotation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fabric/participation"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// gateTimeout is how long a node may take until the network has it back, before the step is tried again.
const gateTimeout = 90 * time.Second

// peerGateTimeout is how long a peer that restarted may take to see the others, before those that it misses restart.
const peerGateTimeout = 20 * time.Second

// staleness gives what must be issued again, as things are now.
type staleness func(ctx context.Context) (org.Stale, error)

// guarded is a step of a change: it is not begun once the change is to be reverted.
func (s *Service) guarded(orgID string, do operation.StepFunc) operation.StepFunc {
	return func(ctx context.Context, note func(string, ...any)) error {
		if err := s.checkReverting(ctx, orgID); err != nil {
			return err
		}
		return do(ctx, note)
	}
}

func (s *Service) checkReverting(ctx context.Context, orgID string) error {
	issuers, err := s.orgs.Issuers(ctx, orgID)
	if err != nil {
		return err
	}
	for _, i := range issuers {
		if i.Reverting {
			return fault.New(fault.Conflict, "authority_change_reverted", "the change of authority is being reverted")
		}
	}
	return nil
}

// unlessReverting is what is foreign to the authority that issues now, and a fault once the change is to be reverted.
func (s *Service) unlessReverting(orgID string) staleness {
	return func(ctx context.Context) (org.Stale, error) {
		if err := s.checkReverting(ctx, orgID); err != nil {
			return nil, err
		}
		return s.orgs.Foreign(ctx, orgID)
	}
}

// trust puts the ready issuers into the MSP definition of every channel.
func (s *Service) trust(orgID string) operation.StepFunc {
	return func(ctx context.Context, note func(string, ...any)) error {
		err := s.orgs.SetIssuers(ctx, orgID, func(i org.Issuer, _ []org.Issuer) org.IssuerState {
			if i.State == org.Ready {
				return org.Trusted
			}
			return i.State
		})
		if err != nil {
			return err
		}
		_, err = s.channels.EnsureMSP(ctx, orgID, note)
		return err
	}
}

// prepare makes the nodes that do not take a new authority from the channels trust it: the organization's orderers, and,
// when the orderers' TLS authority changes, every peer.
func (s *Service) prepare(orgID string) operation.StepFunc {
	return func(ctx context.Context, note func(string, ...any)) error {
		nodes, err := s.ofKind(ctx, orgID, node.Orderer)
		if err != nil || len(nodes) == 0 {
			return err
		}
		for n, o := range nodes {
			if err := s.othersWell(ctx, o, nodes); err != nil {
				return err
			}
			note("%s, %d of %d", o.ID, n+1, len(nodes))
			if err := s.reload(ctx, o); err != nil {
				return err
			}
		}
		return s.preparePeers(ctx, orgID, note)
	}
}

// preparePeers restarts every peer, when the TLS authority of the orderers' organization is about to change.
func (s *Service) preparePeers(ctx context.Context, orgID string, note func(string, ...any)) error {
	issuers, err := s.orgs.Issuers(ctx, orgID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(issuers, func(i org.Issuer) bool { return i.Purpose == org.TLSCA && i.State == org.Trusted }) {
		return nil
	}
	peers, err := s.ofKind(ctx, "", node.Peer)
	if err != nil {
		return err
	}
	for _, p := range peers {
		note("restarting %s", p.ID)
		err := s.alone(ctx, p, func() error {
			if err := s.nodes.Restart(ctx, p.ID); err != nil {
				return err
			}
			return s.nodes.Reload(ctx, p.ID)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// reload makes a node run with the present MSP definition and waits until the network has it back.
func (s *Service) reload(ctx context.Context, n node.Node) error {
	return s.alone(ctx, n, func() error { return s.nodes.Reload(ctx, n.ID) })
}

// Reload makes a node run with the present MSP definition of its organization, in its turn, and waits until the network has
// it back.
func (s *Service) Reload(ctx context.Context, n node.Node) error { return s.reload(ctx, n) }

// Adopt makes a node run with these certificates, in its turn, and waits until the network has it back, and nothing of its
// former self.
func (s *Service) Adopt(ctx context.Context, n node.Node, c node.Certificates) error {
	err := s.alone(ctx, n, func() error { return s.nodes.Adopt(ctx, n.ID, c) })
	if err != nil || n.Kind != node.Peer {
		return err
	}
	return s.forgotten(ctx)
}

// forgotten waits until the other peers have dropped what a peer was before it took its certificate. To gossip it is
// another peer since; that the former one is gone they find when they next try to reach it, and only as long as its
// certificate is good. If it ceases to be before, they keep it for ever, and what they tell peers that start later is
// refused for it.
func (s *Service) forgotten(ctx context.Context) error {
	timer := time.NewTimer(s.forgetAfter)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait until other peers forget the former certificate: %w", ctx.Err())
	}
}

// alone restarts a node and waits until the network has it back, while no other node of the platform is restarted: two
// peers that are away at a time leave ledgers without endorsers for longer.
func (s *Service) alone(ctx context.Context, n node.Node, restart func() error) error {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("wait for a turn: %w", ctx.Err())
	}
	defer func() { <-s.turn }()
	if err := restart(); err != nil {
		return err
	}
	err := s.gate(ctx, n)
	unseen, apart := errors.AsType[*participation.UnseenError](err)
	if !apart || ctx.Err() != nil {
		return err
	}
	if err := s.restartUnseen(ctx, n, unseen.MSPIDs); err != nil {
		return err
	}
	return s.gate(ctx, n)
}

// restartUnseen restarts the peers that a peer which is back does not see: they may keep something of a former peer, for
// which it refuses all that they tell, see forgotten.
func (s *Service) restartUnseen(ctx context.Context, back node.Node, mspIDs []string) error {
	peers, err := s.ofKind(ctx, "", node.Peer)
	if err != nil {
		return err
	}
	for _, p := range peers {
		if p.ID == back.ID || !slices.Contains(mspIDs, msp.MSPID(p.Org)) {
			continue
		}
		if err := s.nodes.Restart(ctx, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// preferred picks one of an organization's named issuers of a purpose.
type preferred func(named []org.Issuer) org.Issuer

func newest(named []org.Issuer) org.Issuer { return named[len(named)-1] }
func oldest(named []org.Issuer) org.Issuer { return named[0] }

// issueBy makes the preferred issuer of each purpose issue and the others retire.
func (s *Service) issueBy(orgID string, which preferred) operation.StepFunc {
	return func(ctx context.Context, _ func(string, ...any)) error {
		return s.orgs.SetIssuers(ctx, orgID, func(i org.Issuer, all []org.Issuer) org.IssuerState {
			var named []org.Issuer
			for _, other := range all {
				if other.Purpose == i.Purpose && other.Named() {
					named = append(named, other)
				}
			}
			switch {
			case !i.Named():
				return i.State
			case which(named).Generation == i.Generation:
				return org.Issuing
			default:
				return org.Retiring
			}
		})
	}
}

// orderers gives each orderer of the organization fresh certificates where stale says so.
func (s *Service) orderers(orgID string, stale staleness) operation.StepFunc {
	return func(ctx context.Context, note func(string, ...any)) error {
		nodes, err := s.ofKind(ctx, orgID, node.Orderer)
		if err != nil {
			return err
		}
		for n, o := range nodes {
			next, changed, err := s.next(ctx, o, stale)
			if err != nil {
				return err
			}
			if !changed {
				continue
			}
			note("%s, %d of %d", o.ID, n+1, len(nodes))
			if err := s.othersWell(ctx, o, nodes); err != nil {
				return err
			}
			if err := s.channels.EnsureConsenter(ctx, o, next, note); err != nil {
				return err
			}
			note("restarting %s, %d of %d", o.ID, n+1, len(nodes))
			if err := s.Adopt(ctx, o, next); err != nil {
				return err
			}
		}
		return nil
	}
}

// next gives the certificates that a node shall have, fresh where stale says so, and whether they are not those it has.
func (s *Service) next(ctx context.Context, n node.Node, stale staleness) (node.Certificates, bool, error) {
	again, err := stale(ctx)
	if err != nil {
		return node.Certificates{}, false, err
	}
	next, changed, err := s.nodes.NextCertificates(ctx, n, again)
	if err != nil {
		return node.Certificates{}, false, fmt.Errorf("certificates of %s: %w", n.ID, err)
	}
	return next, changed, nil
}

// othersWell refuses to touch an orderer while another one is away: a Byzantine quorum misses one only.
func (s *Service) othersWell(ctx context.Context, o node.Node, all []node.Node) error {
	for _, other := range all {
		if other.ID == o.ID {
			continue
		}
		seen, err := s.nodes.Observe(ctx, other.ID)
		if err != nil {
			return err
		}
		if seen.Phase != node.Running {
			return fault.New(fault.Unavailable, "orderer_away", "%s is %s: another orderer must not restart now", other.ID, seen.Phase).
				WithHint("see why: b4a node show %s", other.ID)
		}
		if err := s.gate(ctx, other); err != nil {
			return err
		}
	}
	return nil
}

// peers gives the organization's peers fresh certificates where stale says so.
func (s *Service) peers(orgID string, stale staleness) operation.StepFunc {
	return func(ctx context.Context, note func(string, ...any)) error {
		nodes, err := s.ofKind(ctx, orgID, node.Peer)
		if err != nil {
			return err
		}
		for _, p := range nodes {
			next, changed, err := s.next(ctx, p, stale)
			if err != nil {
				return err
			}
			if !changed {
				continue
			}
			note("restarting %s", p.ID)
			if err := s.Adopt(ctx, p, next); err != nil {
				return err
			}
		}
		return nil
	}
}

// picker tells whether a holder's certificate is to be issued again.
type picker func(context.Context, org.Certificate) (bool, error)

// holders issues again what is no node's, where stale says so and which picks it. What fails with one keeps no other from it.
func (s *Service) holders(orgID string, stale staleness, which picker) operation.StepFunc {
	return func(ctx context.Context, note func(string, ...any)) error {
		again, err := stale(ctx)
		if err != nil {
			return err
		}
		current, err := s.orgs.Current(ctx, orgID)
		if err != nil {
			return err
		}
		issued := 0
		var failed []error
		for _, c := range current {
			picked, err := s.picked(ctx, c, which)
			if err != nil {
				return err
			}
			if !picked {
				continue
			}
			if err := s.holder(ctx, c, again); err != nil {
				failed = append(failed, fmt.Errorf("certificate of %s: %w", c.Holder, err))
				continue
			}
			issued++
			note("%d certificates", issued)
		}
		return errors.Join(failed...)
	}
}

// picked tells whether a certificate is no node's and which picks it.
func (s *Service) picked(ctx context.Context, c org.Certificate, which picker) (bool, error) {
	_, err := s.nodes.Get(ctx, c.Holder)
	if errors.Is(err, fault.NotFound) {
		return which(ctx, c)
	}
	return false, err
}

func (s *Service) holder(ctx context.Context, c org.Certificate, stale org.Stale) error {
	if process, ok := org.ProcessOf(c.Holder); ok {
		if _, err := s.orgs.Renew(ctx, c.Org, c.Holder, org.Contract, stale); err != nil {
			return err
		}
		return s.contracts.AdoptCertificate(ctx, process)
	}
	if c.Purpose == org.TLS {
		_, err := s.orgs.Renew(ctx, c.Org, c.Holder, org.TLS, stale)
		return err
	}
	_, err := s.orgs.RenewHolder(ctx, c.Org, c.Holder, stale)
	return err
}

// retire removes the issuers that issue no more from the MSP definition of every channel and of the organization's own
// nodes. Submissions that may carry their certificates are waited for.
func (s *Service) retire(orgID string) operation.StepFunc {
	return func(ctx context.Context, note func(string, ...any)) error {
		note("waiting for transactions under way")
		if err := s.drain(ctx); err != nil {
			return err
		}
		err := s.orgs.SetIssuers(ctx, orgID, func(i org.Issuer, _ []org.Issuer) org.IssuerState {
			if i.State == org.Retiring || i.State == org.Trusted {
				return org.Removed
			}
			return i.State
		})
		if err != nil {
			return err
		}
		if _, err := s.channels.EnsureMSP(ctx, orgID, note); err != nil {
			return err
		}
		nodes, err := s.nodes.List(ctx, orgID)
		if err != nil {
			return err
		}
		for _, n := range nodes {
			note("restarting %s", n.ID)
			if err := s.reload(ctx, n); err != nil {
				return err
			}
		}
		return nil
	}
}

// gate waits until the network has a node back.
func (s *Service) gate(ctx context.Context, n node.Node) error {
	if n.Kind == node.Orderer {
		ctx, cancel := context.WithTimeout(ctx, gateTimeout)
		defer cancel()
		return s.channels.AwaitOrderer(ctx, n)
	}
	ctx, cancel := context.WithTimeout(ctx, peerGateTimeout)
	defer cancel()
	return s.channels.AwaitPeer(ctx, n.Org)
}

// ofKind gives an organization's nodes of a kind, or, for an empty one, all of that kind, that are wanted to run.
func (s *Service) ofKind(ctx context.Context, orgID string, k node.Kind) ([]node.Node, error) {
	all, err := s.nodes.List(ctx, orgID)
	if err != nil {
		return nil, err
	}
	var nodes []node.Node
	for _, n := range all {
		if n.Kind == k && n.Running {
			nodes = append(nodes, n)
		}
	}
	return nodes, nil
}
