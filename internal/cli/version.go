// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"runtime"

	"github.com/spf13/cobra"
)

// versions is what `b4a version -o json` prints.
type versions struct {
	Version       string `json:"version"`
	FabricVersion string `json:"fabricVersion"`
	GoVersion     string `json:"goVersion"`
	Platform      string `json:"platform"`
}

func (a *app) versionCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "version", Short: "Print the versions of b4a and of Hyperledger Fabric", Args: positional()}
	cmd.RunE = a.run(func(context.Context, []string) error {
		v := versions{a.env.Version, a.env.FabricVersion, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
		return a.printOne(v, v.Version, []field{
			{"b4a", v.Version}, {"Hyperledger Fabric", v.FabricVersion}, {"Go", v.GoVersion}, {"Platform", v.Platform},
		})
	})
	return cmd
}
