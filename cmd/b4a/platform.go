// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"github.com/blockchain4all/blockchain4all/internal/cli"
	"github.com/blockchain4all/blockchain4all/internal/server"
)

// serve hands the command line's wishes to the platform.
func serve(ctx context.Context, c cli.ServeConfig) error {
	return server.Run(ctx, server.Config{
		DataDir: c.DataDir, Listen: c.Listen, Ordering: c.Ordering, NodeHost: c.NodeHost, LeafLifetime: c.LeafLifetime, RenewBefore: c.RenewBefore,
		FabricDir: c.FabricDir, ContractsDir: c.ContractsDir, CAKeyStore: c.CAKeyStore,
		SMTP: c.SMTP, SMTPPassword: c.SMTPPassword, MailFrom: c.MailFrom, PublicURL: c.PublicURL,
		AuthorityPoll: c.AuthorityPoll, PrivateAuthorities: c.PrivateAuthorities, TrustedProxies: c.TrustedProxies,
		TLSCert: c.TLSCert, TLSKey: c.TLSKey, CertListen: c.CertListen,
		Version: version, Log: c.Log, Progress: c.Progress,
		Ready: func(i server.ReadyInfo) { c.Ready(cli.ReadyInfo{URL: i.URL, SignInURL: i.SignInURL}) },
	})
}

func openAPI() ([]byte, error) { return server.OpenAPI() }
