// SPDX-License-Identifier: Apache-2.0

package ccaas_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io/fs"
	"log/slog"
	"maps"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	peerpb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/contracts/internal/ccaas"
)

// scripted answers as its function says.
type scripted func(stub shim.ChaincodeStubInterface) *peerpb.Response

func (s scripted) Init(stub shim.ChaincodeStubInterface) *peerpb.Response   { return s(stub) }
func (s scripted) Invoke(stub shim.ChaincodeStubInterface) *peerpb.Response { return s(stub) }

// service is a chaincode that runs until its stop.
type service struct {
	address string
	stop    context.CancelFunc
	done    chan error
	log     *lockedBuffer
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func start(t *testing.T, cc shim.Chaincode, c ccaas.Config) *service {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	s := &service{address: listener.Addr().String(), stop: stop, done: make(chan error, 1), log: &lockedBuffer{}}
	c.ID = "exams_1.0.0:abc"
	go func() { s.done <- ccaas.Serve(ctx, listener, cc, c, slog.New(slog.NewTextHandler(s.log, nil))) }()
	t.Cleanup(stop)
	return s
}

// peer connects as a peer does and registers the chaincode.
func (s *service) peer(t *testing.T) peerpb.Chaincode_ConnectClient {
	t.Helper()
	conn, err := grpc.NewClient(s.address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	stream, err := peerpb.NewChaincodeClient(conn).Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	register := receive(t, stream)
	var id peerpb.ChaincodeID
	if err := proto.Unmarshal(register.GetPayload(), &id); err != nil || id.GetName() != "exams_1.0.0:abc" {
		t.Fatalf("registered as %q, %v", id.GetName(), err)
	}
	for _, m := range []peerpb.ChaincodeMessage_Type{
		peerpb.ChaincodeMessage_REGISTERED, peerpb.ChaincodeMessage_READY,
	} {
		if err := stream.Send(&peerpb.ChaincodeMessage{Type: m}); err != nil {
			t.Fatal(err)
		}
	}
	return stream
}

func receive(t *testing.T, stream peerpb.Chaincode_ConnectClient) *peerpb.ChaincodeMessage {
	t.Helper()
	m, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func invoke(t *testing.T, stream peerpb.Chaincode_ConnectClient, txID string) {
	t.Helper()
	input, err := proto.Marshal(&peerpb.ChaincodeInput{Args: [][]byte{[]byte("f")}})
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&peerpb.ChaincodeMessage{
		Type: peerpb.ChaincodeMessage_TRANSACTION, Txid: txID, ChannelId: "test", Payload: input,
	}); err != nil {
		t.Fatal(err)
	}
}

// answer reads the message and text of a response.
func answer(t *testing.T, stream peerpb.Chaincode_ConnectClient) (*peerpb.Response, string) {
	t.Helper()
	m := receive(t, stream)
	var r peerpb.Response
	if err := proto.Unmarshal(m.GetPayload(), &r); err != nil {
		t.Fatal(err)
	}
	return &r, m.GetTxid()
}

func TestServesAndStops(t *testing.T) {
	t.Parallel()
	s := start(t, scripted(func(stub shim.ChaincodeStubInterface) *peerpb.Response {
		return shim.Success([]byte(stub.GetTxID()))
	}), ccaas.Config{TLSDisabled: true})
	stream := s.peer(t)
	invoke(t, stream, "tx1")
	if r, _ := answer(t, stream); string(r.GetPayload()) != "tx1" {
		t.Errorf("got %v", r)
	}
	s.stop()
	if err := <-s.done; err != nil {
		t.Error(err)
	}
	if log := s.log.String(); !strings.Contains(log, "serving") || !strings.Contains(log, "stopped") {
		t.Errorf("log: %s", log)
	}
}

func TestPanicsAreAnswered(t *testing.T) {
	t.Parallel()
	s := start(t, scripted(func(stub shim.ChaincodeStubInterface) *peerpb.Response {
		if stub.GetTxID() == "bad" {
			panic("index out of range")
		}
		return shim.Success(nil)
	}), ccaas.Config{TLSDisabled: true})
	stream := s.peer(t)
	invoke(t, stream, "bad")
	if r, _ := answer(t, stream); !strings.HasPrefix(r.GetMessage(), "contract_broken: ") {
		t.Errorf("got %v", r)
	}
	invoke(t, stream, "good")
	if r, _ := answer(t, stream); r.GetStatus() != shim.OK {
		t.Errorf("got %v", r)
	}
	if log := s.log.String(); !strings.Contains(log, "index out of range") || !strings.Contains(log, "tx_id=bad") {
		t.Errorf("log: %s", log)
	}
}

func TestStopAnswersWhatIsInFlight(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	s := start(t, scripted(func(stub shim.ChaincodeStubInterface) *peerpb.Response {
		if stub.GetTxID() == "slow" {
			close(entered)
			<-leave
		}
		return shim.Success([]byte("done"))
	}), ccaas.Config{TLSDisabled: true})
	stream := s.peer(t)
	invoke(t, stream, "slow")
	<-entered
	s.stop()
	for n := 0; ; n++ { // until the stop is noticed
		invoke(t, stream, "late")
		r, _ := answer(t, stream)
		if strings.HasPrefix(r.GetMessage(), "contract_stopping: ") {
			break
		}
	}
	close(leave)
	if r, txID := answer(t, stream); txID != "slow" || string(r.GetPayload()) != "done" {
		t.Errorf("got %v for %s", r, txID)
	}
	if err := <-s.done; err != nil {
		t.Error(err)
	}
}

func TestAddressInUse(t *testing.T) {
	t.Parallel()
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	err = ccaas.Run(
		t.Context(), scripted(nil), ccaas.Config{Address: taken.Addr().String(), ID: "a:b", TLSDisabled: true},
		slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "CHAINCODE_SERVER_ADDRESS") {
		t.Errorf("got %v", err)
	}
}

// pair makes a certificate for 127.0.0.1 signed by itself, PEM.
func pair(t *testing.T) (cert, key []byte) {
	t.Helper()
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, signer.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(signer)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
}

func TestTLS(t *testing.T) {
	t.Parallel()
	cert, key := pair(t)
	clientCert, clientKey := pair(t)
	files := map[string][]byte{"cert": cert, "key": key, "clients": clientCert}
	config, err := ccaas.FromEnvironment(environment(map[string]string{
		"CHAINCODE_SERVER_ADDRESS": "127.0.0.1:0", "CHAINCODE_ID": "a:b", "CHAINCODE_TLS_KEY": "key",
		"CHAINCODE_TLS_CERT": "cert", "CHAINCODE_CLIENT_CA_CERT": "clients",
	}), fileSystem(files))
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, scripted(nil), config)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(cert)
	client, err := tls.X509KeyPair(clientCert, clientKey)
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := tls.X509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		certificates []tls.Certificate
		good         bool
	}{
		"known":    {[]tls.Certificate{client}, true},
		"without":  {nil, false},
		"stranger": {[]tls.Certificate{stranger}, false},
	} {
		conn, err := grpc.NewClient(s.address, grpc.WithTransportCredentials(credentials.NewTLS(
			&tls.Config{RootCAs: roots, Certificates: tc.certificates, MinVersion: tls.VersionTLS12})))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{})
		if (err == nil) != tc.good || tc.good && answer.GetStatus() != healthpb.HealthCheckResponse_SERVING {
			t.Errorf("%s: got %v, %v", name, answer, err)
		}
		_ = conn.Close()
	}
}

func TestUselessKeyPair(t *testing.T) {
	t.Parallel()
	cert, _ := pair(t)
	_, key := pair(t)
	s := start(t, scripted(nil), ccaas.Config{Cert: cert, Key: key})
	if err := <-s.done; err == nil || !strings.Contains(err.Error(), "CHAINCODE_TLS_CERT") {
		t.Errorf("got %v", err)
	}
}

func environment(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func fileSystem(files map[string][]byte) ccaas.ReadFile {
	return func(name string) ([]byte, error) {
		data, ok := files[name]
		if !ok {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		return data, nil
	}
}

func TestFromEnvironment(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		set  map[string]string
		want []string // in the error; none: no error
	}{
		"nothing": {
			nil, []string{"CHAINCODE_SERVER_ADDRESS", "CHAINCODE_ID", "CHAINCODE_TLS_KEY", "CHAINCODE_TLS_CERT"},
		},
		"without TLS": {map[string]string{"CHAINCODE_TLS_DISABLED": "true"}, nil},
		"1 is true":   {map[string]string{"CHAINCODE_TLS_DISABLED": "1"}, nil},
		"no address": {
			map[string]string{"CHAINCODE_TLS_DISABLED": "true", "CHAINCODE_SERVER_ADDRESS": ""},
			[]string{"CHAINCODE_SERVER_ADDRESS"},
		},
		"no port": {
			map[string]string{"CHAINCODE_TLS_DISABLED": "true", "CHAINCODE_SERVER_ADDRESS": "host"},
			[]string{"host:port"},
		},
		"no ID": {
			map[string]string{"CHAINCODE_TLS_DISABLED": "true", "CHAINCODE_ID": ""}, []string{"CHAINCODE_ID"},
		},
		"neither": {
			map[string]string{"CHAINCODE_TLS_DISABLED": "perhaps"}, []string{"CHAINCODE_TLS_DISABLED", "perhaps"},
		},
		"TLS":    {map[string]string{"CHAINCODE_TLS_KEY": "key", "CHAINCODE_TLS_CERT": "cert"}, nil},
		"no key": {map[string]string{"CHAINCODE_TLS_CERT": "cert"}, []string{"CHAINCODE_TLS_KEY"}},
		"absent file": {
			map[string]string{"CHAINCODE_TLS_KEY": "gone", "CHAINCODE_TLS_CERT": "cert"},
			[]string{"CHAINCODE_TLS_KEY", "gone"},
		},
		"absent CA": {map[string]string{
			"CHAINCODE_TLS_KEY": "key", "CHAINCODE_TLS_CERT": "cert", "CHAINCODE_CLIENT_CA_CERT": "gone",
		}, []string{"CHAINCODE_CLIENT_CA_CERT", "gone"}},
		"CA without certificate": {map[string]string{
			"CHAINCODE_TLS_KEY": "key", "CHAINCODE_TLS_CERT": "cert", "CHAINCODE_CLIENT_CA_CERT": "key",
		}, []string{"CHAINCODE_CLIENT_CA_CERT"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			values := map[string]string{}
			if tc.set != nil {
				values["CHAINCODE_SERVER_ADDRESS"], values["CHAINCODE_ID"] = "127.0.0.1:9999", "exams:abc"
			}
			maps.Copy(values, tc.set)
			_, err := ccaas.FromEnvironment(
				environment(values), fileSystem(map[string][]byte{"key": []byte("k"), "cert": []byte("c")}),
			)
			if (err != nil) != (len(tc.want) > 0) {
				t.Fatalf("got %v", err)
			}
			for _, w := range tc.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("got %q, want %s in it", err, w)
				}
			}
		})
	}
}
