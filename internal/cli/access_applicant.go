// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

// byLink makes a command of an applicant, who has no account: the secret of a link that was mailed, or printed by "access
// request", opens the request. It is never an argument, which others on the machine could read.
func (a *app) byLink(
	cmd *cobra.Command, do func(ctx context.Context, c *client.Client, secret string) (api.AccessReceipt, error),
) *cobra.Command {
	cmd.Args = positional()
	file := cmd.Flags().String("link-file", "", "`file` whose first line is the link, or its secret; - for standard input; asked for otherwise")
	cmd.RunE = a.run(func(ctx context.Context, _ []string) error {
		link, err := a.secretOf("Link", "--link-file", *file)
		if err != nil {
			return err
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		r, err := do(ctx, c, linkSecret(link))
		if err != nil {
			return err
		}
		return a.printReceipt(r)
	})
	return cmd
}

// linkSecret gives the secret of a link, which stands behind # and a name, or what is a secret already.
func linkSecret(link string) string {
	link = strings.TrimSpace(link)
	if _, fragment, ok := strings.Cut(link, "#"); ok {
		link = fragment
	}
	if _, secret, ok := strings.Cut(link, "="); ok {
		return secret
	}
	return link
}

func (a *app) printReceipt(r api.AccessReceipt) error {
	fields := []field{
		{"Number", r.Number},
		{"State", stateAndReason(r.State, r.Reason)},
		{"Name", r.LegalName},
		{"Kind", r.Kind},
		{"Tier", r.Tier},
		{"Organization", r.Organization},
	}
	for _, e := range r.Dialogue {
		fields = append(fields, field{e.From, a.clock(e.At) + "  " + e.Text})
	}
	if r.Deadline != nil {
		fields = append(fields, field{"Deadline", a.clock(*r.Deadline)})
	}
	return a.printOne(r, r.Number, append(fields, field{"Since", a.clock(r.CreatedAt)}))
}

func (a *app) accessConfirmCommand() *cobra.Command {
	return a.byLink(&cobra.Command{
		Use: "confirm [--link-file FILE]", Short: "Confirm your mail address, by the link that was mailed to it",
		Example: "  b4a access confirm --link-file confirm-link.txt",
	}, func(ctx context.Context, c *client.Client, secret string) (api.AccessReceipt, error) {
		return c.ConfirmAccessRequest(ctx, secret)
	})
}

func (a *app) accessReceiptCommand() *cobra.Command {
	return a.byLink(&cobra.Command{
		Use: "receipt [--link-file FILE]", Short: "Show your access request, by its private link",
	}, func(ctx context.Context, c *client.Client, secret string) (api.AccessReceipt, error) {
		return c.AccessReceipt(ctx, secret)
	})
}

func (a *app) accessAnswerCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "answer --text TEXT [--link-file FILE]", Short: "Answer what the operators asked about your access request",
		Example: "  b4a access answer --text \"Guztietan\" --link-file private-link.txt",
	}
	text := cmd.Flags().String("text", "", "the answer")
	a.required(cmd, "text")
	return a.byLink(cmd, func(ctx context.Context, c *client.Client, secret string) (api.AccessReceipt, error) {
		return c.AnswerAccessRequest(ctx, api.AccessAnswer{Secret: secret, Text: *text})
	})
}

func (a *app) accessWithdrawCommand() *cobra.Command {
	return a.byLink(&cobra.Command{
		Use: "withdraw [--link-file FILE]", Short: "Withdraw your access request",
	}, func(ctx context.Context, c *client.Client, secret string) (api.AccessReceipt, error) {
		return c.WithdrawAccessRequest(ctx, secret)
	})
}
