// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

// waitFlag adds --wait to a command that starts long work.
func waitFlag(cmd *cobra.Command) *bool {
	return cmd.Flags().Bool("wait", true, "wait for the end; --wait=false prints the operation's ID and returns at once")
}

// follow waits for an operation and then calls done. Without wait it prints the operation instead. One that waits for
// people is not waited for: that may take days.
func (a *app) follow(ctx context.Context, c *client.Client, op api.Operation, wait bool, done func() error) error {
	if !wait {
		if a.output == "json" {
			return a.printJSON(op)
		}
		return a.println(a.env.Stdout, op.ID)
	}
	following, stop := context.WithCancel(ctx)
	defer stop()
	var waiting *api.Waiting
	p := a.progress(following)
	_, err := c.WaitOperation(following, op.ID, func(op api.Operation) {
		if p.update(op); op.State == "waiting" {
			waiting = op.Waiting
			stop()
		}
	})
	p.close()
	if waiting != nil && ctx.Err() == nil {
		return hinted(errors.New("not done yet: it waits for "+printable(waiting.Reason)+", and then goes on by itself"),
			waiting.Hint+"; then: b4a operation wait "+op.ID)
	}
	return a.followed(op.ID, err, done)
}

// followOn waits for an operation's end, also while it waits for people.
func (a *app) followOn(ctx context.Context, c *client.Client, op api.Operation, done func() error) error {
	p := a.progress(ctx)
	_, err := c.WaitOperation(ctx, op.ID, p.update)
	p.close()
	return a.followed(op.ID, err, done)
}

func (a *app) followed(id string, err error, done func() error) error {
	if errors.Is(err, context.Canceled) {
		return hinted(errors.New("stopped waiting; the platform goes on"), "b4a operation wait "+id)
	}
	if err != nil {
		return err
	}
	return done()
}

// progress shows an operation's steps as they go.
type progress interface {
	update(op api.Operation)
	close()
}

func (a *app) progress(ctx context.Context) progress {
	switch {
	case a.output != "table":
		return quiet{}
	case isTerminal(a.env.Stderr):
		return newLiveSteps(ctx, a.env.Stderr, a.env.Now)
	}
	return &plainSteps{w: a.env.Stderr}
}

type quiet struct{}

func (quiet) update(api.Operation) {}
func (quiet) close()               {}

// plainSteps writes one line for each finished step, for logs.
type plainSteps struct {
	w       io.Writer
	said    int    // steps already told
	waiting string // the last reason told for waiting
}

func (p *plainSteps) update(op api.Operation) {
	for ; p.said < len(op.Steps); p.said++ {
		s := op.Steps[p.said]
		if s.State != "succeeded" && s.State != "failed" {
			break
		}
		_, _ = fmt.Fprintf(p.w, "%s\n", stepLine(s, time.Time{})) // progress is no result
	}
	now := ""
	switch {
	case op.Waiting != nil:
		now = "waiting for " + op.Waiting.Reason
	case op.Problem != nil:
		now = op.Problem.Detail
	}
	if op.Done() || now == "" || now == p.waiting {
		return
	}
	p.waiting = now
	_, _ = fmt.Fprintf(p.w, "… %s\n", printable(p.waiting)) // progress is no result
}

func (p *plainSteps) close() {}

// liveSteps draws the steps of an operation on a terminal, each with its state and time.
type liveSteps struct {
	bars  *mpb.Progress
	now   func() time.Time
	steps []*liveStep
}

type liveStep struct {
	bar  *mpb.Bar
	step atomic.Pointer[api.Step]
}

func newLiveSteps(ctx context.Context, w io.Writer, now func() time.Time) *liveSteps {
	return &liveSteps{
		bars: mpb.NewWithContext(ctx, mpb.WithOutput(w), mpb.WithRefreshRate(80*time.Millisecond)), now: now,
	}
}

func (l *liveSteps) update(op api.Operation) {
	for i := range op.Steps {
		step := op.Steps[i]
		if step.State == "running" && op.Problem != nil {
			step.Note = op.Problem.Detail
		}
		if step.State == "waiting" && op.Waiting != nil {
			step.Note = "waiting for " + op.Waiting.Reason
		}
		if i == len(l.steps) {
			s := &liveStep{}
			s.step.Store(&step)
			s.bar, _ = l.bars.Add(1, l.filler(s)) // no bar when ctx has ended: nothing is drawn any more
			l.steps = append(l.steps, s)
		}
		l.steps[i].step.Store(&step)
		if step.State == "succeeded" && l.steps[i].bar != nil {
			l.steps[i].bar.SetCurrent(1)
		}
	}
}

func (l *liveSteps) filler(s *liveStep) mpb.BarFiller {
	frames := []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
	return mpb.BarFillerFunc(func(w io.Writer, st decor.Statistics) error {
		step := *s.step.Load()
		line := stepLine(step, l.now())
		if step.State == "running" {
			frame := l.now().UnixMilli() / 80 % int64(len(frames))
			line = string(frames[frame]) + line[len("…"):]
		}
		_, err := io.WriteString(w, fit(line, st.AvailableWidth))
		return err
	})
}

func (l *liveSteps) close() {
	for _, s := range l.steps {
		if s.bar != nil {
			s.bar.Abort(false) // those still going; finished ones don't mind
		}
	}
	l.bars.Wait()
}

// stepLine tells a step in one line: its state, title, time and note.
func stepLine(s api.Step, now time.Time) string {
	mark := map[string]string{"succeeded": "✓", "failed": "✗", "running": "…", "waiting": "…", "pending": "·"}[s.State]
	line := mark + " " + printable(first(s.Title, s.Name))
	end := now
	if s.FinishedAt != nil {
		end = *s.FinishedAt
	}
	if s.StartedAt != nil && !end.IsZero() && end.After(*s.StartedAt) {
		line += fmt.Sprintf(" (%.1f s)", end.Sub(*s.StartedAt).Seconds())
	}
	if s.Note != "" {
		line += ": " + printable(s.Note)
	}
	return line
}
