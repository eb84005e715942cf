// SPDX-License-Identifier: Apache-2.0

package channel

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/blockchain4all/blockchain4all/internal/consent"
	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fabric/participation"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// Effect says since when a channel's configuration is as wanted.
type Effect struct {
	Channel string
	Block   uint64 // number of the config block
}

// EnsureMSP makes every channel that an organization is in, as a member or by its orderers, carry the organization's
// present MSP definition, and returns when the members' peers have it. It gives the block since which each does. Where
// the organization must sign first, it is an operation.WaitError for all such channels together, with the effects on the
// others.
func (s *Service) EnsureMSP(ctx context.Context, orgID string, note func(string, ...any)) ([]Effect, error) {
	// Two at a time could undo each other: the one that began first would put an older definition back.
	unlock, err := s.lockMSP(ctx, orgID)
	if err != nil {
		return nil, err
	}
	defer unlock()
	def, err := s.orgs.Definition(ctx, orgID)
	if err != nil {
		return nil, err
	}
	return s.carryMSP(ctx, orgID, def, note)
}

// CarryMSP makes every channel that an organization is in carry this MSP definition of it, as EnsureMSP does with the
// present one.
func (s *Service) CarryMSP(ctx context.Context, orgID string, def msp.Definition, note func(string, ...any)) ([]Effect, error) {
	unlock, err := s.lockMSP(ctx, orgID)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return s.carryMSP(ctx, orgID, def, note)
}

func (s *Service) carryMSP(ctx context.Context, orgID string, def msp.Definition, note func(string, ...any)) ([]Effect, error) {
	channels, err := s.concerned(ctx, orgID)
	if err != nil {
		return nil, err
	}
	effects := make([]Effect, 0, len(channels))
	var waits []error
	for _, c := range channels {
		note("ledger %s", c.Name)
		block, err := s.reconfigure(ctx, c.Name, change{
			signers: signedBy(orgID),
			act:     consent.Act{Code: consent.ActSetMSP, Params: map[string]string{"organization": orgID}},
			compose: func(block []byte) ([]byte, error) { return configtx.SetOrgMSP(block, def) },
		}, note)
		if joining, e := s.joining(ctx, c.Name, orgID); e == nil && joining && errors.Is(err, &fault.Error{Code: "channel_org_not_found"}) {
			continue // it comes with the definition of then
		}
		if _, wait := errors.AsType[*operation.WaitError](err); wait {
			waits = append(waits, err) // the other ledgers are asked for at once
			continue
		}
		if err != nil {
			return effects, fmt.Errorf("MSP of %s on %s: %w", orgID, c.Name, err)
		}
		effects = append(effects, Effect{Channel: c.Name, Block: block})
	}
	return effects, operation.Join(waits...)
}

// TryMSP composes the updates by which EnsureMSP would put a definition into the configurations, as they are now, and
// gives the channels that need one. Nothing is sent.
func (s *Service) TryMSP(ctx context.Context, orgID string, def msp.Definition) ([]string, error) {
	channels, err := s.concerned(ctx, orgID)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, c := range channels {
		conn, reader, err := s.reader(ctx, c.Name)
		if err != nil {
			return names, err
		}
		block, err := participation.ConfigBlock(ctx, conn, reader, c.Name)
		if err != nil {
			return names, fmt.Errorf("read configuration: %w", err)
		}
		update, err := configtx.SetOrgMSP(block, def)
		if err != nil {
			return names, fmt.Errorf("MSP of %s on %s: %w", orgID, c.Name, err)
		}
		if update != nil {
			names = append(names, c.Name)
		}
	}
	return names, nil
}

// lockMSP waits until nobody else changes the MSP definition of an organization.
func (s *Service) lockMSP(ctx context.Context, orgID string) (unlock func(), err error) {
	fresh := make(chan struct{}, 1)
	held, _ := s.mspLocks.LoadOrStore(orgID, fresh)
	lock, ok := held.(chan struct{})
	if !ok {
		return nil, fmt.Errorf("lock of %s is %T", orgID, held)
	}
	select {
	case lock <- struct{}{}:
		return func() { <-lock }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// joining tells whether an organization is becoming a member of a channel.
func (s *Service) joining(ctx context.Context, name, orgID string) (bool, error) {
	if orgID == s.ordererID {
		return false, nil
	}
	joined, err := s.joined(ctx, name)
	return !slices.Contains(joined, orgID), err
}

// Concerned gives the names of the active channels that an organization has joined, or, for that of the orderers, all.
func (s *Service) Concerned(ctx context.Context, orgID string) ([]string, error) {
	channels, err := s.concerned(ctx, orgID)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(channels))
	for _, c := range channels {
		joining, err := s.joining(ctx, c.Name, orgID)
		if err != nil {
			return nil, err
		}
		if !joining {
			names = append(names, c.Name)
		}
	}
	return names, nil
}

// concerned gives the active channels whose configuration names an organization.
func (s *Service) concerned(ctx context.Context, orgID string) ([]Channel, error) {
	filter := orgID
	if orgID == s.ordererID {
		filter = ""
	}
	channels, err := s.store.ListChannels(ctx, filter, "", 0)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(channels, func(c Channel) bool { return c.State != Active }), nil
}

// EnsureConsenter makes every channel that an orderer takes part in name these certificates for it, and returns when
// the members' peers have the configuration.
func (s *Service) EnsureConsenter(
	ctx context.Context, orderer node.Node, certs node.Certificates, note func(string, ...any),
) error {
	channels, err := s.concerned(ctx, s.ordererID)
	if err != nil {
		return err
	}
	for _, c := range channels {
		at := slices.Index(c.Consenters, orderer.ID)
		if at < 0 {
			continue
		}
		note("%s on ledger %s", orderer.ID, c.Name)
		wanted := consenter(at, orderer, certs)
		_, err := s.reconfigure(ctx, c.Name, change{
			signers: signedBy(s.ordererID),
			act:     consent.Act{Code: consent.ActSetConsenter, Params: map[string]string{"node": orderer.ID}},
			compose: func(block []byte) ([]byte, error) { return configtx.SetConsenter(block, wanted) },
		}, note)
		if err != nil {
			return fmt.Errorf("consenter %s on %s: %w", orderer.ID, c.Name, err)
		}
	}
	return nil
}

// consenter gives an orderer as channels name it; at is its place in the consenter order.
func consenter(at int, o node.Node, certs node.Certificates) configtx.Consenter {
	return configtx.Consenter{
		ID: uint32(at + 1), Host: o.Endpoints.Host, Port: uint32(o.Endpoints.Port), //nolint:gosec // a port and a handful of orderers
		MSPID: o.MSPID, Identity: certs.Sign.PEM, ServerTLS: certs.TLS.PEM, ClientTLS: certs.TLS.PEM,
	}
}

// AwaitOrderer waits until an orderer takes part in all its channels again and has every block that the members have.
func (s *Service) AwaitOrderer(ctx context.Context, orderer node.Node) error {
	channels, err := s.concerned(ctx, s.ordererID)
	if err != nil {
		return err
	}
	for _, c := range channels {
		if !slices.Contains(c.Consenters, orderer.ID) {
			continue
		}
		if err := s.orderer.Await(ctx, orderer.AdminURL(), c.Name, s.FreshHeight(ctx, c.Name)); err != nil {
			return fmt.Errorf("wait for %s on %s: %w", orderer.ID, c.Name, err)
		}
	}
	return nil
}

// AwaitPeer waits until an organization's peer and the peers of the other members of its channels see each other.
func (s *Service) AwaitPeer(ctx context.Context, orgID string) error {
	channels, err := s.store.ListChannels(ctx, orgID, "", 0)
	if err != nil {
		return err
	}
	for _, c := range channels {
		if c.State != Active {
			continue
		}
		members, err := s.joined(ctx, c.Name)
		if err != nil {
			return err
		}
		if err := s.meet(ctx, c.Name, members); err != nil {
			return err
		}
	}
	return nil
}

// joined gives the members of a channel that have joined it.
func (s *Service) joined(ctx context.Context, name string) ([]string, error) {
	members, err := s.store.ListMembers(ctx, name)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, m := range members {
		if m.Joined {
			ids = append(ids, m.Org)
		}
	}
	return ids, nil
}

// Limits of reconfigure.
const (
	resendAfter    = 8 * time.Second // in which an update that the orderers took is committed, unless they forgot it
	staleAfter     = time.Second     // in which a peer has the update that came first, which may be this very one
	reconfigureFor = 2 * time.Minute
)

// change is a change of a channel's configuration.
type change struct {
	signers signers
	act     consent.Act
	// compose gives the update that makes a configuration so; nil when it is.
	compose func(block []byte) ([]byte, error)
}

// signers says whose administrators may sign for a change of a configuration, and how many of them must.
type signers func(ctx context.Context, config *configtx.View) (orgs []string, need int, err error)

// signedBy is for what an organization changes of itself.
func signedBy(orgID string) signers {
	return func(context.Context, *configtx.View) ([]string, int, error) { return []string{orgID}, 1, nil }
}

// reconfigure makes a channel's configuration so that the change gives no update for it any more, each update being
// signed by administrators, and waits until every member's running peer has it. It gives the number of the config block
// since which it is so, or an operation.WaitError.
//
// Orderers keep an update that they took in memory only: where it is not committed soon, it is composed and sent anew.
func (s *Service) reconfigure(ctx context.Context, name string, c change, note func(string, ...any)) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, reconfigureFor)
	defer cancel()
	for {
		patience := resendAfter
		sent, err := s.ensureUpdate(ctx, name, c, note)
		if errors.Is(err, &fault.Error{Code: participation.CodeStale}) {
			patience = staleAfter
		} else if err != nil {
			return 0, err
		}
		waiting, cancel := context.WithTimeout(ctx, patience)
		block, err := s.awaitConfig(waiting, name, c.compose)
		cancel()
		if err == nil && sent {
			s.consents.Moved(ctx, name)
		}
		if err == nil || ctx.Err() != nil || !errors.Is(err, &fault.Error{Code: participation.CodePending}) {
			return block, err
		}
	}
}

// ensureUpdate sends the update that a channel's present configuration needs, if any, and tells whether it did.
func (s *Service) ensureUpdate(ctx context.Context, name string, c change, note func(string, ...any)) (bool, error) {
	conn, reader, err := s.reader(ctx, name)
	if err != nil {
		return false, err
	}
	block, err := participation.ConfigBlock(ctx, conn, reader, name)
	if err != nil {
		return false, fmt.Errorf("read configuration: %w", err)
	}
	update, err := c.compose(block)
	if err != nil {
		return false, fmt.Errorf("compose config update: %w", err)
	}
	if update == nil {
		return false, nil
	}
	view, err := configtx.Inspect(block)
	if err != nil {
		return false, err
	}
	signatures, err := s.signatures(ctx, name, c, view, update)
	if err != nil {
		return false, err
	}
	note("waiting for the new configuration of %s", name)
	return true, s.sendUpdate(ctx, name, update, signatures)
}

// signatures gives the administrators' signatures of an update: the platform's own for those whose keys it has, and of
// the others as many as are still needed.
func (s *Service) signatures(
	ctx context.Context, name string, c change, view *configtx.View, update []byte,
) ([][]byte, error) {
	orgs, need, err := c.signers(ctx, view)
	if err != nil {
		return nil, err
	}
	var (
		signatures [][]byte
		elsewhere  []string
	)
	for _, id := range orgs {
		admin, err := s.orgs.Administrator(ctx, id)
		if errors.Is(err, &fault.Error{Code: org.CodeAdministratorElsewhere}) {
			elsewhere = append(elsewhere, id)
			continue
		}
		if err != nil {
			return nil, err
		}
		signature, err := configtx.SignUpdate(update, admin)
		if err != nil {
			return nil, fmt.Errorf("sign for %s: %w", id, err)
		}
		signatures = append(signatures, signature)
	}
	if len(signatures) >= need {
		return signatures, nil
	}
	signed, err := s.consents.Signatures(ctx, consent.Ask{
		Kind: consent.ConfigUpdate, Ledger: name, Act: c.act, Content: update,
	}, elsewhere, need-len(signatures))
	if err != nil {
		return nil, err
	}
	for _, r := range signed {
		signatures = append(signatures, r.Signature)
	}
	return signatures, nil
}

// sendUpdate sends an update. It is submitted by the administrator of the ordering service's organization, who is a
// writer of every channel.
func (s *Service) sendUpdate(ctx context.Context, name string, update []byte, signatures [][]byte) error {
	submitter, err := s.orgs.Administrator(ctx, s.ordererID)
	if err != nil {
		return err
	}
	envelope, err := configtx.UpdateEnvelope(name, update, signatures, submitter)
	if err != nil {
		return fmt.Errorf("compose envelope: %w", err)
	}
	conns, err := s.ordererConns(ctx)
	if err != nil {
		return err
	}
	return participation.Broadcast(ctx, conns, envelope)
}

// gone tells whether a node will not come by itself within a step's time. One that starts, or is just too busy to answer,
// is waited for.
func (s *Service) gone(ctx context.Context, id string) (bool, error) {
	o, err := s.nodes.Observe(ctx, id)
	return o.Phase == node.Stopped || o.Phase == node.Failed || o.Phase == node.Backoff, err
}

// awaitConfig waits until the peer of every member, except one that is gone, has a configuration for which compose gives no update.
func (s *Service) awaitConfig(
	ctx context.Context, name string, compose func(block []byte) ([]byte, error),
) (uint64, error) {
	members, err := s.joined(ctx, name)
	if err != nil {
		return 0, err
	}
	numbers := make([]uint64, len(members))
	g, ctx := errgroup.WithContext(ctx)
	for i, m := range members {
		if gone, err := s.gone(ctx, node.PeerID(m)); err != nil {
			return 0, err
		} else if gone {
			continue
		}
		g.Go(func() error {
			_, conn, err := s.nodes.PeerOf(ctx, m)
			if err != nil {
				return err
			}
			reader, err := s.nodes.Reader(ctx, m)
			if err != nil {
				return err
			}
			return participation.WaitConfig(ctx, conn, reader, name, func(block []byte) (bool, error) {
				missing, err := compose(block)
				if err != nil || missing != nil {
					return false, err
				}
				numbers[i], err = configtx.Number(block)
				return true, err
			})
		})
	}
	if err := g.Wait(); err != nil {
		return 0, err
	}
	var newest uint64
	for _, n := range numbers {
		newest = max(newest, n)
	}
	return newest, nil
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
