// SPDX-License-Identifier: Apache-2.0

// Package throttle counts what comes from somebody and tells when it is too much. It is kept in memory, of one process.
package throttle

import (
	"net/netip"
	"sync"
	"time"
)

// maxKnown bounds what a limiter remembers; when it is full it forgets everybody.
const maxKnown = 50000

// Limiter allows each key so many events a window, counted from its first one. It is safe for concurrent use.
type Limiter struct {
	limit  int
	window time.Duration

	mu   sync.Mutex
	seen map[string]*count
}

type count struct {
	since time.Time
	n     int
}

// New makes a limiter.
func New(limit int, window time.Duration) *Limiter {
	return &Limiter{limit: limit, window: window, seen: map[string]*count{}}
}

// Allow counts an event and tells whether it is within the limit.
func (l *Limiter) Allow(key string, now time.Time) bool { return l.Take(key, now) == 0 }

// Take counts an event and tells how long to wait until the next one is allowed; 0: this one is within the limit.
func (l *Limiter) Take(key string, now time.Time) time.Duration {
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
	if c.n <= l.limit {
		return 0
	}
	return c.since.Add(l.window).Sub(now)
}

// Network gives the key of an IP address: an IPv4 address itself, of an IPv6 one its /64, which is one subscriber's.
func Network(address netip.Addr) string {
	address = address.Unmap()
	if address.Is4() {
		return address.String()
	}
	p, err := address.WithZone("").Prefix(64)
	if err != nil {
		return address.String()
	}
	return p.String()
}
