// SPDX-License-Identifier: Apache-2.0

package operation_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/servicetest"
)

// memory is a store that can be made to fail after so many writes, as if the program had been killed there.
type memory struct {
	mu     sync.Mutex
	ops    map[string]operation.Operation
	writes int
	limit  int // 0: none
	onFull func()
}

func newMemory() *memory { return &memory{ops: map[string]operation.Operation{}} }

func (m *memory) InTx(ctx context.Context, do func(context.Context) error) error { return do(ctx) }

func (m *memory) write(op operation.Operation) error {
	m.writes++
	if m.limit > 0 && m.writes > m.limit {
		m.onFull()
		return errors.New("killed")
	}
	op.Steps = slices.Clone(op.Steps)
	m.ops[op.ID] = op
	return nil
}

func (m *memory) CreateOperation(_ context.Context, op operation.Operation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, o := range m.ops {
		if op.Key != "" && o.Actor == op.Actor && o.Key == op.Key {
			return operation.ErrDuplicateKey
		}
	}
	return m.write(op)
}

func (m *memory) UpdateOperation(_ context.Context, op operation.Operation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.write(op)
}

func (m *memory) GetOperation(_ context.Context, id string) (operation.Operation, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	op, ok := m.ops[id]
	if !ok {
		return op, fault.New(fault.NotFound, "operation_not_found", "no")
	}
	return op, nil
}

func (m *memory) FindOperation(_ context.Context, actor, key string) (operation.Operation, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, o := range m.ops {
		if o.Actor == actor && o.Key == key {
			return o, true, nil
		}
	}
	return operation.Operation{}, false, nil
}

func (m *memory) ListOperations(context.Context, operation.Filter) ([]operation.Operation, error) {
	return nil, nil
}

func (m *memory) UnfinishedOperations(context.Context) ([]operation.Operation, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var open []operation.Operation
	for _, o := range m.ops {
		if !o.State.Done() {
			open = append(open, o)
		}
	}
	slices.SortFunc(open, func(a, b operation.Operation) int { return strings.Compare(a.ID, b.ID) })
	return open, nil
}

// diary notes what steps did.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) note(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

func (d *diary) all() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.lines)
}

type step func(ctx context.Context, note func(string, ...any)) error

// engine gives an engine with one kind, "work", of these steps.
func engine(m *memory, failed operation.OnFailed, steps ...step) *operation.Engine {
	e := operation.NewEngine(operation.Options{Store: m, Transactor: m, Log: slog.New(slog.DiscardHandler)})
	e.Register("work", func(operation.Operation) ([]operation.PlannedStep, error) {
		var plan []operation.PlannedStep
		for i, s := range steps {
			plan = append(plan, operation.PlannedStep{Name: fmt.Sprint("s", i), Title: "Step", Do: operation.StepFunc(s)})
		}
		return plan, nil
	}, failed)
	return e
}

// running runs an engine until the test ends.
func running(t *testing.T, e *operation.Engine) {
	t.Helper()
	servicetest.Run(t, e.Run)
}

func start(t *testing.T, e *operation.Engine, r operation.Request) operation.Operation {
	t.Helper()
	r.Kind = "work"
	op, err := e.Start(t.Context(), r, func(context.Context) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return op
}

func ended(t *testing.T, e *operation.Engine, id string) operation.Operation {
	t.Helper()
	op, err := e.Wait(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return op
}

func TestTransientFaultsAreTriedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		e := engine(newMemory(), nil, func(context.Context, func(string, ...any)) error {
			if tries++; tries < 4 {
				return errors.New("not yet")
			}
			return nil
		})
		running(t, e)
		begun := time.Now()
		op := ended(t, e, start(t, e, operation.Request{Subject: "a"}).ID)
		if op.State != operation.Succeeded || tries != 4 || op.Fault != nil {
			t.Errorf("%d tries: %+v", tries, op)
		}
		if took := time.Since(begun); took < 100*time.Millisecond || took > 2*time.Second {
			t.Errorf("backed off for %s", took)
		}
	})
}

func TestPermanentFaultsEndIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do   step
		code string
	}{
		"refused": {func(context.Context, func(string, ...any)) error {
			return fmt.Errorf("join: %w", fault.New(fault.Conflict, "nope", "no"))
		}, "nope"},
		"panic": {func(context.Context, func(string, ...any)) error { panic("boom") }, "internal"},
		"unavailable for too long": {func(context.Context, func(string, ...any)) error {
			return fault.New(fault.Unavailable, "away", "away")
		}, "away"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				told := ""
				after := false
				e := engine(newMemory(), func(_ context.Context, _ operation.Operation, f *fault.Error) error {
					told = f.Code
					return nil
				}, c.do, func(context.Context, func(string, ...any)) error {
					after = true
					return nil
				})
				running(t, e)
				op := ended(t, e, start(t, e, operation.Request{Subject: "a"}).ID)
				if op.State != operation.Failed || op.Fault == nil || op.Fault.Code != c.code || told != c.code || after {
					t.Errorf("told %q, after %v: %+v", told, after, op)
				}
				if op.Steps[0].State != operation.Failed || op.Steps[1].State != operation.Pending {
					t.Errorf("steps: %+v", op.Steps)
				}
			})
		})
	}
}

func TestOneSubjectInOrderOthersBeside(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var d diary
		busy := map[string]bool{}
		var mu sync.Mutex
		m := newMemory()
		e := operation.NewEngine(operation.Options{Store: m, Transactor: m, Log: slog.New(slog.DiscardHandler)})
		e.Register("work", func(op operation.Operation) ([]operation.PlannedStep, error) {
			return []operation.PlannedStep{{Name: "s", Do: func(ctx context.Context, _ func(string, ...any)) error {
				mu.Lock()
				if busy[op.Subject] {
					t.Errorf("two at once on %s", op.Subject)
				}
				busy[op.Subject] = true
				mu.Unlock()
				<-time.After(time.Second)
				mu.Lock()
				busy[op.Subject] = false
				mu.Unlock()
				d.note(string(op.Input))
				return ctx.Err()
			}}}, nil
		}, nil)
		running(t, e)
		begun := time.Now()
		var ids []string
		for i := range 3 {
			for _, s := range []string{"a", "b"} {
				ids = append(ids, start(t, e, operation.Request{Subject: s, Input: fmt.Sprint(s, i)}).ID)
			}
		}
		for _, id := range ids {
			ended(t, e, id)
		}
		if took := time.Since(begun); took > 4*time.Second {
			t.Errorf("two subjects took %s: they did not run side by side", took)
		}
		for _, s := range []string{"a", "b"} {
			var own []string
			for _, line := range d.all() {
				if strings.Contains(line, s) {
					own = append(own, line)
				}
			}
			if !slices.IsSorted(own) || len(own) != 3 {
				t.Errorf("order on %s: %v", s, own)
			}
		}
	})
}

func TestKeys(t *testing.T) {
	t.Parallel()
	e := engine(newMemory(), nil, func(context.Context, func(string, ...any)) error { return nil })
	request := operation.Request{Kind: "work", Subject: "a", Actor: "ane", Key: "k", Input: 1}
	prepared := 0
	prepare := func(context.Context) error {
		prepared++
		return nil
	}
	first, err := e.Start(t.Context(), request, prepare)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := e.Start(t.Context(), request, prepare); err != nil || again.ID != first.ID || prepared != 1 {
		t.Errorf("repeated: %s, want %s; prepared %d times: %v", again.ID, first.ID, prepared, err)
	}
	request.Input = 2
	if _, err := e.Start(t.Context(), request, prepare); fault.Of(err).Code != "idempotency_key_reused" {
		t.Errorf("another request: %v", err)
	}
	request.Actor = "mikel"
	if other, err := e.Start(t.Context(), request, prepare); err != nil || other.ID == first.ID {
		t.Errorf("another actor: %+v: %v", other, err)
	}
	request.Actor, request.Key = "mikel", "l"
	refuse := fault.New(fault.Conflict, "taken", "taken")
	if _, err := e.Start(t.Context(), request, func(context.Context) error { return refuse }); !errors.Is(err, refuse) {
		t.Errorf("refused by prepare: %v", err)
	}
}

func TestRetry(t *testing.T) {
	t.Parallel()
	var d diary
	well := false
	e := engine(newMemory(), nil,
		func(context.Context, func(string, ...any)) error {
			d.note("first")
			return nil
		},
		func(context.Context, func(string, ...any)) error {
			d.note("second")
			if !well {
				return fault.New(fault.Conflict, "nope", "no")
			}
			return nil
		})
	running(t, e)
	op := ended(t, e, start(t, e, operation.Request{Subject: "a"}).ID)
	well = true
	if _, err := e.Retry(t.Context(), op.ID); err != nil {
		t.Fatal(err)
	}
	op = ended(t, e, op.ID)
	if want := []string{"first", "second", "second"}; op.State != operation.Succeeded || !slices.Equal(d.all(), want) {
		t.Errorf("%v: %+v", d.all(), op)
	}
	if _, err := e.Retry(t.Context(), op.ID); fault.Of(err).Code != "operation_not_failed" {
		t.Errorf("retry of what succeeded: %v", err)
	}
	if _, err := e.Retry(t.Context(), "none"); !errors.Is(err, fault.NotFound) {
		t.Errorf("retry of nothing: %v", err)
	}
}

func TestWatch(t *testing.T) {
	t.Parallel()
	goOn := make(chan struct{})
	e := engine(newMemory(), nil, func(_ context.Context, note func(string, ...any)) error {
		note("half of %d", 2)
		<-goOn
		return nil
	})
	running(t, e)
	op := start(t, e, operation.Request{Subject: "a"})
	updates, err := e.Watch(t.Context(), op.ID)
	if err != nil {
		t.Fatal(err)
	}
	var last operation.Operation
	noted := false
	for last = range updates {
		if last.Steps[0].Note == "half of 2" && !noted {
			noted = true
			close(goOn)
		}
	}
	if !noted || last.State != operation.Succeeded {
		t.Errorf("noted %v, last %+v", noted, last)
	}
	if _, err := e.Watch(t.Context(), "none"); !errors.Is(err, fault.NotFound) {
		t.Errorf("watch of nothing: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	hung := engine(newMemory(), nil, func(context.Context, func(string, ...any)) error { return nil })
	waiting := start(t, hung, operation.Request{Subject: "a"}) // nobody runs it
	updates, err = hung.Watch(ctx, waiting.ID)
	if err != nil {
		t.Fatal(err)
	}
	<-updates
	cancel()
	if _, open := <-updates; open {
		t.Error("the channel outlives its context")
	}
}

// TestCrashAnywhere ends an engine at each of its store writes in turn; another one takes over: every step is done, and
// none that was recorded as done is done again.
func TestCrashAnywhere(t *testing.T) {
	t.Parallel()
	const steps = 3
	for limit := 1; limit < 12; limit++ {
		t.Run(fmt.Sprint("write ", limit), func(t *testing.T) {
			t.Parallel()
			m := newMemory()
			var d diary
			var todo []step
			for i := range steps {
				todo = append(todo, func(context.Context, func(string, ...any)) error {
					d.note(fmt.Sprint("s", i))
					return nil
				})
			}
			ctx, kill := context.WithCancel(t.Context())
			defer kill()
			m.limit, m.onFull = limit, kill
			first := engine(m, nil, todo...)
			op := start(t, first, operation.Request{Subject: "a"})
			stopped := make(chan struct{})
			go func() {
				defer close(stopped)
				_ = first.Run(ctx)
			}()
			finished := make(chan struct{})
			go func() {
				defer close(finished)
				_, _ = first.Wait(ctx, op.ID)
			}()
			<-finished
			kill()
			<-stopped
			m.mu.Lock()
			m.limit = 0
			recorded := m.ops[op.ID]
			m.mu.Unlock()
			before := len(d.all())
			second := engine(m, nil, todo...)
			running(t, second)
			if got := ended(t, second, op.ID); got.State != operation.Succeeded {
				t.Errorf("%+v", got)
			}
			for i, s := range recorded.Steps {
				if s.State == operation.Succeeded && slices.Contains(d.all()[before:], fmt.Sprint("s", i)) {
					t.Errorf("step %d was recorded as done and is done again", i)
				}
			}
			for i := range steps {
				if !slices.Contains(d.all(), fmt.Sprint("s", i)) {
					t.Errorf("step %d was never done", i)
				}
			}
		})
	}
}
