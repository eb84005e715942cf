// SPDX-License-Identifier: Apache-2.0

package channel

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/blockchain4all/blockchain4all/internal/consent"
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
		config := func(ctx context.Context, note func(string, ...any)) error {
			ctx, cancel := context.WithTimeout(ctx, stepTimeout)
			defer cancel()
			return s.configureMember(ctx, a, note)
		}
		serve := func(ctx context.Context, note func(string, ...any)) error { return contracts(ctx, a.Channel, note) }
		return []operation.PlannedStep{
			{Name: "config", Title: "Update the ledger's configuration", Yields: true, Do: config},
			{Name: "peer", Title: "Join the organization's peer", Do: func(ctx context.Context, _ func(string, ...any)) error {
				return s.joinMember(ctx, a)
			}},
			{Name: "contracts", Title: "Install and approve the ledger's contracts", Yields: true, Do: serve},
			{Name: "activate", Title: "Activate the membership", Do: func(ctx context.Context, _ func(string, ...any)) error {
				return s.store.PutMember(ctx, Member{Channel: a.Channel, Org: a.Org, Joined: true})
			}},
		}, nil
	}
}

// joinMember joins the organization's peer to the channel and waits until the members' peers see each other.
func (s *Service) joinMember(ctx context.Context, a AddOrg) error {
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
}

// configureMember adds the organization, with its anchor peer, to the channel's configuration, signed by a majority of
// the administrators of those that are in it.
func (s *Service) configureMember(ctx context.Context, a AddOrg, note func(string, ...any)) error {
	// A cancelled addition took the member away again; this one may be its repetition.
	if err := s.store.PutMember(ctx, Member{Channel: a.Channel, Org: a.Org}); err != nil {
		return err
	}
	member, err := s.orgConfig(ctx, a.Org, nil)
	if err != nil {
		return err
	}
	_, err = s.reconfigure(ctx, a.Channel, change{
		signers: s.majority(a.Org),
		act:     consent.Act{Code: consent.ActAddOrganization, Params: map[string]string{"organization": a.Org}},
		compose: func(block []byte) ([]byte, error) { return configtx.AddOrg(block, member) },
	}, note)
	return err
}

// majority is for what changes who the members are; an organization that is one already signs for itself.
func (s *Service) majority(added string) signers {
	return func(ctx context.Context, config *configtx.View) ([]string, int, error) {
		var orgs []string
		for _, mspID := range config.Orgs {
			o, known, err := s.orgs.ByMSPID(ctx, mspID)
			if err != nil {
				return nil, 0, err
			}
			if known {
				orgs = append(orgs, o.ID)
			}
		}
		if slices.Contains(orgs, added) {
			return []string{added}, 1, nil
		}
		return orgs, len(config.Orgs)/2 + 1, nil
	}
}

// forgetMember undoes what the start of an addition recorded, unless the ledger's configuration has the organization.
func (s *Service) forgetMember(ctx context.Context, a AddOrg) error {
	conn, reader, err := s.reader(ctx, a.Channel)
	if err != nil {
		return err
	}
	block, err := participation.ConfigBlock(ctx, conn, reader, a.Channel)
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	view, err := configtx.Inspect(block)
	if err != nil {
		return err
	}
	o, err := s.orgs.Get(ctx, a.Org)
	if err != nil || slices.Contains(view.Orgs, o.MSPID) {
		return err
	}
	return s.store.ForgetMember(ctx, a.Channel, a.Org)
}
