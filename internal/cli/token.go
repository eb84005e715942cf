// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

func (a *app) tokenCommand() *cobra.Command {
	return group("token", "API tokens", a.tokenCreateCommand(), a.tokenListCommand(), a.tokenRevokeCommand())
}

func (a *app) tokenCreateCommand() *cobra.Command {
	in := api.NewToken{}
	cmd := &cobra.Command{
		Use: "create --name NAME --role ROLE [--org ID]", Short: "Issue an API token and print its secret, once",
		Long: "Issue an API token with at most your own rights, and print its secret, once. --scope narrows it: read, " +
			"transactions, certificates, or an action such as ledger.read; it may be given several times.",
		Example: "  b4a token create --name ci --role developer --org bizkaia --scope transactions --expires 30d", Args: positional(),
	}
	f := cmd.Flags()
	f.StringVar(&in.Name, "name", "", "what the token is for")
	f.StringVar(&in.Role, "role", "", "operator, auditor, admin, developer or reader")
	f.StringArrayVar(&in.Scopes, "scope", nil, "all that the token may do of what its role may")
	expires := f.String("expires", "", "life time, such as 12h or 30d; the platform's own default otherwise")
	org := a.orgFlag(cmd, "organization, for the roles admin, developer and reader")
	a.complete(cmd, "role", fixed("operator", "auditor", "admin", "developer", "reader"))
	a.complete(cmd, "scope", fixed("read", "transactions", "certificates"))
	a.required(cmd, "name", "role")
	cmd.RunE = a.run(func(ctx context.Context, _ []string) error {
		in.Organization = *org
		life, err := parseLife(*expires)
		if err != nil {
			return err
		}
		in.ExpiresIn = int64(life / time.Second)
		c, err := a.client()
		if err != nil {
			return err
		}
		out, err := c.NewToken(ctx, in)
		if err != nil {
			return err
		}
		if a.output == "json" {
			return a.printJSON(out)
		}
		a.note("Token %s (%s). Its secret is shown only now:", out.Token.ID, out.Token.Role)
		return a.println(a.env.Stdout, out.Secret)
	})
	return cmd
}

// parseLife reads a duration that may be in days.
func parseLife(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		if err != nil || n == 0 {
			return 0, usage("--expires 30d", "--expires %q is not a number of days", s)
		}
		return time.Duration(n) * 24 * time.Hour, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < time.Second {
		return 0, usage("--expires 12h, or --expires 30d", "--expires %q is not a duration", s)
	}
	return d, nil
}

func (a *app) tokenListCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List API tokens, without their secrets", Args: positional()}
	limit := limitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, _ []string) error {
		items, err := collect(c.Tokens(ctx, limit.page()), limit)
		if err != nil {
			return err
		}
		return printList(a, items, func(t api.Token) string { return t.ID }, "No tokens.",
			column[api.Token]{title: "ID", cell: func(t api.Token) string { return t.ID }},
			column[api.Token]{title: "ROLE", cell: func(t api.Token) string { return t.Role }},
			column[api.Token]{title: "ORGANIZATION", cell: func(t api.Token) string { return t.Organization }},
			column[api.Token]{title: "SCOPES", cell: func(t api.Token) string { return list(t.Scopes) }, spare: true},
			column[api.Token]{title: "EXPIRES", cell: func(t api.Token) string {
				if t.ExpiresAt == nil {
					return "never"
				}
				return a.clock(*t.ExpiresAt)
			}},
			column[api.Token]{title: "NAME", cell: func(t api.Token) string { return t.Name }},
		)
	})
	return cmd
}

func (a *app) tokenRevokeCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "revoke ID", Short: "Make an API token useless, at once", Args: positional("ID")}
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		if err := c.RevokeToken(ctx, args[0]); err != nil {
			return err
		}
		a.note("Token %s is revoked.", args[0])
		return nil
	})
	return cmd
}
