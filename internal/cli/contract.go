// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

func (a *app) contractCommand() *cobra.Command {
	return group("contract", "Contracts: Fabric chaincode on a ledger",
		a.contractCatalogueCommand(), a.contractDeployCommand(), a.contractListCommand(), a.contractShowCommand(),
		a.contractFunctionsCommand(), a.contractLogsCommand(), a.contractImportCommand())
}

func (a *app) contractCatalogueCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "catalogue", Short: "List the contracts that the platform offers", Args: positional()}
	limit := limitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, _ []string) error {
		items, err := collect(c.Catalogue(ctx, limit.page()), limit)
		if err != nil {
			return err
		}
		return printList(a, items, func(e api.CatalogueEntry) string { return e.Name }, "The catalogue is empty.",
			column[api.CatalogueEntry]{title: "NAME", cell: func(e api.CatalogueEntry) string { return e.Name }},
			column[api.CatalogueEntry]{title: "VERSION", cell: func(e api.CatalogueEntry) string { return e.Version }},
			column[api.CatalogueEntry]{title: "TITLE", cell: func(e api.CatalogueEntry) string { return a.text(e.Title) }},
			column[api.CatalogueEntry]{title: "DESCRIPTION", spare: true, cell: func(e api.CatalogueEntry) string {
				return a.text(e.Description)
			}},
		)
	})
	return cmd
}

// text chooses a text in the user's language (LC_ALL, LC_MESSAGES, LANG), or English.
func (a *app) text(byLanguage map[string]string) string {
	for _, v := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		locale := a.env.Getenv(v)
		if locale == "" {
			continue
		}
		language, _, _ := strings.Cut(strings.ToLower(locale), "_")
		if t := byLanguage[language]; t != "" {
			return t
		}
		break
	}
	return byLanguage["en"]
}

func (a *app) contractDeployCommand() *cobra.Command {
	in := api.NewContract{}
	cmd := &cobra.Command{
		Use: "deploy CATALOGUE-ENTRY --ledger NAME", Short: "Deploy a contract of the catalogue on a ledger",
		Example: "  b4a contract deploy exams --ledger azterketak", Args: positional("CATALOGUE-ENTRY"),
		ValidArgsFunction: byPosition(a.catalogueNames()),
	}
	ledger := a.ledgerFlag(cmd)
	cmd.Flags().StringVar(&in.Name, "name", "", "name on the ledger; the entry's own by default")
	wait := waitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		in.Catalogue = args[0]
		op, err := c.NewContract(ctx, *ledger, in)
		if err != nil {
			return err
		}
		return a.follow(ctx, c, op, *wait, func() error {
			return a.showContract(ctx, c, *ledger, first(in.Name, in.Catalogue))
		})
	})
	return cmd
}

func (a *app) contractListCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "list --ledger NAME", Short: "List a ledger's contracts", Args: positional()}
	ledger := a.ledgerFlag(cmd)
	limit := limitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, _ []string) error {
		items, err := collect(c.Contracts(ctx, *ledger, limit.page()), limit)
		if err != nil {
			return err
		}
		return printList(a, items, func(k api.Contract) string { return k.Name },
			"No contracts yet: b4a contract deploy exams --ledger "+*ledger,
			column[api.Contract]{title: "NAME", cell: func(k api.Contract) string { return k.Name }},
			column[api.Contract]{title: "STATE", cell: func(k api.Contract) string {
				return stateAndReason(k.State, k.Reason)
			}},
			column[api.Contract]{title: "VERSION", cell: func(k api.Contract) string { return k.Version }},
			column[api.Contract]{title: "SEQUENCE", right: true, cell: func(k api.Contract) string {
				return strconv.FormatInt(k.Sequence, 10)
			}},
			column[api.Contract]{title: "APPROVED BY", cell: func(k api.Contract) string { return list(k.Approvals) }},
			column[api.Contract]{title: "AGE", spare: true, cell: func(k api.Contract) string {
				return a.since(k.CreatedAt)
			}},
		)
	})
	return cmd
}

func (a *app) contractShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show NAME --ledger NAME", Short: "Show a contract", Args: positional("NAME"),
		ValidArgsFunction: byPosition(a.contractNames()),
	}
	ledger := a.ledgerFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		return a.showContract(ctx, c, *ledger, args[0])
	})
	return cmd
}

func (a *app) showContract(ctx context.Context, c *client.Client, ledger, name string) error {
	k, err := c.Contract(ctx, ledger, name)
	if err != nil {
		return err
	}
	process := ""
	if p := k.Process; p != nil {
		process = stateAndReason(p.Phase, p.Reason) + fmt.Sprintf("  restarts %d  %s", p.Restarts, size(p.RSS))
	}
	collections := make([]string, len(k.Collections))
	for i, col := range k.Collections {
		collections[i] = col.Name + "  " + list(col.Organizations)
	}
	return a.printOne(k, k.Name, []field{
		{"Name", k.Name},
		{"Ledger", k.Ledger},
		{"Catalogue", k.Catalogue},
		{"State", stateAndReason(k.State, k.Reason)},
		{"Version", k.Version + "  sequence " + strconv.FormatInt(k.Sequence, 10)},
		{"Endorsement", k.Endorsement},
		{"Private data", strings.Join(collections, "\n")},
		{"Approved by", list(k.Approvals)},
		{"Package ID", k.PackageID},
		{"Process", process},
		{"Since", a.clock(k.CreatedAt)},
	})
}

func (a *app) contractFunctionsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "functions NAME --ledger NAME", Short: "List a contract's functions with their parameters",
		Args: positional("NAME"), ValidArgsFunction: byPosition(a.contractNames()),
	}
	ledger := a.ledgerFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		m, err := c.ContractMetadata(ctx, *ledger, args[0])
		if err != nil {
			return err
		}
		if a.output == "json" {
			return a.printJSON(m)
		}
		return printList(a, m.Functions, func(f api.ContractFunction) string { return f.Name }, "No functions.",
			column[api.ContractFunction]{title: "FUNCTION", cell: func(f api.ContractFunction) string { return f.Name }},
			column[api.ContractFunction]{title: "BY", cell: func(f api.ContractFunction) string {
				if f.Submit {
					return "submit"
				}
				return "evaluate"
			}},
			column[api.ContractFunction]{title: "PARAMETERS", cell: parameters},
			column[api.ContractFunction]{title: "DESCRIPTION", spare: true, cell: func(f api.ContractFunction) string {
				return first(f.Description, f.Title)
			}},
		)
	})
	return cmd
}

func parameters(f api.ContractFunction) string {
	out := make([]string, len(f.Parameters))
	for i, p := range f.Parameters {
		var schema struct {
			Type string `json:"type"`
		}
		out[i] = p.Name
		if json.Unmarshal(p.Schema, &schema) == nil && schema.Type != "" && schema.Type != "string" {
			out[i] += " " + schema.Type
		}
	}
	return list(out)
}

func (a *app) contractLogsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "logs NAME --ledger NAME", Short: "Print the last lines of a contract's log", Args: positional("NAME"),
		ValidArgsFunction: byPosition(a.contractNames()),
	}
	ledger := a.ledgerFlag(cmd)
	tail := cmd.Flags().Int("tail", 0, "number of lines; 0: as many as the platform likes")
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		logs, err := c.ContractLogs(ctx, *ledger, args[0], *tail)
		if err != nil {
			return err
		}
		return a.printLogs(logs)
	})
	return cmd
}
