// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/errgroup"

	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx"
	"github.com/blockchain4all/blockchain4all/internal/fabric/participation"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// bootState is how far the platform's own nodes have come.
type bootState struct {
	mu   sync.Mutex
	done bool
	err  error // of the last try
}

func (b *bootState) set(done bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done, b.err = done, err
}

func (b *bootState) get() (done bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.done, b.err
}

// bootstrap makes the operator's organization, the ordering service and the operator's peer serve, and starts every
// other node and contract that was there before. It tries until it has come through: the console answers meanwhile and
// shows what is wrong.
func (p *platform) bootstrap(ctx context.Context) error {
	try := func() (struct{}, error) {
		err := p.raise(ctx)
		p.boot.set(err == nil, err)
		if err != nil {
			p.log.WarnContext(ctx, "bring up the platform", "error", err)
			p.config.progress(fault.Of(err).Message)
		}
		return struct{}{}, err
	}
	policy := backoff.NewExponentialBackOff()
	policy.InitialInterval, policy.MaxInterval = 200*time.Millisecond, 10*time.Second
	_, err := backoff.Retry(ctx, try, backoff.WithBackOff(policy), backoff.WithMaxElapsedTime(0))
	return err
}

func (p *platform) raise(ctx context.Context) error {
	p.config.progress("certificates of the operator")
	if err := p.orgs.Found(ctx, org.NewOrganization{
		ID: OperatorOrg, Name: "Platform operator", Kind: "public-body", Operator: true,
	}); err != nil {
		return fmt.Errorf("found operator: %w", err)
	}
	orderers := bftOrderers
	if p.ordering == configtx.Raft {
		orderers = raftOrderers
	}
	p.config.progress(fmt.Sprintf("%d orderers and the operator's peer", orderers))
	g, together := errgroup.WithContext(ctx)
	g.Go(func() error { return p.nodes.EnsureOrderers(together, OperatorOrg, orderers) })
	g.Go(func() error { return p.nodes.EnsurePeer(together, OperatorOrg, func(string, ...any) {}) })
	g.Go(func() error { return p.nodes.Resume(together) })
	g.Go(func() error { return p.contracts.Resume(together) })
	if err := g.Wait(); err != nil {
		return err
	}
	return p.orgs.SetState(ctx, OperatorOrg, org.Active, "")
}

// Ready returns nil when the platform is up and its own nodes answer; it is the readiness that /readyz shows.
func (p *platform) Ready(ctx context.Context) error {
	done, err := p.boot.get()
	if !done {
		return fault.New(fault.Unavailable, "starting", "the platform is starting").WithCause(err)
	}
	nodes, err := p.nodes.List(ctx, OperatorOrg)
	if err != nil {
		return err
	}
	answering, orderers := 0, 0
	for _, n := range nodes {
		o, err := p.nodes.Observe(ctx, n.ID)
		if err != nil {
			return err
		}
		switch {
		case n.Kind == node.Orderer:
			orderers++
			if o.Phase == node.Running {
				answering++
			}
		case o.Phase != node.Running:
			return fault.New(fault.Unavailable, "peer_down", "the operator's peer is %s", o.Phase)
		}
	}
	// A Byzantine quorum of n = 3f+1 consenters is 2f+1; a Raft one more than half. For 4 and 1 both are n - (n-1)/3.
	if answering < orderers-(orderers-1)/3 {
		return fault.New(fault.Unavailable, "ordering_down", "%d of %d orderers answer: too few to order", answering, orderers)
	}
	return nil
}

// ordererAdmin speaks the orderers' channel participation API as the operator.
type ordererAdmin struct{ orgs *org.Service }

// Join implements channel.OrdererAdmin.
func (a *ordererAdmin) Join(ctx context.Context, adminURL, channel string, genesis []byte) error {
	config, err := a.tls(ctx)
	if err != nil {
		return fmt.Errorf("administrator's TLS: %w", err)
	}
	return participation.Join(ctx, adminURL, config, channel, genesis)
}

// Await implements channel.OrdererAdmin.
func (a *ordererAdmin) Await(ctx context.Context, adminURL, channel string, height uint64) error {
	config, err := a.tls(ctx)
	if err != nil {
		return fmt.Errorf("administrator's TLS: %w", err)
	}
	return participation.Await(ctx, adminURL, config, channel, height)
}

// tls gives the client side of mutual TLS, as the operator's authority has it now.
func (a *ordererAdmin) tls(ctx context.Context) (*tls.Config, error) {
	cert, err := a.orgs.EnsureLeaf(ctx, OperatorOrg, org.Leaf{Holder: org.HolderOrdererAdmin, Purpose: org.TLS})
	if err != nil {
		return nil, err
	}
	m, err := a.orgs.MaterialOf(ctx, cert)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(m.Cert, m.Key)
	if err != nil {
		return nil, fmt.Errorf("pair key and certificate: %w", err)
	}
	rootsPEM, err := a.orgs.TLSRoots(ctx, OperatorOrg)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(rootsPEM) {
		return nil, fault.New(fault.Internal, "tls_roots_unusable", "the operator's TLS roots can't be read")
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: roots, MinVersion: tls.VersionTLS12}, nil
}
