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
	recheck     = 20 * time.Second      // after which a step that waits for people looks at what it waits for again
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
	working  map[string]bool     // subject → a worker runs its queue
	live     map[string]*task
	watchers map[string]map[*watcher]struct{}
	start    func(do func(ctx context.Context)) // runs something beside; set while Run runs
}

// task is an operation that is not done.
type task struct {
	op        Operation
	wake      chan struct{} // holds one token when somebody did what may be waited for
	woken     bool          // it is to be run because of that
	cancelled *fault.Error  // it ends with this if it still waits
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
		slots: make(chan struct{}, parallel), queues: map[string][]string{}, working: map[string]bool{},
		live: map[string]*task{}, watchers: map[string]map[*watcher]struct{}{},
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
	e.start = func(do func(ctx context.Context)) { workers.Go(func() { do(ctx) }) }
	for subject := range e.queues {
		e.attend(subject)
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
	e.live[op.ID] = &task{op: op, wake: make(chan struct{}, 1)}
	e.queues[op.Subject] = append(e.queues[op.Subject], op.ID)
	e.attend(op.Subject)
}

// attend sees that a worker runs a subject's queue. The caller holds mu.
func (e *Engine) attend(subject string) {
	if e.start == nil || e.working[subject] {
		return
	}
	e.working[subject] = true
	e.start(func(ctx context.Context) { e.work(ctx, subject) })
}

// next gives the operation at the head of a subject's queue. Without one, or after the end of ctx, the worker is done.
func (e *Engine) next(ctx context.Context, subject string) (*task, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.queues[subject]) > 0 && ctx.Err() == nil {
		return e.live[e.queues[subject][0]], true
	}
	if len(e.queues[subject]) == 0 {
		delete(e.queues, subject)
	}
	delete(e.working, subject)
	return nil, false
}

// work runs the operations of a subject, one after another, until there are none or ctx ends.
func (e *Engine) work(ctx context.Context, subject string) {
	for {
		t, ok := e.next(ctx, subject)
		if !ok {
			return
		}
		select {
		case <-ctx.Done():
			continue
		case e.slots <- struct{}{}:
		}
		parked, yields := e.perform(ctx, t)
		<-e.slots
		switch {
		case !parked:
		case yields:
			e.leave(t)
		default:
			e.rest(ctx, t)
		}
	}
}

// rest waits until somebody did something about a waiting operation, or it is time to look again.
func (e *Engine) rest(ctx context.Context, t *task) {
	timer := time.NewTimer(recheck)
	defer timer.Stop()
	woken := false
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-t.wake:
		woken = true
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	t.woken = woken
}

// leave takes a waiting operation out of its queue, and puts it at the end again when it is to be looked at.
func (e *Engine) leave(t *task) {
	e.mu.Lock()
	defer e.mu.Unlock()
	subject := t.op.Subject
	e.unqueue(t.op)
	if e.start == nil {
		return
	}
	e.start(func(ctx context.Context) {
		e.rest(ctx, t)
		e.mu.Lock()
		defer e.mu.Unlock()
		e.queues[subject] = append(e.queues[subject], t.op.ID)
		e.attend(subject)
	})
}

// unqueue takes an operation out of its queue. The caller holds mu.
func (e *Engine) unqueue(op Operation) {
	queue := e.queues[op.Subject]
	if i := slices.Index(queue, op.ID); i >= 0 {
		e.queues[op.Subject] = slices.Delete(queue, i, i+1)
	}
}

// take gives a task's operation for a worker to change: others read the one in the task.
func (e *Engine) take(t *task) (op Operation, woken bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	op, woken = t.op, t.woken
	op.Steps = slices.Clone(op.Steps)
	t.woken = false
	return op, woken
}

// cancelled gives the fault with which a waiting operation is to end, or nil.
func (e *Engine) cancelled(t *task) *fault.Error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return t.cancelled
}

// keep makes a cancellation void: the operation goes on.
func (e *Engine) keep(t *task) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t.cancelled = nil
}

// perform runs one operation to its end, unless ctx ends first or it waits for people: then it is parked, and yields
// tells whether others may go on meanwhile.
func (e *Engine) perform(ctx context.Context, t *task) (parked, yields bool) {
	op, woken := e.take(t)
	log := e.log.With("operation", op.ID, "kind", op.Kind, "subject", op.Subject)
	if f := e.cancelled(t); f != nil {
		e.failStep(ctx, &op, f, log)
		return false, false
	}
	planned, err := e.kinds[op.Kind].planOf(op)
	if err == nil && len(planned) != len(op.Steps) {
		op.Steps, err = e.steps(op)
	}
	if err != nil {
		e.fail(ctx, &op, fault.Of(err), log)
		return false, false
	}
	for i, p := range planned {
		if op.Steps[i].State == Succeeded {
			continue
		}
		quiet := op.State == Waiting && !woken
		err := e.begin(ctx, &op, i, p, quiet, log)
		if w, waits := errors.AsType[*WaitError](err); waits {
			if f := e.cancelled(t); f != nil {
				e.failStep(ctx, &op, f, log)
				return false, false
			}
			return e.park(ctx, &op, i, w, log), p.Yields
		}
		e.keep(t)
		if err != nil {
			op.Steps[i].State, op.Steps[i].FinishedAt = Failed, e.now()
			e.fail(ctx, &op, fault.Of(err), log)
			return false, false
		}
		if ctx.Err() != nil {
			return false, false
		}
		op.Steps[i].State, op.Steps[i].FinishedAt, op.Fault, op.Awaits = Succeeded, e.now(), nil, nil
		op.State, woken = Running, false
	}
	op.State, op.FinishedAt = Succeeded, e.now()
	if e.save(ctx, &op, log) {
		log.InfoContext(ctx, "operation succeeded", "took", op.FinishedAt.Sub(op.CreatedAt))
	}
	return false, false
}

// begin runs a step. One that only looks at what it waits for is quiet: it goes on being shown as waiting until it has
// something else to do.
func (e *Engine) begin(ctx context.Context, op *Operation, i int, p PlannedStep, quiet bool, log *slog.Logger) error {
	if quiet {
		err := attempt(current(ctx, *op), p, func(string, ...any) {})
		if _, waits := errors.AsType[*WaitError](err); waits || err == nil {
			return err
		}
	}
	op.State, op.Fault, op.Attempts = Running, nil, 0
	if op.Steps[i].State != Waiting {
		op.Steps[i].StartedAt = e.now()
	}
	op.Steps[i].State = Running
	if !e.save(ctx, op, log) {
		return nil
	}
	return e.step(ctx, op, i, p, log)
}

// park makes a waiting operation wait, or wait on: then nothing is stored anew.
func (e *Engine) park(ctx context.Context, op *Operation, i int, w *WaitError, log *slog.Logger) bool {
	if op.State == Waiting && op.Awaits.same(&w.Awaits) {
		return true
	}
	awaits := w.Awaits
	awaits.Since = e.now()
	if op.Awaits.same(&awaits) {
		awaits.Since = op.Awaits.Since
	}
	op.State, op.Steps[i].State, op.Steps[i].Note = Waiting, Waiting, ""
	op.Awaits, op.Fault, op.Attempts = &awaits, nil, 0
	log.InfoContext(ctx, "operation waits for people", "organizations", awaits.Orgs, "what", awaits.What)
	return e.save(ctx, op, log)
}

// failStep ends a waiting operation at the step that waits.
func (e *Engine) failStep(ctx context.Context, op *Operation, f *fault.Error, log *slog.Logger) {
	for i := range op.Steps {
		if op.Steps[i].State == Waiting || op.Steps[i].State == Running {
			op.Steps[i].State, op.Steps[i].FinishedAt = Failed, e.now()
		}
	}
	e.fail(ctx, op, f, log)
}

func current(ctx context.Context, op Operation) context.Context {
	return context.WithValue(ctx, currentKey{}, Current{ID: op.ID, Kind: op.Kind, Actor: op.Actor, Round: op.Round})
}

func (k kind) planOf(op Operation) ([]PlannedStep, error) {
	if k.plan == nil {
		return nil, fmt.Errorf("operation kind %q is not registered", op.Kind)
	}
	return k.plan(op)
}

// step tries a step until it is done, waits for people (a WaitError), fails for good, or ctx ends, which gives nil.
func (e *Engine) step(ctx context.Context, op *Operation, i int, p PlannedStep, log *slog.Logger) error {
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.MaxInterval, pauses.Multiplier = firstPause, longestWait, 2
	begun := e.now()
	note := func(format string, args ...any) {
		op.Steps[i].Note = fmt.Sprintf(format, args...)
		e.publish(*op)
	}
	for {
		err := attempt(current(ctx, *op), p, note)
		if err == nil || ctx.Err() != nil {
			return nil //nolint:nilerr // interrupted: the step is done again in the next Run
		}
		if _, waits := errors.AsType[*WaitError](err); waits {
			return err
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
	op.State, op.Fault, op.FinishedAt, op.Awaits = Failed, publicFault(f), e.now(), nil
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
