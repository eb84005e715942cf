// SPDX-License-Identifier: Apache-2.0

// Command bench measures the budgets of the design on the built program and prints them as a table: each figure beside
// its budget and, where there is one, as a ratio to its reference in the same run (the same Fabric processes started
// plainly; the official Fabric Gateway client straight at the peer). It reports; it does not judge.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"
)

func main() {
	var o options
	flag.StringVar(&o.binary, "b4a", "bin/b4a", "the built program")
	flag.IntVar(&o.rounds, "rounds", 5, "repetitions of starts, organizations, ledgers and deployments; at least 2")
	flag.IntVar(&o.transactions, "transactions", 1800, "transactions of each throughput measurement")
	flag.IntVar(&o.lone, "lone", 60, "lone transactions of each latency measurement")
	flag.IntVar(&o.workers, "workers", 32, "parallel submitters")
	flag.Parse()
	o.rounds = max(o.rounds, 2) // a ledger takes two organizations
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1) //nolint:gocritic // nothing deferred matters any more
	}
}

type options struct {
	binary       string
	rounds       int
	transactions int
	lone         int
	workers      int
}

// row is one line of the table.
type row struct{ what, budget, measured, reference, ratio string }

func run(ctx context.Context, o options, out io.Writer) error {
	binary, err := filepath.Abs(o.binary)
	if err != nil {
		return fmt.Errorf("find b4a: %w", err)
	}
	o.binary = binary
	scratch, err := os.MkdirTemp("", "b4a-bench-")
	if err != nil {
		return fmt.Errorf("make scratch folder: %w", err)
	}
	defer os.RemoveAll(scratch)
	var rows []row
	start, err := measureStart(ctx, o, scratch)
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	rows = append(rows, start...)
	p, err := launch(ctx, o, filepath.Join(scratch, "main"))
	if err != nil {
		return fmt.Errorf("launch: %w", err)
	}
	defer p.stop()
	for _, measure := range []func(context.Context, options, *platform) ([]row, error){
		measureNouns, measureTransactions, measureLists, measureMemory,
	} {
		more, err := measure(ctx, o, p)
		if err != nil {
			return err
		}
		rows = append(rows, more...)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "what\tbudget\tmeasured\treference\tratio")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.what, r.budget, r.measured, r.reference, r.ratio)
	}
	return w.Flush()
}

func median(d []time.Duration) time.Duration {
	d = slices.Clone(d)
	slices.Sort(d)
	return d[len(d)/2]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func ratio(a, b time.Duration) string { return fmt.Sprintf("%.2f", a.Seconds()/b.Seconds()) }
