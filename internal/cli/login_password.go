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
	email        string
	passwordFile string // empty: asked for at the terminal
	codeFile     string // empty: asked for at the terminal when it is needed
}

// signIn signs a person in with a password, and with a code where the account has a second factor. Neither is ever an
// argument, which others on the machine could read.
func (a *app) signIn(ctx context.Context, in signIn) error {
	l, err := a.settings()
	if err != nil {
		return err
	}
	c, err := client.New(l.URL, "", client.WithUserAgent("b4a/"+a.env.Version))
	if err != nil {
		return usage("b4a login http://127.0.0.1:8080 --email ADDRESS", "%s", err)
	}
	session := api.NewSession{Email: in.email}
	if session.Password, err = a.secretOf("Password", "--password-file", in.passwordFile); err != nil {
		return err
	}
	if in.codeFile != "" {
		if session.TOTP, err = a.secretOf("Code", "--code-file", in.codeFile); err != nil {
			return err
		}
	}
	secret, who, err := c.SignIn(ctx, session)
	if p, ok := errors.AsType[*api.Problem](err); ok && p.Code == "second_factor_needed" && in.codeFile == "" {
		if session.TOTP, err = a.secretOf("Code of your authenticator app", "--code-file", ""); err != nil {
			return err
		}
		secret, who, err = c.SignIn(ctx, session)
	}
	if err != nil {
		return err
	}
	return a.remember(c.URL(), secret, who)
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
