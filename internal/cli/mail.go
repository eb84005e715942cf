// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

func (a *app) mailCommand() *cobra.Command {
	return group("mail", "Mails that were not delivered", a.mailListCommand(), a.mailRetryCommand(), a.mailDiscardCommand())
}

func (a *app) mailListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "list [--state STATE]", Short: "List the mails that were not delivered, oldest first, and why", Args: positional(),
	}
	state := cmd.Flags().String("state", "failed", "failed, or queued: those that are tried again by themselves")
	a.complete(cmd, "state", fixed("failed", "queued"))
	limit := limitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, _ []string) error {
		items, err := collect(c.Mails(ctx, *state, limit.page()), limit)
		if err != nil {
			return err
		}
		return printList(a, items, func(m api.Mail) string { return m.ID }, "No mails that are "+*state+".",
			column[api.Mail]{title: "ID", cell: func(m api.Mail) string { return m.ID }},
			column[api.Mail]{title: "TO", cell: func(m api.Mail) string { return m.To }},
			column[api.Mail]{title: "ABOUT", cell: func(m api.Mail) string { return m.Template }},
			column[api.Mail]{title: "TRIES", cell: func(m api.Mail) string { return strconv.Itoa(m.Attempts) }},
			column[api.Mail]{title: "RETRY", cell: func(m api.Mail) string {
				if m.Retriable {
					return "possible"
				}
				return "forgotten"
			}},
			column[api.Mail]{title: "AGE", cell: func(m api.Mail) string { return a.since(m.CreatedAt) }},
			column[api.Mail]{title: "LAST ERROR", cell: func(m api.Mail) string { return m.LastError }, spare: true},
		)
	})
	return cmd
}

func (a *app) mailRetryCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "retry ID", Short: "Try to deliver a mail now", Args: positional("ID")}
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		m, err := c.RetryMail(ctx, args[0])
		if err != nil {
			return err
		}
		a.note("The mail to %s is tried again now.", printable(m.To))
		return nil
	})
	return cmd
}

func (a *app) mailDiscardCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "discard ID", Short: "Discard a mail that was not delivered", Args: positional("ID")}
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		if err := c.DiscardMail(ctx, args[0]); err != nil {
			return err
		}
		a.note("Discarded.")
		return nil
	})
	return cmd
}
