// SPDX-License-Identifier: Apache-2.0

package participation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	peerpb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Codes of faults after which a configuration update is worth composing again.
const (
	CodePending = "config_update_pending"
	CodeStale   = "config_update_stale"
)

// Waiting for a configuration.
const (
	configPoll    = 20 * time.Millisecond // how often a peer is asked
	configTimeout = time.Minute           // at most, where the caller's context lasts longer
)

// JoinPeer makes a peer join a channel by its genesis block. One that has joined is no error. id is an administrator
// of the peer's local MSP. Further faults are those of Channels and a fault.Invalid "config_block_malformed".
func JoinPeer(ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, genesis []byte) error {
	view, err := configtx.Inspect(genesis)
	if err != nil {
		return err
	}
	_, err = ask(ctx, peer, id, call{chaincode: "cscc", function: "JoinChain", args: [][]byte{genesis}})
	if err == nil || errors.Is(err, fault.Unavailable) {
		return err
	}
	// What the peer says of a ledger that exists is prose; its list of channels is not.
	if joined, listErr := Channels(ctx, peer, id); listErr == nil && slices.Contains(joined, view.Channel) {
		return nil
	}
	return err
}

// Channels gives the names of the channels that a peer has joined, sorted. Faults: "peer_unreachable"
// (fault.Unavailable), "peer_access_denied" (fault.Forbidden), "peer_refused" (fault.Conflict).
func Channels(ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity) ([]string, error) {
	payload, err := ask(ctx, peer, id, call{chaincode: "cscc", function: "GetChannels"})
	if err != nil {
		return nil, err
	}
	var response peerpb.ChannelQueryResponse
	if err := proto.Unmarshal(payload, &response); err != nil {
		return nil, fmt.Errorf("decode channels: %w", err)
	}
	names := make([]string, 0, len(response.GetChannels()))
	for _, i := range response.GetChannels() {
		names = append(names, i.GetChannelId())
	}
	slices.Sort(names)
	return names, nil
}

// Height gives the number of blocks that a peer has of a channel. Faults are those of Channels and
// "peer_channel_not_found" (fault.NotFound).
func Height(ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, name string) (uint64, error) {
	payload, err := ask(ctx, peer, id, call{
		channel: name, chaincode: "qscc", function: "GetChainInfo", args: [][]byte{[]byte(name)},
	})
	if err != nil {
		return 0, err
	}
	var info commonpb.BlockchainInfo
	if err := proto.Unmarshal(payload, &info); err != nil {
		return 0, fmt.Errorf("decode chain info: %w", err)
	}
	return info.GetHeight(), nil
}

// ConfigBlock gives a channel's newest config block, as a peer has it; configtx.Inspect reads it. Faults are those of
// Height.
func ConfigBlock(ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, name string) ([]byte, error) {
	return ask(ctx, peer, id, call{
		channel: name, chaincode: "cscc", function: "GetConfigBlock", args: [][]byte{[]byte(name)},
	})
}

// WaitSequence waits until a peer has a channel's configuration with at least this sequence, or ctx or a minute ends:
// then a fault.Unavailable "config_update_pending". Where others may change the configuration too, the sequence may be
// theirs: see WaitConfig.
func WaitSequence(
	ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, name string, sequence uint64,
) error {
	return WaitConfig(ctx, peer, id, name, func(block []byte) (bool, error) {
		view, err := configtx.Inspect(block)
		if err != nil {
			return false, err
		}
		return view.Sequence >= sequence, nil
	})
}

// WaitConfig waits until a peer has a config block of a channel that satisfies done, as one for which the update that
// is awaited is nil. It ends with done's error, or when ctx or a minute ends: then a fault.Unavailable
// "config_update_pending" with the last fault as its cause.
func WaitConfig(
	ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, name string,
	done func(configBlock []byte) (bool, error),
) error {
	ctx, cancel := context.WithTimeout(ctx, configTimeout)
	defer cancel()
	ticker := time.NewTicker(configPoll)
	defer ticker.Stop()
	for {
		block, err := ConfigBlock(ctx, peer, id, name)
		if err == nil {
			ok, err := done(block)
			if ok || err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return fault.New(fault.Unavailable, CodePending,
				"the configuration update is not committed yet").WithCause(errors.Join(ctx.Err(), err))
		case <-ticker.C:
		}
	}
}
