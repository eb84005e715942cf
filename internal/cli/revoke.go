// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

func (a *app) certRevokeCommand() *cobra.Command {
	in := api.CertificateRevocation{}
	cmd := &cobra.Command{
		Use: "revoke SERIAL --org ID", Short: "Revoke a certificate, on the platform at once and on every ledger",
		Long: "Revoke a certificate, and every other one on the same key. The platform refuses it at once; the revocation list " +
			"and the OCSP responder say so, and every ledger of the organization refuses it since the block that is shown. " +
			"With the reason superseded only this certificate is revoked; with certificateHold it can be released again.",
		Example: "  b4a cert revoke 5fbc1a… --org bizkaia --reason keyCompromise", Args: positional("SERIAL"),
	}
	cmd.Flags().StringVar(&in.Reason, "reason", "unspecified", "why, as RFC 5280 names it")
	a.complete(cmd, "reason", fixed("unspecified", "keyCompromise", "affiliationChanged", "superseded",
		"cessationOfOperation", "certificateHold", "privilegeWithdrawn"))
	a.certOperation(cmd, func(ctx context.Context, c *client.Client, org, serial string) (api.Operation, error) {
		return c.RevokeCertificate(ctx, org, serial, in)
	})
	return cmd
}

func (a *app) certReleaseCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "release SERIAL --org ID", Short: "Release a certificate that is on hold", Args: positional("SERIAL"),
	}
	a.certOperation(cmd, func(ctx context.Context, c *client.Client, org, serial string) (api.Operation, error) {
		return c.ReleaseCertificate(ctx, org, serial)
	})
	return cmd
}

// certOperation makes a command start an operation on a certificate and show what became of it.
func (a *app) certOperation(
	cmd *cobra.Command, start func(ctx context.Context, c *client.Client, org, serial string) (api.Operation, error),
) {
	org := a.ofOrg(cmd)
	wait := waitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		op, err := start(ctx, c, *org, args[0])
		if err != nil {
			return err
		}
		return a.follow(ctx, c, op, *wait, func() error { return a.showCertificate(ctx, c, *org, args[0]) })
	})
}

func (a *app) certWatchCommand() *cobra.Command {
	in := api.NewWatchedCertificate{}
	cmd := &cobra.Command{
		Use:   "watch --org ID --holder HOLDER --cert FILE --issuers FILE",
		Short: "Watch a certificate of another authority: a holder's certificates are revoked with it",
		Long: "Watch a certificate of another authority, by the OCSP responders and revocation lists that it names. When that " +
			"authority revokes it, the certificates of the holder are revoked here and on every ledger.",
		Example: "  b4a cert watch --org bizkaia --holder member/ane --cert ane-izenpe.pem --issuers izenpe.pem", Args: positional(),
	}
	org := a.ofOrg(cmd)
	cmd.Flags().StringVar(&in.Holder, "holder", "", "member/NAME or application/NAME")
	cert := cmd.Flags().String("cert", "", "the certificate, PEM `file`")
	issuers := cmd.Flags().String("issuers", "", "the certificate of who issued it, PEM `file`; further ones may be there")
	a.required(cmd, "holder", "cert", "issuers")
	cmd.RunE = a.run(func(ctx context.Context, _ []string) error {
		text, err := a.readInput(*cert)
		if err != nil {
			return err
		}
		in.Certificate = string(text)
		if text, err = a.readInput(*issuers); err != nil {
			return err
		}
		in.Issuers = string(text)
		c, err := a.client()
		if err != nil {
			return err
		}
		w, err := c.WatchCertificate(ctx, *org, in)
		if err != nil {
			return err
		}
		return a.listWatched([]api.WatchedCertificate{w})
	})
	return cmd
}

func (a *app) certWatchedCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "watched --org ID", Short: "List the certificates of other authorities that are watched", Args: positional(),
	}
	org := a.ofOrg(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, _ []string) error {
		found, err := c.WatchedCertificates(ctx, *org)
		if err != nil {
			return err
		}
		return a.listWatched(found.Items)
	})
	return cmd
}

func (a *app) listWatched(items []api.WatchedCertificate) error {
	return printList(a, items, func(k api.WatchedCertificate) string { return k.ID }, "No certificates are watched.",
		column[api.WatchedCertificate]{title: "HOLDER", cell: func(k api.WatchedCertificate) string {
			return first(k.Holder, "authority")
		}},
		column[api.WatchedCertificate]{title: "STATE", cell: func(k api.WatchedCertificate) string {
			return stateAndReason(k.State, first(k.Reason, k.Problem))
		}},
		column[api.WatchedCertificate]{title: "CHECKED", cell: func(k api.WatchedCertificate) string {
			if k.CheckedAt == nil {
				return "never"
			}
			return a.since(*k.CheckedAt) + " ago"
		}},
		column[api.WatchedCertificate]{title: "SUBJECT", cell: func(k api.WatchedCertificate) string { return k.Subject }},
		column[api.WatchedCertificate]{title: "ID", cell: func(k api.WatchedCertificate) string { return k.ID }, spare: true},
		column[api.WatchedCertificate]{title: "ISSUER", cell: func(k api.WatchedCertificate) string { return k.Issuer }, spare: true},
	)
}

func (a *app) certUnwatchCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "unwatch ID --org ID", Short: "Watch a certificate of another authority no longer", Args: positional("ID"),
	}
	org := a.ofOrg(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		return c.UnwatchCertificate(ctx, *org, args[0])
	})
	return cmd
}
