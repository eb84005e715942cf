// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

func (a *app) orgImportCommand() *cobra.Command {
	in := api.NewOrganization{}
	cmd := &cobra.Command{
		Use:   "import ID --name NAME --kind KIND --msp FOLDER",
		Short: "Admit an organization that brings its MSP and issues its certificates itself",
		Long: "Admit an organization that brings its MSP: the folder, a zip or tar.gz archive of it, or a serialized MSPConfig. " +
			"Private keys in it are not sent. The keys of its peer are made by the platform; the organization's authority " +
			"certifies them: b4a node csr, then b4a node certificate install.",
		Example: `  b4a org import bizkaia --name "Bizkaiko Foru Aldundia" --kind public-body --msp crypto/bizkaia/msp`,
		Args:    positional("ID"),
	}
	f := cmd.Flags()
	f.StringVar(&in.Name, "name", "", "name for people")
	f.StringVar(&in.Kind, "kind", "", "public-body, municipality, university, company, association or citizen")
	msp := f.String("msp", "", "`folder` or archive of the MSP")
	wait := waitFlag(cmd)
	a.required(cmd, "name", "kind", "msp")
	a.complete(cmd, "kind", fixed("public-body", "municipality", "university", "company", "association", "citizen"))
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		file, err := a.checkFile(*msp)
		if err != nil {
			return err
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		in.ID, in.MSP = args[0], file.Data
		op, err := c.NewOrganization(ctx, in)
		if err != nil {
			return err
		}
		if !*wait {
			return a.follow(ctx, c, op, false, nil)
		}
		if err := a.followToPeople(ctx, c, op); err != nil {
			return err
		}
		o, err := c.Organization(ctx, in.ID)
		if err != nil {
			return err
		}
		for _, n := range o.Nodes {
			if n.Phase != "running" {
				a.note("Next: b4a node csr %s --out DIR, have the requests certified, then b4a node certificate install %s --file CERTS",
					n.ID, n.ID)
			}
		}
		return a.showOrg(ctx, c, in.ID)
	})
	return cmd
}

// followToPeople follows an operation until it ends or waits for people.
func (a *app) followToPeople(ctx context.Context, c *client.Client, op api.Operation) error {
	following, stop := context.WithCancel(ctx)
	defer stop()
	p := a.progress(following)
	waits := false
	_, err := c.WaitOperation(following, op.ID, func(op api.Operation) {
		p.update(op)
		if op.State == "waiting" {
			waits = true
			stop()
		}
	})
	p.close()
	if waits && ctx.Err() == nil {
		return nil
	}
	return err
}

func (a *app) orgMSPCommand() *cobra.Command {
	return group("msp", "The MSP of an organization: authorities and revocation lists", a.orgMSPShowCommand(), a.orgMSPUpdateCommand())
}

func (a *app) orgMSPShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show an organization's MSP", Args: positional("ID"), ValidArgsFunction: byPosition(a.orgNames()),
	}
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		return a.showMSP(ctx, c, args[0])
	})
	return cmd
}

func (a *app) showMSP(ctx context.Context, c *client.Client, org string) error {
	m, err := c.MSP(ctx, org)
	if err != nil {
		return err
	}
	fields := []field{{"MSP ID", m.MSPID}, {"Issued by", "the platform"}}
	if m.External {
		fields[1].value = "the organization itself"
	}
	for _, k := range m.Authorities {
		kind := "root"
		if !k.Root {
			kind = "intermediate"
		}
		fields = append(fields, field{"Authority", k.Purpose + " " + kind + "  " + k.Subject + "  until " + k.NotAfter.UTC().Format("2006-01-02")})
	}
	for _, l := range m.Lists {
		fields = append(fields, field{"Revocation list", l.Issuer + "  " + strconv.Itoa(l.Revoked) + " revoked, of " +
			a.clock(l.ThisUpdate)})
	}
	if m.Changing {
		fields = append(fields, field{"Changing", "another one is on its way to the ledgers: b4a operation list"})
	}
	return a.printOne(m, org, fields)
}

func (a *app) orgMSPUpdateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "update ID --msp FOLDER | --crl FILE",
		Short: "Replace the MSP of an organization that issues for itself, or its revocation lists, on every ledger",
		Long: "Replace the MSP that an organization brought, or, with --crl, only the revocation lists in it. The change is " +
			"looked at like the first one, and needs the signature of the organization's administrator on each ledger: " +
			"b4a signature list.",
		Example: "  b4a org msp update bizkaia --crl bizkaia.crl.pem\n  b4a org msp update bizkaia --msp crypto/bizkaia/msp",
		Args:    positional("ID"), ValidArgsFunction: byPosition(a.orgNames()),
	}
	msp := cmd.Flags().String("msp", "", "`folder` or archive of the whole MSP")
	lists := cmd.Flags().StringSlice("crl", nil, "`file` with a revocation list, PEM or DER; give it for each")
	wait := waitFlag(cmd)
	cmd.MarkFlagsMutuallyExclusive("msp", "crl")
	cmd.MarkFlagsOneRequired("msp", "crl")
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		in := api.MSPUpdate{}
		if *msp != "" {
			file, err := a.checkFile(*msp)
			if err != nil {
				return err
			}
			in.MSP = file.Data
		}
		for _, name := range *lists {
			list, err := a.readInput(name)
			if err != nil {
				return err
			}
			in.Lists = append(in.Lists, list)
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		op, err := c.UpdateMSP(ctx, args[0], in)
		if err != nil {
			return err
		}
		return a.follow(ctx, c, op, *wait, func() error { return a.showMSP(ctx, c, args[0]) })
	})
	return cmd
}

func (a *app) nodeCSRCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "csr ID --out DIR", Short: "Export what the authority of a node's organization is to certify",
		Long: "Export the certificate signing requests of a node of an organization that issues for itself, and how an " +
			"authority run by OpenSSL certifies them. The keys stay with the platform, and are the same each time.",
		Example: "  b4a node csr bizkaia-peer0 --out requests", Args: positional("ID"),
		ValidArgsFunction: byPosition(a.nodeNames()),
	}
	out := cmd.Flags().String("out", "", "`folder` for the requests")
	a.required(cmd, "out")
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		found, err := c.NodeRequests(ctx, args[0])
		if err != nil {
			return err
		}
		if err := os.MkdirAll(*out, 0o750); err != nil {
			return fmt.Errorf("make folder: %w", err)
		}
		for i, r := range found.Items {
			if filepath.Base(r.File) != r.File {
				return fmt.Errorf("the platform names a file %q", r.File)
			}
			if err := writeFile(filepath.Join(*out, r.File), []byte(r.PEM), 0o644); err != nil {
				return err
			}
			found.Items[i].PEM = strings.TrimSpace(r.PEM)
		}
		if a.output != "table" {
			return printList(a, found.Items, func(r api.NodeRequest) string { return filepath.Join(*out, r.File) }, "No requests.")
		}
		return a.explainRequests(args[0], *out, found)
	})
	return cmd
}

// explainRequests tells what an authority must make of requests.
func (a *app) explainRequests(node, dir string, found api.NodeRequests) error {
	var lines []string
	for _, r := range found.Items {
		lines = append(lines, fmt.Sprintf("%s  %s", filepath.Join(dir, r.File), printable(r.Subject)))
		if r.Purpose == "tls" {
			lines = append(lines, "  TLS of the node, by the TLS authority: serverAuth and clientAuth, names "+printable(strings.Join(r.Hosts, ", ")))
		} else {
			lines = append(lines, "  identity of the node, by the authority of identities: exactly one of Fabric's OUs, peer")
		}
		lines = append(lines, "")
		for line := range strings.SplitSeq(r.Commands, "\n") {
			lines = append(lines, printable(line)) // at the margin, to be copied
		}
		lines = append(lines, "")
	}
	a.note("Then: b4a node certificate install %s --file CERTS.pem", node)
	return a.println(a.env.Stdout, lines...)
}

func (a *app) nodeCertificateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "install ID --file FILE", Short: "Install what the authority of a node's organization made of its requests",
		Long: "Install the certificates of a node, PEM, one or both, each with or without those of its authorities. They are " +
			"checked first; the node then starts, or restarts with them when its certificates are renewed.",
		Args: positional("ID"), ValidArgsFunction: byPosition(a.nodeNames()),
	}
	files := cmd.Flags().StringSlice("file", nil, "`file` with certificates, PEM; - for the standard input; give it for each")
	wait := waitFlag(cmd)
	a.required(cmd, "file")
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		var bundle bytes.Buffer
		for _, name := range *files {
			certs, err := a.readInput(name)
			if err != nil {
				return err
			}
			if bytes.Contains(certs, []byte("PRIVATE KEY")) {
				return hinted(errors.New(name+" holds a private key: it was not sent"), "give only the certificates")
			}
			bundle.Write(append(bytes.TrimSpace(certs), '\n'))
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		done, err := c.InstallNodeCertificates(ctx, args[0], api.NodeCertificates{PEM: bundle.String()})
		if err != nil {
			return err
		}
		if len(done.Missing) > 0 {
			a.note("Still missing: %s. See b4a node csr %s --out DIR", strings.Join(done.Missing, ", "), args[0])
		}
		if done.Operation != "" && *wait {
			op, err := c.Operation(ctx, done.Operation)
			if err != nil {
				return err
			}
			return a.follow(ctx, c, op, true, func() error { return a.listCertificates(done.Items, false) })
		}
		return a.listCertificates(done.Items, false)
	})
	return group("certificate", "Certificates of a node of an organization that issues for itself", cmd)
}

func (a *app) certRecordCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "record --org ID --holder HOLDER --file CERT",
		Short: "Record a certificate that an organization issued itself",
		Long: "Record a certificate of a person or an application whose organization issues for itself: it is then in the " +
			"inventory and told of before it ends. That of a registered application is its certificate from now on.",
		Example: "  b4a cert record --org bizkaia --holder member/ane --file ane.pem", Args: positional(),
	}
	in := api.RecordedCertificate{}
	org := a.ofOrg(cmd)
	cmd.Flags().StringVar(&in.Holder, "holder", "", "member/NAME or application/NAME")
	member := cmd.Flags().String("member", "", "`EMAIL` or ID of the member whose it is: it is on hold here while that person is suspended")
	file := cmd.Flags().String("file", "", "`file` with the certificate, PEM; - for the standard input")
	a.required(cmd, "holder", "file")
	cmd.RunE = a.run(func(ctx context.Context, _ []string) error {
		cert, err := a.readInput(*file)
		if err != nil {
			return err
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		in.PEM = string(cert)
		if in.Member, err = orgMember(ctx, c, *org, *member); err != nil {
			return err
		}
		recorded, err := c.RecordCertificate(ctx, *org, in)
		if err != nil {
			return err
		}
		return a.listCertificates([]api.Certificate{recorded}, false)
	})
	return cmd
}
