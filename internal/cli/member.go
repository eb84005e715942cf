// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

func (a *app) memberCommand() *cobra.Command {
	return group("member", "Members: people of organizations and of the platform",
		a.memberListCommand(), a.memberInviteCommand(), a.memberRoleCommand(), a.memberSuspendCommand(),
		a.memberResumeCommand(), a.memberRemoveCommand(), a.memberIdentitiesCommand(), a.memberLinkCommand(), a.memberUnlinkCommand())
}

const memberPlace = "`ID` of the organization; without it the platform's operators and auditors are meant"

func (a *app) memberListCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "list [--org ID]", Short: "List the members of an organization or of the platform", Args: positional()}
	org := a.orgFlag(cmd, memberPlace)
	limit := limitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, _ []string) error {
		items, err := collect(c.Members(ctx, *org, limit.page()), limit)
		if err != nil {
			return err
		}
		return printList(a, items, func(m api.Member) string { return m.Person.Email }, "No members yet: b4a member invite EMAIL",
			column[api.Member]{title: "E-MAIL", cell: func(m api.Member) string { return m.Person.Email }},
			column[api.Member]{title: "ROLE", cell: func(m api.Member) string { return m.Role }},
			column[api.Member]{title: "STATE", cell: memberState},
			column[api.Member]{title: "SECOND FACTOR", cell: func(m api.Member) string {
				if m.Person.SecondFactor {
					return "yes"
				}
				return "no"
			}},
			column[api.Member]{title: "NAME", cell: func(m api.Member) string { return m.Person.Name }},
			column[api.Member]{title: "ID", cell: func(m api.Member) string { return m.Person.ID }, spare: true},
		)
	})
	return cmd
}

func memberState(m api.Member) string {
	if m.State == "active" && m.Person.State != "active" {
		return "account " + m.Person.State
	}
	return m.State
}

func (a *app) memberInviteCommand() *cobra.Command {
	in := api.NewMember{}
	cmd := &cobra.Command{
		Use: "invite EMAIL --name NAME --role ROLE [--org ID]", Short: "Invite a person, and print the invitation's link",
		Long: "Invite a person. The printed link accepts the invitation, once, within 7 days: hand it to that person and to " +
			"nobody else. Where the platform sends mail, the person also gets a link of her own.",
		Example: "  b4a member invite ane@example.eus --name 'Ane Etxebarria' --role developer --org bizkaia",
		Args:    positional("EMAIL"),
	}
	org := a.orgFlag(cmd, memberPlace)
	f := cmd.Flags()
	f.StringVar(&in.Name, "name", "", "name of the person")
	f.StringVar(&in.Role, "role", "", "admin, developer or reader; operator or auditor of the platform")
	f.StringVar(&in.Locale, "locale", "en", "language of the mails: eu, es or en")
	a.required(cmd, "name", "role")
	a.complete(cmd, "role", fixed("operator", "auditor", "admin", "developer", "reader"))
	a.complete(cmd, "locale", fixed("eu", "es", "en"))
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		in.Email = args[0]
		c, err := a.client()
		if err != nil {
			return err
		}
		out, err := c.InviteMember(ctx, *org, in)
		if err != nil {
			return err
		}
		if a.output == "json" {
			return a.printJSON(out)
		}
		if out.Mailed {
			a.note("A mail with a link is on its way. Without it, this one works too, once, within 7 days:")
		} else {
			a.note("Hand this link to the person; it works once, within 7 days:")
		}
		return a.println(a.env.Stdout, out.Link)
	})
	return cmd
}

// memberDo makes a command that does something to one member, named by e-mail address or ID.
func (a *app) memberDo(
	cmd *cobra.Command, do func(ctx context.Context, c *client.Client, org, id string) (string, error),
) *cobra.Command {
	org := a.orgFlag(cmd, memberPlace)
	cmd.Args = positional("EMAIL")
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		people := emails(c.Members(ctx, *org, client.PageSize(maxPage)), func(m api.Member) api.Person { return m.Person })
		if all := cmd.Flags().Lookup("everywhere"); all != nil && all.Value.String() == "true" {
			people = emails(c.People(ctx, client.PageSize(maxPage)), func(p api.Person) api.Person { return p })
		}
		id, err := findPerson(people, args[0])
		if err != nil {
			return err
		}
		done, err := do(ctx, c, *org, id)
		if err != nil {
			return err
		}
		a.note("%s", done)
		return nil
	})
	return cmd
}

// emails turns a list into one of people.
func emails[T any](items iter.Seq2[T, error], person func(T) api.Person) iter.Seq2[api.Person, error] {
	return func(yield func(api.Person, error) bool) {
		for item, err := range items {
			if !yield(person(item), err) {
				return
			}
		}
	}
}

// findPerson gives the ID of who is named by e-mail address; anything else is an ID already.
func findPerson(people iter.Seq2[api.Person, error], name string) (string, error) {
	if !strings.Contains(name, "@") {
		return name, nil
	}
	for p, err := range people {
		if err != nil {
			return "", err
		}
		if strings.EqualFold(p.Email, name) {
			return p.ID, nil
		}
	}
	return "", &api.Problem{Status: 404, Code: "member_not_found", Detail: "there is no member " + name, Hint: "b4a member list"}
}

func (a *app) memberRoleCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "role EMAIL --role ROLE [--org ID]", Short: "Change a member's role",
		Long: "Change a member's role. Who is an administrator (or operator) no longer loses, for good, the certificates with the " +
			"role admin that were issued by this membership: every ledger refuses them within moments.",
	}
	role := cmd.Flags().String("role", "", "admin, developer or reader; operator or auditor of the platform")
	a.required(cmd, "role")
	a.complete(cmd, "role", fixed("operator", "auditor", "admin", "developer", "reader"))
	return a.memberDo(cmd, func(ctx context.Context, c *client.Client, org, id string) (string, error) {
		m, err := c.SetMemberRole(ctx, org, id, *role)
		done := m.Person.Email + " is " + m.Role + " now."
		if m.Role != "admin" && m.Role != "operator" {
			done += " Administrator's certificates by this membership are revoked on every ledger."
		}
		return done, err
	})
}

func (a *app) memberSuspendCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "suspend EMAIL [--org ID | --everywhere]", Short: "Take a member's access away, at once",
	}
	everywhere := cmd.Flags().Bool("everywhere", false, "the whole account, in every organization (operators)")
	return a.memberDo(cmd, func(ctx context.Context, c *client.Client, org, id string) (string, error) {
		if *everywhere {
			p, err := c.SuspendPerson(ctx, id)
			return "The account of " + p.Email + " is suspended.", err
		}
		m, err := c.SuspendMember(ctx, org, id)
		return m.Person.Email + " is suspended.", err
	})
}

func (a *app) memberResumeCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "resume EMAIL [--org ID | --everywhere]", Short: "Give a suspended member access back"}
	everywhere := cmd.Flags().Bool("everywhere", false, "the whole account, in every organization (operators)")
	return a.memberDo(cmd, func(ctx context.Context, c *client.Client, org, id string) (string, error) {
		if *everywhere {
			p, err := c.ResumePerson(ctx, id)
			return "The account of " + p.Email + " is active.", err
		}
		m, err := c.ResumeMember(ctx, org, id)
		if state := memberState(m); err == nil && state != "active" {
			return m.Person.Email + " has no access yet: " + state + ".", nil
		}
		return m.Person.Email + " has access again.", err
	})
}

func (a *app) memberRemoveCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "remove EMAIL [--org ID]", Short: "End a membership; who belongs nowhere then is forgotten"}
	return a.memberDo(cmd, func(ctx context.Context, c *client.Client, org, id string) (string, error) {
		return "Removed.", c.RemoveMember(ctx, org, id)
	})
}
