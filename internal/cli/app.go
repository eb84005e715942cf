// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

func (a *app) appCommand() *cobra.Command {
	return group("app", "Applications: software of an organization, with an identity of its own",
		a.appCreateCommand(), a.appListCommand(), a.appShowCommand(), a.appDeleteCommand(), a.appBundleCommand())
}

func (a *app) appCreateCommand() *cobra.Command {
	in := api.NewApplication{}
	cmd := &cobra.Command{
		Use: "create NAME --org ID", Short: "Register an application",
		Long: "Register an application. Its key is generated here and stays here (--key); with --custodial the " +
			"platform makes and keeps one, for those who can't keep a key. An application of an organization that issues for " +
			"itself comes with its certificate: --cert.",
		Example: "  b4a app create matrikula --org unibertsitatea --attribute b4a.role=examiner\n" +
			"  b4a app create matrikula --org unibertsitatea --custodial\n" +
			"  b4a app create matrikula --org unibertsitatea --cert matrikula.pem",
		Args: positional("NAME"),
	}
	org := a.ofOrg(cmd)
	f := cmd.Flags()
	custodial := f.Bool("custodial", false, "let the platform make and keep the key")
	keyFile := f.String("key", "", "PEM `file` of the key, made when there is none (default NAME.key.pem)")
	certFile := f.String("cert", "", "PEM `file` of its certificate, by the organization's own authority")
	attributes := f.StringArray("attribute", nil, "attribute that contracts may read, `KEY=VALUE`")
	cmd.MarkFlagsMutuallyExclusive("custodial", "key", "cert")
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		in.Name = args[0]
		var err error
		if in.Attributes, err = keyValues("attribute", *attributes); err != nil {
			return err
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		file := first(*keyFile, in.Name+".key.pem")
		switch {
		case *certFile != "":
			cert, err := a.readInput(*certFile)
			if err != nil {
				return err
			}
			in.Certificate = string(cert)
		case !*custodial:
			if in.CSR, err = a.keyAndCSR(file, in.Name); err != nil {
				return err
			}
		}
		created, err := c.NewApplication(ctx, *org, in)
		if err != nil {
			return err
		}
		if in.CSR != "" {
			a.note("The key in %s has not left this machine. Next: b4a app bundle %s --org %s --out %s.zip --key %s",
				file, in.Name, *org, in.Name, file)
		}
		return a.printApp(created)
	})
	return cmd
}

func (a *app) printApp(p api.Application) error {
	return a.printOne(p, p.Name, []field{
		{"Name", p.Name},
		{"Organization", p.Organization},
		{"Key kept by", p.Custody},
		{"Attributes", pairs(p.Attributes)},
		{"Certificate", p.Certificate.Serial + "  " + p.Certificate.Status},
		{"Valid until", a.clock(p.Certificate.NotAfter)},
		{"Since", a.clock(p.CreatedAt)},
	})
}

func (a *app) appListCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "list --org ID", Short: "List an organization's applications", Args: positional()}
	org := a.ofOrg(cmd)
	limit := limitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, _ []string) error {
		items, err := collect(c.Applications(ctx, *org, limit.page()), limit)
		if err != nil {
			return err
		}
		return printList(a, items, func(p api.Application) string { return p.Name },
			"No applications yet: b4a app create NAME --org "+*org,
			column[api.Application]{title: "NAME", cell: func(p api.Application) string { return p.Name }},
			column[api.Application]{title: "KEY KEPT BY", cell: func(p api.Application) string { return p.Custody }},
			column[api.Application]{title: "ATTRIBUTES", cell: func(p api.Application) string { return pairs(p.Attributes) }},
			column[api.Application]{title: "CERTIFICATE", cell: func(p api.Application) string {
				return p.Certificate.Status
			}},
			column[api.Application]{title: "AGE", cell: func(p api.Application) string {
				return a.since(p.CreatedAt)
			}, spare: true},
		)
	})
	return cmd
}

func (a *app) appShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show NAME --org ID", Short: "Show an application", Args: positional("NAME"),
		ValidArgsFunction: byPosition(a.appNames()),
	}
	org := a.ofOrg(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		p, err := c.Application(ctx, *org, args[0])
		if err != nil {
			return err
		}
		return a.printApp(p)
	})
	return cmd
}

func (a *app) appDeleteCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "delete NAME --org ID", Short: "Remove an application", Args: positional("NAME"),
		ValidArgsFunction: byPosition(a.appNames()),
	}
	org := a.ofOrg(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		if err := c.DeleteApplication(ctx, *org, args[0]); err != nil {
			return err
		}
		a.note("Application %s is removed.", args[0])
		return nil
	})
	return cmd
}

func (a *app) appBundleCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "bundle NAME --org ID --out FILE.zip", Short: "Download what official Fabric Gateway clients need",
		Long: "Download a zip with certificates, TLS roots, a connection profile and examples, with which official " +
			"Fabric Gateway clients work. --key adds the application's own key, here, as key.pem.",
		Args: positional("NAME"), ValidArgsFunction: byPosition(a.appNames()),
	}
	org := a.ofOrg(cmd)
	out := cmd.Flags().String("out", "", "`file` to write (default NAME.zip)")
	keyFile := cmd.Flags().String("key", "", "PEM `file` of the application's key, to be added")
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		var zip bytes.Buffer
		if err := c.Bundle(ctx, *org, args[0], &zip); err != nil {
			return err
		}
		data := zip.Bytes()
		if *keyFile != "" {
			key, err := os.ReadFile(*keyFile)
			if err != nil {
				return usage("--key NAME.key.pem", "--key: %s", err)
			}
			if _, err := readKey(*keyFile); err != nil {
				return err
			}
			if data, err = addToZip(data, "key.pem", key); err != nil {
				return err
			}
		}
		file := first(*out, args[0]+".zip")
		if err := writeFile(file, data, 0o600); err != nil {
			return err
		}
		if a.output == "json" {
			return a.printJSON(map[string]any{"file": file, "size": len(data)})
		}
		return a.println(a.env.Stdout, file)
	})
	return cmd
}
