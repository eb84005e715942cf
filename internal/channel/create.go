// SPDX-License-Identifier: Apache-2.0

package channel

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/blockchain4all/blockchain4all/internal/consent"
	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fabric/participation"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/operation"
)

// stepTimeout bounds one call of a step; the engine tries the step again.
const stepTimeout = 30 * time.Second

// PlanCreate is the plan of KindCreate.
func (s *Service) PlanCreate(op operation.Operation) ([]operation.PlannedStep, error) {
	var n NewChannel
	if err := json.Unmarshal(op.Input, &n); err != nil {
		return nil, fmt.Errorf("decode input: %w", err)
	}
	bound := func(do func(context.Context, string, []string) error) operation.StepFunc {
		return func(ctx context.Context, _ func(string, ...any)) error {
			ctx, cancel := context.WithTimeout(ctx, stepTimeout)
			defer cancel()
			return do(ctx, n.Name, n.Orgs)
		}
	}
	return []operation.PlannedStep{
		{Name: "genesis", Title: "Make the genesis block", Do: bound(s.makeGenesis)},
		{Name: "orderers", Title: "Join the ordering service", Do: bound(s.joinOrderers)},
		{Name: "peers", Title: "Join the members' peers", Do: bound(s.joinPeers)},
		{Name: "meet", Title: "Wait until the peers see each other", Do: bound(s.meet)},
		{Name: "activate", Title: "Activate the ledger", Do: bound(func(ctx context.Context, name string, orgs []string) error {
			for _, o := range orgs {
				if err := s.store.PutMember(ctx, Member{Channel: name, Org: o, Joined: true}); err != nil {
					return err
				}
			}
			return s.SetState(ctx, name, Active, "")
		})},
	}, nil
}

// makeGenesis composes the genesis block once and keeps it: all nodes must join by the very same block.
func (s *Service) makeGenesis(ctx context.Context, name string, orgs []string) error {
	made, err := s.store.Genesis(ctx, name)
	if err != nil || len(made) > 0 {
		return err
	}
	config := configtx.Channel{ID: name, Ordering: configtx.Ordering{Type: s.ordering}}
	orderers, err := s.nodes.Orderers(ctx)
	if err != nil {
		return err
	}
	endpoints := make([]string, 0, len(orderers))
	for i, o := range orderers {
		certs, err := s.nodes.Certificates(ctx, o)
		if err != nil {
			return err
		}
		endpoints = append(endpoints, o.Address())
		config.Ordering.Consenters = append(config.Ordering.Consenters, consenter(i, o, certs))
	}
	ordererOrg, err := s.orgConfig(ctx, s.ordererID, endpoints)
	if err != nil {
		return err
	}
	config.OrdererOrgs = []configtx.Org{ordererOrg}
	for _, o := range orgs {
		member, err := s.orgConfig(ctx, o, nil)
		if err != nil {
			return err
		}
		config.ApplicationOrgs = append(config.ApplicationOrgs, member)
	}
	block, err := configtx.GenesisBlock(config)
	if err != nil {
		return fmt.Errorf("compose genesis block: %w", err)
	}
	return s.store.SetGenesis(ctx, name, block)
}

// orgConfig gives an organization as channels carry it: with orderer endpoints in the ordering service, else with its
// anchor peer.
func (s *Service) orgConfig(ctx context.Context, id string, endpoints []string) (configtx.Org, error) {
	def, err := s.orgs.Definition(ctx, id)
	if err != nil {
		return configtx.Org{}, err
	}
	o := configtx.Org{MSP: def, OrdererEndpoints: endpoints}
	if endpoints == nil {
		peer, err := s.nodes.Get(ctx, node.PeerID(id))
		if err != nil {
			return configtx.Org{}, err
		}
		o.AnchorPeers = []configtx.Address{{Host: peer.Endpoints.Host, Port: uint32(peer.Endpoints.Port)}} //nolint:gosec // a port
	}
	return o, nil
}

func (s *Service) joinOrderers(ctx context.Context, name string, _ []string) error {
	c, err := s.store.GetChannel(ctx, name)
	if err != nil {
		return err
	}
	genesis, err := s.store.Genesis(ctx, name)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, id := range c.Consenters {
		g.Go(func() error {
			o, err := s.nodes.Get(ctx, id)
			if err != nil {
				return err
			}
			if err := s.orderer.Join(ctx, o.AdminURL(), name, genesis); err != nil {
				return fmt.Errorf("join %s: %w", id, err)
			}
			return nil
		})
	}
	return g.Wait()
}

func (s *Service) joinPeers(ctx context.Context, name string, orgs []string) error {
	genesis, err := s.store.Genesis(ctx, name)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, o := range orgs {
		g.Go(func() error { return s.joinPeer(ctx, genesis, o) })
	}
	return g.Wait()
}

func (s *Service) joinPeer(ctx context.Context, genesis []byte, orgID string) error {
	operations, err := s.orgs.Operations(ctx, orgID)
	if err != nil {
		return err
	}
	peer, conn, err := s.nodes.PeerOf(ctx, orgID)
	if err != nil {
		return err
	}
	if err := participation.JoinPeer(ctx, conn, operations, genesis); err != nil {
		return fmt.Errorf("join %s: %w", peer.ID, err)
	}
	return nil
}

// meet waits until every member's peer knows a peer of every other: only then can a gateway find endorsers. Fabric's
// discovery answers writers of the channel, of whichever member.
func (s *Service) meet(ctx context.Context, name string, orgs []string) error {
	if len(orgs) < 2 {
		return nil
	}
	_, writer, err := s.Writer(ctx, orgs)
	if err != nil {
		return err
	}
	mspIDs := make([]string, 0, len(orgs))
	for _, o := range orgs {
		mspIDs = append(mspIDs, msp.MSPID(o))
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, o := range orgs {
		g.Go(func() error {
			peer, conn, err := s.nodes.PeerOf(ctx, o)
			if err != nil {
				return err
			}
			if err := participation.WaitMembers(ctx, conn, writer, name, mspIDs); err != nil {
				return fmt.Errorf("meet %s: %w", peer.ID, err)
			}
			return nil
		})
	}
	return g.Wait()
}

// Writer gives the first of some members whose office the platform has, and its office. A channel lets every writer ask
// who takes part and what is approved and committed, and commit what enough members have approved.
func (s *Service) Writer(ctx context.Context, members []string) (member string, office *msp.Identity, err error) {
	for _, m := range members {
		if office, err = s.orgs.Signer(ctx, m, ""); err == nil {
			return m, office, nil
		}
	}
	return "", nil, err
}

// OnFailed records why a channel's operation failed. A failed addition leaves the channel itself as it is; one that was
// declined or cancelled before it changed the channel leaves no trace.
func (s *Service) OnFailed(ctx context.Context, op operation.Operation, f *fault.Error) error {
	if op.Kind == KindAddOrg && (f.Code == consent.CodeDeclined || f.Code == operation.CodeCancelled) {
		var a AddOrg
		if err := json.Unmarshal(op.Input, &a); err != nil {
			return fmt.Errorf("decode input: %w", err)
		}
		ctx, cancel := context.WithTimeout(ctx, stepTimeout)
		defer cancel()
		return s.forgetMember(ctx, a)
	}
	if op.Kind != KindCreate {
		return nil
	}
	var n NewChannel
	if err := json.Unmarshal(op.Input, &n); err != nil {
		return fmt.Errorf("decode input: %w", err)
	}
	return s.SetState(ctx, n.Name, Failed, f.Message)
}
