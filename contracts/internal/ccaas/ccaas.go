// SPDX-License-Identifier: Apache-2.0

// Package ccaas runs a chaincode as a service: peers connect to it, it never connects to them.
package ccaas

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	peerpb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
)

const (
	maxMessage  = 100 << 20       // bytes; Fabric's own limit between peer and chaincode
	drainTime   = 5 * time.Second // for transactions in flight when told to stop
	lingerTime  = 20 * time.Millisecond
	pingEvery   = time.Minute
	pingTimeout = 20 * time.Second
)

// Run serves cc as the configuration says until ctx is done; then transactions in flight are answered, for at most five
// seconds, and nil is returned. It also serves gRPC's health protocol on the same address.
func Run(ctx context.Context, cc shim.Chaincode, c Config, log *slog.Logger) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Address)
	if err != nil {
		return fmt.Errorf("listen on CHAINCODE_SERVER_ADDRESS: %w", err)
	}
	return Serve(ctx, listener, cc, c, log)
}

// Serve is Run on a listener of the caller's, which it closes.
func Serve(ctx context.Context, listener net.Listener, cc shim.Chaincode, c Config, log *slog.Logger) error {
	options := []grpc.ServerOption{
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: pingEvery, Timeout: pingTimeout}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: pingEvery, PermitWithoutStream: true}),
		grpc.MaxRecvMsgSize(maxMessage), grpc.MaxSendMsgSize(maxMessage),
	}
	tlsConfig, err := c.tlsConfig()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if tlsConfig != nil {
		options = append(options, grpc.Creds(credentials.NewTLS(tlsConfig)))
	}
	guarded := newGuard(cc, log)
	server := grpc.NewServer(options...)
	peerpb.RegisterChaincodeServer(server, &shim.ChaincodeServer{CCID: c.ID, Address: c.Address, CC: guarded})
	healthpb.RegisterHealthServer(server, health.NewServer())

	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	log.InfoContext(ctx, "serving", "address", listener.Addr().String(), "package_id", c.ID, "tls", tlsConfig != nil)
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	guarded.drain(drainTime)
	server.Stop() // peers keep their streams open for ever, so a graceful stop would never end
	if err := <-served; err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		return fmt.Errorf("stop: %w", err)
	}
	log.InfoContext(ctx, "stopped")
	return nil
}

func (c Config) tlsConfig() (*tls.Config, error) {
	if c.TLSDisabled {
		return nil, nil
	}
	pair, err := tls.X509KeyPair(c.Cert, c.Key)
	if err != nil {
		return nil, fmt.Errorf("load CHAINCODE_TLS_CERT and CHAINCODE_TLS_KEY: %w", err)
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}
	if c.clientCAs != nil {
		config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, c.clientCAs
	}
	return config, nil
}
