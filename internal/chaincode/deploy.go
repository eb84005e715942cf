// SPDX-License-Identifier: Apache-2.0

package chaincode

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/blockchain4all/blockchain4all/internal/consent"
	"github.com/blockchain4all/blockchain4all/internal/fabric/gateway"
	"github.com/blockchain4all/blockchain4all/internal/fabric/lifecycle"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// stepTimeout bounds one try of a step; the engine tries the step again.
const stepTimeout = 60 * time.Second

// PlanDeploy is the plan of KindDeploy.
func (s *Service) PlanDeploy(op operation.Operation) ([]operation.PlannedStep, error) {
	var n NewDeployment
	if err := json.Unmarshal(op.Input, &n); err != nil {
		return nil, fmt.Errorf("decode input: %w", err)
	}
	step := func(do func(context.Context, Deployment, []string) error) operation.StepFunc {
		return func(ctx context.Context, _ func(string, ...any)) error {
			ctx, cancel := context.WithTimeout(ctx, stepTimeout)
			defer cancel()
			d, err := s.store.GetDeployment(ctx, n.Channel, n.Name)
			if err != nil {
				return err
			}
			members, err := s.channels.Members(ctx, n.Channel)
			if err != nil {
				return err
			}
			return do(ctx, d, members)
		}
	}
	return []operation.PlannedStep{
		{Name: "process", Title: "Start the contract's process", Do: step(s.startProcess)},
		{Name: "install", Title: "Install it on the members' peers", Do: step(s.install)},
		{Name: "approve", Title: "Approve it for each member", Yields: true, Do: step(s.approve)},
		{Name: "commit", Title: "Commit its definition", Do: step(s.commit)},
		{Name: "ready", Title: "Wait for its first answer", Do: step(s.awaitAnswer)},
	}, nil
}

// EnsureMembers makes a channel's contracts serve its present members: installs and approves them, and, where a
// definition depends on who the members are (private data collections), commits the next one.
func (s *Service) EnsureMembers(ctx context.Context, channelName string, note func(string, ...any)) error {
	all, err := s.store.ListDeployments(ctx, channelName)
	if err != nil {
		return err
	}
	members, err := s.channels.Members(ctx, channelName)
	if err != nil {
		return err
	}
	var waits []error
	for _, d := range all {
		if d.State != Ready {
			continue
		}
		note("contract %s", d.Name)
		err := s.ensureMembers(ctx, d, members)
		if _, wait := errors.AsType[*operation.WaitError](err); wait {
			waits = append(waits, err) // for the other contracts it is asked at once
			continue
		}
		if err != nil {
			return fmt.Errorf("contract %s: %w", d.Name, err)
		}
	}
	return operation.Join(waits...)
}

func (s *Service) ensureMembers(ctx context.Context, d Deployment, members []string) error {
	for _, do := range []func(context.Context, Deployment, []string) error{s.install, s.approve, s.commit} {
		if err := do(ctx, d, members); err != nil {
			return err
		}
		var err error
		if d, err = s.store.GetDeployment(ctx, d.Channel, d.Name); err != nil {
			return err
		}
	}
	return nil
}

// pack gives the deployment's package. The same deployment gives the same bytes for ever, so it is not stored.
func (s *Service) pack(ctx context.Context, d Deployment) ([]byte, string, error) {
	c := lifecycle.Connection{Address: d.Address}
	if d.TLS {
		root, err := s.orgs.ContractRoot(ctx, s.operator)
		if err != nil {
			return nil, "", err
		}
		c.TLSRequired, c.RootCert = true, string(root)
	}
	return lifecycle.Package(d.Name+"_"+d.Version, c)
}

func (s *Service) startProcess(ctx context.Context, d Deployment, _ []string) error {
	var err error
	if d.Address, err = s.host.Reserve(ctx, serviceID(d)); err != nil {
		return fmt.Errorf("reserve address: %w", err)
	}
	d.TLS = d.TLS || d.PackageID == ""
	if _, d.PackageID, err = s.pack(ctx, d); err != nil {
		return fmt.Errorf("make package: %w", err)
	}
	if err := s.store.UpdateDeployment(ctx, d); err != nil {
		return err
	}
	if err := s.host.Apply(ctx, d.spec()); err != nil {
		return err
	}
	return s.host.WaitReady(ctx, serviceID(d))
}

// onPeers does something on every member's peer, side by side.
func (s *Service) onPeers(
	ctx context.Context, members []string, do func(ctx context.Context, orgID string, peer connection) error,
) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, id := range members {
		g.Go(func() error {
			n, conn, err := s.nodes.PeerOf(ctx, id)
			if err != nil {
				return err
			}
			if err := do(ctx, id, conn); err != nil {
				return fmt.Errorf("peer %s: %w", n.ID, err)
			}
			return nil
		})
	}
	return g.Wait()
}

func (s *Service) install(ctx context.Context, d Deployment, members []string) error {
	data, _, err := s.pack(ctx, d)
	if err != nil {
		return fmt.Errorf("make package: %w", err)
	}
	return s.onPeers(ctx, members, func(ctx context.Context, orgID string, peer connection) error {
		operations, err := s.orgs.Operations(ctx, orgID)
		if err != nil {
			return err
		}
		return lifecycle.EnsureInstalled(ctx, peer, operations, data)
	})
}

// target gives the definition that the channel should have, with the sequence it should have it under: the committed
// one's when that is the same, else the next.
func (s *Service) target(ctx context.Context, d Deployment, members []string) (lifecycle.Definition, error) {
	def := lifecycle.Definition{
		Channel: d.Channel, Name: d.Name, Version: d.Version, PackageID: d.PackageID, EndorsementPolicy: d.Endorsement,
	}
	mspIDs := make([]string, 0, len(members))
	for _, m := range members {
		mspIDs = append(mspIDs, msp.MSPID(m))
	}
	for _, c := range d.Collections {
		def.Collections = append(def.Collections, lifecycle.Collection{
			Name: c.Name, MemberOrgs: mspIDs, RequiredPeers: c.RequiredPeers, MaxPeers: c.MaxPeers,
			BlockToLive: c.BlockToLive, MemberOnlyRead: c.MemberOnlyRead, MemberOnlyWrite: c.MemberOnlyWrite,
		})
	}
	peer, office, err := s.writer(ctx, members)
	if err != nil {
		return def, err
	}
	def.Sequence, err = lifecycle.TargetSequence(ctx, peer, office, def)
	return def, err
}

// writer gives a writer of the channel and its organization's peer.
func (s *Service) writer(ctx context.Context, members []string) (connection, *msp.Identity, error) {
	member, office, err := s.channels.Writer(ctx, members)
	if err != nil {
		return nil, nil, err
	}
	_, peer, err := s.nodes.PeerOf(ctx, member)
	return peer, office, err
}

// approve has the definition approved for each member: at once for those whose administrators the platform has, once the
// others have approved it themselves.
func (s *Service) approve(ctx context.Context, d Deployment, members []string) error {
	def, err := s.target(ctx, d, members)
	if err != nil {
		return err
	}
	var (
		managed []string
		waits   []error
	)
	for _, m := range members {
		o, err := s.orgs.Get(ctx, m)
		if err != nil {
			return err
		}
		if o.Administration != org.OwnAdministration {
			managed = append(managed, m)
			continue
		}
		waits = append(waits, s.askApproval(ctx, d, def, m))
	}
	if err := operation.Join(waits...); err != nil {
		return err
	}
	if err := s.onPeers(ctx, managed, func(ctx context.Context, orgID string, peer connection) error {
		admin, err := s.orgs.Administrator(ctx, orgID)
		if err != nil {
			return err
		}
		return lifecycle.EnsureApproved(ctx, peer, admin, def)
	}); err != nil {
		return err
	}
	d.Approvals = slices.Clone(members)
	return s.store.UpdateDeployment(ctx, d)
}

// askApproval has an organization that administers itself approve a definition, unless it has.
func (s *Service) askApproval(ctx context.Context, d Deployment, def lifecycle.Definition, orgID string) error {
	if d.Sequence == def.Sequence && slices.Contains(d.Approvals, orgID) {
		return nil
	}
	content, err := lifecycle.ApprovalArguments(def)
	if err != nil {
		return err
	}
	if done, err := s.consents.Approved(ctx, orgID, d.Channel, content); err != nil || done {
		return err
	}
	_, err = s.consents.Signatures(ctx, consent.Ask{
		Kind: consent.Approval, Ledger: d.Channel, Content: content, Act: consent.Act{
			Code: consent.ActApprove, Params: map[string]string{
				"contract": d.Name, "version": d.Version, "sequence": strconv.FormatInt(def.Sequence, 10),
				"packageId": d.PackageID, "endorsement": d.Endorsement,
			},
		},
	}, []string{orgID}, 1)
	return err
}

func (s *Service) commit(ctx context.Context, d Deployment, members []string) error {
	def, err := s.target(ctx, d, members)
	if err != nil {
		return err
	}
	peer, office, err := s.writer(ctx, members)
	if err != nil {
		return err
	}
	if err := lifecycle.EnsureCommitted(ctx, peer, office, def); err != nil {
		return err
	}
	d.Sequence = def.Sequence
	return s.store.UpdateDeployment(ctx, d)
}

// awaitAnswer waits until every member's peer has an answer from the contract, and so has launched it.
func (s *Service) awaitAnswer(ctx context.Context, d Deployment, members []string) error {
	err := s.onPeers(ctx, members, func(ctx context.Context, orgID string, peer connection) error {
		client, err := s.orgs.Signer(ctx, orgID, "")
		if errors.Is(err, &fault.Error{Code: org.CodeIssuesForItself}) {
			_, client, err = s.channels.Writer(ctx, members) // a peer answers every writer of the channel
		}
		if err != nil {
			return err
		}
		_, err = gateway.NewClient(peer, client).Metadata(ctx, d.Channel, d.Name)
		return err
	})
	if err != nil {
		return err
	}
	d.State, d.Reason = Ready, ""
	return s.store.UpdateDeployment(ctx, d)
}

// connection is a dialled connection to a peer.
type connection = grpc.ClientConnInterface
