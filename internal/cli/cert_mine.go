// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
)

func (a *app) certMineCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "mine", Short: "List your own certificates, of every organization, with what to do about each",
		Long: "List the certificates of the person who is signed in (b4a login --email), of every organization: whether each is " +
			"valid, on hold and for what, or revoked and since which block of which ledger, and what to do next.",
		Args: positional(),
	}
	limit := limitFlag(cmd)
	cmd.RunE = a.run(func(ctx context.Context, _ []string) error {
		c, err := a.client()
		if err != nil {
			return err
		}
		items, err := collect(c.OwnCertificates(ctx, limit.page()), limit)
		if err != nil {
			return err
		}
		return a.listOwnCertificates(items)
	})
	return cmd
}

func (a *app) listOwnCertificates(items []api.OwnCertificate) error {
	text := func(title string, cell func(api.Certificate) string) column[api.OwnCertificate] {
		return column[api.OwnCertificate]{title: title, cell: func(k api.OwnCertificate) string { return cell(k.Certificate) }}
	}
	return printList(a, items, func(k api.OwnCertificate) string { return k.Certificate.Serial }, "You have no certificates.",
		text("ORG", func(k api.Certificate) string { return k.Organization }),
		text("HOLDER", func(k api.Certificate) string { return k.Holder }),
		text("ROLE", func(k api.Certificate) string { return k.Role }),
		text("STATUS", func(k api.Certificate) string { return stateAndReason(k.Status, k.Reason) }),
		text("UNTIL", func(k api.Certificate) string { return k.NotAfter.UTC().Format("2006-01-02") }),
		text("SERIAL", func(k api.Certificate) string { return k.Serial }),
		text("REFUSED", func(k api.Certificate) string {
			var since []string
			for _, e := range k.Effects {
				since = append(since, refusal(e))
			}
			return list(since)
		}),
		column[api.OwnCertificate]{title: "NEXT", cell: nextStep},
	)
}

// nextStep tells what a person is to do about a certificate; nothing while there is nothing to do.
func nextStep(k api.OwnCertificate) string {
	c := k.Certificate
	switch {
	case k.RenewedBy != "":
		return "use the newer one on this key, " + k.RenewedBy
	case c.Status == "revoked" && len(c.HeldBy) > 0:
		return liftedBy(c)
	case c.Status == "valid", c.KeyKeptBy == "platform" && c.Status == "expiring":
		return ""
	case k.External:
		return "have a new one issued by the authority of " + c.Organization + ", then recorded: b4a cert record"
	case c.Status == "revoked":
		return "have one issued on a new key: b4a cert request"
	default:
		return "have a new one issued: b4a cert request"
	}
}

// liftedBy tells who lifts the holds of a certificate.
func liftedBy(c api.Certificate) string {
	var who []string
	for _, cause := range c.HeldBy {
		next := "its watched certificate must be good again"
		switch cause {
		case "certificate":
			next = "an administrator releases it: b4a cert release " + c.Serial + " --org " + c.Organization
		case "holder", "person":
			next = "an operator resumes your account"
		case "membership":
			next = "an administrator of " + c.Organization + " resumes your membership"
		case "organization":
			next = "an operator resumes " + c.Organization
		case "its authority":
			next = "the authority of " + c.Organization + " takes it off its list"
		}
		if !slices.Contains(who, next) {
			who = append(who, next)
		}
	}
	return strings.Join(who, "; ")
}
