// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client/consent"
)

func (a *app) orgAdministrationCommand() *cobra.Command {
	in := api.NewAdministration{}
	cmd := &cobra.Command{
		Use: "administration ID own|managed", Short: "Say who has an organization's administrator",
		Long: "own: the organization alone. Its administrators sign what needs its consent (b4a signature list), the platform's " +
			"administrator of it is revoked and its key destroyed. It takes a certificate with the role admin, and its key.\n" +
			"managed: the platform. It makes an administrator's certificate on a key that it keeps, and consents by itself.",
		Example: "  b4a cert request --org araba --name nekane --role admin --key admin.key.pem --out admin.cert.pem\n" +
			"  b4a org administration araba own --cert admin.cert.pem --key admin.key.pem",
		Args: positional("ID", "own|managed"), ValidArgsFunction: byPosition(a.orgNames(), fixed("own", "managed")),
	}
	f := cmd.Flags()
	certFile := f.String("cert", "", "PEM `file` of an administrator's certificate")
	keyFile := f.String("key", "", "PEM `file` of its key")
	proofFile := f.String("proof", "", "`file` of the statement's signature, where another program signs; without it the statement is told")
	yes := f.Bool("yes", false, "do not ask")
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		in.Administration = args[1]
		question := "The platform will consent in the name of " + args[0] + " by itself. Go on?"
		switch args[1] {
		case "own":
			question = "The platform's administrator key of " + args[0] + " will be destroyed. Go on?"
			if err := proveAdministrator(&in, args[0], *certFile, *keyFile, *proofFile); err != nil {
				return err
			}
		case "managed":
		default:
			return usage(cmd.UseLine(), "%q is neither own nor managed", args[1])
		}
		if err := a.sure(question, *yes); err != nil {
			return err
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		if _, err := c.SetAdministration(ctx, args[0], in); err != nil {
			return err
		}
		return a.showOrg(ctx, c, args[0])
	})
	return cmd
}

func proveAdministrator(in *api.NewAdministration, orgID, certFile, keyFile, proofFile string) error {
	if certFile == "" {
		return usage("--cert FILE: b4a cert request --role admin … gets one", "--cert is missing")
	}
	cert, err := readCert(certFile)
	if err != nil {
		return err
	}
	in.Certificate = cert
	if proofFile != "" {
		proof, err := readText(proofFile)
		if err != nil {
			return usage("--proof FILE, as openssl dgst -sign writes it", "--proof: %s", err)
		}
		in.Proof = []byte(proof)
		return nil
	}
	if keyFile == "" {
		return nil // the platform says what is to be signed
	}
	key, err := readKey(keyFile)
	if err != nil {
		return err
	}
	statement, err := consent.AdministrationStatement(orgID, []byte(cert))
	if err != nil {
		return fmt.Errorf("read certificate: %w", err)
	}
	if in.Proof, err = signMessage(key, []byte(statement)); err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	return nil
}
