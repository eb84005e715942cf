// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

// maxSettingsFile is the size of the largest settings, bytes: those of the API's body.
const maxSettingsFile = 8 << 20

func (a *app) signInCommand() *cobra.Command {
	return group("signin", "How people sign in: providers and client certificates",
		a.signInShowCommand(), a.signInSetCommand(), a.signInConfirmCommand(), a.signInRevertCommand())
}

func (a *app) signInShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show", Short: "Show the sign-in settings, without secrets", Args: positional(),
		Example: "  b4a signin show -o json >signin.json",
	}
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, _ []string) error {
		st, err := c.SignInSettings(ctx)
		if err != nil {
			return err
		}
		return a.printSignIn(st)
	})
	return cmd
}

func (a *app) printSignIn(st api.SignInState) error {
	local := "offered"
	if !st.Settings.Local {
		local = "not offered"
	}
	fields := []field{{"Revision", strconv.Itoa(st.Revision)}, {"Passwords", local}}
	for _, p := range st.Settings.Providers {
		fields = append(fields, field{"Provider", p.ID + "  " + p.Kind + "  " + first(p.Issuer, p.AuthorizeURL)})
	}
	k, certificates := st.Settings.ClientCertificates, "not accepted"
	if k.Enabled {
		names := make([]string, len(k.Authorities))
		for i, authority := range k.Authorities {
			names[i] = authority.Name
		}
		certificates = "by " + k.Subject + " of " + strings.Join(names, ", ")
	}
	fields = append(fields, field{"Certificates", certificates})
	if st.ChangedAt != nil {
		fields = append(fields, field{"Changed", a.clock(*st.ChangedAt)})
	}
	if st.RevertsAt != nil {
		fields = append(fields, field{"Reverts", a.clock(*st.RevertsAt) + ", unless confirmed: b4a signin confirm"})
	}
	if st.RevertedAt != nil {
		fields = append(fields, field{"Reverted", a.clock(*st.RevertedAt)})
	}
	return a.printOne(st, strconv.Itoa(st.Revision), fields)
}

func (a *app) signInSetCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "set --file FILE", Short: "Change the sign-in settings, for two minutes unless they are confirmed",
		Long: "Change the sign-in settings to those of a file, which `b4a signin show -o json` writes in the right form. " +
			"They are in force at once, and the settings before come back after two minutes unless these are confirmed. " +
			"Try to sign in meanwhile.",
		Example: "  b4a signin set --file signin.json --client-secret giltza=giltza.secret --authority Izenpe=izenpe.pem\n" +
			"  b4a signin confirm",
		Args: positional(),
	}
	f := cmd.Flags()
	file := f.String("file", "", "`file` with the settings, JSON; - for standard input")
	secrets := f.StringArray("client-secret", nil, "file with a provider's client secret, `PROVIDER=FILE`")
	authorities := f.StringArray("authority", nil, "file with an authority's certificates, PEM, `NAME=FILE`; replaces those it had")
	a.required(cmd, "file")
	cmd.RunE = a.run(func(ctx context.Context, _ []string) error {
		in, err := a.readSignIn(*file)
		if err != nil {
			return err
		}
		if err := errors.Join(addSecrets(&in, *secrets), addAuthorities(&in, *authorities)); err != nil {
			return err
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		st, err := c.PutSignInSettings(ctx, api.NewSignInSettings{Revision: in.Revision, Settings: in.Settings})
		if err != nil {
			return err
		}
		a.note("In force for two minutes. Sign in now in the new way, and confirm there; with the operator's own token: b4a signin confirm")
		return a.printSignIn(st)
	})
	return cmd
}

// readSignIn reads what show writes. A word that is not known is a mistake: it would change nothing silently.
func (a *app) readSignIn(file string) (api.SignInState, error) {
	var st api.SignInState
	data, err := a.readSmall(file)
	if err != nil {
		return st, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&st); err != nil {
		return st, hinted(fmt.Errorf("read %s: %w", file, err), "b4a signin show -o json writes the right form")
	}
	return st, nil
}

func (a *app) readSmall(file string) ([]byte, error) {
	in := a.env.Stdin
	if file != "-" {
		f, err := os.Open(file) //nolint:gosec // the user names the file
		if err != nil {
			return nil, fmt.Errorf("read settings: %w", err)
		}
		defer f.Close() //nolint:errcheck // read only
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, maxSettingsFile+1))
	if err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	if len(data) > maxSettingsFile {
		return nil, fmt.Errorf("read %s: over 8 MiB", file)
	}
	return data, nil
}

func addSecrets(st *api.SignInState, texts []string) error {
	files, err := keyValues("client-secret", texts)
	if err != nil {
		return err
	}
	for id, file := range files {
		i := slices.IndexFunc(st.Settings.Providers, func(p api.SignInProvider) bool { return p.ID == id })
		if i < 0 {
			return usage("name a provider of the settings", "--client-secret: there is no provider %q", id)
		}
		secret, err := os.ReadFile(file) //nolint:gosec // the user names the file
		if err != nil {
			return fmt.Errorf("read client secret: %w", err)
		}
		st.Settings.Providers[i].ClientSecret = strings.TrimSpace(string(secret))
	}
	return nil
}

func addAuthorities(st *api.SignInState, texts []string) error {
	files, err := keyValues("authority", texts)
	if err != nil {
		return err
	}
	k := &st.Settings.ClientCertificates
	for name, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // the user names the file
		if err != nil {
			return fmt.Errorf("read authority: %w", err)
		}
		i := slices.IndexFunc(k.Authorities, func(s api.SignInAuthority) bool { return s.Name == name })
		if i < 0 {
			i, k.Authorities = len(k.Authorities), append(k.Authorities, api.SignInAuthority{Name: name})
		}
		k.Authorities[i].PEM = string(text)
	}
	return nil
}

func (a *app) signInConfirmCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "confirm", Short: "Keep the sign-in settings that are in force", Args: positional(),
		Long: "Keep the sign-in settings that are in force. Sign in by one of them first: this command's token works " +
			"whatever they say, so it proves nothing.",
	}
	cmd.RunE = a.run(func(ctx context.Context, _ []string) error {
		return a.decideSignIn(ctx, true)
	})
	return cmd
}

func (a *app) signInRevertCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "revert", Short: "Take back sign-in settings that are not confirmed, at once", Args: positional(),
	}
	cmd.RunE = a.run(func(ctx context.Context, _ []string) error {
		return a.decideSignIn(ctx, false)
	})
	return cmd
}

func (a *app) decideSignIn(ctx context.Context, keep bool) error {
	c, err := a.client()
	if err != nil {
		return err
	}
	st, err := c.SignInSettings(ctx)
	if err != nil {
		return err
	}
	if st.RevertsAt == nil {
		p := &api.Problem{Status: 409, Code: "signin_settings_confirmed", Detail: "no sign-in settings wait for a confirmation"}
		if st.RevertedAt != nil {
			p.Detail += "; unconfirmed ones were taken back at " + a.clock(*st.RevertedAt)
		}
		return hinted(p, "b4a signin set --file FILE")
	}
	decide := c.RevertSignInSettings
	if keep {
		decide = c.ConfirmSignInSettings
	}
	if st, err = decide(ctx, st.Revision); err != nil {
		return err
	}
	return a.printSignIn(st)
}
