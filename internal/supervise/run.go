// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// run keeps the child alive until ctx ends.
func (c *Child) run(ctx context.Context) {
	counter := restarts{policy: c.spec.Policy}
	for {
		well, err := c.attempt(ctx)
		if ctx.Err() != nil {
			c.set(func(s *Status) { *s = Status{Phase: Stopped, Restarts: s.Restarts, HealthyAt: s.HealthyAt} })
			return
		}
		v := counter.judge(err, well)
		c.supervisor.log.WarnContext(ctx, "child ended", "node", c.spec.Name, "error", err, "well_for", well,
			"next", string(v.phase), "wait", v.wait)
		c.set(func(s *Status) {
			s.Phase, s.Reason, s.Err, s.PID, s.StartedAt, s.Usage = v.phase, reason(err), err, 0, time.Time{}, Usage{}
		})
		if !wait(ctx, v.wait) {
			c.set(func(s *Status) { *s = Status{Phase: Stopped, Restarts: s.Restarts, HealthyAt: s.HealthyAt} })
			return
		}
		c.set(func(s *Status) { s.Phase, s.Restarts = Starting, s.Restarts+1 })
	}
}

// wait returns whether d passed before ctx ended. A negative d never passes.
func wait(ctx context.Context, d time.Duration) bool {
	if d < 0 {
		<-ctx.Done()
		return false
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// attempt runs the hooks and the process once. It returns when the process is gone, with how long it was well and why
// it ended.
func (c *Child) attempt(ctx context.Context) (well time.Duration, err error) {
	for _, h := range c.spec.Hooks {
		if err := h.Run(ctx); err != nil {
			return 0, fmt.Errorf("%s: %w", h.Name, err)
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	exited, err := c.start(ctx)
	if err != nil {
		return 0, fmt.Errorf("start process: %w", err)
	}
	w := watch{child: c, cancel: cancel, started: time.Now()}
	gone := make(chan error, 1)
	go func() {
		err := <-exited
		cancel(nil) // ends the watch
		gone <- err
	}()
	w.run(ctx)
	exit := <-gone
	if !w.wellSince.IsZero() {
		well = max(time.Since(w.wellSince), 1)
	}
	if w.verdict != nil { // we killed it
		return well, w.verdict
	}
	return well, c.exitError(exit)
}

// start starts the process. The channel gives the error of its Wait, once. The end of ctx stops it: SIGTERM, Grace,
// SIGKILL.
func (c *Child) start(ctx context.Context) (<-chan error, error) {
	out := &output{tail: c.tail, next: c.spec.Output}
	cmd := exec.CommandContext(ctx, c.spec.Command.Path, c.spec.Command.Args...) //nolint:gosec // the caller's program
	cmd.Dir = c.spec.Command.Dir
	cmd.Env = append([]string{}, c.spec.Command.Env...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Cancel = func() error { return terminate(cmd) }
	cmd.WaitDelay = c.spec.Policy.Grace
	isolate(cmd)

	c.tail.reset()
	if err := c.supervisor.start(cmd); err != nil {
		return nil, err
	}
	now := time.Now()
	c.mu.Lock()
	c.kill = func() { killGroup(cmd) }
	c.mu.Unlock()
	c.set(func(s *Status) {
		s.Phase, s.Reason, s.Err, s.PID, s.StartedAt = Starting, "waiting for the first answer", nil, cmd.Process.Pid, now
	})
	exited := make(chan error, 1)
	go func() {
		err := cmd.Wait()
		c.mu.Lock()
		c.kill = nil
		c.mu.Unlock()
		killGroup(cmd) // what it left behind
		out.flush()
		exited <- err
	}()
	return exited, nil
}

// set changes the status; a new phase or reason is announced.
func (c *Child) set(change func(*Status)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.status
	change(&c.status)
	if c.status.Phase != before.Phase {
		c.status.Since = time.Now()
	} else {
		c.status.Since = before.Since
	}
	if c.status.Phase != before.Phase || c.status.Reason != before.Reason {
		close(c.changed)
		c.changed = make(chan struct{})
	}
}

// exitError tells how the process ended and what it said last.
func (c *Child) exitError(err error) error {
	text := "the process ended"
	var exit *exec.ExitError
	switch {
	case err == nil:
	case errors.As(err, &exit):
		if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
			text = "the process was killed by signal " + ws.Signal().String()
		} else {
			text = fmt.Sprintf("the process ended with code %d", exit.ExitCode())
		}
	default:
		text = "the process ended: " + err.Error()
	}
	return &ExitError{Text: text, Said: c.explain()}
}

func (c *Child) explain() string {
	lines := c.tail.last(tailLines)
	if c.spec.Explain != nil {
		return c.spec.Explain(lines)
	}
	for _, line := range slices.Backward(lines) {
		if line := strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return ""
}

// ExitError is the end of a process.
type ExitError struct {
	Text string // "the process ended with code 2"
	Said string // what it wrote last, as far as it explains the end; may be empty
}

// Error implements error.
func (e *ExitError) Error() string {
	if e.Said == "" {
		return e.Text
	}
	return e.Text + ": " + e.Said
}

// Reasoner is an error with a sentence for people.
type Reasoner interface {
	error
	Reason() string
}

func reason(err error) string {
	var r Reasoner
	switch {
	case err == nil:
		return ""
	case errors.As(err, &r):
		return r.Reason()
	default:
		return err.Error()
	}
}
