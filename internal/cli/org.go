// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

func (a *app) orgCommand() *cobra.Command {
	return group("org", "Organizations: members of the platform",
		a.orgCreateCommand(), a.orgImportCommand(), a.orgListCommand(), a.orgShowCommand(), a.orgSuspendCommand(), a.orgResumeCommand(),
		a.orgMSPCommand(), a.orgAdministrationCommand())
}

func (a *app) orgSuspendCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "suspend ID --reason TEXT", Short: "Take an organization's access away, at once", Args: positional("ID"),
		ValidArgsFunction: byPosition(a.orgNames()),
	}
	reason := cmd.Flags().String("reason", "", "why, in words; shown with the organization")
	a.required(cmd, "reason")
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		if _, err := c.SuspendOrganization(ctx, args[0], *reason); err != nil {
			return err
		}
		return a.showOrg(ctx, c, args[0])
	})
	return cmd
}

func (a *app) orgResumeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "resume ID", Short: "Give a suspended organization its access back", Args: positional("ID"),
		ValidArgsFunction: byPosition(a.orgNames()),
	}
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		if _, err := c.ResumeOrganization(ctx, args[0]); err != nil {
			return err
		}
		return a.showOrg(ctx, c, args[0])
	})
	return cmd
}

func (a *app) orgCreateCommand() *cobra.Command {
	in := api.NewOrganization{}
	cmd := &cobra.Command{
		Use: "create ID --name NAME --kind KIND", Short: "Admit an organization: certification authority, MSP and peer",
		Example: `  b4a org create bizkaia --name "Bizkaiko Foru Aldundia" --kind public-body`,
		Args:    positional("ID"),
	}
	f := cmd.Flags()
	f.StringVar(&in.Name, "name", "", "name for people")
	f.StringVar(&in.Kind, "kind", "", "public-body, municipality, university, company, association or citizen")
	wait := waitFlag(cmd)
	a.required(cmd, "name", "kind")
	a.complete(cmd, "kind",
		fixed("public-body", "municipality", "university", "company", "association", "citizen"))
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		in.ID = args[0]
		op, err := c.NewOrganization(ctx, in)
		if err != nil {
			return err
		}
		return a.follow(ctx, c, op, *wait, func() error { return a.showOrg(ctx, c, in.ID) })
	})
	return cmd
}

func (a *app) orgListCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List organizations", Args: positional()}
	limit := limitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, _ []string) error {
		items, err := collect(c.Organizations(ctx, limit.page()), limit)
		if err != nil {
			return err
		}
		return printList(a, items, func(o api.Organization) string { return o.ID },
			"No organizations yet: b4a org create ID --name NAME --kind KIND",
			column[api.Organization]{title: "ID", cell: func(o api.Organization) string { return o.ID }},
			column[api.Organization]{title: "STATE", cell: func(o api.Organization) string {
				return stateAndReason(o.State, o.Reason)
			}},
			column[api.Organization]{title: "KIND", cell: func(o api.Organization) string { return o.Kind }},
			column[api.Organization]{title: "NODES", cell: func(o api.Organization) string { return running(o.Nodes) }},
			column[api.Organization]{title: "LEDGERS", cell: func(o api.Organization) string { return list(o.Ledgers) }},
			column[api.Organization]{title: "NAME", cell: func(o api.Organization) string { return o.Name }},
			column[api.Organization]{
				title: "ADMINISTRATION", cell: func(o api.Organization) string { return o.Administration }, spare: true,
			},
			column[api.Organization]{
				title: "MSP ID", cell: func(o api.Organization) string { return o.MSPID }, spare: true,
			},
			column[api.Organization]{
				title: "AGE", cell: func(o api.Organization) string { return a.since(o.CreatedAt) }, spare: true,
			},
		)
	})
	return cmd
}

func (a *app) orgShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show an organization and its nodes", Args: positional("ID"),
		ValidArgsFunction: byPosition(a.orgNames()),
	}
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		return a.showOrg(ctx, c, args[0])
	})
	return cmd
}

func (a *app) showOrg(ctx context.Context, c *client.Client, id string) error {
	o, err := c.Organization(ctx, id)
	if err != nil {
		return err
	}
	fields := []field{
		{"ID", o.ID},
		{"Name", o.Name},
		{"Kind", o.Kind},
		{"State", stateAndReason(o.State, o.Reason)},
		{"MSP ID", o.MSPID},
		{"Administration", o.Administration},
		{"Ledgers", list(o.Ledgers)},
	}
	if o.External {
		fields = append(fields, field{"Certificates", "issued by the organization itself"})
	}
	if o.Warning != "" {
		fields = append(fields, field{"Warning", o.Warning})
	}
	for _, n := range o.Nodes {
		fields = append(fields, field{"Node", n.ID + "  " + stateAndReason(n.Phase, n.Reason) + "  " + n.Address})
	}
	return a.printOne(o, o.ID, append(fields, field{"Since", a.clock(o.CreatedAt)}))
}

func running(nodes []api.Node) string {
	n := 0
	for _, node := range nodes {
		if node.Phase == "running" {
			n++
		}
	}
	return strconv.Itoa(n) + "/" + strconv.Itoa(len(nodes))
}

func stateAndReason(state, reason string) string {
	if reason == "" {
		return state
	}
	return state + ": " + reason
}
