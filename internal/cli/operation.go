// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

func (a *app) operationCommand() *cobra.Command {
	return group("operation", "Long-running work: what goes on, what failed and why",
		a.operationListCommand(), a.operationShowCommand(), a.operationWaitCommand(), a.operationRetryCommand(), a.operationCancelCommand())
}

func (a *app) operationListCommand() *cobra.Command {
	var filter client.OperationFilter
	cmd := &cobra.Command{Use: "list", Short: "List operations, newest first", Args: positional()}
	cmd.Flags().StringVar(&filter.Subject, "subject", "", "only those on this, such as ledger/azterketak")
	cmd.Flags().StringVar(&filter.State, "state", "", "only those pending, running, waiting, succeeded or failed")
	a.complete(cmd, "state", fixed("pending", "running", "waiting", "succeeded", "failed"))
	limit := limitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, _ []string) error {
		items, err := collect(c.Operations(ctx, filter, limit.page()), limit)
		if err != nil {
			return err
		}
		return printList(a, items, func(o api.Operation) string { return o.ID }, "No operations.",
			column[api.Operation]{title: "ID", cell: func(o api.Operation) string { return o.ID }},
			column[api.Operation]{title: "KIND", cell: func(o api.Operation) string { return o.Kind }},
			column[api.Operation]{title: "SUBJECT", cell: func(o api.Operation) string { return o.Subject }},
			column[api.Operation]{title: "STATE", cell: func(o api.Operation) string {
				return stateAndReason(o.State, first(problemText(o.Problem), a.waitsFor(o.Waiting)))
			}},
			column[api.Operation]{title: "AGE", cell: func(o api.Operation) string { return a.since(o.CreatedAt) }},
			column[api.Operation]{title: "ACTOR", cell: func(o api.Operation) string { return o.Actor }, spare: true},
		)
	})
	return cmd
}

func (a *app) operationShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show an operation and its steps", Args: positional("ID"),
		ValidArgsFunction: byPosition(a.operationIDs()),
	}
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		o, err := c.Operation(ctx, args[0])
		if err != nil {
			return err
		}
		return a.printOperation(o)
	})
	return cmd
}

func (a *app) operationWaitCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "wait ID", Short: "Wait for an operation's end", Args: positional("ID"),
		ValidArgsFunction: byPosition(a.operationIDs()),
	}
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		return a.followOn(ctx, c, api.Operation{ID: args[0]}, func() error { return a.showOperation(ctx, c, args[0]) })
	})
	return cmd
}

func (a *app) operationRetryCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "retry ID", Short: "Start a failed operation again where it stopped", Args: positional("ID"),
		ValidArgsFunction: byPosition(a.operationIDs()),
	}
	wait := waitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		op, err := c.RetryOperation(ctx, args[0])
		if err != nil {
			return err
		}
		return a.follow(ctx, c, op, *wait, func() error { return a.showOperation(ctx, c, args[0]) })
	})
	return cmd
}

func (a *app) operationCancelCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "cancel ID", Short: "End an operation that waits for people", Args: positional("ID"),
		ValidArgsFunction: byPosition(a.operationIDs()),
	}
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		o, err := c.CancelOperation(ctx, args[0])
		if err != nil {
			return err
		}
		return a.printOperation(o)
	})
	return cmd
}

// showOperation prints an operation after its steps were shown as they went.
func (a *app) showOperation(ctx context.Context, c *client.Client, id string) error {
	o, err := c.Operation(ctx, id)
	if err != nil {
		return err
	}
	return a.printOne(o, o.ID, a.operationFields(o))
}

func (a *app) operationFields(o api.Operation) []field {
	finished := ""
	if o.FinishedAt != nil {
		finished = a.clock(*o.FinishedAt)
	}
	return []field{
		{"ID", o.ID},
		{"Kind", o.Kind},
		{"Subject", o.Subject},
		{"State", stateAndReason(o.State, first(problemText(o.Problem), a.waitsFor(o.Waiting)))},
		{"Actor", o.Actor},
		{"Started", a.clock(o.CreatedAt)},
		{"Finished", finished},
	}
}

func (a *app) printOperation(o api.Operation) error {
	fields := a.operationFields(o)
	steps := make([]string, len(o.Steps))
	for i, s := range o.Steps {
		steps[i] = stepLine(s, a.env.Now())
	}
	return a.printOne(o, o.ID, append(fields, field{"Steps", strings.Join(steps, "\n")}))
}

func problemText(p *api.Problem) string {
	if p == nil {
		return ""
	}
	return p.Error()
}

// waitsFor tells for what an operation waits, and since when.
func (a *app) waitsFor(w *api.Waiting) string {
	if w == nil {
		return ""
	}
	what := w.Reason + " since " + a.clock(w.Since)
	if len(w.SignatureRequests) > 0 {
		what += " (" + strconv.Itoa(len(w.SignatureRequests)) + " signature requests)"
	}
	return what
}
