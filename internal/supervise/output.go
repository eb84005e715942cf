// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"bytes"
	"io"
	"sync"
)

const (
	tailLines   = 100
	tailLineMax = 4 << 10 // bytes kept of one line
)

// ring keeps the last lines.
type ring struct {
	mu    sync.Mutex
	lines []string
	next  int // where the next line goes, once the ring is full
	size  int
}

func newRing(size int) *ring { return &ring{size: size} }

func (r *ring) add(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.lines) < r.size {
		r.lines = append(r.lines, line)
		return
	}
	r.lines[r.next] = line
	r.next = (r.next + 1) % r.size
}

// last gives at most n lines, oldest first.
func (r *ring) last(n int) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := append(append([]string{}, r.lines[r.next:]...), r.lines[:r.next]...)
	return all[max(0, len(all)-n):]
}

func (r *ring) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines, r.next = nil, 0
}

// output takes what a child writes. It never fails: a child whose output is refused would die of it.
type output struct {
	tail *ring
	next io.Writer // may be nil
	line []byte    // begun, not yet ended
}

// Write implements io.Writer. os/exec calls it from one goroutine.
func (o *output) Write(p []byte) (int, error) {
	if o.next != nil {
		_, _ = o.next.Write(p) // see above
	}
	for rest := p; len(rest) > 0; {
		i := bytes.IndexByte(rest, '\n')
		part := rest
		if i >= 0 {
			part = rest[:i]
		}
		if room := tailLineMax - len(o.line); room > 0 {
			o.line = append(o.line, part[:min(room, len(part))]...)
		}
		if i < 0 {
			break
		}
		o.flush()
		rest = rest[i+1:]
	}
	return len(p), nil
}

func (o *output) flush() {
	if len(o.line) > 0 {
		o.tail.add(string(o.line))
		o.line = o.line[:0]
	}
}
