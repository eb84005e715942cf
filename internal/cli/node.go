// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

func (a *app) nodeCommand() *cobra.Command {
	return group("node", "Nodes: peers and orderers",
		a.nodeListCommand(), a.nodeShowCommand(), a.nodeLogsCommand(), a.nodeRestartCommand(),
		a.nodeCSRCommand(), a.nodeCertificateCommand())
}

func (a *app) nodeListCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List nodes with their observed state", Args: positional()}
	limit := limitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, _ []string) error {
		items, err := collect(c.Nodes(ctx, limit.page()), limit)
		if err != nil {
			return err
		}
		return printList(a, items, func(n api.Node) string { return n.ID }, "No nodes.",
			column[api.Node]{title: "ID", cell: func(n api.Node) string { return n.ID }},
			column[api.Node]{title: "KIND", cell: func(n api.Node) string { return n.Kind }},
			column[api.Node]{title: "PHASE", cell: func(n api.Node) string { return stateAndReason(n.Phase, n.Reason) }},
			column[api.Node]{title: "SINCE", cell: func(n api.Node) string { return a.since(n.Since) }},
			column[api.Node]{title: "RESTARTS", right: true, cell: func(n api.Node) string {
				return strconv.Itoa(n.Restarts)
			}},
			column[api.Node]{title: "MEMORY", right: true, cell: func(n api.Node) string { return size(n.RSS) }},
			column[api.Node]{title: "DISK", right: true, cell: func(n api.Node) string { return size(n.Disk) }, spare: true},
			column[api.Node]{title: "ADDRESS", cell: func(n api.Node) string { return n.Address }, spare: true},
		)
	})
	return cmd
}

func (a *app) nodeShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show a node", Args: positional("ID"), ValidArgsFunction: byPosition(a.nodeNames()),
	}
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		n, err := c.Node(ctx, args[0])
		if err != nil {
			return err
		}
		return a.printNode(n)
	})
	return cmd
}

func (a *app) printNode(n api.Node) error {
	healthy := ""
	if n.HealthyAt != nil {
		healthy = a.clock(*n.HealthyAt)
	}
	return a.printOne(n, n.ID, []field{
		{"ID", n.ID},
		{"Kind", n.Kind},
		{"Organization", n.Organization},
		{"Phase", stateAndReason(n.Phase, n.Reason)},
		{"Since", a.clock(n.Since)},
		{"Last healthy", healthy},
		{"Address", n.Address},
		{"Ledgers", list(n.Channels)},
		{"Fabric", n.Version},
		{"Restarts", strconv.Itoa(n.Restarts)},
		{"Process", positive(n.PID)},
		{"Memory", size(n.RSS)},
		{"CPU time", strconv.FormatFloat(n.CPUSeconds, 'f', 1, 64) + " s"},
		{"Disk", size(n.Disk)},
	})
}

func (a *app) nodeLogsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "logs ID", Short: "Print the last lines of a node's log", Args: positional("ID"),
		ValidArgsFunction: byPosition(a.nodeNames()),
	}
	tail := cmd.Flags().Int("tail", 0, "number of lines; 0: as many as the platform likes")
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		logs, err := c.NodeLogs(ctx, args[0], *tail)
		if err != nil {
			return err
		}
		return a.printLogs(logs)
	})
	return cmd
}

func (a *app) printLogs(logs api.LogLines) error {
	if a.output == "json" {
		return a.printJSON(logs)
	}
	for i, l := range logs.Lines {
		logs.Lines[i] = printable(l)
	}
	return a.println(a.env.Stdout, logs.Lines...)
}

func (a *app) nodeRestartCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "restart ID", Short: "Stop a node and start it again", Args: positional("ID"),
		ValidArgsFunction: byPosition(a.nodeNames()),
	}
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		n, err := c.RestartNode(ctx, args[0])
		if err != nil {
			return err
		}
		return a.printNode(n)
	})
	return cmd
}

func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}
