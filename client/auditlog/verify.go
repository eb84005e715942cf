// SPDX-License-Identifier: Apache-2.0

package auditlog

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// maxLine is the longest entry that is read, bytes; the platform writes far shorter ones.
const maxLine = 1 << 20

// ActionAnchored is the action of the entry that tells of an anchor.
const ActionAnchored = "audit.anchored"

// Anchor is the head of the trail as it was put on a ledger.
type Anchor struct {
	Sequence    uint64 `json:"sequence"`
	Hash        string `json:"hash"`
	Transaction string `json:"transaction,omitempty"`
	Block       uint64 `json:"block,omitempty"`
}

// Report is what a verification found. The trail is whole when Problem is empty.
type Report struct {
	Entries  uint64  `json:"entries"`           // that were read and are right
	Head     string  `json:"head"`              // hash of the last one of them
	Anchors  int     `json:"anchors"`           // that match
	Anchored uint64  `json:"anchored"`          // sequence of the newest anchor that matches; 0: none
	Problem  *Defect `json:"problem,omitempty"` // the first one
	Unproved uint64  `json:"unproved"`          // entries after the newest anchor: their loss could not be told
	Last     *Anchor `json:"lastAnchor,omitempty"`
}

// Defect is a place where the trail is not what it was.
type Defect struct { //nolint:errname // it is a finding of a report first, and is named for that
	Sequence uint64 `json:"sequence"` // of the entry that is missing or wrong
	Reason   string `json:"reason"`
}

func (d *Defect) Error() string { return fmt.Sprintf("entry %d: %s", d.Sequence, d.Reason) }

// Anchors gives what a ledger holds of the trail's heads. It is called before the trail is read, and once more when the
// trail tells of an anchor that is not among them: it may be newer.
type Anchors func() ([]Anchor, error)

// Verify reads a whole trail, one entry a line, oldest first, and compares it with the anchors that a ledger holds. The
// error is of reading; what is wrong with the trail is in the report.
func Verify(trail func(w io.Writer) error, anchors Anchors) (Report, error) {
	known, err := anchors()
	if err != nil {
		return Report{}, err
	}
	r, told, err := pipe(trail, known)
	if err != nil || r.Problem != nil || len(told) == 0 {
		return r, err
	}
	if known, err = anchors(); err != nil {
		return r, err
	}
	for _, a := range known {
		delete(told, a.Transaction)
	}
	for _, sequence := range told {
		if r.Problem == nil || sequence < r.Problem.Sequence {
			r.Problem = &Defect{sequence, "tells of an anchor that is not on the ledger"}
		}
	}
	return r, nil
}

// Check is Verify without anchors: it does not notice a trail that was cut at its end, or written anew.
func Check(trail func(w io.Writer) error) (Report, error) {
	r, _, err := pipe(trail, nil)
	return r, err
}

func pipe(trail func(w io.Writer) error, anchors []Anchor) (Report, map[string]uint64, error) {
	in, out := io.Pipe()
	go func() { _ = out.CloseWithError(trail(out)) }() // without an error it is the end of the file
	r, told, err := verify(in, anchors)
	_ = in.Close() // a writer that is not done is told to stop
	return r, told, err
}

// verify gives also the transactions of anchors that the trail tells of and that are not among the known ones, each with
// the sequence of the entry.
func verify(trail io.Reader, anchors []Anchor) (Report, map[string]uint64, error) {
	v := verifier{last: Genesis, anchors: map[uint64]Anchor{}, told: map[string]uint64{}}
	var r Report
	for _, a := range anchors {
		if first, twice := v.anchors[a.Sequence]; twice && first.Hash != a.Hash {
			r.Problem = &Defect{a.Sequence, "the ledger holds two anchors of it that differ"}
			return r, nil, nil
		}
		v.anchors[a.Sequence] = a
	}
	lines := bufio.NewScanner(trail)
	lines.Buffer(make([]byte, 0, 4096), maxLine)
	for r.Problem == nil && lines.Scan() {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		r.Problem = v.entry(lines.Bytes(), &r)
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		r.Problem = &Defect{v.count + 1, "longer than any entry"}
	} else if err != nil {
		return r, nil, fmt.Errorf("read trail: %w", err)
	}
	if r.Problem == nil {
		r.Problem = v.end()
	}
	r.Entries, r.Head, r.Unproved = v.count, v.last, v.count-min(v.count, r.Anchored)
	for _, a := range anchors {
		delete(v.told, a.Transaction)
	}
	return r, v.told, nil
}

type verifier struct {
	count   uint64
	last    string
	anchors map[uint64]Anchor
	told    map[string]uint64 // transactions of anchors that entries tell of → the entry's sequence
}

// head is what the chain needs of an entry.
type head struct {
	Sequence json.Number `json:"sequence"`
	Previous string      `json:"previous"`
	Hash     string      `json:"hash"`
	Action   string      `json:"action"`
	After    struct {
		Transaction string `json:"transaction"`
	} `json:"after"`
}

func (v *verifier) entry(line []byte, r *Report) *Defect {
	next := v.count + 1
	o, err := parse(line)
	if err != nil {
		return &Defect{next, err.Error()}
	}
	canonical, err := appendValue(nil, o)
	if err != nil {
		return &Defect{next, err.Error()}
	}
	if !bytes.Equal(canonical, line) {
		return &Defect{next, "not in the canonical form"}
	}
	var h head
	if err := json.Unmarshal(line, &h); err != nil {
		return &Defect{next, "not an entry: " + err.Error()}
	}
	sequence, err := strconv.ParseUint(h.Sequence.String(), 10, 64)
	if err != nil || sequence != next {
		return &Defect{next, fmt.Sprintf("missing: the next one is %s", h.Sequence)}
	}
	if h.Previous != v.last {
		return &Defect{next, "does not follow the entry before: that one was changed, removed or replaced"}
	}
	if hash, err := hashOf(o); err != nil || hash != h.Hash {
		return &Defect{next, "changed: its content has another hash"}
	}
	if a, ok := v.anchors[next]; ok {
		if a.Hash != h.Hash {
			return &Defect{next, "not the one whose hash was put on the ledger"}
		}
		r.Anchors, r.Anchored, r.Last = r.Anchors+1, next, &a
		delete(v.anchors, next)
	}
	if h.Action == ActionAnchored && h.After.Transaction != "" {
		v.told[h.After.Transaction] = next
	}
	v.count, v.last = next, h.Hash
	return nil
}

// end tells what the end of the trail lacks: the entries of anchors that are left.
func (v *verifier) end() *Defect {
	var missing *Defect
	for sequence := range v.anchors {
		if missing == nil || sequence < missing.Sequence {
			missing = &Defect{sequence, fmt.Sprintf("missing: the ledger has its hash, and the trail ends at %d", v.count)}
		}
	}
	return missing
}
