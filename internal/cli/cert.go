// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

func (a *app) certCommand() *cobra.Command {
	return group("cert", "Certificates of organizations, nodes, people and applications",
		a.certCheckCommand(), a.certListCommand(), a.certMineCommand(), a.certRequestCommand(), a.certRecordCommand(), a.certBindCommand(),
		a.certShowCommand(), a.certRevokeCommand(), a.certReleaseCommand(), a.certWatchCommand(), a.certWatchedCommand(), a.certUnwatchCommand(),
		a.authorityMoveCommand("renew", "Renew what is due of an organization's certificates now", (*client.Client).RenewCertificates))
}

func (a *app) certListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List certificates, of one organization or of all that you may see",
		Example: "  b4a cert list --org bizkaia\n  b4a cert list --expiring 30d", Args: positional(),
	}
	f := client.CertificateFilter{}
	cmd.Flags().StringVar(&f.Organization, "org", "", "`ID` of the organization; all otherwise")
	a.complete(cmd, "org", a.orgNames())
	cmd.Flags().StringVar(&f.Holder, "holder", "", "only of this holder, such as bizkaia-peer0 or member/ane")
	cmd.Flags().StringVar(&f.Member, "member", "", "only of the person with this `ID`")
	cmd.Flags().StringVar(&f.Status, "status", "", "valid, expiring, expired or revoked")
	a.complete(cmd, "status", fixed("valid", "expiring", "expired", "revoked"))
	expiring := cmd.Flags().String("expiring", "", "only those in use that end within this `time`, such as 30d or 12h")
	limit := limitFlag(cmd)
	cmd.RunE = a.run(func(ctx context.Context, _ []string) error {
		within, err := stretch(*expiring)
		if err != nil {
			return err
		}
		now := a.env.Now()
		if within > 0 {
			f.ExpiresBefore = now.Add(within)
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		found := c.AllCertificates(ctx, f, limit.page())
		if within > 0 {
			found = standing(found, now)
		}
		items, err := collect(found, limit)
		if err != nil {
			return err
		}
		return a.listCertificates(items, f.Organization == "")
	})
	return cmd
}

// standing leaves out what is revoked or has ended.
func standing(all iter.Seq2[api.Certificate, error], now time.Time) iter.Seq2[api.Certificate, error] {
	return func(yield func(api.Certificate, error) bool) {
		for k, err := range all {
			if err == nil && (k.Status == "revoked" || !now.Before(k.NotAfter)) {
				continue
			}
			if !yield(k, err) {
				return
			}
		}
	}
}

// stretch reads a stretch of time: days with d, or as Go writes durations. Nothing is zero.
func stretch(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n > 0 && n < 100000 {
			return time.Duration(n) * 24 * time.Hour, nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return d, nil
	}
	return 0, usage("--expiring 30d, or --expiring 12h", "%q is not a stretch of time", text)
}

func (a *app) listCertificates(items []api.Certificate, ofAll bool) error {
	columns := []column[api.Certificate]{
		{title: "HOLDER", cell: func(k api.Certificate) string { return k.Holder }},
		{title: "PURPOSE", cell: func(k api.Certificate) string { return k.Purpose }},
		{title: "ROLE", cell: func(k api.Certificate) string { return k.Role }},
		{title: "STATUS", cell: func(k api.Certificate) string { return stateAndReason(k.Status, k.Reason) }},
		{title: "UNTIL", cell: func(k api.Certificate) string { return k.NotAfter.UTC().Format("2006-01-02") }},
		{title: "SERIAL", cell: func(k api.Certificate) string { return k.Serial }},
		{title: "SUBJECT", cell: func(k api.Certificate) string { return k.Subject }, spare: true},
	}
	if ofAll {
		org := column[api.Certificate]{title: "ORG", cell: func(k api.Certificate) string { return k.Organization }}
		columns = append([]column[api.Certificate]{org}, columns...)
	}
	return printList(a, items, func(k api.Certificate) string { return k.Serial }, "No certificates.", columns...)
}

func (a *app) certShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show SERIAL --org ID", Short: "Show a certificate, with its PEM", Args: positional("SERIAL"),
	}
	org := a.ofOrg(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		return a.showCertificate(ctx, c, *org, args[0])
	})
	return cmd
}

func (a *app) showCertificate(ctx context.Context, c *client.Client, org, serial string) error {
	for k, err := range c.Certificates(ctx, org) {
		if err != nil {
			return err
		}
		if k.Serial == serial {
			return a.printCertificate(k)
		}
	}
	return &api.Problem{
		Status: 404, Code: "certificate_not_found", Detail: org + " has no certificate with serial " + serial,
		Hint: "b4a cert list --org " + org,
	}
}

func (a *app) printCertificate(k api.Certificate) error {
	fields := []field{
		{"Serial", k.Serial},
		{"Holder", k.Holder},
		{"Member", named(k.MemberName, k.Member)},
		{"Key kept by", k.KeyKeptBy},
		{"Purpose", k.Purpose},
		{"Role", k.Role},
		{"Status", k.Status},
		{"Subject", k.Subject},
		{"Issuer", k.Issuer},
		{"Valid", a.clock(k.NotBefore) + " to " + a.clock(k.NotAfter)},
		{"Fingerprint", k.Fingerprint},
	}
	if k.RevokedAt != nil {
		fields = append(fields, field{"Revoked", a.clock(*k.RevokedAt) + ", " + k.Reason})
	}
	if len(k.HeldBy) > 0 {
		fields = append(fields, field{"On hold with", strings.Join(k.HeldBy, ", ")})
	}
	for _, e := range k.Effects {
		fields = append(fields, field{"Refused", refusal(e)})
	}
	return a.printOne(k, k.Serial, append(fields, field{"PEM", k.PEM}))
}

// refusal tells since when a ledger refuses a certificate.
func refusal(e api.LedgerEffect) string {
	return "since block " + strconv.FormatUint(e.Block, 10) + " of ledger " + e.Ledger
}

// named gives a name with the ID that it stands for.
func named(name, id string) string {
	if name == "" {
		return id
	}
	return name + " (" + id + ")"
}

func (a *app) certRequestCommand() *cobra.Command {
	in := api.NewCertificate{}
	cmd := &cobra.Command{
		Use:   "request --org ID --name NAME --key FILE --out FILE",
		Short: "Get an enrollment certificate on a key of your own",
		Long: "Get an enrollment certificate on a key of your own. The key is generated here, unless the file exists, " +
			"and never leaves this machine: only a certificate signing request is sent. The certificate is on hold while the member " +
			"for whom it is is suspended, and revoked when that member leaves.",
		Example: "  b4a cert request --org bizkaia --name ane.etxebarria --key ane.key.pem --out ane.cert.pem",
		Args:    positional(),
	}
	org := a.ofOrg(cmd)
	f := cmd.Flags()
	f.StringVar(&in.Name, "name", "", "common name of the certificate")
	f.StringVar(&in.Role, "role", "client", "client or admin")
	f.StringVar(&in.Member, "member", "", "`ID` of the member for whom it is; you, otherwise")
	attributes := f.StringArray("attribute", nil, "attribute that contracts may read, `KEY=VALUE`")
	keyFile := f.String("key", "", "PEM `file` of the key; made when there is none")
	out := f.String("out", "", "`file` for the certificate, PEM")
	a.required(cmd, "name", "key", "out")
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
