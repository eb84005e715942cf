// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

const (
	minDisk  = 1 << 30 // bytes
	warnDisk = 5 << 30
	minFiles = 4096 // open files: each peer and orderer holds hundreds
)

func (a *app) doctorCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "doctor", Short: "Examine this machine and the platform, and say what to do", Args: positional(),
	}
	cmd.RunE = a.run(func(ctx context.Context, _ []string) error {
		report := api.Report{State: "ok", Checks: a.localChecks()}
		c, err := a.client()
		if err != nil {
			return err
		}
		remote, err := c.Doctor(ctx)
		if _, away := errors.AsType[*client.UnreachableError](err); away {
			report.Checks = append(report.Checks, a.absent(ctx, c.URL()))
		} else if err != nil {
			return err
		}
		report.Checks = append(report.Checks, remote.Checks...)
		for _, check := range report.Checks {
			report.State = worse(report.State, check.State)
		}
		return a.printReport(report)
	})
	return cmd
}

func worse(a, b string) string {
	rank := map[string]int{"ok": 0, "warning": 1, "error": 2}
	if rank[b] > rank[a] {
		return b
	}
	return a
}

func (a *app) printReport(r api.Report) error {
	if a.output == "json" {
		if err := a.printJSON(r); err != nil {
			return err
		}
	} else {
		mark := map[string]string{"ok": "✓", "warning": "!", "error": "✗"}
		for _, c := range r.Checks {
			lines := []string{mark[c.State] + " " + printable(first(c.Title, c.Name)) + ": " + printable(c.Detail)}
			if c.Hint != "" {
				lines = append(lines, "  Try: "+printable(c.Hint))
			}
			if err := a.println(a.env.Stdout, lines...); err != nil {
				return err
			}
		}
	}
	if r.State == "error" {
		return silentError(exitFailed)
	}
	return nil
}

// localChecks examines what a platform on this machine would need.
func (a *app) localChecks() []api.Check {
	return []api.Check{a.checkDisk(), checkFiles(), a.checkClock(), a.checkDataDir()}
}

func (a *app) checkDisk() api.Check {
	c := api.Check{Name: "local-disk", Title: "Disk space", State: "ok"}
	dir := a.defaultDataDir()
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	free, err := freeDisk(dir)
	if err != nil {
		c.State, c.Detail = "warning", err.Error()
		return c
	}
	c.Detail = size(free) + " free at " + dir
	switch {
	case free < minDisk:
		c.State, c.Hint = "error", "free some space, or choose another --data-dir"
	case free < warnDisk:
		c.State, c.Hint = "warning", "ledgers only grow: have "+size(warnDisk)+" or more"
	}
	return c
}

func checkFiles() api.Check {
	c := api.Check{Name: "local-files", Title: "Limit of open files", State: "ok"}
	n, err := openFilesLimit()
	if err != nil {
		c.State, c.Detail = "warning", err.Error()
		return c
	}
	c.Detail = strconv.FormatUint(n, 10)
	if n < minFiles {
		c.State, c.Hint = "warning", fmt.Sprintf("ulimit -n %d", minFiles*4)
	}
	return c
}

// checkClock finds clocks that were never set: certificates would not be valid yet.
func (a *app) checkClock() api.Check {
	c := api.Check{Name: "local-clock", Title: "Clock", State: "ok", Detail: a.clock(a.env.Now())}
	if a.env.Now().Year() < 2026 {
		c.State, c.Hint = "error", "set the clock (timedatectl set-ntp true)"
	}
	return c
}

func (a *app) checkDataDir() api.Check {
	c := api.Check{Name: "local-data-dir", Title: "Data directory", State: "ok"}
	dir := a.defaultDataDir()
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		c.Detail = dir + " is not there yet"
	case err != nil:
		c.State, c.Detail = "error", err.Error()
	case info.Mode().Perm()&0o077 != 0:
		c.State, c.Detail = "error", fmt.Sprintf("%s is open to others (%04o)", dir, info.Mode().Perm())
		c.Hint = "chmod 700 " + dir
	default:
		c.Detail = dir
	}
	return c
}

// absent is the finding that no platform answers at an address: fine when one could be started there.
func (a *app) absent(ctx context.Context, address string) api.Check {
	c := api.Check{
		Name: "platform", Title: "Platform", State: "warning", Detail: "nothing answers at " + address,
		Hint: "b4a up",
	}
	u, err := url.Parse(address)
	if err != nil || !loopback(address) {
		return c
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", u.Host)
	if err != nil {
		c.State, c.Detail = "error", "no b4a at "+address+", and its port can't be used: "+err.Error()
		c.Hint = "b4a up --listen 127.0.0.1:PORT with a free port"
		return c
	}
	_ = l.Close() // it was only to see whether the port is free
	c.Detail += ", and its port is free"
	return c
}
