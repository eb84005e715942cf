// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/client"
)

// serveFlags adds the flags of up and serve.
func (a *app) serveFlags(cmd *cobra.Command) *ServeConfig {
	cfg := &ServeConfig{}
	f := cmd.Flags()
	f.StringVar(&cfg.DataDir, "data-dir", a.defaultDataDir(), "where everything is kept (B4A_DATA_DIR)")
	f.StringVar(&cfg.Listen, "listen", defaultListen, "`host:port` of the console and the API")
	f.StringVar(&cfg.Ordering, "ordering", "", "bft (4 orderers, for new data directories) or raft (1, for tiny machines)")
	f.StringVar(&cfg.NodeHost, "node-host", "", "address for the nodes' ports; a loopback address of its own otherwise")
	f.DurationVar(&cfg.LeafLifetime, "certificate-lifetime", 0, "of nodes', applications' and people's certificates; a year otherwise")
	f.DurationVar(&cfg.RenewBefore, "certificate-renew-before", 0,
		"how long before their end certificates are renewed; a third of their life otherwise")
	f.DurationVar(&cfg.AuthorityPoll, "authority-poll", 0, "between two questions to other authorities about their certificates; 10m otherwise")
	f.BoolVar(&cfg.PrivateAuthorities, "private-authorities", false, "ask authorities at addresses that are not public, too")
	f.StringVar(&cfg.FabricDir, "fabric-dir", "", "folder with Fabric's peer and orderer; found otherwise")
	f.StringVar(&cfg.ContractsDir, "contracts-dir", "", "folder with the catalogue's contracts; found otherwise")
	f.StringVar(&cfg.CAKeyStore, "ca-key-store", "",
		"PKCS #11 token for the authorities' keys: pkcs11:token=LABEL?module-path=FILE&pin-source=file:FILE; sealed files otherwise")
	f.StringVar(&cfg.SMTP, "smtp", a.env.Getenv("B4A_SMTP"),
		"mail server, `URL` as smtp://user@host:587 or smtps://… (B4A_SMTP); mail is off without")
	f.StringVar(&cfg.SMTPPassword, "smtp-password-file", a.env.Getenv("B4A_SMTP_PASSWORD_FILE"), "`file` with the mail server's password")
	f.StringVar(&cfg.MailFrom, "mail-from", a.env.Getenv("B4A_MAIL_FROM"), "sender of mails, an `address`")
	f.StringVar(&cfg.PublicURL, "public-url", a.env.Getenv("B4A_PUBLIC_URL"),
		"`URL` of the console as people reach it, behind a proxy or by its name (B4A_PUBLIC_URL)")
	f.StringVar(&cfg.TLSCert, "tls-cert", "", "`file` with the server's certificate and its chain, PEM; read again when it changes")
	f.StringVar(&cfg.TLSKey, "tls-key", "", "`file` with the key of --tls-cert, PEM")
	f.StringVar(&cfg.CertListen, "client-cert-listen", "", "`host:port` where browsers sign in with a client certificate; needs --tls-cert")
	f.StringSliceVar(&cfg.proxies, "trusted-proxy", nil,
		"`address` or network, as 10.0.0.0/24, of a proxy before this: its X-Forwarded-For says who asks; may be given again")
	cmd.MarkFlagsRequiredTogether("tls-cert", "tls-key")
	a.complete(cmd, "ordering", fixed("bft", "raft"))
	for _, dir := range []string{"data-dir", "fabric-dir", "contracts-dir"} {
		if err := cmd.MarkFlagDirname(dir); err != nil {
			panic("command without flag " + dir) // a mistake in this package, seen by every test
		}
	}
	return cfg
}

// parseNetwork reads an address or a network. One that holds every address is none of proxies.
func parseNetwork(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil {
		return a.Unmap().Prefix(a.Unmap().BitLen()) //nolint:wrapcheck // the caller says what it is
	}
	p, err := netip.ParsePrefix(text)
	if err == nil && p.Bits() == 0 {
		err = errors.New("everybody")
	}
	return p.Masked(), err //nolint:wrapcheck // the caller says what it is
}

func (c *ServeConfig) check() error {
	if c.Ordering != "" && c.Ordering != "bft" && c.Ordering != "raft" {
		return usage("--ordering bft, or --ordering raft", "--ordering %q is not known", c.Ordering)
	}
	if _, port, err := net.SplitHostPort(c.Listen); err != nil || port == "" {
		return usage("--listen "+defaultListen, "--listen %q is not host:port", c.Listen)
	}
	if c.CertListen != "" {
		if _, port, err := net.SplitHostPort(c.CertListen); err != nil || port == "" {
			return usage("--client-cert-listen 0.0.0.0:8443", "--client-cert-listen %q is not host:port", c.CertListen)
		}
		if c.TLSCert == "" {
			return usage("give --tls-cert and --tls-key too", "--client-cert-listen needs TLS")
		}
	}
	for _, text := range c.proxies {
		network, err := parseNetwork(text)
		if err != nil {
			return usage("--trusted-proxy 10.0.0.5, or --trusted-proxy 10.0.0.0/24", "--trusted-proxy %q is no address or network", text)
		}
		c.TrustedProxies = append(c.TrustedProxies, network)
	}
	dir, err := filepath.Abs(c.DataDir)
	if err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	c.DataDir = dir
	return nil
}

func (a *app) serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "serve", Short: "Run the platform as a service: logs as JSON, nothing for people", Args: positional(),
	}
	cfg := a.serveFlags(cmd)
	level := levelFlag(cmd, slog.LevelInfo)
	cmd.RunE = a.run(func(ctx context.Context, _ []string) error {
		if err := cfg.check(); err != nil {
			return err
		}
		cfg.Log = slog.New(slog.NewJSONHandler(a.env.Stderr, &slog.HandlerOptions{Level: level}))
		cfg.Ready = func(info ReadyInfo) {
			cfg.Log.InfoContext(ctx, "ready", "url", info.URL)
			if err := rememberURL(cfg.DataDir, info.URL); err != nil {
				cfg.Log.WarnContext(ctx, "address not written", "error", err)
			}
		}
		return a.env.Serve(ctx, *cfg)
	})
	return cmd
}

func levelFlag(cmd *cobra.Command, level slog.Level) *slog.Level {
	cmd.Flags().TextVar(&level, "log-level", level, "debug, info, warn or error")
	return &level
}

func (a *app) upCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "up", Short: "Start a platform on this machine and stay until Ctrl-C",
		Long: "Start a platform on this machine, in the foreground: an ordering service, the operator's peer, the API " +
			"and the console. What was there before comes back. Ctrl-C stops everything in order.",
		Example: "  b4a up\n  b4a up --demo --data-dir /srv/b4a --listen 127.0.0.1:9000", Args: positional(),
	}
	cfg := a.serveFlags(cmd)
	demo := cmd.Flags().Bool("demo", false, "make two organizations, a ledger and a contract with a hundred exam results")
	level := levelFlag(cmd, slog.LevelWarn)
	cmd.RunE = a.run(func(ctx context.Context, _ []string) error {
		if err := cfg.check(); err != nil {
			return err
		}
		cfg.Log = slog.New(slog.NewTextHandler(a.env.Stderr, &slog.HandlerOptions{Level: level}))
		return a.up(ctx, *cfg, *demo)
	})
	return cmd
}

// up runs the platform and, beside it, tells people what happens.
func (a *app) up(ctx context.Context, cfg ServeConfig, demo bool) error {
	ready := make(chan ReadyInfo, 1)
	cfg.Ready = func(info ReadyInfo) {
		select {
		case ready <- info:
		default:
		}
	}
	cfg.Progress = func(what string) { a.note("… %s", printable(what)) }
	beside, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { a.accompany(beside, cfg, ready, demo) })
	a.note("Starting the platform in %s", cfg.DataDir)
	err := a.env.Serve(ctx, cfg)
	cancel()
	wg.Wait()
	if err == nil || ctx.Err() != nil && errors.Is(err, context.Canceled) {
		a.note("Stopped.")
		return nil
	}
	return err
}

// accompany shows the nodes as they come, welcomes people, and makes the demo.
func (a *app) accompany(ctx context.Context, cfg ServeConfig, ready <-chan ReadyInfo, demo bool) {
	start := a.env.Now()
	watch, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { a.watchNodes(watch, cfg) })
	var info ReadyInfo
	select {
	case <-ctx.Done():
	case info = <-ready:
	}
	cancel()
	wg.Wait()
	if ctx.Err() != nil {
		return
	}
	err := a.welcome(cfg, info, a.env.Now().Sub(start))
	if err == nil {
		err = rememberURL(cfg.DataDir, info.URL)
	}
	c, access := a.operator(cfg, info.URL)
	if err := errors.Join(err, access); err != nil {
		a.note("b4a: %s", err)
		return
	}
	defer c.Close()
	if !demo {
		return
	}
	if err := a.demo(ctx, c); err != nil && ctx.Err() == nil {
		message, hint := explain(err)
		a.note("The demo stopped: %s", message)
		a.note("Try: %s", first(hint, "b4a operation list; the demo goes on at the next b4a up --demo"))
	}
}

// operator is a client with the operator's token of a data directory.
func (a *app) operator(cfg ServeConfig, url string) (*client.Client, error) {
	token, err := os.ReadFile(filepath.Join(cfg.DataDir, "operator-token"))
	if err != nil {
		return nil, fmt.Errorf("operator's token: %w", err)
	}
	return client.New(url, string(token), client.WithUserAgent("b4a/"+a.env.Version))
}

// rememberURL writes where the platform listens, for the commands on this machine.
func rememberURL(dataDir, url string) error {
	return writeFile(filepath.Join(dataDir, urlFile), []byte(url+"\n"), 0o600)
}
