// SPDX-License-Identifier: Apache-2.0

package channel

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/blockchain4all/blockchain4all/internal/fabric/ledger"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/node"
)

// heightAge is how old a height may be before a look at it asks a peer again, in the background.
const heightAge = 2 * time.Second

// heightTimeout bounds the question for a height.
const heightTimeout = 2 * time.Second

// maxBlocks is how many blocks one call reads.
const maxBlocks = 201

// heights remembers how high channels are.
type heights struct {
	mu    sync.Mutex
	known map[string]seenHeight
}

type seenHeight struct {
	height uint64
	at     time.Time
	asking bool
}

// reader gives a connection to a member's peer and an identity that may read the channel there: of the members that have
// joined, or of all while none has, the first whose peer is running, else the first.
func (s *Service) reader(ctx context.Context, name string) (*grpc.ClientConn, *msp.Identity, error) {
	members, err := s.joined(ctx, name)
	if err == nil && len(members) == 0 {
		members, err = s.Members(ctx, name)
	}
	if err != nil {
		return nil, nil, err
	}
	chosen := members[0]
	for _, m := range members {
		if o, err := s.nodes.Observe(ctx, node.PeerID(m)); err == nil && o.Phase == node.Running {
			chosen = m
			break
		}
	}
	_, conn, err := s.nodes.PeerOf(ctx, chosen)
	if err != nil {
		return nil, nil, err
	}
	id, err := s.nodes.Reader(ctx, chosen)
	return conn, id, err
}

// Height gives the number of blocks as last seen, at once; one not seen for a while is asked for in the background.
func (s *Service) Height(name string) uint64 {
	s.heights.mu.Lock()
	defer s.heights.mu.Unlock()
	seen := s.heights.known[name]
	if !seen.asking && s.now().Sub(seen.at) > heightAge {
		seen.asking = true
		s.heights.known[name] = seen
		s.background.Go(func() { s.FreshHeight(s.life, name) })
	}
	return seen.height
}

// FreshHeight asks a member's peer for the number of blocks; where none answers it gives the number last seen.
func (s *Service) FreshHeight(ctx context.Context, name string) uint64 {
	ctx, cancel := context.WithTimeout(ctx, heightTimeout)
	defer cancel()
	height, err := s.askHeight(ctx, name)
	s.heights.mu.Lock()
	defer s.heights.mu.Unlock()
	seen := s.heights.known[name]
	if err == nil {
		seen.height = max(seen.height, height)
	}
	seen.at, seen.asking = s.now(), false
	s.heights.known[name] = seen
	return seen.height
}

func (s *Service) askHeight(ctx context.Context, name string) (uint64, error) {
	conn, id, err := s.reader(ctx, name)
	if err != nil {
		return 0, err
	}
	info, err := ledger.GetInfo(ctx, conn, id, name)
	return info.Height, err
}

// Close waits for what the service does in the background. Its context must have ended.
func (s *Service) Close() { s.background.Wait() }

// Block gives one block. An absent one is a fault.NotFound "block_not_found".
func (s *Service) Block(ctx context.Context, name string, number uint64) (*ledger.Block, error) {
	conn, id, err := s.reader(ctx, name)
	if err != nil {
		return nil, err
	}
	return ledger.GetBlock(ctx, conn, id, name, number)
}

// BlockOf gives the block that holds a transaction. An absent one is a fault.NotFound "transaction_not_found".
func (s *Service) BlockOf(ctx context.Context, name, txID string) (*ledger.Block, error) {
	conn, id, err := s.reader(ctx, name)
	if err != nil {
		return nil, err
	}
	return ledger.GetBlockByTxID(ctx, conn, id, name, txID)
}

// Blocks gives up to limit blocks, newest first, below before (nil: from the newest).
func (s *Service) Blocks(ctx context.Context, name string, before *uint64, limit int) ([]*ledger.Block, error) {
	conn, id, err := s.reader(ctx, name)
	if err != nil {
		return nil, err
	}
	var top uint64
	if before != nil {
		top = *before
	} else {
		info, err := ledger.GetInfo(ctx, conn, id, name)
		if err != nil {
			return nil, err
		}
		top = info.Height
	}
	count := min(uint64(min(max(limit, 0), maxBlocks)), top)
	blocks := make([]*ledger.Block, count)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(8)
	for i := range blocks {
		g.Go(func() (err error) {
			blocks[i], err = ledger.GetBlock(ctx, conn, id, name, top-1-uint64(i)) //nolint:gosec // an index
			return err
		})
	}
	return blocks, g.Wait()
}

// OfNode gives the names of the active channels that a node serves: an orderer as a consenter, a peer as its
// organization's.
func (s *Service) OfNode(ctx context.Context, n node.Node) ([]string, error) {
	filter := n.Org
	if n.Kind == node.Orderer {
		filter = ""
	}
	channels, err := s.store.ListChannels(ctx, filter, "", 0)
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, c := range channels {
		if c.State == Active && (n.Kind == node.Peer || slices.Contains(c.Consenters, n.ID)) {
			names = append(names, c.Name)
		}
	}
	return names, nil
}
