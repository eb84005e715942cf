// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

func (a *app) loginCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "login [URL] [--email ADDRESS | --invitation-file FILE | --token - | --browser]", Short: "Sign in to a platform and remember it",
		Long: "Check a token and remember it with the platform's address in ~/.config/b4a/config.json, readable by you " +
			"only. The token is asked for, or read with --token (- for standard input). With --email sign in with a " +
			"password instead, for some hours; it is asked for, or read with --password-file. With --invitation-file accept " +
			"an invitation first; a new person chooses a password. With --browser print a link that opens the console " +
			"signed in, once.",
		Example: "  b4a login https://b4a.example --email ane@example.eus\n" +
			"  b4a login https://b4a.example --invitation-file invitation-link.txt\n" +
			"  b4a login https://b4a.example --token - <token.txt\n  b4a login --browser",
		Args: cobra.MaximumNArgs(1),
	}
	browser := cmd.Flags().Bool("browser", false, "print a link that opens the console signed in, once")
	var in signIn
	cmd.Flags().StringVar(&in.email, "email", "", "e-mail `address` of your account")
	cmd.Flags().StringVar(&in.invitationFile, "invitation-file", "", "`file` whose first line is an invitation's link, - for standard input")
	cmd.Flags().StringVar(&in.name, "name", "", "your name, where an invitation makes an account; otherwise as the inviter wrote it")
	cmd.Flags().StringVar(&in.passwordFile, "password-file", "", "`file` with the password, - for standard input")
	cmd.Flags().StringVar(&in.codeFile, "code-file", "", "`file` with a code of the second factor, - for standard input")
	cmd.MarkFlagsMutuallyExclusive("email", "browser", "invitation-file")
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		if len(args) == 1 {
			a.url = args[0]
		}
		if in.email != "" || in.invitationFile != "" {
			return a.signIn(ctx, in)
		}
		if *browser {
			return a.signInLink(ctx)
		}
		return a.login(ctx)
	})
	return cmd
}

func (a *app) signInLink(ctx context.Context) error {
	c, err := a.client()
	if err != nil {
		return err
	}
	link, err := c.NewSignInLink(ctx)
	if err != nil {
		return err
	}
	if a.output == "json" {
		return a.printJSON(link)
	}
	a.note("Open this once, before %s:", a.clock(link.ExpiresAt))
	return a.println(a.env.Stdout, link.URL)
}

func (a *app) login(ctx context.Context) error {
	l, err := a.settings()
	if err != nil {
		return err
	}
	given, err := a.loginToken(l)
	if err != nil {
		return err
	}
	c, err := client.New(l.URL, given, client.WithUserAgent("b4a/"+a.env.Version))
	if err != nil {
		return usage("b4a login http://127.0.0.1:8080", "%s", err)
	}
	who, err := c.Principal(ctx)
	if err != nil {
		if p, ok := errors.AsType[*api.Problem](err); ok && p.Status == 401 {
			return hinted(err, "ask the platform's operator for a token (b4a token create)")
		}
		return err
	}
	return a.remember(c.URL(), given, who)
}

// remember keeps a login and says whose it is.
func (a *app) remember(url, token string, who api.Principal) error {
	if err := a.writeLogin(login{URL: url, Token: token}); err != nil {
		return err
	}
	if a.output == "json" {
		return a.printJSON(who)
	}
	role := who.Role
	if who.Organization != "" {
		role += " of " + who.Organization
	}
	return a.println(a.env.Stdout, fmt.Sprintf("Signed in to %s as %s (%s).", url, printable(who.Name), role))
}

// loginToken is the token to check: a given one, the one typed at a terminal, or that of the platform on this machine.
func (a *app) loginToken(l login) (string, error) {
	token, err := a.givenToken()
	if err != nil || token != "" {
		return token, err
	}
	f, ok := a.env.Stdin.(*os.File)
	if ok && isTerminal(f) {
		_, _ = fmt.Fprintf(a.env.Stderr, "Token for %s: ", l.URL)
		b, err := term.ReadPassword(int(f.Fd()))
		_, _ = fmt.Fprintln(a.env.Stderr)
		if err != nil {
			return "", fmt.Errorf("read token: %w", err)
		}
		if token = strings.TrimSpace(string(b)); token != "" {
			return token, nil
		}
	}
	if l.Token != "" {
		return l.Token, nil
	}
	return "", usage("b4a login "+l.URL+" --token -", "a token is needed")
}

func (a *app) logoutCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "logout", Short: "Forget the remembered platform and token", Args: positional()}
	cmd.RunE = a.run(func(context.Context, []string) error {
		err := os.Remove(a.loginFile())
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("logout: %w", err)
		}
		a.note("Forgotten. The token itself stays valid: b4a token revoke ID")
		return nil
	})
	return cmd
}
