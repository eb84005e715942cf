// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/cli/results"
)

// maxTold is how many complaints are told to people; all are in --report and -o json.
const maxTold = 20

// importFlags are the flags of contract import.
type importFlags struct {
	ledger, org *string

	application string
	file        string
	report      string
	parallel    int
	skip        bool
	prepare     bool
}

func (a *app) contractImportCommand() *cobra.Command {
	f := &importFlags{}
	cmd := &cobra.Command{
		Use:   "import CONTRACT --ledger NAME --file FILE.csv --org ID",
		Short: "Submit a file of exam results, each line a transaction",
		Long: "Submit a file of exam results, each line a transaction, many at a time. The file is read and checked as a " +
			"whole before anything is sent. Its columns are session, subject, student_ref, mark and, if you bring your own, " +
			"salt.\n\nRunning it again after an interruption doubles nothing: each line has a key of its own, made of the " +
			"file's contents and the line's number, and results that are there already are told apart.",
		Example: "  b4a contract import exams --ledger azterketak --file results.csv --org bizkaia --application matrikula\n" +
			"  b4a contract import exams --ledger azterketak --file results.csv --org bizkaia --prepare",
		Args:              positional("CONTRACT"),
		ValidArgsFunction: byPosition(a.contractNames()),
	}
	f.ledger = a.ledgerFlag(cmd)
	f.org = a.orgFlag(cmd, "`ID` of the organization in whose name")
	fl := cmd.Flags()
	fl.StringVar(&f.file, "file", "", "CSV `file`, - for standard input")
	fl.StringVar(&f.application, "application", "", "custodial application whose key signs; the organization's own otherwise")
	fl.IntVar(&f.parallel, "parallel", 16, "so many transactions at a time")
	fl.StringVar(&f.report, "report", "", "CSV `file` for what became of each line")
	fl.BoolVar(&f.skip, "skip-invalid", false, "send the good lines of a file that has broken ones")
	fl.BoolVar(&f.prepare, "prepare", false, "first create missing sessions, and register the roles that all this needs")
	a.required(cmd, "org", "file")
	a.complete(cmd, "application", a.appNames())
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		if f.parallel < 1 || f.parallel > 256 {
			return usage("--parallel 16", "--parallel is 1 to 256")
		}
		return a.importResults(ctx, args[0], f)
	})
	return cmd
}

func (a *app) importResults(ctx context.Context, contract string, f *importFlags) error {
	file, err := a.readResults(f.file)
	if err != nil {
		return err
	}
	if len(file.Faults) > 0 && !f.skip {
		return a.refuseFile(f, file)
	}
	c, err := a.client()
	if err != nil {
		return err
	}
	k, err := c.Contract(ctx, *f.ledger, contract)
	if err != nil {
		return err
	}
	if k.Catalogue != "exams" {
		return usage("b4a contract list --ledger "+*f.ledger, "%s is not the contract exams, and takes no results", contract)
	}
	secret, err := a.saltSecret(file.Rows)
	if err != nil {
		return err
	}
	job := &examImport{
		c: c, ledger: *f.ledger, contract: contract, org: *f.org, application: f.application, parallel: f.parallel,
		secret: secret, now: a.env.Now, note: a.note,
	}
	if err := job.ready(ctx, file, f.prepare); err != nil {
		return err
	}
	bar := a.countBar(ctx, filepath.Base(f.file), len(file.Rows))
	report, err := job.run(ctx, f.file, file, bar.done)
	bar.close()
	return a.finishImport(f, file, report, err)
}

func (a *app) readResults(name string) (*results.File, error) {
	in := a.env.Stdin
	if name != "-" {
		f, err := os.Open(name) //nolint:gosec // the user names the file
		if err != nil {
			return nil, usage("--file results.csv", "--file: %s", err)
		}
		defer func() { _ = f.Close() }() // only read
		in = f
	}
	file, err := results.Parse(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(file.Rows)+len(file.Faults) == 0 {
		return nil, fmt.Errorf("%s holds no results", name)
	}
	return file, nil
}

// refuseFile tells the faults of a file of which nothing was sent.
func (a *app) refuseFile(f *importFlags, file *results.File) error {
	report := importReport{File: f.file, Rows: len(file.Rows) + len(file.Faults), Unsent: len(file.Rows)}
	report = report.withFaults(file.Faults)
	if err := a.tellReport(f, file, report); err != nil {
		return err
	}
	return hinted(
		fmt.Errorf("%d of %d lines of %s are broken; nothing was sent", len(file.Faults), report.Rows, f.file),
		"correct them, or send the good ones with --skip-invalid")
}

// finishImport tells what became of the lines, and fails when not all of them are on the ledger.
func (a *app) finishImport(f *importFlags, file *results.File, report importReport, err error) error {
	report = report.withFaults(file.Faults)
	if told := a.tellReport(f, file, report); told != nil {
		return errors.Join(err, told)
	}
	if err != nil {
		if report.Unsent > 0 && !errors.Is(err, context.Canceled) {
			return err
		}
		if report.Unsent > 0 {
			return hinted(fmt.Errorf("interrupted; %d lines were not sent", report.Unsent),
				"run the same command again: it goes on, and doubles nothing")
		}
	}
	if report.Refused > 0 {
		return fmt.Errorf("%d of %d lines were refused", report.Refused, report.Rows)
	}
	return err
}

//nolint:gocognit // one report, told line by line
func (a *app) tellReport(f *importFlags, file *results.File, r importReport) error {
	if f.report != "" {
		if err := writeReport(f.report, file, r); err != nil {
			return err
		}
	}
	switch a.output {
	case "json":
		return a.printJSON(r)
	case "name":
		for _, o := range r.outcomes {
			if o.TransactionID != "" {
				if err := a.println(a.env.Stdout, o.TransactionID); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if r.Committed+r.Present+r.Refused > len(file.Faults) {
		line := fmt.Sprintf("%s: %d committed", f.file, r.Committed)
		var lineSb178 strings.Builder
		for _, part := range []struct {
			n    int
			what string
		}{{r.Present, "there already"}, {r.Refused, "refused"}, {r.Unsent, "not sent"}} {
			if part.n > 0 {
				fmt.Fprintf(&lineSb178, ", %d %s", part.n, part.what)
			}
		}
		line += lineSb178.String()
		if err := a.println(a.env.Stdout, line+fmt.Sprintf(" (%.1f s, %.0f/s)", r.Seconds, r.PerSecond)); err != nil {
			return err
		}
	}
	return a.tellRefusals(r)
}

func (a *app) tellRefusals(r importReport) error {
	told := r.Refusals
	if len(told) == 0 {
		return nil
	}
	told = told[:min(len(told), maxTold)]
	err := printList(a, told, nil, "",
		column[importOutcome]{title: "LINE", right: true, cell: func(o importOutcome) string { return strconv.Itoa(o.Line) }},
		column[importOutcome]{title: "CODE", cell: func(o importOutcome) string { return o.Code }},
		column[importOutcome]{title: "REASON", cell: func(o importOutcome) string { return o.Reason }},
	)
	if rest := len(r.Refusals) - len(told); rest > 0 {
		a.note("… and %d more: --report FILE.csv or -o json has them all", rest)
	}
	return err
}

// problemOfAll is a refusal that every line would meet, with what to do.
func problemOfAll(p *api.Problem, hint string) error {
	all := *p
	all.Hint = hint
	return &all
}
