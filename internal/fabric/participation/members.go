// SPDX-License-Identifier: Apache-2.0

package participation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hyperledger/fabric-admin-sdk/pkg/discovery"
	"google.golang.org/grpc"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// memberPoll is how often a peer is asked whom it knows in a channel.
const memberPoll = 25 * time.Millisecond

// WaitMembers waits until a peer knows of a peer of each organization in a channel, by gossip, or ctx ends. Before that
// its gateway finds nobody to endorse with.
func WaitMembers(
	ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, channel string, mspIDs []string,
) error {
	ticker := time.NewTicker(memberPoll)
	defer ticker.Stop()
	client := discovery.NewPeer(peer, id)
	for {
		known, err := client.PeerMembershipQuery(ctx, channel, nil)
		missing := ""
		if err == nil {
			for _, want := range mspIDs {
				if len(known.GetPeersByOrg()[want].GetPeers()) == 0 {
					missing = want
				}
			}
			if missing == "" {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fault.New(fault.Unavailable, "peers_apart", "the members' peers do not see each other yet").
				WithHint("see their state: b4a node list").
				WithCause(errors.Join(err, fmt.Errorf("no peer of %s", missing), ctx.Err()))
		case <-ticker.C:
		}
	}
}
