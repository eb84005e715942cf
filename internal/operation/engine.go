// SPDX-License-Identifier: Apache-2.0

package operation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/oklog/ulid/v2"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Limits of the engine.
const (
	parallel    = 16                    // operations that run side by side
	firstPause  = 50 * time.Millisecond // between two tries of a step; doubled each time
	longestWait = 10 * time.Second      // at most
	stepBudget  = 10 * time.Minute      // for which a step is tried before its fault is final
)

// transactor runs a function in one store transaction.
type transactor interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
}

// OnFailed tells the noun that its operation failed.
type OnFailed func(ctx context.Context, op Operation, f *fault.Error) error

type kind struct {
	plan     Plan
	onFailed OnFailed
}

// Engine runs operations. Make it with NewEngine, Register every kind, then Run it.
type Engine struct {
	store Store
	tx    transactor
	log   *slog.Logger
	now   func() time.Time
	ended Ended
	who   func(ctx context.Context) Person
	kinds map[string]kind
	slots chan struct{}

	mu       sync.Mutex
	queues   map[string][]string // subject → IDs of its unfinished operations, the first one running
	live     map[string]Operation
	watchers map[string]map[*watcher]struct{}
	start    func(subject string) // starts the worker of a subject; set while Run runs
}

// Options of NewEngine.
type Options struct {
	Store      Store
	Transactor transactor
	Log        *slog.Logger
	Now        func() time.Time // nil: time.Now
	Ended      Ended            // nil: nobody is told
	// Who gives the person in whose request an operation is started; nil: nobody.
	Who func(ctx context.Context) Person
}

// Ended is told of the end of an operation in the store transaction that records it: both are kept, or neither.
type Ended func(ctx context.Context, op Operation) error

// NewEngine makes an engine.
func NewEngine(o Options) *Engine {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Who == nil {
		o.Who = func(context.Context) Person { return Person{} }
	}
	return &Engine{
		store: o.Store, tx: o.Transactor, log: o.Log, now: o.Now, ended: o.Ended, who: o.Who, kinds: map[string]kind{},
		slots: make(chan struct{}, parallel), queues: map[string][]string{}, live: map[string]Operation{},
		watchers: map[string]map[*watcher]struct{}{},
	}
}

// Register tells how operations of a kind are done; onFailed may be nil. It must be called before Run.
func (e *Engine) Register(name string, p Plan, onFailed OnFailed) {
	e.kinds[name] = kind{plan: p, onFailed: onFailed}
}

// Start records an operation, and what prepare writes, in one store transaction: both or neither. A repeated Actor and
// Key give the first operation, and prepare is not kept; with another Kind, Subject or Input they are a fault.Invalid
// "idempotency_key_reused".
func (e *Engine) Start(ctx context.Context, r Request, prepare func(context.Context) error) (Operation, error) {
	input, err := json.Marshal(r.Input)
	if err != nil {
		return Operation{}, fmt.Errorf("encode input: %w", err)
	}
	now := e.now()
	op := Operation{
		ID: ulid.MustNew(ulid.Timestamp(now), ulid.DefaultEntropy()).String(), Kind: r.Kind, Subject: r.Subject, Orgs: r.Orgs,
		Actor: r.Actor, By: e.who(ctx), Key: r.Key, Input: input, State: Pending, CreatedAt: now, UpdatedAt: now,
	}
	if op.Steps, err = e.steps(op); err != nil {
		return Operation{}, err
	}
	if r.Key != "" {
		if first, found, err := e.repeated(ctx, op); err != nil || found {
			return first, err
		}
	}
	err = e.tx.InTx(ctx, func(ctx context.Context) error {
		if err := prepare(ctx); err != nil {
			return err
		}
		return e.store.CreateOperation(ctx, op)
	})
	if err != nil && r.Key != "" {
		// A request of the same key may have come first; it is the reason for whatever stood in the way.
		if first, found, e := e.repeated(ctx, op); e == nil && found {
			return first, nil
		}
	}
	if err != nil {
		return Operation{}, err
	}
	e.enqueue(op)
	return op, nil
}

// repeated finds the first operation of the same actor and key.
func (e *Engine) repeated(ctx context.Context, op Operation) (Operation, bool, error) {
	first, found, err := e.store.FindOperation(ctx, op.Actor, op.Key)
	if err != nil || !found {
		return Operation{}, false, err
	}
	if first.Kind != op.Kind || first.Subject != op.Subject || !bytes.Equal(first.Input, op.Input) {
		return Operation{}, false, fault.New(fault.Invalid, "idempotency_key_reused",
			"this idempotency key was used for another request").WithHint("use a new key for a new request")
	}
	return first, true, nil
}

// steps gives an operation's steps from its plan, none of them begun.
func (e *Engine) steps(op Operation) ([]Step, error) {
	k, ok := e.kinds[op.Kind]
	if !ok {
		return nil, fmt.Errorf("operation kind %q is not registered", op.Kind)
	}
	planned, err := k.plan(op)
	if err != nil {
		return nil, fmt.Errorf("plan %s: %w", op.Kind, err)
	}
	steps := make([]Step, 0, len(planned))
	for _, p := range planned {
		steps = append(steps, Step{Name: p.Name, Title: p.Title, State: Pending})
	}
	return steps, nil
}

// Run resumes what is unfinished, oldest first, and runs what is started, until ctx ends. What is interrupted then goes
// on in the next Run.
func (e *Engine) Run(ctx context.Context) error {
	unfinished, err := e.store.UnfinishedOperations(ctx)
	if err != nil {
		return fmt.Errorf("read unfinished operations: %w", err)
	}
	for _, op := range unfinished {
		e.enqueue(op)
	}
	var workers sync.WaitGroup
	e.mu.Lock()
	e.start = func(subject string) { workers.Go(func() { e.work(ctx, subject) }) }
	for subject := range e.queues {
		e.start(subject)
	}
	e.mu.Unlock()
	<-ctx.Done()
	e.mu.Lock()
	e.start = nil
	e.mu.Unlock()
	workers.Wait()
	return nil
}

func (e *Engine) enqueue(op Operation) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, known := e.live[op.ID]; known {
		return
	}
	e.live[op.ID] = op
	e.queues[op.Subject] = append(e.queues[op.Subject], op.ID)
	if len(e.queues[op.Subject]) == 1 && e.start != nil {
		e.start(op.Subject)
	}
}

// work runs the operations of a subject, one after another, until there are none or ctx ends.
func (e *Engine) work(ctx context.Context, subject string) {
	for {
		e.mu.Lock()
		if len(e.queues[subject]) == 0 {
			delete(e.queues, subject)
			e.mu.Unlock()
			return
		}
		op := e.live[e.queues[subject][0]]
		op.Steps = slices.Clone(op.Steps) // others read the ones in live
		e.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case e.slots <- struct{}{}:
		}
		e.perform(ctx, op)
		<-e.slots
		if ctx.Err() != nil {
			return
		}
	}
}

// perform runs one operation to its end, unless ctx ends first.
func (e *Engine) perform(ctx context.Context, op Operation) {
	log := e.log.With("operation", op.ID, "kind", op.Kind, "subject", op.Subject)
	planned, err := e.kinds[op.Kind].planOf(op)
	if err == nil && len(planned) != len(op.Steps) {
		op.Steps, err = e.steps(op)
	}
	if err != nil {
		e.fail(ctx, &op, fault.Of(err), log)
		return
	}
	for i, p := range planned {
		if op.Steps[i].State == Succeeded {
			continue
		}
		op.State, op.Fault, op.Attempts = Running, nil, 0
		op.Steps[i].State, op.Steps[i].StartedAt = Running, e.now()
		if !e.save(ctx, &op, log) {
			return
		}
		if f := e.step(ctx, &op, i, p, log); f != nil {
			op.Steps[i].State, op.Steps[i].FinishedAt = Failed, e.now()
			e.fail(ctx, &op, f, log)
			return
		}
		if ctx.Err() != nil {
			return
		}
		op.Steps[i].State, op.Steps[i].FinishedAt, op.Fault = Succeeded, e.now(), nil
	}
	op.State, op.FinishedAt = Succeeded, e.now()
	if e.save(ctx, &op, log) {
		log.InfoContext(ctx, "operation succeeded", "took", op.FinishedAt.Sub(op.CreatedAt))
	}
}

func (k kind) planOf(op Operation) ([]PlannedStep, error) {
	if k.plan == nil {
		return nil, fmt.Errorf("operation kind %q is not registered", op.Kind)
	}
	return k.plan(op)
}

// step tries a step until it is done, fails for good, or ctx ends, which gives nil.
func (e *Engine) step(ctx context.Context, op *Operation, i int, p PlannedStep, log *slog.Logger) *fault.Error {
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.MaxInterval, pauses.Multiplier = firstPause, longestWait, 2
	begun := e.now()
	note := func(format string, args ...any) {
		op.Steps[i].Note = fmt.Sprintf(format, args...)
		e.publish(*op)
	}
	for {
		err := attempt(ctx, p, note)
		if err == nil || ctx.Err() != nil {
			return nil //nolint:nilerr // interrupted: the step is done again in the next Run
		}
		f := fault.Of(err)
		log.WarnContext(ctx, "step did not succeed", "step", p.Name, "attempt", op.Attempts+1, "error", err)
		if !transient(err) || e.now().Sub(begun) > stepBudget {
			return f
		}
		op.Attempts++
		op.Fault = publicFault(f)
		if !e.save(ctx, op, log) {
			return nil
		}
		timer := time.NewTimer(pauses.NextBackOff())
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
	}
}

// attempt runs a step once; a panic is an error that is not tried again.
func attempt(ctx context.Context, p PlannedStep, note func(string, ...any)) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fault.New(fault.Internal, "internal", "step %s broke", p.Name).
				WithHint("this is a fault of the platform: report it with the operation's ID").
				WithCause(fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
		}
	}()
	return p.Do(ctx, note)
}

// transient tells whether trying again may help: an unavailable party, or an error that nobody foresaw.
func transient(err error) bool {
	var f *fault.Error
	return !errors.As(err, &f) || f.Kind == fault.Unavailable
}

func publicFault(f *fault.Error) *Fault {
	return &Fault{Kind: f.Kind, Code: f.Code, Message: f.Message, Hint: f.Hint, Details: f.Details}
}

func (e *Engine) fail(ctx context.Context, op *Operation, f *fault.Error, log *slog.Logger) {
	op.State, op.Fault, op.FinishedAt = Failed, publicFault(f), e.now()
	if hook := e.kinds[op.Kind].onFailed; hook != nil {
		if err := hook(ctx, *op, f); err != nil {
			log.ErrorContext(ctx, "record failure", "error", err)
		}
	}
	log.ErrorContext(ctx, "operation failed", "code", f.Code, "error", error(f))
	e.save(ctx, op, log)
}

// save stores an operation and then shows it. It tries until the store takes it or ctx ends, which gives false.
func (e *Engine) save(ctx context.Context, op *Operation, log *slog.Logger) bool {
	op.UpdatedAt = e.now()
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.MaxInterval = firstPause, longestWait
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := e.update(ctx, *op)
		if err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "store operation", "error", err)
		}
		return struct{}{}, err
	}, backoff.WithBackOff(pauses), backoff.WithMaxElapsedTime(0))
	if err != nil {
		return false
	}
	e.publish(*op)
	return true
}

func (e *Engine) update(ctx context.Context, op Operation) error {
	if e.ended == nil || !op.State.Done() {
		return e.store.UpdateOperation(ctx, op)
	}
	return e.tx.InTx(ctx, func(ctx context.Context) error {
		if err := e.store.UpdateOperation(ctx, op); err != nil {
			return err
		}
		return e.ended(ctx, op)
	})
}
