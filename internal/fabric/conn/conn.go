// SPDX-License-Identifier: Apache-2.0

// Package conn keeps gRPC connections to Fabric's nodes, one a target, shared by all who speak to it.
package conn

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
)

// scheme leaves names to the dialler, which resolves them again for each connection.
const scheme = "passthrough:///"

// maxMessage is Fabric's own limit of a gRPC message, bytes.
const maxMessage = 100 << 20

// Target is a node to speak to.
type Target struct {
	Address    string // host:port
	TLSRoots   []byte // PEM
	ServerName string // name to check the certificate for; empty: the address's host
}

// Pool keeps connections. It is safe for concurrent use.
type Pool struct {
	mu     sync.Mutex
	conns  map[poolKey]*grpc.ClientConn
	closed bool
}

type poolKey struct {
	address, name string
	roots         [sha256.Size]byte
}

// NewPool makes an empty pool.
func NewPool() *Pool { return &Pool{conns: map[poolKey]*grpc.ClientConn{}} }

// Get gives the connection to a target. It connects when it is used, and again whenever it was lost. The pool owns it:
// do not close it. Roots without a certificate, a target without an address and a closed pool are errors.
func (p *Pool) Get(t Target) (*grpc.ClientConn, error) {
	key := poolKey{address: t.Address, name: t.ServerName, roots: sha256.Sum256(t.TLSRoots)}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errors.New("connection pool is closed")
	}
	if c, ok := p.conns[key]; ok {
		return c, nil
	}
	c, err := dial(t)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", t.Address, err)
	}
	p.conns[key] = c
	return c, nil
}

func dial(t Target) (*grpc.ClientConn, error) {
	if t.Address == "" {
		return nil, errors.New("no address")
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(t.TLSRoots) {
		return nil, errors.New("no certificate among the TLS roots")
	}
	return grpc.NewClient(scheme+t.Address,
		grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{
			RootCAs: roots, ServerName: t.ServerName, MinVersion: tls.VersionTLS12,
		})),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.MaxCallSendMsgSize(maxMessage)),
		// Fabric's nodes refuse keep-alives more often than each minute.
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 2 * time.Minute, Timeout: 20 * time.Second}),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff: backoff.Config{
				BaseDelay: 50 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: time.Second,
			},
			MinConnectTimeout: 5 * time.Second,
		}),
	)
}

// AwaitReady asks for the connection at once, even where it would wait before it tries again, and waits until it
// stands, ctx ends or it is closed. Without it, a call right after a node's restart can fail for what is over.
func AwaitReady(ctx context.Context, c *grpc.ClientConn) error {
	c.ResetConnectBackoff()
	for {
		switch s := c.GetState(); s {
		case connectivity.Ready:
			return nil
		case connectivity.Shutdown:
			return errors.New("connection is closed")
		default:
			c.Connect()
			if !c.WaitForStateChange(ctx, s) {
				return fmt.Errorf("connect to %s: %w", Address(c), ctx.Err())
			}
		}
	}
}

// Address gives the host:port that a connection of a Pool is to.
func Address(c *grpc.ClientConn) string { return strings.TrimPrefix(c.Target(), scheme) }

// Close closes all connections; Get fails from then on.
func (p *Pool) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	var errs []error
	for key, c := range p.conns {
		errs = append(errs, c.Close())
		delete(p.conns, key)
	}
	return errors.Join(errs...)
}
