// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

func (a *app) blockCommand() *cobra.Command {
	return group("block", "Blocks of a ledger", a.blockListCommand(), a.blockShowCommand())
}

func (a *app) blockListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "list LEDGER", Short: "List a ledger's blocks, newest first", Args: positional("LEDGER"),
		ValidArgsFunction: byPosition(a.ledgerNames()),
	}
	limit := limitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		items, err := collect(c.Blocks(ctx, args[0], limit.page()), limit)
		if err != nil {
			return err
		}
		return printList(a, items, func(b api.Block) string { return strconv.FormatUint(b.Number, 10) }, "No blocks.",
			column[api.Block]{title: "BLOCK", right: true, cell: func(b api.Block) string {
				return strconv.FormatUint(b.Number, 10)
			}},
			column[api.Block]{title: "TRANSACTIONS", right: true, cell: func(b api.Block) string {
				return strconv.Itoa(b.Count)
			}},
			column[api.Block]{title: "SIZE", right: true, cell: func(b api.Block) string { return size(int64(b.Size)) }},
			column[api.Block]{title: "TIME", cell: func(b api.Block) string { return a.clock(b.Time) }},
			column[api.Block]{title: "HASH", cell: func(b api.Block) string { return b.Hash }, spare: true},
		)
	})
	return cmd
}

func (a *app) blockShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show LEDGER NUMBER", Short: "Show a block and its transactions", Args: positional("LEDGER", "NUMBER"),
		ValidArgsFunction: byPosition(a.ledgerNames()),
	}
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		n, err := strconv.ParseUint(args[1], 10, 64)
		if err != nil {
			return usage("b4a block list "+args[0], "%q is not a block number", args[1])
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		b, err := c.Block(ctx, args[0], n)
		if err != nil {
			return err
		}
		return a.printBlock(b)
	})
	return cmd
}

func (a *app) printBlock(b api.Block) error {
	number := strconv.FormatUint(b.Number, 10)
	err := a.printOne(b, number, []field{
		{"Block", number},
		{"Time", a.clock(b.Time)},
		{"Hash", b.Hash},
		{"Previous", b.PreviousHash},
		{"Data hash", b.DataHash},
		{"Size", size(int64(b.Size))},
		{"Transactions", strconv.Itoa(b.Count)},
	})
	if err != nil || a.output != "table" || len(b.Transactions) == 0 {
		return err
	}
	if err := a.println(a.env.Stdout, ""); err != nil {
		return err
	}
	return a.printTransactions(b.Transactions)
}

func (a *app) printTransactions(items []api.Transaction) error {
	return printList(a, items, func(t api.Transaction) string { return t.ID }, "No transactions.",
		column[api.Transaction]{title: "TRANSACTION", cell: func(t api.Transaction) string { return t.ID }},
		column[api.Transaction]{title: "VALIDATION", cell: func(t api.Transaction) string { return t.Validation }},
		column[api.Transaction]{title: "CALL", cell: func(t api.Transaction) string {
			return strings.Trim(t.Contract+" "+t.Function, " ")
		}},
		column[api.Transaction]{title: "CREATOR", spare: true, cell: func(t api.Transaction) string {
			return strings.Trim(t.CreatorMSP+" "+t.Creator, " ")
		}},
		column[api.Transaction]{title: "ENDORSED BY", cell: func(t api.Transaction) string { return list(t.EndorsedBy) }},
	)
}
