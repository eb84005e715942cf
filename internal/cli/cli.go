// SPDX-License-Identifier: Apache-2.0

// Package cli is the command line of b4a: one file a noun. It is a client of the REST API like any other; only up and
// serve run the platform itself.
//
// Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not permitted, 4 not found. Results go to the standard output, and
// progress, hints and errors to the standard error output.
package cli

import (
	"context"
	"io"
	"log/slog"
	"net/netip"
	"time"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/client"
)

// Env is what the command line has of the world around it.
type Env struct {
	Args          []string // without the program's name
	Stdin         io.Reader
	Stdout        io.Writer
	Stderr        io.Writer
	Getenv        func(string) string
	Now           func() time.Time
	Version       string // of b4a
	FabricVersion string
	// Serve runs the platform until ctx ends. It returns nil after an orderly stop.
	Serve func(ctx context.Context, cfg ServeConfig) error
	// OpenAPI gives the API's description, JSON.
	OpenAPI func() ([]byte, error)
}

// ServeConfig is what up and serve hand to Env.Serve.
type ServeConfig struct {
	DataDir      string
	Listen       string        // host:port; port 0: any
	Ordering     string        // bft or raft; empty: what the data directory has, bft for a new one
	NodeHost     string        // address for the nodes' ports; empty: the platform chooses
	LeafLifetime time.Duration // of certificates of nodes, applications and people; 0: a year
	RenewBefore  time.Duration // their end; 0: a third of their life
	FabricDir    string        // folder of Fabric's binaries; empty: the platform finds them
	ContractsDir string        // folder of the catalogue's contracts; empty: the platform finds them
	CAKeyStore   string        // URI of the token for the authorities' keys; empty: they are sealed in files
	SMTP         string        // mail server; empty: mail is off
	SMTPPassword string        // file with its password
	MailFrom     string
	PublicURL    string // of the console as people reach it; empty: the listener's own
	TLSCert      string // file, PEM, certificate first and then its chain; empty: plain HTTP
	TLSKey       string // file, PEM
	CertListen   string // host:port that asks browsers for a certificate; empty: none
	// AuthorityPoll is how often other authorities are asked about their certificates; 0: the platform's own rhythm.
	AuthorityPoll      time.Duration
	PrivateAuthorities bool           // these may be at addresses that are not public
	TrustedProxies     []netip.Prefix // whose X-Forwarded-For says who asks, besides this machine's
	proxies            []string       // the same, as they were given
	Log                *slog.Logger
	Ready              func(ReadyInfo) // called once, when the ordering service and the operator's peer run
	Progress           func(string)    // called with what is being done until then
}

// ReadyInfo is what Serve says when it is ready.
type ReadyInfo struct {
	URL       string // the console's and the API's address
	SignInURL string // opens the console signed in as operator, once
}

// app is one run of the command line.
type app struct {
	env     Env
	root    *cobra.Command
	url     string
	token   string // file of it
	secret  string // what that file held
	output  string
	started bool // a command's own code was reached: from then on errors are no longer of usage
}

// Main runs the command line and gives its exit code.
func Main(ctx context.Context, env Env) int {
	a := &app{env: env}
	a.root = a.rootCommand()
	a.root.SetArgs(env.Args)
	a.root.SetIn(env.Stdin)
	a.root.SetOut(env.Stdout)
	a.root.SetErr(env.Stderr)
	cmd, err := a.root.ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	if !a.started {
		err = asUsage(cmd, err)
	}
	return a.report(err)
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "b4a",
		Short: "Blockchain4all: Hyperledger Fabric as a service",
		Long: "b4a runs a platform of Hyperledger Fabric ledgers and works with it.\n\n" +
			"Start one on this machine with `b4a up`, or sign in to one with `b4a login URL`.",
		SilenceErrors: true, SilenceUsage: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	f := root.PersistentFlags()
	f.StringVar(&a.url, "url", "", "address of the platform (B4A_URL)")
	f.StringVar(&a.token, "token", "", "`file` with the API token, - for standard input (B4A_TOKEN holds the token itself)")
	f.StringVarP(&a.output, "output", "o", "table", "table, json or name")
	a.complete(root, "output", fixed("table", "json", "name"))
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return asUsage(cmd, err) })
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		switch a.output {
		case "table", "json", "name":
			return nil
		}
		return usage("choose -o table, json or name", "output %q is not known", a.output)
	}
	root.AddGroup(
		&cobra.Group{ID: "platform", Title: "Platform:"},
		&cobra.Group{ID: "work", Title: "Organizations, ledgers, contracts:"},
		&cobra.Group{ID: "operate", Title: "Operation:"},
	)
	in := func(group string, cmds ...*cobra.Command) {
		for _, c := range cmds {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	in("platform", a.upCommand(), a.serveCommand(), a.loginCommand(), a.logoutCommand())
	in("work", a.orgCommand(), a.ledgerCommand(), a.contractCommand(), a.appCommand(), a.certCommand(), a.authorityCommand(),
		a.txCommand(), a.blockCommand())
	in("operate", a.accessCommand(), a.nodeCommand(), a.memberCommand(), a.tokenCommand(), a.signInCommand(),
		a.mailCommand(), a.operationCommand(), a.signatureCommand(), a.auditCommand(), a.doctorCommand())
	root.AddCommand(a.versionCommand(), a.openAPICommand(), a.completionCommand())
	root.SetHelpCommand(&cobra.Command{Use: "no-help", Hidden: true})
	return root
}

// group makes a command that only holds others.
func group(use, short string, children ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				cmd.SetOut(cmd.ErrOrStderr())
				if err := cmd.Help(); err != nil {
					return err
				}
				return usage("choose one of the commands above", "%s: what is to be done?", cmd.CommandPath())
			}
			return unknownCommand(cmd, args[0])
		},
	}
	cmd.AddCommand(children...)
	return cmd
}

// run marks the point from which errors are no longer of usage.
func (a *app) run(f func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		a.started = true
		return f(cmd.Context(), args)
	}
}

// remote is run for a command that asks the platform.
func (a *app) remote(f func(ctx context.Context, c *client.Client, args []string) error) func(*cobra.Command, []string) error {
	return a.run(func(ctx context.Context, args []string) error {
		c, err := a.client()
		if err != nil {
			return err
		}
		return f(ctx, c, args)
	})
}
