// SPDX-License-Identifier: Apache-2.0

package participation

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hyperledger/fabric-admin-sdk/pkg/discovery"
	discoverypb "github.com/hyperledger/fabric-protos-go-apiv2/discovery"
	"google.golang.org/grpc"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// memberPoll is how often a peer is asked whom it knows in a channel.
const memberPoll = 25 * time.Millisecond

// UnseenError is the cause of a fault of WaitMembers: a peer knows of no peer of these organizations.
type UnseenError struct{ MSPIDs []string }

func (e *UnseenError) Error() string { return "no peer of " + strings.Join(e.MSPIDs, ", ") }

// WaitMembers waits until a peer knows of a peer of each organization in a channel, by gossip, or ctx ends: then it is a
// fault.Unavailable, caused by an UnseenError if the peer answered. Before that its gateway finds nobody to endorse with.
func WaitMembers(
	ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, channel string, mspIDs []string,
) error {
	ticker := time.NewTicker(memberPoll)
	defer ticker.Stop()
	client := discovery.NewPeer(peer, id)
	var last error
	for {
		known, err := client.PeerMembershipQuery(ctx, channel, nil)
		if err == nil {
			unseen := unseen(known, mspIDs)
			if len(unseen) == 0 {
				return nil
			}
			err = &UnseenError{unseen}
		}
		if ctx.Err() == nil || last == nil { // what a query gives that was cut off says nothing
			last = err
		}
		select {
		case <-ctx.Done():
			return fault.New(fault.Unavailable, "peers_apart", "the members' peers do not see each other yet").
				WithHint("see their state: b4a node list").
				WithCause(errors.Join(last, ctx.Err()))
		case <-ticker.C:
		}
	}
}

func unseen(known *discoverypb.PeerMembershipResult, mspIDs []string) []string {
	var unseen []string
	for _, want := range mspIDs {
		if len(known.GetPeersByOrg()[want].GetPeers()) == 0 {
			unseen = append(unseen, want)
		}
	}
	return unseen
}
