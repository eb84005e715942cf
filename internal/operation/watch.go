// SPDX-License-Identifier: Apache-2.0

package operation

import (
	"context"
	"slices"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// watcher gets an operation's states; one that is slow gets only the newest.
type watcher struct{ updates chan Operation }

func (w *watcher) put(op Operation) {
	select {
	case <-w.updates:
	default:
	}
	w.updates <- op
}

// publish shows an operation's state to those who watch it. After the final one they are told no more.
func (e *Engine) publish(op Operation) {
	op.Steps = slices.Clone(op.Steps)
	e.mu.Lock()
	defer e.mu.Unlock()
	for w := range e.watchers[op.ID] {
		w.put(op)
		if op.State.Done() {
			close(w.updates)
		}
	}
	if !op.State.Done() {
		if t, ok := e.live[op.ID]; ok {
			t.op = op
		}
		return
	}
	delete(e.watchers, op.ID)
	delete(e.live, op.ID)
	e.unqueue(op)
}

// Watch gives an operation's present state at once and then each change, until the final one or the end of ctx closes
// the channel. An absent ID is a fault.NotFound.
func (e *Engine) Watch(ctx context.Context, id string) (<-chan Operation, error) {
	w := &watcher{updates: make(chan Operation, 1)}
	e.mu.Lock()
	if t, ok := e.live[id]; ok {
		if e.watchers[id] == nil {
			e.watchers[id] = map[*watcher]struct{}{}
		}
		e.watchers[id][w] = struct{}{}
		w.put(t.op)
		e.mu.Unlock()
		context.AfterFunc(ctx, func() { e.unwatch(id, w) })
		return w.updates, nil
	}
	e.mu.Unlock()
	op, err := e.store.GetOperation(ctx, id)
	if err != nil {
		return nil, err
	}
	if !op.State.Done() { // Run has not read it yet
		e.enqueue(op)
		return e.Watch(ctx, id)
	}
	w.put(op)
	close(w.updates)
	return w.updates, nil
}

func (e *Engine) unwatch(id string, w *watcher) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, ok := e.watchers[id][w]; !ok {
		return
	}
	delete(e.watchers[id], w)
	if len(e.watchers[id]) == 0 {
		delete(e.watchers, id)
	}
	close(w.updates)
}

// Wait gives an operation when it is done.
func (e *Engine) Wait(ctx context.Context, id string) (Operation, error) {
	updates, err := e.Watch(ctx, id)
	if err != nil {
		return Operation{}, err
	}
	var last Operation
	for op := range updates {
		last = op
	}
	if !last.State.Done() {
		return last, ctx.Err()
	}
	return last, nil
}

// Get gives an operation as it is now.
func (e *Engine) Get(ctx context.Context, id string) (Operation, error) {
	e.mu.Lock()
	t, ok := e.live[id]
	var op Operation
	if ok {
		op = t.op
	}
	e.mu.Unlock()
	if ok {
		return op, nil
	}
	return e.store.GetOperation(ctx, id)
}

// List gives operations, newest first.
func (e *Engine) List(ctx context.Context, f Filter) ([]Operation, error) {
	return e.store.ListOperations(ctx, f)
}

// Retry starts a failed operation again at the step that failed. One that did not fail is a fault.Conflict
// "operation_not_failed".
func (e *Engine) Retry(ctx context.Context, id string) (Operation, error) {
	var op Operation
	err := e.tx.InTx(ctx, func(ctx context.Context) (err error) {
		if op, err = e.store.GetOperation(ctx, id); err != nil {
			return err
		}
		if op.State != Failed {
			return fault.New(fault.Conflict, "operation_not_failed", "the operation is %s", op.State).
				WithHint("only a failed one can be tried again")
		}
		op.State, op.Fault, op.Attempts, op.UpdatedAt = Pending, nil, 0, e.now()
		op.FinishedAt, op.Awaits = time.Time{}, nil
		op.Round++
		for i := range op.Steps {
			if op.Steps[i].State != Succeeded {
				op.Steps[i] = Step{Name: op.Steps[i].Name, Title: op.Steps[i].Title, State: Pending}
			}
		}
		return e.store.UpdateOperation(ctx, op)
	})
	if err != nil {
		return Operation{}, err
	}
	e.enqueue(op)
	return op, nil
}

// Wake tells an operation that something was done for which it may wait. It runs the step that waits again, or, if that
// runs now, once more when it would wait on.
func (e *Engine) Wake(id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if t, ok := e.live[id]; ok {
		t.rouse()
	}
}

func (t *task) rouse() {
	select {
	case t.wake <- struct{}{}:
	default: // it will be
	}
}

// CodeCancelled is the code of the fault with which a cancelled operation ends.
const CodeCancelled = "operation_cancelled"

// Cancel ends an operation that waits for people, with f as the reason of its failure. One that does not wait, or not
// any more, is a fault.Conflict "operation_not_waiting".
func (e *Engine) Cancel(ctx context.Context, id string, f *fault.Error) (Operation, error) {
	updates, err := e.Watch(ctx, id)
	if err != nil {
		return Operation{}, err
	}
	var last Operation
	asked := false
	for last = range updates {
		if last.State != Waiting {
			break
		}
		if !asked {
			asked = e.cancel(id, f)
		}
	}
	switch {
	case ctx.Err() != nil:
		return last, ctx.Err()
	case asked && last.State == Failed && last.Fault != nil && last.Fault.Code == f.Code:
		return last, nil
	default:
		return last, fault.New(fault.Conflict, "operation_not_waiting", "the operation is %s", last.State).
			WithHint("only one that waits for people can be cancelled")
	}
}

func (e *Engine) cancel(id string, f *fault.Error) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	t, ok := e.live[id]
	if !ok {
		return false
	}
	t.cancelled = f
	t.rouse()
	return true
}
