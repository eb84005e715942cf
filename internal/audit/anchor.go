// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/blockchain4all/blockchain4all/client/auditlog"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// LedgerName is the ledger that takes the anchors, and Contract the one on it that keeps them.
const (
	LedgerName = "platform-audit"
	Contract   = "anchors"
)

// actionAnchored is the action of the entry that tells of an anchor.
const actionAnchored = auditlog.ActionAnchored

// Actions of the platform's own life.
const (
	ActionStart = "platform.start"
	ActionStop  = "platform.stop"
)

// noNews gives the actions whose entries alone make no anchor due: an idle platform stays idle.
func noNews() []string { return []string{actionAnchored, ActionStart, ActionStop} }

// look is how often Run looks whether an anchor is due.
const look = time.Minute

// Anchor is a head that is on the ledger.
type Anchor struct {
	Head
	Transaction string
	Block       uint64
}

// Ledger takes anchors.
type Ledger interface {
	// Ensure makes the ledger and its contract serve; where they do already it changes nothing.
	Ensure(ctx context.Context) error
	// Last gives the newest anchor's head, or the zero value.
	Last(ctx context.Context) (Head, error)
	// Put writes a head, newer than the last one, and waits for its commit. A head that is put twice is on the ledger
	// once.
	Put(ctx context.Context, h Head) (Anchor, error)
}

// Anchor puts the trail's head on the ledger now, and records that. What is on the ledger already must be of this trail,
// else it is a fault.Conflict "audit_trail_broken" and nothing is put: the trail was changed outside of the platform.
func (s *Service) Anchor(ctx context.Context) (Anchor, error) {
	if s.ledger == nil {
		return Anchor{}, fault.New(fault.Unavailable, "audit_no_ledger", "this platform has no ledger for anchors")
	}
	select {
	case s.anchoring <- struct{}{}:
		defer func() { <-s.anchoring }()
	case <-ctx.Done():
		return Anchor{}, ctx.Err()
	}
	if err := s.ledger.Ensure(ctx); err != nil {
		return Anchor{}, fmt.Errorf("ensure audit ledger: %w", err)
	}
	last, err := s.ledger.Last(ctx)
	if err != nil {
		return Anchor{}, fmt.Errorf("read last anchor: %w", err)
	}
	if err := s.holds(ctx, last); err != nil {
		return Anchor{}, err
	}
	head, err := s.store.AuditHead(ctx)
	if err != nil {
		return Anchor{}, err
	}
	if head.Sequence == 0 {
		return Anchor{}, fault.New(fault.Conflict, "audit_trail_empty", "the audit trail has no entry yet")
	}
	a, err := s.ledger.Put(ctx, head)
	if err != nil {
		return Anchor{}, fmt.Errorf("put anchor: %w", err)
	}
	return a, s.Record(context.WithoutCancel(ctx), Act{
		Actor: Actor{Credential: Platform}, Action: actionAnchored, Object: "ledger/" + LedgerName,
		After: Public(auditlog.Anchor{Sequence: a.Sequence, Hash: a.Hash, Transaction: a.Transaction, Block: a.Block}),
	}, Done, "")
}

// holds checks that the trail has the entry of an anchor.
func (s *Service) holds(ctx context.Context, h Head) error {
	if h.Sequence == 0 {
		return nil
	}
	found, err := s.store.ListAudit(ctx, Filter{After: h.Sequence - 1, Limit: 1})
	if err != nil {
		return err
	}
	if len(found) == 1 && found[0].Sequence == h.Sequence && found[0].Hash == h.Hash {
		return nil
	}
	return fault.New(fault.Conflict, "audit_trail_broken",
		"entry %d of the audit trail is not the one that was put on ledger %s", h.Sequence, LedgerName).
		WithHint("the store was changed outside of the platform, or an old copy of it was put back: b4a audit verify says where")
}

// Run anchors the trail when that is due, and stores what the store did not take before, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	ticker := time.NewTicker(min(look, s.every))
	defer ticker.Stop()
	for {
		full := false
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		case <-s.grown:
			full = true
		}
		s.catchUp(ctx)
		due, err := s.due(ctx, full)
		if err == nil && due {
			_, err = s.Anchor(ctx)
		}
		if err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "anchor the audit trail", "error", err)
		}
		if err != nil && !pause(ctx, min(look, s.every)) {
			return nil
		}
	}
}

// due tells whether entries wait for an anchor for too long or, which is all that counts when full, are too many. The
// entries of noNews don't count: a trail to which nothing else is added is anchored once.
func (s *Service) due(ctx context.Context, full bool) (bool, error) {
	if s.ledger == nil {
		return false, nil
	}
	last, err := s.store.ListAudit(ctx, Filter{Action: actionAnchored, Newest: true, Limit: 1})
	if err != nil {
		return false, err
	}
	var anchored uint64
	if len(last) == 1 {
		if anchored, err = anchoredBy(last[0]); err != nil {
			return false, err
		}
	}
	count, oldest, err := s.store.PendingAudit(ctx, anchored, noNews()...)
	if err != nil || count == 0 {
		return false, err
	}
	return count >= s.most || !full && s.now().Sub(oldest) >= s.every, nil
}

// anchoredBy gives the sequence of the head of whose anchor an entry tells.
func anchoredBy(r Record) (uint64, error) {
	e, err := r.Entry()
	if err != nil {
		return 0, fmt.Errorf("decode entry: %w", err)
	}
	var a auditlog.Anchor
	if err := json.Unmarshal(e.After, &a); err != nil {
		return 0, fmt.Errorf("decode anchor: %w", err)
	}
	return a.Sequence, nil
}

// pause waits, or returns false when ctx ends first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
