// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

// person gives the client and the ID of somebody with an account, named by e-mail address or ID.
func (a *app) person(ctx context.Context, name string) (*client.Client, string, error) {
	c, err := a.client()
	if err != nil {
		return nil, "", err
	}
	id, err := findPerson(emails(c.People(ctx, client.PageSize(maxPage)), func(p api.Person) api.Person { return p }), name)
	return c, id, err
}

func (a *app) memberIdentitiesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "identities EMAIL", Short: "List the other systems with which a person signs in, and watched certificates", Args: positional("EMAIL"),
	}
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		c, id, err := a.person(ctx, args[0])
		if err != nil {
			return err
		}
		items, err := c.Identities(ctx, id)
		if err != nil {
			return err
		}
		return printList(a, items, func(i api.Identity) string { return i.ID }, "No other system: "+args[0]+" signs in with a password.",
			column[api.Identity]{title: "PROVIDER", cell: func(i api.Identity) string { return i.Provider }},
			column[api.Identity]{title: "SUBJECT", cell: func(i api.Identity) string { return i.Subject }},
			column[api.Identity]{title: "CERTIFICATES", cell: cardStates},
			column[api.Identity]{title: "ID", cell: func(i api.Identity) string { return i.ID }},
		)
	})
	return cmd
}

// cardStates tells of each certificate of an identity what its authority said last.
func cardStates(i api.Identity) string {
	text := ""
	for _, k := range i.Certificates {
		if text != "" {
			text += ", "
		}
		text += k.Serial + " " + stateAndReason(k.State, k.Reason)
	}
	return text
}

func (a *app) memberLinkCommand() *cobra.Command {
	in := api.NewIdentity{}
	cmd := &cobra.Command{
		Use:   "link EMAIL (--provider ID --subject SUBJECT | --cert FILE)",
		Short: "Let a person sign in with an account of a provider, or with a certificate",
		Long: "Let a person sign in with an account of a provider of the sign-in settings, or with a certificate of one of their " +
			"authorities. Make sure whose it is: whoever the provider takes for this subject is this person from now on. A " +
			"certificate is checked and watched: when its authority revokes it, what was begun with it ends.",
		Example: "  b4a member link ane@example.eus --provider giltza --subject 12345678Z\n" +
			"  b4a member link ane@example.eus --cert ane-card.pem",
		Args: positional("EMAIL"),
	}
	f := cmd.Flags()
	f.StringVar(&in.Provider, "provider", "", "`ID` of the provider")
	f.StringVar(&in.Subject, "subject", "", "how the provider knows the person")
	file := f.String("cert", "", "PEM `file` of the certificate; its issuers may follow in it")
	cmd.MarkFlagsRequiredTogether("provider", "subject")
	cmd.MarkFlagsMutuallyExclusive("provider", "cert")
	cmd.MarkFlagsOneRequired("provider", "cert")
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		if *file != "" {
			data, err := os.ReadFile(*file)
			if err != nil {
				return usage("--cert ane-card.pem", "--cert: %s", err)
			}
			in.Certificate = string(data)
		}
		c, id, err := a.person(ctx, args[0])
		if err != nil {
			return err
		}
		i, err := c.LinkIdentity(ctx, id, in)
		if err != nil {
			return err
		}
		if a.output == "json" {
			return a.printJSON(i)
		}
		a.note("%s signs in with %s as %s from now on.", args[0], i.Provider, i.Subject)
		return nil
	})
	return cmd
}

func (a *app) memberUnlinkCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "unlink EMAIL ID", Short: "Let a person sign in with another system no longer; what was begun with it ends",
		Args: positional("EMAIL", "ID"),
	}
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		c, id, err := a.person(ctx, args[0])
		if err != nil {
			return err
		}
		if err := c.UnlinkIdentity(ctx, id, args[1]); err != nil {
			return err
		}
		a.note("Unlinked.")
		return nil
	})
	return cmd
}
