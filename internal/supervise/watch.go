// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"context"
	"fmt"
	"time"
)

// How often a child is probed that has not answered yet: often while it may be about to, then less.
const (
	probeFirst  = 10 * time.Millisecond
	probeFirsts = 3 * time.Second // how long
	probeLater  = 250 * time.Millisecond
	diskEvery   = 15 * time.Second
)

// watch probes one process from its start to its end.
type watch struct {
	child     *Child
	cancel    context.CancelCauseFunc // stops the process
	started   time.Time
	wellSince time.Time // zero: never
	sickSince time.Time // zero: it is well, or was never
	diskAt    time.Time
	verdict   error // why the watch had the process killed; nil: it had not
}

// run returns when ctx ends, or after it has ended the process.
func (w *watch) run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		err := w.probe(ctx)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			w.well()
		} else if !w.sick(err) {
			w.cancel(w.verdict)
			return
		}
		timer.Reset(w.pause())
	}
}

func (w *watch) probe(ctx context.Context) error {
	if w.child.spec.Probe == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, w.child.spec.Policy.ProbeTimeout)
	defer cancel()
	return w.child.spec.Probe(ctx)
}

func (w *watch) pause() time.Duration {
	switch {
	case w.wellSince.IsZero() && time.Since(w.started) < probeFirsts:
		return probeFirst
	case w.wellSince.IsZero() || !w.sickSince.IsZero():
		return probeLater
	default:
		return w.child.spec.Policy.ProbeEvery
	}
}

func (w *watch) well() {
	now := time.Now()
	first := w.wellSince.IsZero()
	if first {
		w.wellSince = now
	}
	w.sickSince = time.Time{}
	var usage Usage
	disk := now.Sub(w.diskAt) >= diskEvery && !first // the first answer is not kept waiting
	if !first {
		usage = processUsage(w.child.Status().PID)
	}
	if disk && w.child.spec.Disk != "" {
		w.diskAt = now
		usage.DiskBytes = diskUsage(w.child.spec.Disk)
	}
	w.child.set(func(s *Status) {
		s.Phase, s.Reason, s.Err, s.HealthyAt = Running, "", nil, now
		if !disk {
			usage.DiskBytes = s.Usage.DiskBytes
		}
		s.Usage = usage
	})
}

// sick returns whether the process may go on.
func (w *watch) sick(err error) bool {
	policy := w.child.spec.Policy
	now := time.Now()
	if w.wellSince.IsZero() {
		if now.Sub(w.started) < policy.StartTimeout {
			return true
		}
		w.verdict = &ExitError{
			Text: fmt.Sprintf("it did not answer within %s of its start (%s)", policy.StartTimeout, reason(err)),
			Said: w.child.explain(),
		}
		return false
	}
	if w.sickSince.IsZero() {
		w.sickSince = now
	}
	if now.Sub(w.sickSince) >= policy.HangTimeout {
		w.verdict = &ExitError{
			Text: fmt.Sprintf("it did not answer for %s (%s)", policy.HangTimeout, reason(err)),
			Said: w.child.explain(),
		}
		return false
	}
	w.child.set(func(s *Status) { s.Phase, s.Reason, s.Err = Unhealthy, reason(err), err })
	return true
}
