// SPDX-License-Identifier: Apache-2.0

package operation_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/operation"
)

// consent is what a step waits for.
type consent struct {
	mu    sync.Mutex
	given bool
	asked int
}

func (c *consent) give() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.given = true
}

func (c *consent) times() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked
}

func (c *consent) step(context.Context, func(string, ...any)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked++; c.given {
		return nil
	}
	return fmt.Errorf("approve: %w", &operation.WaitError{Awaits: operation.Awaits{
		Reason: "the signature of araba", Orgs: []string{"araba"}, What: []string{"01REQUEST"},
	}})
}

func nothing(context.Context, func(string, ...any)) error { return nil }

// waitingEngine gives an engine whose kind "wait" waits for c in its second of three steps.
func waitingEngine(m *memory, c *consent, yields bool, failed operation.OnFailed) *operation.Engine {
	e := operation.NewEngine(operation.Options{Store: m, Transactor: m, Log: slog.New(slog.DiscardHandler)})
	e.Register("wait", func(operation.Operation) ([]operation.PlannedStep, error) {
		return []operation.PlannedStep{
			{Name: "before", Do: nothing}, {Name: "consent", Do: c.step, Yields: yields}, {Name: "after", Do: nothing},
		}, nil
	}, failed)
	e.Register("work", func(operation.Operation) ([]operation.PlannedStep, error) {
		return []operation.PlannedStep{{Name: "work", Do: nothing}}, nil
	}, nil)
	return e
}

func startKind(t *testing.T, e *operation.Engine, kind, subject string) operation.Operation {
	t.Helper()
	op, err := e.Start(t.Context(), operation.Request{Kind: kind, Subject: subject}, func(context.Context) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return op
}

func TestWaitsForPeopleAsLongAsItTakes(t *testing.T) {
	t.Parallel()
	for _, yields := range []bool{false, true} {
		t.Run(fmt.Sprint("yields ", yields), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m, c := newMemory(), &consent{}
				e := waitingEngine(m, c, yields, nil)
				running(t, e)
				op := startKind(t, e, "wait", "a")
				<-time.After(30 * 24 * time.Hour)
				synctest.Wait()
				got, err := e.Get(t.Context(), op.ID)
				if err != nil || got.State != operation.Waiting || got.Steps[1].State != operation.Waiting || got.Awaits == nil ||
					!slices.Equal(got.Awaits.Orgs, []string{"araba"}) || got.Fault != nil || got.Attempts != 0 {
					t.Fatalf("after a month: %+v: %v", got, err)
				}
				if since := time.Since(got.Awaits.Since); since < 29*24*time.Hour {
					t.Errorf("it waits since %s only", since)
				}
				if n := c.times(); n < 1000 {
					t.Errorf("it was looked at %d times in a month", n)
				}
				m.mu.Lock()
				writes := m.writes
				m.mu.Unlock()
				if writes > 6 {
					t.Errorf("%d writes", writes)
				}
				c.give()
				e.Wake(op.ID)
				begun := time.Now()
				if got := ended(t, e, op.ID); got.State != operation.Succeeded || got.Awaits != nil {
					t.Errorf("%+v", got)
				}
				if took := time.Since(begun); took > time.Second {
					t.Errorf("woken, it took %s", took)
				}
			})
		})
	}
}

// TestGoesOnWithoutBeingWoken: what it waits for may come in another way.
func TestGoesOnWithoutBeingWoken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &consent{}
		e := waitingEngine(newMemory(), c, true, nil)
		running(t, e)
		op := startKind(t, e, "wait", "a")
		synctest.Wait()
		c.give()
		begun := time.Now()
		if got := ended(t, e, op.ID); got.State != operation.Succeeded || time.Since(begun) > time.Minute {
			t.Errorf("after %s: %+v", time.Since(begun), got)
		}
	})
}

// TestWaitingBesideOthers: more wait than there are slots, and others work; on the subject itself only where the step
// yields.
func TestWaitingBesideOthers(t *testing.T) {
	t.Parallel()
	for _, yields := range []bool{false, true} {
		t.Run(fmt.Sprint("yields ", yields), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := &consent{}
				e := waitingEngine(newMemory(), c, yields, nil)
				running(t, e)
				var waiting []string
				for i := range 40 {
					waiting = append(waiting, startKind(t, e, "wait", fmt.Sprint("ledger", i)).ID)
				}
				synctest.Wait()
				if got := ended(t, e, startKind(t, e, "work", "other").ID); got.State != operation.Succeeded {
					t.Errorf("another subject: %+v", got)
				}
				behind := startKind(t, e, "work", "ledger0")
				<-time.After(time.Hour)
				synctest.Wait()
				got, err := e.Get(t.Context(), behind.ID)
				if err != nil || got.State.Done() != yields {
					t.Errorf("on the subject it is %s: %v", got.State, err)
				}
				c.give()
				for _, id := range waiting {
					e.Wake(id)
				}
				for _, id := range append(waiting, behind.ID) {
					if got := ended(t, e, id); got.State != operation.Succeeded {
						t.Errorf("%+v", got)
					}
				}
			})
		})
	}
}

// TestNoAnswerIsLost wakes an operation at once, again and again, while its step may be running.
func TestNoAnswerIsLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var e *operation.Engine
		given := false
		m := newMemory()
		e = operation.NewEngine(operation.Options{Store: m, Transactor: m, Log: slog.New(slog.DiscardHandler)})
		e.Register("wait", func(op operation.Operation) ([]operation.PlannedStep, error) {
			return []operation.PlannedStep{{Name: "consent", Do: func(context.Context, func(string, ...any)) error {
				if given {
					return nil
				}
				given = true // it comes right after the step has looked
				e.Wake(op.ID)
				return &operation.WaitError{Awaits: operation.Awaits{Reason: "a signature"}}
			}}}, nil
		}, nil)
		running(t, e)
		begun := time.Now()
		if got := ended(t, e, startKind(t, e, "wait", "a").ID); got.State != operation.Succeeded || time.Since(begun) > time.Second {
			t.Errorf("after %s: %+v", time.Since(begun), got)
		}
	})
}

func TestCancel(t *testing.T) {
	t.Parallel()
	for _, yields := range []bool{false, true} {
		t.Run(fmt.Sprint("yields ", yields), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, told := &consent{}, ""
				e := waitingEngine(newMemory(), c, yields, func(_ context.Context, _ operation.Operation, f *fault.Error) error {
					told = f.Code
					return nil
				})
				running(t, e)
				why := fault.New(fault.Conflict, operation.CodeCancelled, "it was cancelled")
				op := startKind(t, e, "wait", "a")
				synctest.Wait()
				got, err := e.Cancel(t.Context(), op.ID, why)
				if err != nil || got.State != operation.Failed || got.Fault.Code != operation.CodeCancelled || got.Awaits != nil ||
					got.Steps[1].State != operation.Failed || told != operation.CodeCancelled {
					t.Errorf("told %q: %+v: %v", told, got, err)
				}
				if _, err := e.Cancel(t.Context(), op.ID, why); fault.Of(err).Code != "operation_not_waiting" {
					t.Errorf("cancelled twice: %v", err)
				}
				if _, err := e.Cancel(t.Context(), "none", why); !errors.Is(err, fault.NotFound) {
					t.Errorf("cancel of nothing: %v", err)
				}
				c.give()
				if _, err := e.Retry(t.Context(), op.ID); err != nil {
					t.Fatal(err)
				}
				if got := ended(t, e, op.ID); got.State != operation.Succeeded || got.Round != 1 {
					t.Errorf("retried: %+v", got)
				}
			})
		})
	}
}

// TestCancelTooLate: what was waited for has come, so the operation goes on.
func TestCancelTooLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &consent{}
		e := waitingEngine(newMemory(), c, true, nil)
		running(t, e)
		op := startKind(t, e, "wait", "a")
		synctest.Wait()
		c.give()
		e.Wake(op.ID)
		ended(t, e, op.ID)
		_, err := e.Cancel(t.Context(), op.ID, fault.New(fault.Conflict, operation.CodeCancelled, "it was cancelled"))
		if fault.Of(err).Code != "operation_not_waiting" {
			t.Errorf("cancel: %v", err)
		}
	})
}

// TestCrashWhileWaiting ends an engine at each of its store writes in turn; another one waits on, since when the first
// one did if that was recorded, and goes on when it is woken.
func TestCrashWhileWaiting(t *testing.T) {
	t.Parallel()
	for limit := 1; limit < 7; limit++ {
		t.Run(fmt.Sprint("write ", limit), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m, c := newMemory(), &consent{}
				ctx, kill := context.WithCancel(t.Context())
				defer kill()
				m.limit, m.onFull = limit, kill
				first := waitingEngine(m, c, true, nil)
				op := startKind(t, first, "wait", "a")
				stopped := make(chan struct{})
				go func() {
					defer close(stopped)
					_ = first.Run(ctx)
				}()
				<-time.After(time.Hour)
				kill()
				<-stopped
				m.mu.Lock()
				m.limit = 0
				recorded := m.ops[op.ID]
				m.mu.Unlock()
				second := waitingEngine(m, c, true, nil)
				running(t, second)
				<-time.After(time.Hour)
				synctest.Wait()
				got, err := second.Get(t.Context(), op.ID)
				if err != nil || got.State != operation.Waiting {
					t.Fatalf("after the crash: %+v: %v", got, err)
				}
				if recorded.Awaits != nil && !got.Awaits.Since.Equal(recorded.Awaits.Since) {
					t.Errorf("since %s, recorded %s", got.Awaits.Since, recorded.Awaits.Since)
				}
				c.give()
				second.Wake(op.ID)
				if got := ended(t, second, op.ID); got.State != operation.Succeeded {
					t.Errorf("%+v", got)
				}
			})
		})
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	wait := func(org, id string) error {
		return fmt.Errorf("of %s: %w", org, &operation.WaitError{Awaits: operation.Awaits{
			Reason: "the signature of " + org, Orgs: []string{org}, What: []string{id},
		}})
	}
	if err := operation.Join(nil, nil); err != nil {
		t.Errorf("of nothing: %v", err)
	}
	nope := errors.New("nope")
	if err := operation.Join(wait("araba", "1"), nope); !errors.Is(err, nope) {
		t.Errorf("with another error: %v", err)
	}
	w, ok := errors.AsType[*operation.WaitError](operation.Join(wait("araba", "1"), nil, wait("araba", "2"), wait("gipuzkoa", "3")))
	if !ok || !slices.Equal(w.Awaits.Orgs, []string{"araba", "gipuzkoa"}) || !slices.Equal(w.Awaits.What, []string{"1", "2", "3"}) ||
		w.Awaits.Reason != "the signature of araba; the signature of gipuzkoa" {
		t.Errorf("%+v", w)
	}
}
