// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/blockchain4all/blockchain4all/internal/cli/results"
)

// withFaults counts a file's broken lines among the refused.
func (r importReport) withFaults(faults []results.Fault) importReport {
	for _, f := range faults {
		o := importOutcome{Line: f.Line, State: rowRefused, Code: f.Code, Reason: f.Reason}
		r.Refusals = append(r.Refusals, o)
		r.outcomes = append(r.outcomes, o)
	}
	r.Rows = max(r.Rows, len(r.outcomes))
	r.Refused += len(faults)
	byLine := func(a, b importOutcome) int { return a.Line - b.Line }
	slices.SortStableFunc(r.Refusals, byLine)
	slices.SortStableFunc(r.outcomes, byLine)
	return r
}

// writeReport writes what became of each line as CSV.
func writeReport(path string, file *results.File, r importReport) error {
	rows := make(map[int]results.Row, len(file.Rows))
	for _, row := range file.Rows {
		rows[row.Line] = row
	}
	outcomes := r.outcomes
	if r.Unsent == len(file.Rows) { // nothing was sent: the good lines have no outcome of their own
		outcomes = slices.Clone(outcomes)
		for line := range rows {
			if !slices.ContainsFunc(outcomes, func(o importOutcome) bool { return o.Line == line }) {
				outcomes = append(outcomes, importOutcome{Line: line, State: rowUnsent})
			}
		}
		slices.SortFunc(outcomes, func(a, b importOutcome) int { return a.Line - b.Line })
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	lines := [][]string{
		{"line", "session", "subject", "student_ref", "state", "code", "reason", "transaction", "block"},
	}
	for _, o := range outcomes {
		row := rows[o.Line]
		block := ""
		if o.TransactionID != "" {
			block = strconv.FormatUint(o.Block, 10)
		}
		lines = append(lines, []string{
			strconv.Itoa(o.Line), row.Session, row.Subject, row.StudentRef, o.State, o.Code, o.Reason, o.TransactionID, block,
		})
	}
	if err := w.WriteAll(lines); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return writeFile(path, b.Bytes(), 0o644)
}

// countBar shows how many of a number of things are done, and how fast.
type countBar interface {
	done(importOutcome)
	close()
}

func (a *app) countBar(ctx context.Context, title string, total int) countBar {
	switch {
	case a.output != "table":
		return quietBar{}
	case isTerminal(a.env.Stderr):
		return newLiveBar(ctx, a.env.Stderr, title, total)
	}
	return &plainBar{w: a.env.Stderr, title: title, total: total, now: a.env.Now, start: a.env.Now(), told: a.env.Now()}
}

type quietBar struct{}

func (quietBar) done(importOutcome) {}
func (quietBar) close()             {}

// plainBar writes a line now and then, for logs.
type plainBar struct {
	w     io.Writer
	title string
	total int
	count int
	now   func() time.Time
	start time.Time
	told  time.Time
}

const plainBarEvery = 2 * time.Second

func (p *plainBar) done(importOutcome) {
	p.count++
	now := p.now()
	if now.Sub(p.told) < plainBarEvery {
		return
	}
	p.told = now
	rate := float64(p.count) / now.Sub(p.start).Seconds()
	_, _ = fmt.Fprintf(p.w, "%s: %d of %d (%.0f/s)\n", p.title, p.count, p.total, rate) // progress is no result
}

func (p *plainBar) close() {}

// liveBar is a bar with count, rate and remaining time.
type liveBar struct {
	bars *mpb.Progress
	bar  *mpb.Bar
}

func newLiveBar(ctx context.Context, w io.Writer, title string, total int) *liveBar {
	bars := mpb.NewWithContext(ctx, mpb.WithOutput(w), mpb.WithRefreshRate(100*time.Millisecond))
	bar := bars.New(int64(total), mpb.BarStyle().Lbound("").Filler("█").Tip("█").Padding("░").Rbound(""),
		mpb.PrependDecorators(decor.Name(title, decor.WC{C: decor.DindentRight | decor.DextraSpace})),
		mpb.AppendDecorators(
			decor.CountersNoUnit("%d/%d", decor.WC{W: len(strconv.Itoa(total))*2 + 2}),
			decor.AverageSpeed(0, "%.0f/s", decor.WC{W: 8}),
			decor.OnComplete(decor.AverageETA(decor.ET_STYLE_GO, decor.WC{W: 6}), ""),
		),
	)
	return &liveBar{bars: bars, bar: bar}
}

func (l *liveBar) done(importOutcome) { l.bar.Increment() }

func (l *liveBar) close() {
	l.bar.Abort(false) // after an interruption; a finished bar doesn't mind
	l.bars.Wait()
}
