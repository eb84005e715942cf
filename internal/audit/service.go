// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/blockchain4all/blockchain4all/client/auditlog"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Refused acts of unknown callers that get an entry each; of more only the number is told, else a stranger could fill
// the disk.
const (
	strangers       = 60
	strangersWindow = time.Minute
)

// formatVersion is that of Entry.
const formatVersion = 1

// Service keeps the trail.
type Service struct {
	store  Store
	tx     transactor
	ledger Ledger
	log    *slog.Logger
	now    func() time.Time
	every  time.Duration
	most   int

	anchoring chan struct{} // holds one token while an anchor is made
	grown     chan struct{} // tells Run that entries came

	mu         sync.Mutex
	late       []lateEntry // acts that ended while the store took no entry
	window     time.Time   // when the counting of strangers began
	strange    int
	suppressed uint64
}

// lateEntry is the end of an act that is still to be stored.
type lateEntry struct {
	intent  string
	act     Act
	outcome Outcome
	code    string
}

// Options of New.
type Options struct {
	Store      Store
	Transactor transactor
	Ledger     Ledger // takes the anchors; nil: none are made
	Log        *slog.Logger
	Now        func() time.Time // nil: time.Now
	Every      time.Duration    // an entry is anchored at the latest after this time; 0: 10 minutes
	Most       int              // so many entries are anchored without waiting; 0: 1000
}

// New makes the service. Recover must be called before acts begin.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Every == 0 {
		o.Every = 10 * time.Minute
	}
	if o.Most == 0 {
		o.Most = 1000
	}
	return &Service{
		store: o.Store, tx: o.Transactor, ledger: o.Ledger, log: o.Log, now: o.Now, every: o.Every, most: o.Most,
		anchoring: make(chan struct{}, 1), grown: make(chan struct{}, 1),
	}
}

// Begin records durably that an act begins, and gives the context in which it is to be done. An act that can't be
// recorded must not be done: its error is the one to answer. Every act that began is to be ended.
func (s *Service) Begin(ctx context.Context, a Act) (context.Context, *Running, error) {
	r := &Running{service: s, id: ulid.Make().String(), act: a.bounded()}
	if err := s.store.PutAuditIntent(ctx, Intent{ID: r.id, Began: s.now(), Act: r.act}); err != nil {
		return ctx, nil, fmt.Errorf("record act: %w", err)
	}
	return context.WithValue(ctx, runningKey{}, r), r, nil
}

// End makes the act's entry in the place of its intent; later calls do nothing. When the store takes nothing the act is
// kept and tried again by Run: its intent is durable, so that a crash does not lose it either.
func (r *Running) End(ctx context.Context, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return
	}
	r.ended = true
	outcome, code := OutcomeOf(err)
	ctx = context.WithValue(context.WithoutCancel(ctx), runningKey{}, (*Running)(nil))
	r.service.end(ctx, lateEntry{intent: r.id, act: r.act, outcome: outcome, code: code})
}

func (s *Service) end(ctx context.Context, e lateEntry) {
	if err := s.finish(ctx, e); err != nil {
		s.log.ErrorContext(ctx, "record the end of an act", "action", e.act.Action, "request_id", e.act.RequestID, "error", err)
		s.mu.Lock()
		s.late = append(s.late, e)
		s.mu.Unlock()
	}
}

// finish replaces an intent by its entry.
func (s *Service) finish(ctx context.Context, e lateEntry) error {
	if e.outcome == Refused && e.act.Actor.Credential == "" && !s.admitStranger() {
		return s.store.DeleteAuditIntent(ctx, e.intent)
	}
	return s.tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.DeleteAuditIntent(ctx, e.intent); err != nil {
			return err
		}
		return s.append(ctx, e.act, e.outcome, e.code)
	})
}

// Refuse records an act that was refused before it began.
func (s *Service) Refuse(ctx context.Context, a Act, err error) error {
	if a.Actor.Credential == "" && !s.admitStranger() {
		return nil
	}
	_, code := OutcomeOf(err)
	return s.append(ctx, a, Refused, code)
}

// Record makes the entry of an act that is done: what the platform does by itself, or what is written in the store
// transaction of ctx, with which the entry is committed.
func (s *Service) Record(ctx context.Context, a Act, o Outcome, code string) error {
	return s.append(ctx, a, o, code)
}

// OutcomeOf gives the outcome and the code of what an act returned.
func OutcomeOf(err error) (Outcome, string) {
	if err == nil {
		return Done, ""
	}
	f := fault.Of(err)
	if f.Kind == fault.Internal || f.Kind == fault.Unavailable {
		return Failed, f.Code
	}
	return Refused, f.Code
}

// admitStranger tells whether a refused act of an unknown caller gets an entry, and counts it else.
func (s *Service) admitStranger() bool {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.window) >= strangersWindow {
		s.window, s.strange = now, 0
	}
	if s.strange++; s.strange <= strangers {
		return true
	}
	s.suppressed++
	return false
}

// append adds an entry at the end of the trail. The store has one writer: nobody comes in between.
func (s *Service) append(ctx context.Context, a Act, o Outcome, code string) error {
	a = a.bounded()
	s.mu.Lock()
	suppressed := s.suppressed
	s.mu.Unlock()
	err := s.tx.InTx(ctx, func(ctx context.Context) error {
		head, err := s.store.AuditHead(ctx)
		if err != nil {
			return err
		}
		r, err := s.compose(head, a, o, code, suppressed)
		if err != nil {
			return err
		}
		return s.store.PutAudit(ctx, r)
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.suppressed -= min(suppressed, s.suppressed)
	s.mu.Unlock()
	select {
	case s.grown <- struct{}{}:
	default:
	}
	return nil
}

func (s *Service) compose(head Head, a Act, o Outcome, code string, suppressed uint64) (Record, error) {
	now := s.now().UTC()
	e := Entry{
		Version: formatVersion, Sequence: head.Sequence + 1, Time: now.Format("2006-01-02T15:04:05.000000Z"),
		Actor: a.Actor, Organizations: a.Orgs, Action: a.Action, Object: a.Object, Outcome: o, Code: code,
		Before: a.Before, After: a.After, Source: a.Source, UserAgent: a.UserAgent, RequestID: a.RequestID,
		Suppressed: suppressed, Previous: head.Hash,
	}
	if head.Sequence == 0 {
		e.Previous = auditlog.Genesis
	}
	if e.Organizations == nil {
		e.Organizations = []string{}
	}
	data, err := json.Marshal(e)
	if err != nil {
		return Record{}, fmt.Errorf("encode entry: %w", err)
	}
	line, hash, err := auditlog.Seal(data)
	if err != nil {
		return Record{}, fmt.Errorf("seal entry: %w", err)
	}
	return Record{
		Sequence: e.Sequence, Time: now, Actor: a.Actor.Credential, Action: a.Action, Orgs: a.Orgs, Hash: hash, Line: line,
	}, nil
}

// Recover makes entries of the acts that a crash interrupted.
func (s *Service) Recover(ctx context.Context) error {
	intents, err := s.store.ListAuditIntents(ctx)
	if err != nil {
		return fmt.Errorf("read interrupted acts: %w", err)
	}
	for _, i := range intents {
		code := CodeUnknown
		if i.Applied {
			code = CodeStored
		}
		i.Act.After = Public(map[string]string{"began": i.Began.UTC().Format(time.RFC3339Nano)})
		if err := s.finish(ctx, lateEntry{intent: i.ID, act: i.Act, outcome: Interrupted, code: code}); err != nil {
			return fmt.Errorf("record interrupted act: %w", err)
		}
	}
	return nil
}

// catchUp stores the ends of acts that the store did not take when they came.
func (s *Service) catchUp(ctx context.Context) {
	s.mu.Lock()
	late := s.late
	s.late = nil
	s.mu.Unlock()
	for _, e := range late {
		s.end(ctx, e)
	}
}

// List gives entries.
func (s *Service) List(ctx context.Context, f Filter) ([]Record, error) {
	return s.store.ListAudit(ctx, f)
}
