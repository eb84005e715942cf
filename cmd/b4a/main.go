// SPDX-License-Identifier: Apache-2.0

// Command b4a runs a Blockchain4all platform and works with it. Started by a peer under the name of one of the steps
// of an external chaincode builder, it is that step.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/cli"
	"github.com/blockchain4all/blockchain4all/internal/fabric/release"
)

// version is set by the build (-ldflags "-X main.version=…").
var version = "dev"

func main() {
	if code, handled := build(os.Args, os.Stdout, os.Stderr); handled {
		os.Exit(code)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		cancel() // the first asks for an orderly end
		<-signals
		os.Exit(1) // the second does not wait for it
	}()
	os.Exit(cli.Main(ctx, cli.Env{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Now: time.Now,
		Version: version, FabricVersion: release.Version, Serve: serve, OpenAPI: openAPI,
	}))
}
