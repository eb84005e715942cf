// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"sync"
	"time"
)

// maxKnown bounds what a limiter remembers; when it is full it forgets everybody.
const maxKnown = 50000

// limiter allows each key so many events a window, counted from its first one.
type limiter struct {
	limit  int
	window time.Duration

	mu   sync.Mutex
	seen map[string]*count
}

type count struct {
	since time.Time
	n     int
}

func newLimiter(limit int, window time.Duration) *limiter {
	return &limiter{limit: limit, window: window, seen: map[string]*count{}}
}

func (l *limiter) allow(key string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.seen[key]
	if c == nil || now.Sub(c.since) >= l.window {
		if len(l.seen) >= maxKnown {
			clear(l.seen)
		}
		c = &count{since: now}
		l.seen[key] = c
	}
	c.n++
	return c.n <= l.limit
}
