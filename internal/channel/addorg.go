// SPDX-License-Identifier: Apache-2.0

package channel

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx"
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
	present, err := s.joined(ctx, a.Channel)
	if err != nil {
		return err
	}
	member, err := s.orgConfig(ctx, a.Org, nil)
	if err != nil {
		return err
	}
	_, err = s.reconfigure(ctx, a.Channel, present, note, func(block []byte) ([]byte, error) {
		return configtx.AddOrg(block, member)
	})
	return err
}
