// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

func (a *app) certBindCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bind SERIAL --org ID (--member EMAIL | --nobody)",
		Short: "Say whose a certificate is: it stands and falls with that person's access",
		Long: "Say whose a certificate is that was issued for nobody, or by an organization that issues for itself. One that the " +
			"platform issued is bound once. One of an organization's own authority is on hold on the platform while the person is " +
			"suspended, has left or, with the role admin, is no administrator; ledgers take it until that authority revokes it.",
		Example: "  b4a cert bind 5fbc1a… --org araba --member ane@example.eus", Args: positional("SERIAL"),
	}
	org := a.orgFlag(cmd, "`ID` of the organization")
	member := cmd.Flags().String("member", "", "`EMAIL` or ID of a member of the organization")
	cmd.Flags().Bool("nobody", false, "it is nobody's from now on")
	a.required(cmd, "org")
	cmd.MarkFlagsMutuallyExclusive("member", "nobody")
	cmd.MarkFlagsOneRequired("member", "nobody")
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		c, err := a.client()
		if err != nil {
			return err
		}
		in := api.CertificateMember{}
		if in.Member, err = orgMember(ctx, c, *org, *member); err != nil {
			return err
		}
		bound, err := c.BindCertificate(ctx, *org, args[0], in)
		if err != nil {
			return err
		}
		return a.printCertificate(bound)
	})
	return cmd
}

// orgMember gives the ID of an organization's member who is named by e-mail address or ID.
func orgMember(ctx context.Context, c *client.Client, org, name string) (string, error) {
	return findPerson(emails(c.Members(ctx, org, client.PageSize(maxPage)), func(m api.Member) api.Person { return m.Person }), name)
}
