// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

func (a *app) ledgerCommand() *cobra.Command {
	return group("ledger", "Ledgers: Fabric channels among organizations",
		a.ledgerCreateCommand(), a.ledgerListCommand(), a.ledgerShowCommand(), a.ledgerAddOrgCommand(),
		a.ledgerInviteCommand(), a.ledgerInvitationsCommand(), a.ledgerAcceptCommand())
}

func (a *app) ledgerCreateCommand() *cobra.Command {
	in := api.NewLedger{}
	cmd := &cobra.Command{
		Use: "create NAME --org ID [--org ID …]", Short: "Create a ledger among organizations",
		Example: "  b4a ledger create azterketak --org bizkaia --org unibertsitatea", Args: positional("NAME"),
	}
	cmd.Flags().StringSliceVar(&in.Organizations, "org", nil, "`ID` of a member; give it for each")
	a.complete(cmd, "org", a.orgNames())
	a.required(cmd, "org")
	wait := waitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		in.Name = args[0]
		op, err := c.NewLedger(ctx, in)
		if err != nil {
			return err
		}
		return a.follow(ctx, c, op, *wait, func() error { return a.showLedger(ctx, c, in.Name) })
	})
	return cmd
}

func (a *app) ledgerListCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List ledgers", Args: positional()}
	limit := limitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, _ []string) error {
		items, err := collect(c.Ledgers(ctx, limit.page()), limit)
		if err != nil {
			return err
		}
		return printList(a, items, func(l api.Ledger) string { return l.Name },
			"No ledgers yet: b4a ledger create NAME --org ID --org ID",
			column[api.Ledger]{title: "NAME", cell: func(l api.Ledger) string { return l.Name }},
			column[api.Ledger]{title: "STATE", cell: func(l api.Ledger) string {
				return stateAndReason(l.State, l.Reason)
			}},
			column[api.Ledger]{title: "BLOCKS", right: true, cell: func(l api.Ledger) string {
				return strconv.FormatUint(l.Height, 10)
			}},
			column[api.Ledger]{title: "ORGANIZATIONS", cell: func(l api.Ledger) string { return list(l.Organizations) }},
			column[api.Ledger]{title: "CONTRACTS", cell: func(l api.Ledger) string { return list(l.Contracts) }},
			column[api.Ledger]{title: "ORDERING", cell: func(l api.Ledger) string { return l.Ordering }, spare: true},
			column[api.Ledger]{title: "AGE", cell: func(l api.Ledger) string { return a.since(l.CreatedAt) }, spare: true},
		)
	})
	return cmd
}

func (a *app) ledgerShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show NAME", Short: "Show a ledger", Args: positional("NAME"),
		ValidArgsFunction: byPosition(a.ledgerNames()),
	}
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		return a.showLedger(ctx, c, args[0])
	})
	return cmd
}

func (a *app) ledgerAddOrgCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "add-org LEDGER ORG", Short: "Add an organization to a running ledger", Args: positional("LEDGER", "ORG"),
		ValidArgsFunction: byPosition(a.ledgerNames(), a.orgNames()),
	}
	wait := waitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		op, err := c.NewLedgerMember(ctx, args[0], api.NewLedgerMember{Organization: args[1]})
		if err != nil {
			return err
		}
		return a.follow(ctx, c, op, *wait, func() error { return a.showLedger(ctx, c, args[0]) })
	})
	return cmd
}

func (a *app) showLedger(ctx context.Context, c *client.Client, name string) error {
	l, err := c.Ledger(ctx, name)
	if err != nil {
		return err
	}
	return a.printOne(l, l.Name, []field{
		{"Name", l.Name},
		{"State", stateAndReason(l.State, l.Reason)},
		{"Organizations", list(l.Organizations)},
		{"Blocks", strconv.FormatUint(l.Height, 10)},
		{"Contracts", list(l.Contracts)},
		{"Ordering", l.Ordering + "  " + list(l.Orderers)},
		{"Since", a.clock(l.CreatedAt)},
	})
}
