// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"iter"
	"strconv"

	"github.com/blockchain4all/blockchain4all/api"
)

// Nodes lists peers and orderers.
func (c *Client) Nodes(ctx context.Context, opts ...CallOption) iter.Seq2[api.Node, error] {
	return pages[api.Node](ctx, c, at("nodes"), opts...)
}

// Node gives one node.
func (c *Client) Node(ctx context.Context, id string) (api.Node, error) {
	return get[api.Node](ctx, c, at("nodes", id))
}

// NodeLogs gives the last lines of a node's log; tail of zero leaves their number to the platform.
func (c *Client) NodeLogs(ctx context.Context, id string, tail int) (api.LogLines, error) {
	return get[api.LogLines](ctx, c, at("nodes", id, "logs"), tailOption(tail))
}

// RestartNode stops a node and starts it again.
func (c *Client) RestartNode(ctx context.Context, id string, opts ...CallOption) (api.Node, error) {
	return post[api.Node](ctx, c, at("nodes", id, "restart"), nil, opts)
}

func tailOption(tail int) CallOption {
	if tail <= 0 {
		return query("tail", "")
	}
	return query("tail", strconv.Itoa(tail))
}
