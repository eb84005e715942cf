// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

func (a *app) openAPICommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "openapi", Short: "Print the description of the REST API (OpenAPI 3.1, JSON)", Args: positional(),
	}
	cmd.RunE = a.run(func(context.Context, []string) error {
		b, err := a.env.OpenAPI()
		if err != nil {
			return fmt.Errorf("openapi: %w", err)
		}
		if _, err := a.env.Stdout.Write(append(bytes.TrimRight(b, "\n"), '\n')); err != nil {
			return fmt.Errorf("print: %w", err)
		}
		return nil
	})
	return cmd
}
