// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

func (a *app) ledgerInviteCommand() *cobra.Command {
	in := api.NewLedgerInvitation{}
	cmd := &cobra.Command{
		Use: "invite LEDGER --from ID (--org ID | --email ADDRESS)", Short: "Invite an organization into a ledger",
		Example: "  b4a ledger invite azterketak --from bizkaia --org unibertsitatea\n" +
			"  b4a ledger invite azterketak --from bizkaia --email ane@example.eus --language eu",
		Args: positional("LEDGER"), ValidArgsFunction: byPosition(a.ledgerNames()),
	}
	f := cmd.Flags()
	f.StringVar(&in.Inviter, "from", "", "`ID` of your organization, a member")
	f.StringVar(&in.Organization, "org", "", "`ID` of the invited organization")
	f.StringVar(&in.Email, "email", "", "mail `address`, for an organization that is not on the platform")
	f.StringVar(&in.Locale, "language", "eu", "language of the mail: eu, es or en")
	a.required(cmd, "from")
	cmd.MarkFlagsOneRequired("org", "email")
	cmd.MarkFlagsMutuallyExclusive("org", "email")
	a.complete(cmd, "language", fixed("eu", "es", "en"))
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		issued, err := c.InviteToLedger(ctx, args[0], in)
		if err != nil {
			return err
		}
		i := issued.Invitation
		return a.printOne(issued, i.ID, []field{
			{"ID", i.ID},
			{"Ledger", i.Ledger},
			{"State", i.State},
			{"To", first(i.Organization, i.Email)},
			{"Until", a.clock(i.ExpiresAt)},
			{"Code", issued.Code},
		})
	})
	return cmd
}

func (a *app) ledgerInvitationsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "invitations", Short: "List invitations into ledgers, newest first", Args: positional()}
	limit := limitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, _ []string) error {
		items, err := collect(c.LedgerInvitations(ctx, limit.page()), limit)
		if err != nil {
			return err
		}
		return printList(a, items, func(i api.LedgerInvitation) string { return i.ID }, "No invitations.",
			column[api.LedgerInvitation]{title: "ID", cell: func(i api.LedgerInvitation) string { return i.ID }},
			column[api.LedgerInvitation]{title: "LEDGER", cell: func(i api.LedgerInvitation) string { return i.Ledger }},
			column[api.LedgerInvitation]{title: "STATE", cell: func(i api.LedgerInvitation) string { return i.State }},
			column[api.LedgerInvitation]{title: "FROM", cell: func(i api.LedgerInvitation) string { return i.Inviter }},
			column[api.LedgerInvitation]{title: "TO", cell: func(i api.LedgerInvitation) string {
				return first(i.Organization, i.Email)
			}},
		)
	})
	return cmd
}

func (a *app) ledgerAcceptCommand() *cobra.Command {
	in := api.InvitationAnswer{}
	cmd := &cobra.Command{
		Use: "accept INVITATION --org ID", Short: "Accept an invitation: the organization joins the ledger", Args: positional("INVITATION"),
	}
	cmd.Flags().StringVar(&in.Organization, "org", "", "`ID` of your organization")
	cmd.Flags().StringVar(&in.Code, "code", "", "code of the mailed link")
	a.complete(cmd, "org", a.orgNames())
	wait := waitFlag(cmd)
	a.required(cmd, "org")
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		op, err := c.AcceptLedgerInvitation(ctx, args[0], in)
		if err != nil {
			return err
		}
		return a.follow(ctx, c, op, *wait, func() error { return nil })
	})
	return cmd
}
