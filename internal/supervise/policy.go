// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"errors"
	"time"
)

// Policy says how patient a supervisor is with a child. Zero fields get the default in brackets.
type Policy struct {
	Backoff    time.Duration // wait before the first restart; doubles with each failure [100ms]
	BackoffMax time.Duration // [15s]
	// Reset is how long a child must have been well for its failures to be forgotten [10s].
	Reset time.Duration
	// GiveUp is how many attempts in a row may end before the child was well; then it is failed [5].
	GiveUp int
	// Retry is when a failed child gets one more attempt, and again: what made it fail may be gone (a full disk, a
	// taken port). Negative: never [1m]. A Permanent error is never retried.
	Retry        time.Duration
	StartTimeout time.Duration // to be well after a start [60s]
	HangTimeout  time.Duration // of an unhealthy child, until it is killed and restarted [60s]
	Grace        time.Duration // between SIGTERM and SIGKILL [10s]
	ProbeTimeout time.Duration // [3s]
	ProbeEvery   time.Duration // while the child is well [2s]
}

func (p Policy) withDefaults() Policy {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&p.Backoff, 100 * time.Millisecond},
		{&p.BackoffMax, 15 * time.Second},
		{&p.Reset, 10 * time.Second},
		{&p.Retry, time.Minute},
		{&p.StartTimeout, time.Minute},
		{&p.HangTimeout, time.Minute},
		{&p.Grace, 10 * time.Second},
		{&p.ProbeTimeout, 3 * time.Second},
		{&p.ProbeEvery, 2 * time.Second},
	} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	if p.GiveUp == 0 {
		p.GiveUp = 5
	}
	return p
}

// permanent is an error that another attempt can't mend.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent marks a hook's error as one that another attempt can't mend: the child fails at once and stays so.
func Permanent(err error) error { return permanent{err} }

// verdict is what to do after an attempt.
type verdict struct {
	phase Phase         // Backoff or Failed
	wait  time.Duration // negative: for ever
}

// restarts counts a child's failures.
//
//   - It was well for Policy.Reset: forgotten, it starts again after the first, short wait.
//   - It was well, but not for long: it starts again, each time later.
//   - It was never well, GiveUp times in a row: failed, Retry later once more.
//   - A Permanent error: failed for good.
type restarts struct {
	policy   Policy
	failures int // since it was last well for long
	quick    int // of them, in a row, before being well
}

func (r *restarts) judge(err error, well time.Duration) verdict {
	if p := (permanent{}); errors.As(err, &p) {
		return verdict{Failed, -1}
	}
	if well >= r.policy.Reset {
		r.failures = 0
	}
	r.failures++
	if well > 0 {
		r.quick = 0
	} else {
		r.quick++
	}
	if r.quick >= r.policy.GiveUp {
		return verdict{Failed, r.policy.Retry}
	}
	wait := r.policy.Backoff
	for range r.failures - 1 {
		if wait *= 2; wait >= r.policy.BackoffMax {
			wait = r.policy.BackoffMax
			break
		}
	}
	return verdict{Backoff, wait}
}
