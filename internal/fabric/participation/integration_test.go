// SPDX-License-Identifier: Apache-2.0

package participation_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx"
	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx/configtxtest"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fabric/participation"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

const ledger = "azterketak"

// scene is a network with a channel, whose steps a test goes through.
type scene struct {
	*network

	ordering configtx.OrderingType
	operator *configtxtest.Org
	orderers []*process
	admin    *tls.Config // of the orderers
	orgs     []*configtxtest.Org
	peers    []*process // one an organization
	admins   []*msp.Identity
	genesis  []byte
}

// newScene starts orderers and peers, of which the first members are of the channel.
func newScene(t *testing.T, ordering configtx.OrderingType, orderers, peers, members int) *scene {
	t.Helper()
	s := &scene{network: newNetwork(t), ordering: ordering, operator: configtxtest.NewOrg(t, "OrdererMSP")}
	s.admin = adminTLS(t, s.operator)
	c := configtx.Channel{ID: ledger, Ordering: configtx.Ordering{Type: ordering}}
	org := configtx.Org{MSP: s.operator.Definition()}
	for i := range orderers {
		p := s.newProcess(t, s.operator, fmt.Sprintf("orderer%d", i), msp.RoleOrderer)
		s.orderers = append(s.orderers, p)
		c.Ordering.Consenters = append(c.Ordering.Consenters, p.consenter(ordering, uint32(i+1)))
		org.OrdererEndpoints = append(org.OrdererEndpoints, configtxtest.Endpoint(p.address().Host, p.address().Port))
	}
	c.OrdererOrgs = []configtx.Org{org}
	for i := range peers {
		o := configtxtest.NewOrg(t, string(rune('A'+i))+"MSP")
		p := s.newProcess(t, o, fmt.Sprintf("peer%d", i), msp.RolePeer)
		s.orgs, s.peers = append(s.orgs, o), append(s.peers, p)
		s.admins = append(s.admins, o.Identity(t, "admin", msp.RoleAdmin))
		if i < members {
			c.ApplicationOrgs = append(c.ApplicationOrgs, configtx.Org{MSP: o.Definition()})
		}
	}
	for _, p := range slices.Concat(s.orderers, s.peers) {
		p.ready(t)
	}
	var err error
	if s.genesis, err = configtx.GenesisBlock(c); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *scene) joinOrderers(t *testing.T) {
	t.Helper()
	g, ctx := errgroup.WithContext(t.Context())
	for _, o := range s.orderers {
		g.Go(func() error { return participation.Join(ctx, o.adminURL(), s.admin, ledger, s.genesis) })
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}

func (s *scene) joinPeer(t *testing.T, i int) {
	t.Helper()
	if err := participation.JoinPeer(t.Context(), s.conn(t, s.peers[i]), s.admins[i], s.genesis); err != nil {
		t.Fatalf("join peer %d: %v", i, err)
	}
}

// view gives the configuration as a peer has it.
func (s *scene) view(t *testing.T, i int) ([]byte, *configtx.View) {
	t.Helper()
	block, err := participation.ConfigBlock(t.Context(), s.conn(t, s.peers[i]), s.admins[i], ledger)
	if err != nil {
		t.Fatal(err)
	}
	v, err := configtx.Inspect(block)
	if err != nil {
		t.Fatal(err)
	}
	return block, v
}

// envelope signs an update by some identities, of which the first submits it.
func envelope(t *testing.T, update []byte, signers ...*msp.Identity) []byte {
	t.Helper()
	var signatures [][]byte
	for _, id := range signers {
		signature, err := configtx.SignUpdate(update, id)
		if err != nil {
			t.Fatal(err)
		}
		signatures = append(signatures, signature)
	}
	e, err := configtx.UpdateEnvelope(ledger, update, signatures, signers[0])
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// commit composes an update, submits it and waits until every peer with the channel has it.
func (s *scene) commit(
	t *testing.T, peers []int, compose func(block []byte) ([]byte, error), signers ...*msp.Identity,
) []byte {
	t.Helper()
	block, v := s.view(t, peers[0])
	update, err := compose(block)
	if err != nil || update == nil {
		t.Fatalf("compose: %d bytes, %v", len(update), err)
	}
	e := envelope(t, update, signers...)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	started := time.Now()
	// For a moment after their start Raft has no leader, and a BFT orderer does not order.
	eventually(t, 30*time.Second, "the update is taken", func(ctx context.Context) error {
		err := participation.Broadcast(ctx, s.conns(t, s.orderers), e)
		if fault.Of(err).Code == "config_update_stale" {
			return nil // the try before was taken by some
		}
		return err
	})
	took := time.Since(started)
	for _, i := range peers {
		err := participation.WaitSequence(ctx, s.conn(t, s.peers[i]), s.admins[i], ledger, v.Sequence+1)
		if err != nil {
			t.Fatalf("wait at peer %d: %v", i, err)
		}
	}
	t.Logf("sequence %d: taken after %s, committed after %s", v.Sequence+1, took, time.Since(started))
	block, _ = s.view(t, peers[0])
	if rest, err := compose(block); rest != nil || err != nil {
		t.Errorf("after the update there is still one: %d bytes, %v", len(rest), err)
	}
	return e
}

func (s *scene) height(t *testing.T, i int) uint64 {
	t.Helper()
	h, err := participation.Height(t.Context(), s.conn(t, s.peers[i]), s.admins[i], ledger)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func wantFault(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if f := fault.Of(err); err == nil || !errors.Is(err, kind) || f.Code != code {
		t.Errorf("got %v (%s), want %s %s", err, f.Code, kind, code)
	}
}

// TestByzantineChannel goes through a channel's life on 4 BFT orderers: two organizations' peers, a third's later, a
// dead leader, and an orderer that comes back with renewed certificates.
func TestByzantineChannel(t *testing.T) {
	t.Parallel()
	s := newScene(t, configtx.BFT, 4, 3, 2)
	s.joinOrderers(t)
	s.joinOrderers(t) // again is no error
	s.checkOrderers(t)
	s.checkPeers(t)

	anchors := func(i int) func([]byte) ([]byte, error) {
		return func(block []byte) ([]byte, error) {
			return configtx.SetAnchorPeers(block, s.orgs[i].MSPID, []configtx.Address{s.peers[i].address()})
		}
	}
	s.commit(t, []int{0, 1}, anchors(0), s.admins[0])
	used := s.commit(t, []int{0, 1}, anchors(1), s.admins[1])
	err := participation.Broadcast(t.Context(), s.conns(t, s.orderers), used)
	wantFault(t, err, fault.Unavailable, "config_update_stale")

	addThird := func(block []byte) ([]byte, error) {
		return configtx.AddOrg(block, configtx.Org{
			MSP: s.orgs[2].Definition(), AnchorPeers: []configtx.Address{s.peers[2].address()},
		})
	}
	block, _ := s.view(t, 0)
	update, err := addThird(block)
	if err != nil {
		t.Fatal(err)
	}
	err = participation.Broadcast(t.Context(), s.conns(t, s.orderers), envelope(t, update, s.admins[0]))
	wantFault(t, err, fault.Conflict, "config_update_refused") // one of two is no majority
	err = participation.Broadcast(t.Context(), s.conns(t, s.orderers), envelope(t, update, s.admins[0], s.orgs[1].Operator(t)))
	wantFault(t, err, fault.Conflict, "config_update_refused") // an administrator of a local MSP counts for nothing
	if n := len(fault.Of(err).Details); n < 2 {
		t.Errorf("%d orderers said why", n)
	}
	s.commit(t, []int{0, 1}, addThird, s.admins[0], s.admins[1])
	s.joinPeer(t, 2)
	if err := participation.WaitSequence(t.Context(), s.conn(t, s.peers[2]), s.admins[2], ledger, 3); err != nil {
		t.Fatal(err)
	}
	_, v := s.view(t, 2)
	want := map[string][]configtx.Address{}
	for i, o := range s.orgs {
		want[o.MSPID] = []configtx.Address{s.peers[i].address()}
	}
	if diff := cmp.Diff(want, v.AnchorPeers); diff != "" || s.height(t, 2) != 4 {
		t.Errorf("height %d, anchor peers %s", s.height(t, 2), diff)
	}
	s.checkFaults(t)
}

func (s *scene) checkOrderers(t *testing.T) {
	t.Helper()
	for _, o := range s.orderers {
		names, err := participation.List(t.Context(), o.adminURL(), s.admin)
		if diff := cmp.Diff([]string{ledger}, names); err != nil || diff != "" {
			t.Errorf("%s: %v %s", o.id, err, diff)
		}
		info, err := participation.Get(t.Context(), o.adminURL(), s.admin, ledger)
		want := participation.Info{Name: ledger, Height: 1, Relation: "consenter", Status: "active"}
		if diff := cmp.Diff(want, info); err != nil || diff != "" {
			t.Errorf("%s: %v %s", o.id, err, diff)
		}
		_, err = participation.Get(t.Context(), o.adminURL(), s.admin, "besteak")
		wantFault(t, err, fault.NotFound, "orderer_channel_not_found")
		if err := participation.Remove(t.Context(), o.adminURL(), s.admin, "besteak"); err != nil {
			t.Errorf("remove an absent channel: %v", err)
		}
	}
	err := participation.Join(t.Context(), s.orderers[0].adminURL(), s.admin, "besteak", []byte("no block"))
	wantFault(t, err, fault.Conflict, "orderer_refused")
	stranger := adminTLS(t, configtxtest.NewOrg(t, "ZMSP"))
	stranger.RootCAs = s.admin.RootCAs
	_, err = participation.List(t.Context(), s.orderers[0].adminURL(), stranger)
	wantFault(t, err, fault.Unavailable, "orderer_unreachable")
}

func (s *scene) checkPeers(t *testing.T) {
	t.Helper()
	names, err := participation.Channels(t.Context(), s.conn(t, s.peers[0]), s.admins[0])
	if err != nil || len(names) != 0 {
		t.Errorf("before joining: %v %v", names, err)
	}
	_, err = participation.Height(t.Context(), s.conn(t, s.peers[0]), s.admins[0], ledger)
	wantFault(t, err, fault.NotFound, "peer_channel_not_found")
	client := s.orgs[0].Identity(t, "client", msp.RoleClient)
	err = participation.JoinPeer(t.Context(), s.conn(t, s.peers[0]), client, s.genesis)
	wantFault(t, err, fault.Forbidden, "peer_access_denied")
	err = participation.JoinPeer(t.Context(), s.conn(t, s.peers[0]), s.admins[0], []byte("no block"))
	wantFault(t, err, fault.Invalid, "config_block_malformed")
	operations := s.orgs[0].Operator(t)
	if err := participation.JoinPeer(t.Context(), s.conn(t, s.peers[0]), operations, s.genesis); err != nil {
		t.Errorf("join by an administrator of the local MSP: %v", err)
	}
	_, err = participation.ConfigBlock(t.Context(), s.conn(t, s.peers[0]), operations, ledger)
	wantFault(t, err, fault.Forbidden, "peer_access_denied") // the channel does not know that root
	for i := range 2 {
		s.joinPeer(t, i)
		s.joinPeer(t, i) // again is no error
		names, err := participation.Channels(t.Context(), s.conn(t, s.peers[i]), s.admins[i])
		if diff := cmp.Diff([]string{ledger}, names); err != nil || diff != "" {
			t.Errorf("peer %d: %v %s", i, err, diff)
		}
		if h := s.height(t, i); h != 1 {
			t.Errorf("peer %d has %d blocks", i, h)
		}
	}
	_, v := s.view(t, 0)
	if v.Channel != ledger || v.Sequence != 0 || v.Consensus != "BFT" || len(v.Consenters) != 4 {
		t.Errorf("view is %+v", v)
	}
	// The third organization is not a member, so its administrator may not read.
	_, err = participation.ConfigBlock(t.Context(), s.conn(t, s.peers[0]), s.admins[2], ledger)
	wantFault(t, err, fault.Forbidden, "peer_access_denied")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	err = participation.WaitSequence(ctx, s.conn(t, s.peers[0]), s.admins[0], ledger, 1)
	wantFault(t, err, fault.Unavailable, "config_update_pending")
}

// checkFaults kills the leader, commits without it, renews its certificates and has it back.
func (s *scene) checkFaults(t *testing.T) {
	t.Helper()
	dead := s.orderers[0] // the leader of the first view is the consenter with the least ID
	dead.kill(t)
	all := []int{0, 1, 2}
	s.commit(t, all, func(block []byte) ([]byte, error) {
		return configtx.SetAnchorPeers(block, s.orgs[0].MSPID, nil)
	}, s.admins[0])
	_, err := participation.List(t.Context(), dead.adminURL(), s.admin)
	wantFault(t, err, fault.Unavailable, "orderer_unreachable")

	dead.sign, dead.tls = s.operator.Enroll(t, dead.id, msp.RoleOrderer), s.operator.EnrollTLS(t, dead.id, s.host)
	s.commit(t, all, func(block []byte) ([]byte, error) {
		return configtx.SetConsenter(block, dead.consenter(configtx.BFT, 1))
	}, s.operator.Identity(t, "admin", msp.RoleAdmin))
	dead.writeIdentity(t)
	dead.start(t)
	dead.ready(t)
	// It only follows until it has the block with its new certificates.
	height := s.height(t, 0)
	eventually(t, 30*time.Second, "the renewed orderer has caught up", func(ctx context.Context) error {
		info, err := participation.Get(ctx, dead.adminURL(), s.admin, ledger)
		if err == nil && (info.Height < height || info.Relation != "consenter" || info.Status != "active") {
			err = fmt.Errorf("it is %+v", info)
		}
		return err
	})
	// With another one dead, the quorum needs the one that came back.
	s.orderers[3].kill(t)
	// The peer of an organization that was removed is not given the block that did it.
	s.commit(t, []int{0, 2}, func(block []byte) ([]byte, error) {
		return configtx.RemoveOrg(block, s.orgs[1].MSPID)
	}, s.admins...)
}

func TestRaftChannel(t *testing.T) {
	t.Parallel()
	s := newScene(t, configtx.Raft, 1, 1, 1)
	s.joinOrderers(t)
	s.joinOrderers(t)
	s.joinPeer(t, 0)
	s.commit(t, []int{0}, func(block []byte) ([]byte, error) {
		return configtx.SetAnchorPeers(block, "AMSP", []configtx.Address{s.peers[0].address()})
	}, s.admins[0])
	_, v := s.view(t, 0)
	if v.Consensus != "etcdraft" || len(v.Consenters) != 1 || v.Sequence != 1 || s.height(t, 0) != 2 {
		t.Errorf("view is %+v", v)
	}
	if err := participation.Remove(t.Context(), s.orderers[0].adminURL(), s.admin, ledger); err != nil {
		t.Errorf("remove: %v", err)
	}
	eventually(t, 30*time.Second, "the channel is removed", func(ctx context.Context) error {
		names, err := participation.List(ctx, s.orderers[0].adminURL(), s.admin)
		if err == nil && len(names) != 0 {
			err = fmt.Errorf("there is %v", names)
		}
		return err
	})
}
