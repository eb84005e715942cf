// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

func (a *app) accessCommand() *cobra.Command {
	return group("access", "Access requests: how organizations become members",
		a.accessRequestCommand(), a.accessConfirmCommand(), a.accessReceiptCommand(), a.accessAnswerCommand(),
		a.accessWithdrawCommand(), a.accessListCommand(), a.accessShowCommand(), a.accessAssignCommand(), a.accessAskCommand(),
		a.accessApproveCommand(), a.accessRejectCommand(), a.accessRulesCommand())
}

func (a *app) accessRequestCommand() *cobra.Command {
	in := api.NewAccessRequest{}
	cmd := &cobra.Command{
		Use:   "request --kind KIND --name NAME --identifier ID --contact NAME --email ADDRESS --purpose TEXT",
		Short: "Ask a platform for access; no account is needed",
		Long: "Ask a platform for access. It sends a code to the mail address, by which you confirm it. The secret that is " +
			"printed opens the request's private page: keep it.",
		Example: "  b4a access request --kind university --name \"Euskal Unibertsitatea\" --identifier Q4800001B \\\n" +
			"    --contact \"Ane Etxebarria\" --email ane@example.eus --purpose \"Azterketen emaitzak\" --terms 1",
		Args: positional(),
	}
	f := cmd.Flags()
	f.StringVar(&in.Kind, "kind", "", "public-body, municipality, university, company, association or citizen")
	f.StringVar(&in.LegalName, "name", "", "legal name")
	f.StringVar(&in.Identifier, "identifier", "", "NIF, NIE, CIF, or an EU VAT number with its prefix")
	f.StringVar(&in.ContactName, "contact", "", "name of the person to speak to")
	f.StringVar(&in.Email, "email", "", "mail address of that person")
	f.StringVar(&in.Phone, "phone", "", "telephone, if you like")
	f.StringVar(&in.Purpose, "purpose", "", "what the platform is wanted for")
	f.StringVar(&in.Tier, "tier", "sandbox", "sandbox, pilot or production")
	f.StringVar(&in.Terms, "terms", "", "`version` of the terms that you accept")
	f.StringVar(&in.Locale, "language", "eu", "language of mails: eu, es or en")
	f.StringVar(&in.Invitation, "invitation", "", "`ID` of the ledger invitation that led here")
	a.required(cmd, "kind", "name", "identifier", "contact", "email", "purpose", "terms")
	a.complete(cmd, "kind", fixed("public-body", "municipality", "university", "company", "association", "citizen"))
	a.complete(cmd, "tier", fixed("sandbox", "pilot", "production"))
	a.complete(cmd, "language", fixed("eu", "es", "en"))
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, _ []string) error {
		issued, err := c.NewAccessRequest(ctx, in)
		if err != nil {
			return err
		}
		a.note("Confirm the mail address by the link that was sent to %s.", printable(in.Email))
		return a.printOne(issued, issued.Receipt.Number, []field{
			{"Number", issued.Receipt.Number},
			{"State", issued.Receipt.State},
			{"Secret", issued.Secret},
		})
	})
	return cmd
}

func (a *app) accessListCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List access requests, newest first", Args: positional()}
	filter := client.AccessFilter{}
	f := cmd.Flags()
	f.StringVar(&filter.State, "state", "", "only those in this state")
	f.StringVar(&filter.Kind, "kind", "", "only those of this kind")
	f.StringVar(&filter.Assignee, "assignee", "", "only those that this operator reviews")
	limit := limitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, _ []string) error {
		items, err := collect(c.AccessRequests(ctx, filter, limit.page()), limit)
		if err != nil {
			return err
		}
		return printList(a, items, func(r api.AccessRequest) string { return r.ID }, "No access requests.",
			column[api.AccessRequest]{title: "NUMBER", cell: func(r api.AccessRequest) string { return r.Number }},
			column[api.AccessRequest]{title: "STATE", cell: func(r api.AccessRequest) string {
				return stateAndReason(r.State, r.Problem)
			}},
			column[api.AccessRequest]{title: "KIND", cell: func(r api.AccessRequest) string { return r.Kind }},
			column[api.AccessRequest]{title: "TIER", cell: func(r api.AccessRequest) string { return r.Tier }},
			column[api.AccessRequest]{title: "NAME", cell: func(r api.AccessRequest) string { return r.LegalName }},
			column[api.AccessRequest]{title: "ASSIGNEE", cell: func(r api.AccessRequest) string { return r.Assignee }},
			column[api.AccessRequest]{title: "ID", cell: func(r api.AccessRequest) string { return r.ID }},
			column[api.AccessRequest]{title: "AGE", spare: true, cell: func(r api.AccessRequest) string {
				return a.since(r.CreatedAt)
			}},
		)
	})
	return cmd
}

// onRequest makes a command that works on one access request and shows it.
func (a *app) onRequest(
	use, short string, do func(ctx context.Context, c *client.Client, id string) (api.AccessRequest, error),
) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: positional("ID")}
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		r, err := do(ctx, c, args[0])
		if err != nil {
			return err
		}
		return a.printAccess(r)
	})
	return cmd
}

func (a *app) printAccess(r api.AccessRequest) error {
	fields := []field{
		{"ID", r.ID},
		{"Number", r.Number},
		{"State", stateAndReason(r.State, r.Problem)},
		{"Kind", r.Kind},
		{"Name", r.LegalName},
		{"Identifier", strings.TrimSpace(r.Identifier + "  " + r.IdentifierKind + "  " + r.Country)},
		{"Contact", strings.TrimSpace(r.ContactName + "  " + r.Email + "  " + r.Phone)},
		{"Wants", r.Tier},
		{"Purpose", r.Purpose},
		{"Same identifier", list(r.Duplicates)},
		{"Assignee", r.Assignee},
	}
	for _, e := range r.Dialogue {
		fields = append(fields, field{e.From, a.clock(e.At) + "  " + e.Text})
	}
	for label, d := range map[string]*api.AccessDecision{"Proposed": r.Proposed, "Decided": r.Decision} {
		if d != nil {
			fields = append(fields, field{label, strings.TrimSpace(d.Organization + "  " + d.Tier + "  by " + d.By + ": " + d.Reason)})
		}
	}
	if r.Deadline != nil {
		fields = append(fields, field{"Deadline", a.clock(*r.Deadline)})
	}
	return a.printOne(r, r.ID, append(fields, field{"Suggested ID", r.SuggestedID}, field{"Since", a.clock(r.CreatedAt)}))
}

func (a *app) accessShowCommand() *cobra.Command {
	return a.onRequest("show ID", "Show an access request", func(ctx context.Context, c *client.Client, id string) (api.AccessRequest, error) {
		return c.AccessRequest(ctx, id)
	})
}

func (a *app) accessAssignCommand() *cobra.Command {
	var to string
	cmd := a.onRequest("assign ID [--to NAME]", "Give an access request to an operator, by default to yourself",
		func(ctx context.Context, c *client.Client, id string) (api.AccessRequest, error) {
			return c.AssignAccessRequest(ctx, id, to)
		})
	cmd.Flags().StringVar(&to, "to", "", "name of the operator")
	return cmd
}

func (a *app) accessAskCommand() *cobra.Command {
	var text string
	cmd := a.onRequest("ask ID --text TEXT", "Ask the applicant for information",
		func(ctx context.Context, c *client.Client, id string) (api.AccessRequest, error) {
			return c.AskAccessRequest(ctx, id, text)
		})
	cmd.Flags().StringVar(&text, "text", "", "the question; it is mailed")
	a.required(cmd, "text")
	return cmd
}

func (a *app) accessRejectCommand() *cobra.Command {
	var reason string
	cmd := a.onRequest("reject ID --reason TEXT", "Reject an access request",
		func(ctx context.Context, c *client.Client, id string) (api.AccessRequest, error) {
			return c.RejectAccessRequest(ctx, id, reason)
		})
	cmd.Flags().StringVar(&reason, "reason", "", "why, in writing; it is mailed")
	a.required(cmd, "reason")
	return cmd
}

func (a *app) accessApproveCommand() *cobra.Command {
	in := api.AccessApproval{}
	cmd := &cobra.Command{
		Use: "approve ID --reason TEXT", Short: "Approve an access request: its organization and administrator are made",
		Long: "Approve an access request. Where the policy wants a second person, the first approval is a proposal, and " +
			"another operator's makes it so.",
		Args: positional("ID"),
	}
	f := cmd.Flags()
	f.StringVar(&in.Reason, "reason", "", "why, in writing; it is mailed")
	f.StringVar(&in.Organization, "org", "", "`ID` of the new organization; derived from its name otherwise")
	f.StringVar(&in.Tier, "tier", "", "sandbox, pilot or production; the wanted one otherwise")
	wait := waitFlag(cmd)
	a.required(cmd, "reason")
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		out, err := c.ApproveAccessRequest(ctx, args[0], in)
		if err != nil {
			return err
		}
		show := func() error {
			r, err := c.AccessRequest(ctx, args[0])
			if err != nil {
				return err
			}
			return a.printAccess(r)
		}
		if out.Operation == nil {
			a.note("Proposed: another operator must approve it too.")
			return show()
		}
		return a.follow(ctx, c, *out.Operation, *wait, show)
	})
	return cmd
}

func (a *app) accessRulesCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "rules [--set FILE]", Short: "Show or change deadlines, the second person and automatic approval",
		Example: "  b4a access rules -o json > rules.json\n  b4a access rules --set rules.json", Args: positional(),
	}
	cmd.Flags().StringVar(&file, "set", "", "JSON `file` with the new rules, - for standard input")
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, _ []string) error {
		policy, err := c.AccessPolicy(ctx)
		if err == nil && file != "" {
			if policy, err = a.readPolicy(file); err == nil {
				policy, err = c.PutAccessPolicy(ctx, policy)
			}
		}
		if err != nil {
			return err
		}
		text, err := json.MarshalIndent(policy, "", "  ")
		if err != nil {
			return err
		}
		return a.printOne(policy, policy.Terms, []field{{"Rules", string(text)}})
	})
	return cmd
}

func (a *app) readPolicy(file string) (api.AccessPolicy, error) {
	var (
		policy api.AccessPolicy
		data   []byte
		err    error
	)
	if file == "-" {
		data, err = io.ReadAll(io.LimitReader(a.env.Stdin, client.MaxBody))
	} else {
		data, err = os.ReadFile(file) //nolint:gosec // the user names the file
	}
	if err == nil {
		err = json.Unmarshal(data, &policy)
	}
	if err != nil {
		return policy, usage("b4a access rules -o json > rules.json", "--set %s: %s", file, err)
	}
	return policy, nil
}
