// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"fmt"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
)

// Describe tells about the installation as a whole.
func (p *platform) Describe(ctx context.Context) (api.Platform, error) {
	d := api.Platform{
		Name: "Blockchain4all", Version: p.config.Version, FabricVersion: p.fabric.Version(),
		Ordering: string(p.ordering), State: "ready", StartedAt: p.started.UTC(),
	}
	orgs, err := p.orgs.List(ctx, "", 0)
	if err != nil {
		return d, err
	}
	channels, err := p.channels.List(ctx, "", "", 0)
	if err != nil {
		return d, err
	}
	contracts, err := p.contracts.List(ctx, "")
	if err != nil {
		return d, err
	}
	nodes, err := p.nodes.List(ctx, "")
	if err != nil {
		return d, err
	}
	d.Organizations, d.Ledgers, d.Contracts, d.Nodes = len(orgs), len(channels), len(contracts), len(nodes)
	for _, n := range nodes {
		if o, err := p.nodes.Observe(ctx, n.ID); err == nil && o.Phase == node.Running {
			d.NodesRunning++
		}
	}
	done, _ := p.boot.get()
	if err := p.Ready(ctx); err != nil {
		d.State, d.Reason = "degraded", fault.Of(err).Message
		if !done {
			d.State = "starting"
		}
	} else if d.NodesRunning < d.Nodes {
		d.State, d.Reason = "degraded", fmt.Sprintf("%d of %d nodes are running", d.NodesRunning, d.Nodes)
	}
	return d, nil
}
