// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

// signIn is how a person signs in.
type signIn struct {
	email          string
	invitationFile string // instead of email: accepts an invitation; "-" for standard input
	name           string // of a new person; empty: as the inviter wrote it
	passwordFile   string // empty: asked for at the terminal
	codeFile       string // empty: asked for at the terminal when it is needed
}

// session signs in with a password and a code of the second factor, which may be empty.
type session func(ctx context.Context, password, code string) (secret string, who api.Principal, err error)

// signIn signs a person in with a password, or makes her a member by an invitation, and with a code where the account has a
// second factor. No secret is ever an argument, which others on the machine could read.
func (a *app) signIn(ctx context.Context, in signIn) error {
	l, err := a.settings()
	if err != nil {
		return err
	}
	c, err := client.New(l.URL, "", client.WithUserAgent("b4a/"+a.env.Version))
	if err != nil {
		return usage("b4a login http://127.0.0.1:8080 --email ADDRESS", "%s", err)
	}
	prompt, begin := "Password", a.bySession(c, in.email)
	if in.invitationFile != "" {
		if prompt, begin, err = a.byInvitation(ctx, c, in); err != nil {
			return err
		}
	}
	var code string
	password, err := a.secretOf(prompt, "--password-file", in.passwordFile)
	if err != nil {
		return err
	}
	if in.codeFile != "" {
		if code, err = a.secretOf("Code", "--code-file", in.codeFile); err != nil {
			return err
		}
	}
	secret, who, err := begin(ctx, password, code)
	if p, ok := errors.AsType[*api.Problem](err); ok && p.Code == "second_factor_needed" && in.codeFile == "" {
		if code, err = a.secretOf("Code of your authenticator app", "--code-file", ""); err != nil {
			return err
		}
		secret, who, err = begin(ctx, password, code)
	}
	if err != nil {
		return err
	}
	return a.remember(c.URL(), secret, who)
}

func (a *app) bySession(c *client.Client, email string) session {
	return func(ctx context.Context, password, code string) (string, api.Principal, error) {
		return c.SignIn(ctx, api.NewSession{Email: email, Password: password, TOTP: code})
	}
}

// byInvitation tells what an invitation offers, and gives what to ask its person for.
func (a *app) byInvitation(ctx context.Context, c *client.Client, in signIn) (prompt string, begin session, err error) {
	link, err := a.secretOf("Link of the invitation", "--invitation-file", in.invitationFile)
	if err != nil {
		return "", nil, err
	}
	invitation := linkSecret(link)
	offered, err := c.Invitation(ctx, invitation)
	if err != nil {
		return "", nil, err
	}
	a.note("Invited: %s, as %s of %s.", printable(offered.Email), offered.Role, printable(offered.OrganizationName))
	prompt = "Choose a password, of 12 characters or more"
	if offered.Account {
		prompt = "Password of your account"
	}
	return prompt, func(ctx context.Context, password, code string) (string, api.Principal, error) {
		return c.AcceptInvitation(ctx, api.InvitationAcceptance{Code: invitation, Name: in.name, Password: password, TOTP: code})
	}, nil
}

// secretOf reads the first line of a file, of the standard input for "-", or asks at the terminal.
func (a *app) secretOf(what, flag, file string) (string, error) {
	var (
		text []byte
		err  error
	)
	in, terminal := a.env.Stdin.(*os.File)
	switch {
	case file == "-":
		text, err = io.ReadAll(io.LimitReader(a.env.Stdin, maxTokenFile))
	case file != "":
		text, err = os.ReadFile(file) //nolint:gosec // the user names the file
	case terminal && isTerminal(in):
		_, _ = fmt.Fprintf(a.env.Stderr, "%s: ", what)
		text, err = term.ReadPassword(int(in.Fd()))
		_, _ = fmt.Fprintln(a.env.Stderr)
	default:
		return "", usage("give it with "+flag+" FILE, or - for standard input", "%s: there is no terminal to ask at", strings.ToLower(what))
	}
	if err != nil {
		return "", usage("give a file that holds it, or - for standard input", "%s: %s", flag, err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	if line = strings.TrimSuffix(line, "\r"); line == "" {
		return "", usage("give a file whose first line is it", "%s holds nothing", flag)
	}
	return line, nil
}
