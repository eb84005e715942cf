// SPDX-License-Identifier: Apache-2.0

package ccaas

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
)

// Main is the main function of a contract's command: it serves what open gives as the environment describes
// (FromEnvironment), until the process is told to end, and exits with 1 when that fails.
func Main[C shim.Chaincode](name string, open func() (C, error)) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	err := serve(ctx, name, open, os.Getenv, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, name+":", err)
		os.Exit(1)
	}
}

func serve[C shim.Chaincode](
	ctx context.Context, name string, open func() (C, error), getenv func(string) string, out io.Writer,
) error {
	config, err := FromEnvironment(getenv, os.ReadFile)
	if err != nil {
		return err
	}
	cc, err := open()
	if err != nil {
		return err
	}
	return Run(ctx, cc, config, slog.New(slog.NewTextHandler(out, nil)).With("chaincode", name))
}
