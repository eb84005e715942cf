// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

func (a *app) certCommand() *cobra.Command {
	return group("cert", "Certificates of organizations, nodes, people and applications",
		a.certCheckCommand(), a.certListCommand(), a.certRequestCommand(), a.certShowCommand(),
		a.authorityMoveCommand("renew", "Renew what is due of an organization's certificates now", (*client.Client).RenewCertificates))
}

func (a *app) certListCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "list --org ID", Short: "List an organization's certificates", Args: positional()}
	org := a.orgFlag(cmd, "`ID` of the organization")
	a.required(cmd, "org")
	limit := limitFlag(cmd)
	cmd.RunE = a.run(func(ctx context.Context, _ []string) error {
		c, err := a.client()
		if err != nil {
			return err
		}
		items, err := collect(c.Certificates(ctx, *org, limit.page()), limit)
		if err != nil {
			return err
		}
		return printList(a, items, func(k api.Certificate) string { return k.Serial }, "No certificates.",
			column[api.Certificate]{title: "HOLDER", cell: func(k api.Certificate) string { return k.Holder }},
			column[api.Certificate]{title: "PURPOSE", cell: func(k api.Certificate) string { return k.Purpose }},
			column[api.Certificate]{title: "ROLE", cell: func(k api.Certificate) string { return k.Role }},
			column[api.Certificate]{title: "STATUS", cell: func(k api.Certificate) string { return k.Status }},
			column[api.Certificate]{title: "UNTIL", cell: func(k api.Certificate) string {
				return k.NotAfter.UTC().Format("2006-01-02")
			}},
			column[api.Certificate]{title: "SERIAL", cell: func(k api.Certificate) string { return k.Serial }},
			column[api.Certificate]{title: "SUBJECT", cell: func(k api.Certificate) string { return k.Subject }, spare: true},
		)
	})
	return cmd
}

func (a *app) certShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show SERIAL --org ID", Short: "Show a certificate, with its PEM", Args: positional("SERIAL"),
	}
	org := a.orgFlag(cmd, "`ID` of the organization")
	a.required(cmd, "org")
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		c, err := a.client()
		if err != nil {
			return err
		}
		for k, err := range c.Certificates(ctx, *org) {
			if err != nil {
				return err
			}
			if k.Serial == args[0] {
				return a.printCertificate(k)
			}
		}
		return &api.Problem{
			Status: 404, Code: "certificate_not_found", Detail: *org + " has no certificate with serial " + args[0],
			Hint: "b4a cert list --org " + *org,
		}
	})
	return cmd
}

func (a *app) printCertificate(k api.Certificate) error {
	return a.printOne(k, k.Serial, []field{
		{"Serial", k.Serial},
		{"Holder", k.Holder},
		{"Purpose", k.Purpose},
		{"Role", k.Role},
		{"Status", k.Status},
		{"Subject", k.Subject},
		{"Issuer", k.Issuer},
		{"Valid", a.clock(k.NotBefore) + " to " + a.clock(k.NotAfter)},
		{"Fingerprint", k.Fingerprint},
		{"PEM", k.PEM},
	})
}

func (a *app) certRequestCommand() *cobra.Command {
	in := api.NewCertificate{}
	cmd := &cobra.Command{
		Use:   "request --org ID --name NAME --key FILE --out FILE",
		Short: "Get an enrollment certificate on a key of your own",
		Long: "Get an enrollment certificate on a key of your own. The key is generated here, unless the file exists, " +
			"and never leaves this machine: only a certificate signing request is sent.",
		Example: "  b4a cert request --org bizkaia --name ane.etxebarria --key ane.key.pem --out ane.cert.pem",
		Args:    positional(),
	}
	org := a.orgFlag(cmd, "`ID` of the organization")
	f := cmd.Flags()
	f.StringVar(&in.Name, "name", "", "common name of the certificate")
	f.StringVar(&in.Role, "role", "client", "client or admin")
	attributes := f.StringArray("attribute", nil, "attribute that contracts may read, `KEY=VALUE`")
	keyFile := f.String("key", "", "PEM `file` of the key; made when there is none")
	out := f.String("out", "", "`file` for the certificate, PEM")
	a.required(cmd, "org", "name", "key", "out")
	a.complete(cmd, "role", fixed("client", "admin"))
	cmd.RunE = a.run(func(ctx context.Context, _ []string) error {
		var err error
		if in.Attributes, err = keyValues("attribute", *attributes); err != nil {
			return err
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		if in.CSR, err = a.keyAndCSR(*keyFile, in.Name); err != nil {
			return err
		}
		issued, err := c.NewCertificate(ctx, *org, in)
		if err != nil {
			return err
		}
		if err := writeFile(*out, []byte(issued.Certificate.PEM), 0o644); err != nil {
			return err
		}
		a.note("Wrote %s; the key in %s has not left this machine.", *out, *keyFile)
		if a.output == "json" {
			return a.printJSON(issued)
		}
		return a.printCertificate(issued.Certificate)
	})
	return cmd
}
