// SPDX-License-Identifier: Apache-2.0

package conn_test

import (
	"context"
	"crypto/tls"
	"net"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx/configtxtest"
	"github.com/blockchain4all/blockchain4all/internal/fabric/conn"
)

// serve runs a server with an organization's TLS certificate for 127.0.0.1 and the name orderer0.
func serve(t *testing.T, org *configtxtest.Org) string {
	t.Helper()
	leaf := org.EnrollTLS(t, "orderer0", "127.0.0.1", "orderer0")
	pair, err := tls.X509KeyPair(leaf.Cert, leaf.KeyPEM(t))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(grpc.Creds(credentials.NewServerTLSFromCert(&pair)))
	healthpb.RegisterHealthServer(server, health.NewServer())
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return listener.Addr().String()
}

func TestPool(t *testing.T) {
	t.Parallel()
	org := configtxtest.NewOrg(t, "OrdererMSP")
	address, roots := serve(t, org), org.TLS.CertificatePEM()
	p := conn.NewPool()
	c, err := p.Get(conn.Target{Address: address, TLSRoots: roots})
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.AwaitReady(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if _, err := healthpb.NewHealthClient(c).Check(t.Context(), &healthpb.HealthCheckRequest{}); err != nil {
		t.Error(err)
	}
	if got := conn.Address(c); got != address {
		t.Errorf("address %q", got)
	}
	if again, err := p.Get(conn.Target{Address: address, TLSRoots: roots}); err != nil || again != c {
		t.Errorf("a second connection to the same target: %v", err)
	}
	named, err := p.Get(conn.Target{Address: address, TLSRoots: roots, ServerName: "orderer0"})
	if err != nil || named == c || conn.AwaitReady(t.Context(), named) != nil {
		t.Errorf("under its name: %v", err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if _, err := p.Get(conn.Target{Address: address, TLSRoots: roots}); err == nil {
		t.Error("a closed pool gives connections")
	}
	if err := conn.AwaitReady(t.Context(), c); err == nil {
		t.Error("a closed connection is ready")
	}
}

func TestPoolRefuses(t *testing.T) {
	t.Parallel()
	org := configtxtest.NewOrg(t, "OrdererMSP")
	address, roots := serve(t, org), org.TLS.CertificatePEM()
	p := conn.NewPool()
	t.Cleanup(func() { _ = p.Close() })
	for name, target := range map[string]conn.Target{
		"no address": {TLSRoots: roots}, "no roots": {Address: address},
		"roots that are none": {Address: address, TLSRoots: []byte("x")},
	} {
		if _, err := p.Get(target); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for name, target := range map[string]conn.Target{
		"foreign roots": {Address: address, TLSRoots: configtxtest.NewOrg(t, "ZMSP").TLS.CertificatePEM()},
		"foreign name":  {Address: address, TLSRoots: roots, ServerName: "orderer1"},
	} {
		c, err := p.Get(target)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		if conn.AwaitReady(ctx, c) == nil {
			t.Errorf("%s: it connects", name)
		}
		cancel()
	}
}
