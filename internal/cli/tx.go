// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

const maxTransient = client.MaxBody

// callFlags are the flags of a call of a contract.
type callFlags struct {
	org       *string
	app       string
	transient []string
	endorsers []string
	key, cert string
}

func (a *app) txCommand() *cobra.Command {
	return group("tx", "Transactions: submit, evaluate, look up",
		a.txSubmitCommand(), a.txEvaluateCommand(), a.txListCommand(), a.txShowCommand())
}

func (a *app) callFlags(cmd *cobra.Command) *callFlags {
	f := &callFlags{org: a.orgFlag(cmd, "`ID` of the organization in whose name")}
	fl := cmd.Flags()
	fl.StringVar(&f.app, "application", "", "custodial application whose key signs; the organization's own otherwise")
	fl.StringArrayVar(&f.transient, "transient", nil, "private input, `KEY=VALUE` or KEY=@FILE; never on the ledger")
	fl.StringSliceVar(&f.endorsers, "endorser", nil, "`ID` of an organization that is to endorse; Fabric chooses otherwise")
	fl.StringVar(&f.key, "key", "", "sign here with the key in this PEM `file`: it never leaves this machine")
	fl.StringVar(&f.cert, "cert", "", "certificate of the key, PEM `file`")
	a.required(cmd, "org")
	a.complete(cmd, "application", a.appNames())
	cmd.MarkFlagsRequiredTogether("key", "cert")
	cmd.MarkFlagsMutuallyExclusive("key", "application")
	return f
}

const txArguments = "LEDGER CONTRACT FUNCTION [ARG…] --org ID"

func (a *app) txSubmitCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "submit " + txArguments, Short: "Submit a transaction and wait until it is committed",
		Example: "  b4a tx submit azterketak exams OpenSession … --org bizkaia",
		Args:    positional("LEDGER", "CONTRACT", "FUNCTION", "ARG…"),

		ValidArgsFunction: byPosition(a.ledgerNames(), a.contractNames(), a.functionNames()),
	}
	f := a.callFlags(cmd)
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		c, call, err := a.call(f, args)
		if err != nil {
			return err
		}
		var commit api.Commit
		if f.key != "" {
			commit, err = f.submitSigned(ctx, c, args[0], args[1], call)
		} else {
			commit, err = c.Submit(ctx, args[0], args[1], call)
		}
		if err != nil {
			return err
		}
		return a.printCommit(commit)
	})
	return cmd
}

func (a *app) txEvaluateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "evaluate " + txArguments, Short: "Ask a contract, without leaving a trace on the ledger",
		Args: positional("LEDGER", "CONTRACT", "FUNCTION", "ARG…"),

		ValidArgsFunction: byPosition(a.ledgerNames(), a.contractNames(), a.functionNames()),
	}
	f := a.callFlags(cmd)
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		c, call, err := a.call(f, args)
		if err != nil {
			return err
		}
		var out api.CallResult
		if f.key != "" {
			out, err = f.evaluateSigned(ctx, c, args[0], args[1], call)
		} else {
			out, err = c.Evaluate(ctx, args[0], args[1], call)
		}
		if err != nil {
			return err
		}
		if a.output == "json" {
			return a.printJSON(out)
		}
		return a.println(a.env.Stdout, out.Result)
	})
	return cmd
}

// call reads the flags and arguments of a call.
func (a *app) call(f *callFlags, args []string) (*client.Client, api.Call, error) {
	call := api.Call{
		Organization: *f.org, Application: f.app, Function: args[2], Arguments: args[3:], Endorsers: f.endorsers,
	}
	var err error
	if call.Transient, err = f.private(); err != nil {
		return nil, call, err
	}
	c, err := a.client()
	return c, call, err
}

// private reads the --transient flags.
func (f *callFlags) private() (map[string]string, error) {
	values, err := keyValues("transient", f.transient)
	if err != nil {
		return nil, err
	}
	for k, v := range values {
		file, ok := strings.CutPrefix(v, "@")
		if !ok {
			continue
		}
		if values[k], err = readText(file); err != nil {
			return nil, usage("--transient KEY=@FILE", "--transient %s: %s", k, err)
		}
	}
	return values, nil
}

func readText(file string) (string, error) {
	f, err := os.Open(file) //nolint:gosec // the user names the file
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // only read
	b, err := io.ReadAll(io.LimitReader(f, maxTransient+1))
	if err != nil {
		return "", err
	}
	if len(b) > maxTransient {
		return "", fmt.Errorf("%s has more than %d bytes", file, maxTransient)
	}
	return string(b), nil
}

func (a *app) printCommit(c api.Commit) error {
	err := a.printOne(c, c.TransactionID, []field{
		{"Transaction", c.TransactionID},
		{"State", c.State},
		{"Validation", c.Validation},
		{"Block", blockNumber(c)},
		{"Result", c.Result},
	})
	if err == nil && c.State != "committed" {
		a.note("The transaction is %s.", c.State)
		return silentError(exitFailed)
	}
	return err
}

func blockNumber(c api.Commit) string {
	if c.State == "pending" {
		return ""
	}
	return strconv.FormatUint(c.Block, 10)
}

func (a *app) txListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "list LEDGER", Short: "List a ledger's transactions, newest first", Args: positional("LEDGER"),
		ValidArgsFunction: byPosition(a.ledgerNames()),
	}
	limit := limitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		items, err := collect(c.Transactions(ctx, args[0], limit.page()), limit)
		if err != nil {
			return err
		}
		return a.printTransactions(items)
	})
	return cmd
}

func (a *app) txShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show LEDGER TRANSACTION", Short: "Show a transaction", Args: positional("LEDGER", "TRANSACTION"),
		ValidArgsFunction: byPosition(a.ledgerNames()),
	}
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		t, err := c.Transaction(ctx, args[0], args[1])
		if err != nil {
			return err
		}
		writes := make([]string, len(t.Writes))
		for i, w := range t.Writes {
			writes[i] = strings.TrimRight(w.Contract+" "+w.Key+" "+w.Value, " ")
			if w.Deleted {
				writes[i] = w.Contract + " " + w.Key + " (deleted)"
			}
		}
		return a.printOne(t, t.ID, []field{
			{"Transaction", t.ID},
			{"Block", strconv.FormatUint(t.Block, 10)},
			{"Type", t.Type},
			{"Time", a.clock(t.Time)},
			{"Validation", t.Validation},
			{"Creator", strings.Trim(t.CreatorMSP+" "+t.Creator, " ")},
			{"Contract", strings.Trim(t.Contract+" "+t.Function, " ")},
			{"Arguments", strings.Join(t.Arguments, "\n")},
			{"Endorsed by", list(t.EndorsedBy)},
			{"Private data", list(t.Collections)},
			{"Writes", strings.Join(writes, "\n")},
		})
	})
	return cmd
}
