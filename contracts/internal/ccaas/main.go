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

// Main is all that a contract's command does: it serves what open gives as the environment describes (FromEnvironment),
// until the process is told to end, and gives the exit code.
func Main[C shim.Chaincode](ctx context.Context, name string, open func() (C, error)) int {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGINT)
	err := serve(ctx, name, open, os.Getenv, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, name+":", err)
		return 1
	}
	return 0
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
