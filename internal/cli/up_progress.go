// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
)

const watchEvery = 60 * time.Millisecond

// watchNodes tells of each node that begins to run, and of each that can't, until ctx ends.
func (a *app) watchNodes(ctx context.Context, cfg ServeConfig) {
	host, port, err := net.SplitHostPort(cfg.Listen)
	if err != nil || port == "0" {
		return // the address is known only when all is ready
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	start := a.env.Now()
	said := map[string]string{}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, n := range a.nodesOf(ctx, cfg, "http://"+net.JoinHostPort(host, port)) {
			if said[n.ID] == n.Phase {
				continue
			}
			said[n.ID] = n.Phase
			a.tellNode(n, a.env.Now().Sub(start))
		}
	}
}

// nodesOf lists the nodes of a platform that may not answer yet.
func (a *app) nodesOf(ctx context.Context, cfg ServeConfig, url string) []api.Node {
	c, err := a.operator(cfg, url)
	if err != nil {
		return nil
	}
	defer c.Close()
	var out []api.Node
	for n, err := range c.Nodes(ctx) {
		if err != nil {
			return out
		}
		out = append(out, n)
	}
	return out
}

func (a *app) tellNode(n api.Node, after time.Duration) {
	switch n.Phase {
	case "running":
		a.note("✓ %s is running (%.1f s)", n.ID, after.Seconds())
	case "unhealthy", "backoff", "failed":
		a.note("! %s is %s", n.ID, printable(stateAndReason(n.Phase, n.Reason)))
	}
}

// welcome prints the console's address and the next steps.
func (a *app) welcome(cfg ServeConfig, info ReadyInfo, took time.Duration) error {
	lines := []string{
		"",
		fmt.Sprintf("Blockchain4all is ready (%.1f s).", took.Seconds()),
		"",
	}
	if info.SignInURL != "" {
		lines = append(lines, "  Console  "+info.SignInURL, "           (opens signed in, once; later: b4a login --browser)")
	} else {
		lines = append(lines, "  Console  "+info.URL, "           (to sign in: b4a login --browser)")
	}
	lines = append(lines, "", "  Next, in another terminal:")
	if cfg.DataDir != a.defaultDataDir() {
		lines = append(lines,
			"    export B4A_URL="+info.URL, `    export B4A_TOKEN="$(cat '`+cfg.DataDir+`/operator-token')"`)
	}
	return a.println(a.env.Stdout, append(lines,
		`    b4a org create bizkaia --name "Bizkaiko Foru Aldundia" --kind public-body`,
		`    b4a org create unibertsitatea --name Unibertsitatea --kind university`,
		`    b4a ledger create azterketak --org bizkaia --org unibertsitatea`,
		`    b4a contract deploy exams --ledger azterketak`,
		"",
		"  Ctrl-C stops the platform; the data stays in "+cfg.DataDir,
		"",
	)...)
}
