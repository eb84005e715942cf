// SPDX-License-Identifier: Apache-2.0

package participation

import (
	"context"
	"errors"
	"fmt"
	"strings"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	ordererpb "github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Broadcast sends an envelope to all orderers and returns when enough of them took it: a Byzantine quorum, which for
// one Raft orderer is that one. It is the way of the peers' gateway (internal/pkg/gateway, submitBFT): one orderer
// alone might be the traitor. An envelope that orderers call wrong is a fault.Conflict "config_update_refused".
func Broadcast(ctx context.Context, orderers []grpc.ClientConnInterface, envelope []byte) error {
	var e commonpb.Envelope
	if err := proto.Unmarshal(envelope, &e); err != nil {
		return fmt.Errorf("decode envelope: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make(chan error, len(orderers))
	for _, o := range orderers {
		go func() { answers <- send(ctx, o, &e) }()
	}
	n := len(orderers)
	quorum := n - (n-1)/3
	var failures []error
	for taken := 0; taken < quorum; {
		if err := <-answers; err == nil {
			taken++
			continue
		} else {
			failures = append(failures, err)
		}
		if len(failures) > n-quorum {
			return worst(failures)
		}
	}
	return nil
}

// worst prefers the refusal of an orderer to one that could not be reached.
func worst(failures []error) error {
	for _, err := range failures {
		if errors.Is(err, fault.Conflict) {
			return err
		}
	}
	return fault.New(fault.Unavailable, "ordering_unavailable", "too few orderers take configuration updates").
		WithHint("see their state: b4a node list").WithCause(errors.Join(failures...))
}

func send(ctx context.Context, orderer grpc.ClientConnInterface, e *commonpb.Envelope) error {
	stream, err := ordererpb.NewAtomicBroadcastClient(orderer).Broadcast(ctx)
	if err != nil {
		return fmt.Errorf("open broadcast: %w", err)
	}
	if err := stream.Send(e); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	answer, err := stream.Recv()
	if err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	code := answer.GetStatus()
	switch {
	case code == commonpb.Status_SUCCESS, strings.Contains(answer.GetInfo(), "request already"):
		return nil
	case code >= commonpb.Status_BAD_REQUEST && code < commonpb.Status_INTERNAL_SERVER_ERROR:
		return fault.New(fault.Conflict, "config_update_refused", "the ordering service refused the update: %s", answer.GetInfo())
	default:
		return fmt.Errorf("orderer answered %s: %s", code, answer.GetInfo())
	}
}
