// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/blockchain4all/blockchain4all/internal/fabric/release"
)

// measureStart starts b4a on empty data directories and, in turn, the same Fabric processes plainly: with the
// configuration and certificates that a b4a left behind, whose ledgers are empty.
func measureStart(ctx context.Context, o options, scratch string) ([]row, error) {
	var ours, plain []time.Duration
	for i := range o.rounds {
		dir := filepath.Join(scratch, fmt.Sprintf("start%d", i))
		p, err := launch(ctx, o, dir)
		if err != nil {
			return nil, err
		}
		p.stop()
		ours = append(ours, p.ready)
		d, err := startPlainly(ctx, filepath.Join(dir, "nodes"))
		if err != nil {
			return nil, fmt.Errorf("plain processes: %w", err)
		}
		plain = append(plain, d)
	}
	return []row{{
		"start on an empty data directory, p50", "≤ 1.2 s, ≤ 3 × plain",
		seconds(median(ours)), seconds(median(plain)) + " plain processes", ratio(median(ours), median(plain)),
	}}, nil
}

// startPlainly starts every node of a data directory as a shell script would and measures until all are healthy.
func startPlainly(ctx context.Context, nodes string) (time.Duration, error) {
	fabric, err := release.Open(release.DefaultDir())
	if err != nil {
		return 0, err
	}
	entries, err := os.ReadDir(nodes)
	if err != nil {
		return 0, fmt.Errorf("list nodes: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	begin := time.Now()
	var commands []*exec.Cmd
	defer func() {
		cancel()
		for _, c := range commands {
			_ = c.Wait()
		}
	}()
	g, ctx := errgroup.WithContext(ctx)
	for _, e := range entries {
		dir := filepath.Join(nodes, e.Name())
		if err := os.RemoveAll(filepath.Join(dir, "data")); err != nil {
			return 0, fmt.Errorf("empty %s: %w", e.Name(), err)
		}
		name, args := "orderer", []string{}
		if _, err := os.Stat(filepath.Join(dir, "core.yaml")); err == nil {
			name, args = "peer", []string{"node", "start"}
		}
		program := fabric.Path(name)
		cmd := exec.CommandContext(ctx, program, args...)
		cmd.Dir, cmd.Env = dir, []string{"FABRIC_CFG_PATH=" + dir, "PATH=" + os.Getenv("PATH"), "HOME=" + dir, "FABRIC_LOGGING_SPEC=warn"}
		if err := cmd.Start(); err != nil {
			return 0, fmt.Errorf("exec %s: %w", name, err)
		}
		commands = append(commands, cmd)
		g.Go(func() error { return healthy(ctx, dir) })
	}
	err = g.Wait()
	return time.Since(begin), err
}

// healthy waits for a node's health endpoint.
func healthy(ctx context.Context, dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, "endpoints.json"))
	if err != nil {
		return fmt.Errorf("read endpoints: %w", err)
	}
	var e struct {
		Host           string `json:"host"`
		OperationsPort int    `json:"operationsPort"`
	}
	if err := json.Unmarshal(data, &e); err != nil {
		return fmt.Errorf("decode endpoints: %w", err)
	}
	url := "http://" + net.JoinHostPort(e.Host, strconv.Itoa(e.OperationsPort)) + "/healthz"
	return until(ctx, func() error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return errors.New(res.Status)
		}
		return nil
	})
}
