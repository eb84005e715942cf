// SPDX-License-Identifier: Apache-2.0

package participation_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"time"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	ordererpb "github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"github.com/blockchain4all/blockchain4all/internal/fabric/participation"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// fakeOrderer answers every envelope alike.
type fakeOrderer struct {
	ordererpb.UnimplementedAtomicBroadcastServer

	status commonpb.Status // 0: it never answers
	info   string
	got    atomic.Int32
}

func (f *fakeOrderer) Broadcast(stream ordererpb.AtomicBroadcast_BroadcastServer) error {
	if _, err := stream.Recv(); err != nil {
		return err
	}
	f.got.Add(1)
	if f.status == 0 {
		<-stream.Context().Done()
		return stream.Context().Err()
	}
	return stream.Send(&ordererpb.BroadcastResponse{Status: f.status, Info: f.info})
}

// serve gives a connection to an orderer; nil is one that is down.
func serve(t *testing.T, f *fakeOrderer) grpc.ClientConnInterface {
	t.Helper()
	listener := bufconn.Listen(1 << 16)
	if f == nil {
		_ = listener.Close()
	} else {
		server := grpc.NewServer()
		ordererpb.RegisterAtomicBroadcastServer(server, f)
		done := make(chan error, 1)
		go func() { done <- server.Serve(listener) }()
		t.Cleanup(func() {
			server.Stop()
			if err := <-done; err != nil {
				t.Errorf("serve: %v", err)
			}
		})
	}
	c, err := grpc.NewClient("passthrough:///orderer", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			return listener.DialContext(ctx)
		}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestBroadcastVerdict(t *testing.T) {
	t.Parallel()
	took := fakeOrderer{status: commonpb.Status_SUCCESS}
	pooled := fakeOrderer{
		status: commonpb.Status_SERVICE_UNAVAILABLE, info: "failed to submit request: request already exists",
	}
	late := fakeOrderer{
		status: commonpb.Status_BAD_REQUEST,
		info: "proposed update requires that key [Group]  /Channel/Application be at version 0, " +
			"but it is currently at version 1",
	}
	wrong := fakeOrderer{status: commonpb.Status_BAD_REQUEST, info: "policy not satisfied"}
	forbidden := fakeOrderer{status: commonpb.Status_FORBIDDEN}
	busy := fakeOrderer{status: commonpb.Status_SERVICE_UNAVAILABLE, info: "no Raft leader"}
	unready := fakeOrderer{status: commonpb.Status_BAD_REQUEST, info: "channel does not exist"}
	hanging := fakeOrderer{}
	const refused, stale, unavailable = "config_update_refused", "config_update_stale", "ordering_unavailable"
	type set = []*fakeOrderer
	tests := map[string]struct {
		orderers set
		code     string // empty: taken
		kind     fault.Kind
	}{
		"one takes it":                      {set{&took}, "", ""},
		"one refuses it":                    {set{&wrong}, refused, fault.Conflict},
		"one is busy":                       {set{&busy}, unavailable, fault.Unavailable},
		"one is late":                       {set{&late}, stale, fault.Unavailable},
		"all take it":                       {set{&took, &took, &took, &took}, "", ""},
		"one is down":                       {set{&took, nil, &took, &took}, "", ""},
		"one hangs":                         {set{&took, &hanging, &took, &took}, "", ""},
		"one traitor refuses":               {set{&took, &wrong, &took, &took}, "", ""},
		"some have it already":              {set{&pooled, &pooled, &took, &hanging}, "", ""},
		"one was quick, three are late":     {set{&late, &late, &late, &took}, "", ""},
		"two were quick, one late, one off": {set{&took, &late, nil, &took}, "", ""},
		"one traitor takes it":              {set{&took, &wrong, &wrong, &wrong}, refused, fault.Conflict},
		"all refuse":                        {set{&wrong, &forbidden, &wrong, &wrong}, refused, fault.Conflict},
		"all who answer refuse":             {set{&wrong, nil, &wrong, &wrong}, refused, fault.Conflict},
		"two refuse, two hang":              {set{&wrong, &hanging, &forbidden, &hanging}, refused, fault.Conflict},
		"all are late":                      {set{&late, &late, &late, &hanging}, stale, fault.Unavailable},
		"two are down":                      {set{&took, nil, &took, nil}, unavailable, fault.Unavailable},
		"one refuses, one is down":          {set{&took, &wrong, &took, nil}, unavailable, fault.Unavailable},
		"all are unready":                   {set{&unready, &unready, &unready}, unavailable, fault.Unavailable},
		"none":                              {nil, unavailable, fault.Unavailable},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var conns []grpc.ClientConnInterface
			for _, o := range tc.orderers {
				conns = append(conns, serve(t, o))
			}
			err := participation.Broadcast(t.Context(), conns, []byte{})
			if tc.code == "" {
				if err != nil {
					t.Errorf("got %v", err)
				}
				return
			}
			wantFault(t, err, tc.kind, tc.code)
		})
	}
}

func TestBroadcastGoesOnAfterQuorum(t *testing.T) {
	t.Parallel()
	var (
		conns []grpc.ClientConnInterface
		all   []*fakeOrderer
	)
	for range 4 {
		o := &fakeOrderer{status: commonpb.Status_SUCCESS}
		all, conns = append(all, o), append(conns, serve(t, o))
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := participation.Broadcast(ctx, conns, []byte{}); err != nil {
		t.Fatal(err)
	}
	cancel()
	for i, o := range all {
		eventually(t, 10*time.Second, "every orderer has it", func(context.Context) error {
			if o.got.Load() == 0 {
				return net.ErrClosed
			}
			return nil
		})
		if n := o.got.Load(); n != 1 {
			t.Errorf("orderer %d got it %d times", i, n)
		}
	}
}

func TestBroadcastEndsWithContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := participation.Broadcast(ctx, []grpc.ClientConnInterface{serve(t, &fakeOrderer{})}, []byte{})
	wantFault(t, err, fault.Unavailable, "ordering_unavailable")
	err = participation.Broadcast(t.Context(), nil, []byte{0xff})
	wantFault(t, err, fault.Invalid, "config_update_malformed")
}
