// SPDX-License-Identifier: Apache-2.0

package participation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hyperledger/fabric-admin-sdk/pkg/channel"
	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// sequencePoll is how often a peer is asked for its configuration while an update is awaited.
const sequencePoll = 20 * time.Millisecond

// JoinPeer makes a peer join a channel by its genesis block. One that has joined is no error. id is an administrator
// of the peer's organization.
func JoinPeer(ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, genesis []byte) error {
	var block commonpb.Block
	if err := proto.Unmarshal(genesis, &block); err != nil {
		return fmt.Errorf("decode genesis block: %w", err)
	}
	name, err := configtx.ChannelID(genesis)
	if err != nil {
		return err
	}
	joined, err := Channels(ctx, peer, id)
	if err != nil || slices.Contains(joined, name) {
		return err
	}
	err = channel.JoinChannel(ctx, peer, id, &block)
	if err != nil && strings.Contains(err.Error(), "already exists with state [ACTIVE]") {
		return nil // another call came first
	}
	return peerFault("join", err)
}

// Channels gives the names of the channels that a peer has joined.
func Channels(ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity) ([]string, error) {
	infos, err := channel.ListChannelOnPeer(ctx, peer, id)
	if err != nil {
		return nil, peerFault("list channels", err)
	}
	names := make([]string, 0, len(infos))
	for _, i := range infos {
		names = append(names, i.GetChannelId())
	}
	return names, nil
}

// ConfigBlock gives a channel's newest config block, as a peer has it.
func ConfigBlock(ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, name string) ([]byte, error) {
	block, err := channel.GetConfigBlock(ctx, peer, id, name)
	if err != nil {
		return nil, peerFault("read configuration", err)
	}
	data, err := proto.Marshal(block)
	if err != nil {
		return nil, fmt.Errorf("encode config block: %w", err)
	}
	return data, nil
}

// WaitSequence waits until a peer has a channel's configuration with at least this sequence, or ctx ends.
func WaitSequence(
	ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, name string, sequence uint64,
) error {
	ticker := time.NewTicker(sequencePoll)
	defer ticker.Stop()
	for {
		block, err := ConfigBlock(ctx, peer, id, name)
		if err == nil {
			view, err := configtx.Inspect(block)
			if err != nil {
				return err
			}
			if view.Sequence >= sequence {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fault.New(fault.Unavailable, "config_update_pending", "the configuration update is not committed yet").
				WithCause(errors.Join(ctx.Err(), err))
		case <-ticker.C:
		}
	}
}

// peerFault tells a peer that does not answer from one that refuses.
func peerFault(step string, err error) error {
	if err == nil {
		return nil
	}
	switch status.Code(err) {
	case codes.Unavailable, codes.DeadlineExceeded, codes.Canceled:
		return fault.New(fault.Unavailable, "peer_unreachable", "a peer does not answer").
			WithHint("see its state: b4a node list").WithCause(fmt.Errorf("%s: %w", step, err))
	default:
		return fmt.Errorf("%s: %w", step, err)
	}
}
