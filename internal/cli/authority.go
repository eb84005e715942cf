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

func (a *app) authorityCommand() *cobra.Command {
	return group("authority", "Certification authorities of organizations, and moving to another one",
		a.authorityListCommand(), a.authorityRequestCommand(), a.authorityInstallCommand(), a.authorityDiscardCommand(),
		a.authorityRehearseCommand(), a.authorityChangeCommand(),
		a.authorityMoveCommand("finish", "Remove the old authority from every ledger", (*client.Client).FinishAuthorityChange),
		a.authorityMoveCommand("revert", "Move back to the old authority, as long as it is not removed",
			(*client.Client).RevertAuthorityChange))
}

func (a *app) authorityListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "list ORG", Short: "List the generations of an organization's authorities", Args: positional("ORG"),
		ValidArgsFunction: byPosition(a.orgNames()),
	}
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		return a.printAuthorities(ctx, c, args[0])
	})
	return cmd
}

func (a *app) printAuthorities(ctx context.Context, c *client.Client, org string) error {
	found, err := c.Authorities(ctx, org)
	if err != nil {
		return err
	}
	return a.listAuthorities(found)
}

func (a *app) listAuthorities(found api.Authorities) error {
	return printList(a, found.Items, func(k api.Authority) string { return k.Purpose + "/" + strconv.Itoa(k.Generation) },
		"No authorities.",
		column[api.Authority]{title: "PURPOSE", cell: func(k api.Authority) string { return k.Purpose }},
		column[api.Authority]{title: "GENERATION", right: true, cell: func(k api.Authority) string {
			return strconv.Itoa(k.Generation)
		}},
		column[api.Authority]{title: "KIND", cell: func(k api.Authority) string { return k.Kind }},
		column[api.Authority]{title: "STATE", cell: func(k api.Authority) string { return k.State }},
		column[api.Authority]{title: "UNTIL", cell: func(k api.Authority) string {
			if k.NotAfter == nil {
				return ""
			}
			return k.NotAfter.UTC().Format("2006-01-02")
		}},
		column[api.Authority]{title: "ROOT", cell: func(k api.Authority) string { return k.Root }},
		column[api.Authority]{title: "SUBJECT", cell: func(k api.Authority) string { return k.Subject }, spare: true},
	)
}

func (a *app) authorityRequestCommand() *cobra.Command {
	in := api.NewAuthority{}
	cmd := &cobra.Command{
		Use:   "request ORG --out FILE",
		Short: "Export the request by which another authority certifies the organization's",
		Long: "Make a key for a new generation of the organization's authority and export the certificate signing request " +
			"for it. Have it certified as a subordinate authority (basic constraint CA), then: b4a authority install.",
		Example: "  b4a authority request bizkaia --out bizkaia-ca.csr", Args: positional("ORG"),
		ValidArgsFunction: byPosition(a.orgNames()),
	}
	cmd.Flags().StringSliceVar(&in.Purposes, "purpose", nil, "ca (signing certificates, the default) or tls-ca; give it for each")
	out := cmd.Flags().String("out", "", "`file` for the requests, PEM")
	a.required(cmd, "out")
	a.complete(cmd, "purpose", fixed("ca", "tls-ca"))
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		found, err := c.RequestAuthorities(ctx, args[0], in)
		if err != nil {
			return err
		}
		var requests strings.Builder
		for _, k := range found.Items {
			requests.WriteString(k.Request)
		}
		if err := writeFile(*out, []byte(requests.String()), 0o644); err != nil {
			return err
		}
		a.note("Wrote %s. When it is certified: b4a authority install %s --file CHAIN.pem", *out, args[0])
		return a.listAuthorities(found)
	})
	return cmd
}

func (a *app) authorityInstallCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "install ORG --file CHAIN", Short: "Install what another authority made of the request",
		Long: "Install the certificate that another authority issued, with the certificates above it up to the self-signed " +
			"root, in any order, PEM. Nothing is used yet: b4a authority rehearse, then b4a authority change.",
		Args: positional("ORG"), ValidArgsFunction: byPosition(a.orgNames()),
	}
	file := cmd.Flags().String("file", "", "`file` with the certificates, PEM; - for the standard input")
	a.required(cmd, "file")
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		chain, err := a.readInput(*file)
		if err != nil {
			return err
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		found, err := c.InstallAuthorities(ctx, args[0], api.AuthorityChain{PEM: string(chain)})
		if err != nil {
			return err
		}
		a.note("Ready. See what a change would do: b4a authority rehearse %s", args[0])
		return a.listAuthorities(found)
	})
	return cmd
}

func (a *app) authorityDiscardCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "discard ORG PURPOSE GENERATION", Short: "Discard a request that is not in use, and its key",
		Args: positional("ORG", "PURPOSE", "GENERATION"), ValidArgsFunction: byPosition(a.orgNames(), fixed("ca", "tls-ca")),
	}
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		generation, err := strconv.Atoi(args[2])
		if err != nil {
			return usage("b4a authority list "+args[0], "%q is not a generation", args[2])
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		return c.DiscardAuthority(ctx, args[0], args[1], generation)
	})
	return cmd
}

func (a *app) authorityRehearseCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "rehearse ORG", Short: "Tell what moving to the certified authority would do now; nothing is changed",
		Args: positional("ORG"), ValidArgsFunction: byPosition(a.orgNames()),
	}
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		r, err := c.RehearseAuthorityChange(ctx, args[0])
		if err != nil {
			return err
		}
		verdict := "it would come through: b4a authority change " + args[0]
		if len(r.Problems) > 0 {
			verdict = "it would not come through"
		}
		fields := []field{{"Verdict", verdict}}
		for _, p := range r.Problems {
			fields = append(fields, field{"Problem", p})
		}
		for _, k := range r.Authorities {
			fields = append(fields, field{"Move to", k.Subject + ", root " + k.Root})
		}
		return a.printOne(r, args[0], append(fields,
			field{"Ledgers updated", list(r.Ledgers)},
			field{"Nodes restarted", list(r.Restarts)},
			field{"Certificates", strconv.Itoa(r.Reissued) + " issued again"},
			field{"To be told", list(r.Holders)},
		))
	})
	return cmd
}

func (a *app) authorityChangeCommand() *cobra.Command {
	in := api.AuthorityChange{}
	cmd := &cobra.Command{
		Use: "change ORG", Short: "Move an organization to its certified authority while its ledgers run",
		Long: "Move an organization to its certified authority while its ledgers run: the new authority is trusted on every " +
			"ledger, nodes are issued again one at a time, then members and applications; at the end the old authority is " +
			"removed. Until that last step it can be reverted: b4a authority revert.",
		Args: positional("ORG"), ValidArgsFunction: byPosition(a.orgNames()),
	}
	cmd.Flags().BoolVar(&in.KeepOld, "keep-old", false, "end with both trusted; b4a authority finish removes the old one")
	wait := waitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		op, err := c.ChangeAuthority(ctx, args[0], in)
		if err != nil {
			return err
		}
		return a.follow(ctx, c, op, *wait, func() error { return a.printAuthorities(ctx, c, args[0]) })
	})
	return cmd
}

// authorityMoveCommand is a command that starts an operation on an organization's authorities.
func (a *app) authorityMoveCommand(
	verb, short string, start func(c *client.Client, ctx context.Context, org string, opts ...client.CallOption) (api.Operation, error),
) *cobra.Command {
	cmd := &cobra.Command{
		Use: verb + " ORG", Short: short, Args: positional("ORG"), ValidArgsFunction: byPosition(a.orgNames()),
	}
	wait := waitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		op, err := start(c, ctx, args[0])
		if err != nil {
			return err
		}
		return a.follow(ctx, c, op, *wait, func() error { return a.printAuthorities(ctx, c, args[0]) })
	})
	return cmd
}
