// SPDX-License-Identifier: Apache-2.0

package local_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// TestMain lets the test binary stand for Fabric's programs and for a contract, as its environment says.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv("FABRIC_CFG_PATH") != "":
		os.Exit(exitCode(fakeNode(os.Getenv("FABRIC_CFG_PATH"))))
	case os.Getenv("CHAINCODE_SERVER_ADDRESS") != "":
		os.Exit(exitCode(fakeContract()))
	}
	os.Exit(m.Run())
}

func exitCode(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "2026-01-01T00:00:00.000Z PANI [fake] "+err.Error())
	return 2
}

// fakeNode answers the health check of the node whose folder this is.
func fakeNode(dir string) error {
	ca, err := os.ReadFile(filepath.Join(dir, "msp", "cacerts", "ca.pem"))
	if err != nil {
		return err
	}
	if !x509.NewCertPool().AppendCertsFromPEM(ca) {
		return errors.New("the MSP has no authority")
	}
	address, grpc, err := addresses(dir)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", grpc)
	if err != nil {
		return err
	}
	go greet(l)
	fmt.Fprintln(os.Stderr, "fake node serves on "+address)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"status":"OK"}`) })
	mux.HandleFunc("GET /version", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"Version":"fake"}`) })
	server := http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: time.Second}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// greet answers whoever connects.
func greet(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		_, _ = c.Write([]byte("kaixo\n"))
		_ = c.Close()
	}
}

// addresses gives those of the operations service and of the gRPC server.
func addresses(dir string) (operations, grpc string, err error) {
	for _, name := range []string{"core.yaml", "orderer.yaml"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		var config struct {
			PeerOperations struct {
				ListenAddress string `yaml:"listenAddress"`
			} `yaml:"operations"`
			OrdererOperations struct {
				ListenAddress string `yaml:"ListenAddress"`
			} `yaml:"Operations"`
			Peer struct {
				ListenAddress string `yaml:"listenAddress"`
			} `yaml:"peer"`
			General struct {
				ListenAddress string `yaml:"ListenAddress"`
				ListenPort    string `yaml:"ListenPort"`
			} `yaml:"General"`
		}
		if err := yaml.Unmarshal(data, &config); err != nil {
			return "", "", err
		}
		if config.Peer.ListenAddress != "" {
			return config.PeerOperations.ListenAddress, config.Peer.ListenAddress, nil
		}
		return config.OrdererOperations.ListenAddress, net.JoinHostPort(config.General.ListenAddress, config.General.ListenPort), nil
	}
	return "", "", errors.New("no configuration")
}

// fakeContract listens, and says what its environment is to whoever connects.
func fakeContract() error {
	if os.Getenv("FAIL") != "" {
		return errors.New("the contract can't start")
	}
	l, err := net.Listen("tcp", os.Getenv("CHAINCODE_SERVER_ADDRESS"))
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "fake contract "+os.Getenv("CHAINCODE_ID"))
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			_, _ = c.Write([]byte(strings.Join(os.Environ(), "\n")))
			_ = c.Close()
		}()
	}
}
