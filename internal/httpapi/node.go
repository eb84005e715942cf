// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
)

// NodePath names a node. It is exported for huma, which fills exported embedded fields only.
type NodePath struct {
	Node string `path:"node" maxLength:"64" doc:"Node ID." example:"bizkaia-peer0"`
}

type logsInput struct {
	NodePath
	Tail int `query:"tail" minimum:"1" maximum:"2000" default:"200" doc:"Number of lines."`
}

func (s *Server) nodeRoutes() {
	register(s, route{
		id: "listNodes", method: http.MethodGet, path: "/nodes", tag: "nodes",
		summary: "List nodes by ID, as they were last observed", action: access.NodeRead,
	}, s.listNodes)
	register(s, route{
		id: "getNode", method: http.MethodGet, path: "/nodes/{node}", tag: "nodes",
		summary: "Show a node", action: access.NodeRead,
	}, func(ctx context.Context, in *NodePath) (*body[api.Node], error) {
		n, err := s.seeNode(ctx, in.Node)
		if err != nil {
			return nil, err
		}
		return answer(s.showNode(ctx, n))
	})
	register(s, route{
		id: "getNodeLogs", method: http.MethodGet, path: "/nodes/{node}/logs", tag: "nodes",
		summary: "Show a node's last log lines", action: access.NodeRead,
	}, func(ctx context.Context, in *logsInput) (*body[api.LogLines], error) {
		n, err := s.seeNode(ctx, in.Node)
		if err != nil {
			return nil, err
		}
		lines, err := s.Nodes.Logs(ctx, n.ID, in.Tail)
		return answer(api.LogLines{Lines: lines}, err)
	})
	register(s, route{
		id: "restartNode", method: http.MethodPost, path: "/nodes/{node}/restart", tag: "nodes",
		summary: "Restart a node", status: http.StatusAccepted, action: access.NodeManage,
	}, func(ctx context.Context, in *NodePath) (*body[api.Node], error) {
		n, err := s.seeNode(ctx, in.Node)
		if err != nil {
			return nil, err
		}
		audit.Concern(ctx, n.Org)
		before, err := s.Nodes.Observe(ctx, n.ID)
		if err != nil {
			return nil, err
		}
		audit.Note(ctx, map[string]any{"phase": before.Phase, "pid": before.PID}, nil)
		if err := s.Nodes.Restart(ctx, n.ID); err != nil {
			return nil, err
		}
		return answer(s.showNode(ctx, n))
	})
}

// seeNode gives a node that the caller may know of.
func (s *Server) seeNode(ctx context.Context, id string) (node.Node, error) {
	p, err := principal(ctx)
	if err != nil {
		return node.Node{}, err
	}
	n, err := s.Nodes.Get(ctx, id)
	if err == nil && p.Org != "" && n.Org != p.Org {
		return node.Node{}, fault.New(fault.NotFound, "node_not_found", "there is no node %q", id).
			WithHint("see which there are: b4a node list")
	}
	return n, err
}

func (s *Server) listNodes(ctx context.Context, in *Paging) (*body[api.Page[api.Node]], error) {
	p, err := principal(ctx)
	if err != nil {
		return nil, err
	}
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	all, err := s.Nodes.List(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	part := window(all, after, in.Limit, func(n node.Node) string { return n.ID })
	show := func(n node.Node) (api.Node, error) { return s.showNode(ctx, n) }
	return pageOf(part, in.Limit, show, func(n node.Node) string { return n.ID })
}

func (s *Server) showNode(ctx context.Context, n node.Node) (api.Node, error) {
	o, err := s.Nodes.Observe(ctx, n.ID)
	if err != nil {
		return api.Node{}, err
	}
	channels, err := s.Channels.OfNode(ctx, n)
	if err != nil {
		return api.Node{}, err
	}
	shown := api.Node{
		ID: n.ID, Kind: string(n.Kind), Organization: n.Org, Phase: string(o.Phase), Reason: o.Reason,
		Since: o.Since.UTC(), Address: n.Address(), Version: o.Version, Restarts: o.Restarts, PID: o.PID,
		RSS: o.Usage.RSSBytes, CPUSeconds: o.Usage.CPUSeconds, Disk: o.Usage.DiskBytes, Channels: channels,
	}
	if !o.HealthyAt.IsZero() {
		at := o.HealthyAt.UTC()
		shown.HealthyAt = &at
	}
	return shown, nil
}
