// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"iter"
	"time"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

const completionTimeout = 2 * time.Second

// completer proposes words for an argument or flag.
type completer func(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective)

func (a *app) completionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "completion bash|zsh|fish|powershell", Short: "Print a script that completes b4a's words in a shell",
		Long: "Print a script that completes b4a's words in a shell, names from the platform included.\n\n" +
			"  bash: source <(b4a completion bash)\n  zsh:  source <(b4a completion zsh)\n" +
			"  fish: b4a completion fish | source",
		Args: positional("SHELL"), ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
	}
	cmd.RunE = a.run(func(_ context.Context, args []string) error {
		switch args[0] {
		case "bash":
			return a.root.GenBashCompletionV2(a.env.Stdout, true)
		case "zsh":
			return a.root.GenZshCompletion(a.env.Stdout)
		case "fish":
			return a.root.GenFishCompletion(a.env.Stdout, true)
		case "powershell":
			return a.root.GenPowerShellCompletionWithDesc(a.env.Stdout)
		}
		return usage("b4a completion bash|zsh|fish|powershell", "completion for %q is not available", args[0])
	})
	return cmd
}

// complete proposes words for a flag.
func (a *app) complete(cmd *cobra.Command, flag string, words completer) {
	err := cmd.RegisterFlagCompletionFunc(flag, words)
	if err != nil {
		panic("command without flag " + flag) // a mistake in this package, seen by every test
	}
}

func fixed(words ...string) completer {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return words, cobra.ShellCompDirectiveNoFileComp
	}
}

// byPosition proposes words for each argument in its turn.
func byPosition(words ...completer) completer {
	return func(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
		if len(args) >= len(words) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return words[len(args)](cmd, args, toComplete)
	}
}

// names proposes the names of the platform's things; without a platform it proposes nothing.
func names[T any](
	a *app, items func(context.Context, *client.Client, *cobra.Command, []string) iter.Seq2[T, error],
	name func(T) string,
) completer {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		ctx, cancel := context.WithTimeout(cmd.Context(), completionTimeout)
		defer cancel()
		c, err := a.client()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var out []string
		for item, err := range items(ctx, c, cmd, args) {
			if err != nil {
				break
			}
			out = append(out, name(item))
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

func (a *app) orgNames() completer {
	return names(a, func(
		ctx context.Context, c *client.Client, _ *cobra.Command, _ []string,
	) iter.Seq2[api.Organization, error] {
		return c.Organizations(ctx)
	}, func(o api.Organization) string { return o.ID })
}

func (a *app) ledgerNames() completer {
	return names(a, func(
		ctx context.Context, c *client.Client, _ *cobra.Command, _ []string,
	) iter.Seq2[api.Ledger, error] {
		return c.Ledgers(ctx)
	}, func(l api.Ledger) string { return l.Name })
}

func (a *app) nodeNames() completer {
	return names(a, func(
		ctx context.Context, c *client.Client, _ *cobra.Command, _ []string,
	) iter.Seq2[api.Node, error] {
		return c.Nodes(ctx)
	}, func(n api.Node) string { return n.ID })
}

func (a *app) catalogueNames() completer {
	return names(a, func(
		ctx context.Context, c *client.Client, _ *cobra.Command, _ []string,
	) iter.Seq2[api.CatalogueEntry, error] {
		return c.Catalogue(ctx)
	}, func(e api.CatalogueEntry) string { return e.Name })
}

func (a *app) operationIDs() completer {
	return names(a, func(
		ctx context.Context, c *client.Client, _ *cobra.Command, _ []string,
	) iter.Seq2[api.Operation, error] {
		return c.Operations(ctx, client.OperationFilter{})
	}, func(o api.Operation) string { return o.ID + "\t" + o.Kind + " " + o.Subject })
}

// contractNames proposes the contracts of the ledger given by --ledger or by the first argument.
func (a *app) contractNames() completer {
	return names(a, func(
		ctx context.Context, c *client.Client, cmd *cobra.Command, args []string,
	) iter.Seq2[api.Contract, error] {
		return c.Contracts(ctx, ledgerOf(cmd, args))
	}, func(k api.Contract) string { return k.Name })
}

// functionNames proposes the functions of the contract that the first two arguments name.
func (a *app) functionNames() completer {
	return names(a, func(
		ctx context.Context, c *client.Client, _ *cobra.Command, args []string,
	) iter.Seq2[api.ContractFunction, error] {
		return func(yield func(api.ContractFunction, error) bool) {
			m, err := c.ContractMetadata(ctx, args[0], args[1])
			if err != nil {
				return
			}
			for _, f := range m.Functions {
				if !yield(f, nil) {
					return
				}
			}
		}
	}, func(f api.ContractFunction) string { return f.Name + "\t" + f.Title })
}

// appNames proposes the applications of the organization given by --org.
func (a *app) appNames() completer {
	return names(a, func(
		ctx context.Context, c *client.Client, cmd *cobra.Command, _ []string,
	) iter.Seq2[api.Application, error] {
		return c.Applications(ctx, flagValue(cmd, "org"))
	}, func(p api.Application) string { return p.Name })
}

func ledgerOf(cmd *cobra.Command, args []string) string {
	if l := flagValue(cmd, "ledger"); l != "" || len(args) == 0 {
		return l
	}
	return args[0]
}

func flagValue(cmd *cobra.Command, name string) string {
	f := cmd.Flag(name)
	if f == nil {
		return ""
	}
	return f.Value.String()
}
