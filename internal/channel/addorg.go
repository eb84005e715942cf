// SPDX-License-Identifier: Apache-2.0

package channel

import (
	"context"
	"encoding/json"
	"fmt"

	"google.golang.org/grpc"

	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx"
	"github.com/blockchain4all/blockchain4all/internal/fabric/participation"
	"github.com/blockchain4all/blockchain4all/internal/operation"
)

// PlanAddOrg gives the plan of KindAddOrg; contracts, the step of the layer above, makes the channel's contracts serve
// the new member.
func (s *Service) PlanAddOrg(contracts func(ctx context.Context, channel string, note func(string, ...any)) error) operation.Plan {
	return func(op operation.Operation) ([]operation.PlannedStep, error) {
		var a AddOrg
		if err := json.Unmarshal(op.Input, &a); err != nil {
			return nil, fmt.Errorf("decode input: %w", err)
		}
		return []operation.PlannedStep{
			{Name: "config", Title: "Update the ledger's configuration", Do: func(ctx context.Context, note func(string, ...any)) error {
				ctx, cancel := context.WithTimeout(ctx, stepTimeout)
				defer cancel()
				return s.configureMember(ctx, a, note)
			}},
			{Name: "peer", Title: "Join the organization's peer", Do: func(ctx context.Context, _ func(string, ...any)) error {
				ctx, cancel := context.WithTimeout(ctx, stepTimeout)
				defer cancel()
				if err := s.joinPeers(ctx, a.Channel, []string{a.Org}); err != nil {
					return err
				}
				members, err := s.Members(ctx, a.Channel)
				if err != nil {
					return err
				}
				return s.meet(ctx, a.Channel, members)
			}},
			{Name: "contracts", Title: "Install and approve the ledger's contracts", Do: func(ctx context.Context, note func(string, ...any)) error {
				return contracts(ctx, a.Channel, note)
			}},
			{Name: "activate", Title: "Activate the membership", Do: func(ctx context.Context, _ func(string, ...any)) error {
				return s.store.PutMember(ctx, Member{Channel: a.Channel, Org: a.Org, Joined: true})
			}},
		}, nil
	}
}

// configureMember adds the organization, with its anchor peer, to the channel's configuration, signed by every present
// member's administrator (the policy asks for a majority).
func (s *Service) configureMember(ctx context.Context, a AddOrg, note func(string, ...any)) error {
	members, err := s.store.ListMembers(ctx, a.Channel)
	if err != nil {
		return err
	}
	var present []string
	for _, m := range members {
		if m.Joined {
			present = append(present, m.Org)
		}
	}
	submitter, err := s.orgs.Administrator(ctx, present[0])
	if err != nil {
		return err
	}
	_, peer, err := s.nodes.PeerOf(ctx, present[0])
	if err != nil {
		return err
	}
	block, err := participation.ConfigBlock(ctx, peer, submitter, a.Channel)
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	member, err := s.orgConfig(ctx, a.Org, nil)
	if err != nil {
		return err
	}
	update, err := configtx.AddOrg(block, member)
	if err != nil {
		return fmt.Errorf("compose config update: %w", err)
	}
	if update == nil {
		return nil
	}
	note("signing by %d members", len(present))
	var signatures [][]byte
	for _, id := range present {
		admin, err := s.orgs.Administrator(ctx, id)
		if err != nil {
			return err
		}
		signature, err := configtx.SignUpdate(update, admin)
		if err != nil {
			return fmt.Errorf("sign for %s: %w", id, err)
		}
		signatures = append(signatures, signature)
	}
	envelope, err := configtx.UpdateEnvelope(a.Channel, update, signatures, submitter)
	if err != nil {
		return fmt.Errorf("compose envelope: %w", err)
	}
	conns, err := s.ordererConns(ctx)
	if err != nil {
		return err
	}
	if err := participation.Broadcast(ctx, conns, envelope); err != nil {
		return err
	}
	note("waiting for the new configuration")
	return participation.WaitConfig(ctx, peer, submitter, a.Channel, func(block []byte) (bool, error) {
		missing, err := configtx.AddOrg(block, member)
		return missing == nil, err
	})
}

func (s *Service) ordererConns(ctx context.Context) ([]grpc.ClientConnInterface, error) {
	orderers, err := s.nodes.Orderers(ctx)
	if err != nil {
		return nil, err
	}
	conns := make([]grpc.ClientConnInterface, 0, len(orderers))
	for _, o := range orderers {
		c, err := s.nodes.Conn(ctx, o.ID)
		if err != nil {
			return nil, err
		}
		conns = append(conns, c)
	}
	return conns, nil
}
