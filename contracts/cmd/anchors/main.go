// SPDX-License-Identifier: Apache-2.0

// Command anchors serves the contract anchors as a chaincode service; its environment is described at
// ccaas.FromEnvironment.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/blockchain4all/blockchain4all/contracts/anchors"
	"github.com/blockchain4all/blockchain4all/contracts/internal/ccaas"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	err := run(ctx, os.Getenv, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "anchors:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, getenv func(string) string, out io.Writer) error {
	config, err := ccaas.FromEnvironment(getenv, os.ReadFile)
	if err != nil {
		return err
	}
	cc, err := anchors.New()
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(out, nil)).With("chaincode", anchors.Name)
	return ccaas.Run(ctx, cc, config, log)
}
