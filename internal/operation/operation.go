// SPDX-License-Identifier: Apache-2.0

// Package operation runs long work as recorded steps, so that it shows its progress and survives every crash.
//
//	          Start                    last step done
//	(none) ─────────► pending ──► running ───────────► succeeded
//	                     ▲           │ │ permanent fault
//	                     │   Retry   │ └──────────────► failed
//	                     └───────────┼──────────────────── │
//	                                 │ transient fault: the step is tried again with back-off
//	                                 └─► running
//
// A step is idempotent: after a crash the engine runs the first unfinished step again from its beginning, so a step
// makes things so ("ensure"), it does not do things once. Operations on one subject run one after another, in the
// order they were started; those on different subjects run side by side.
package operation

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// State is where an operation or a step stands.
type State string

// The states.
const (
	Pending   State = "pending"
	Running   State = "running"
	Waiting   State = "waiting" // for something that people must do, as long as it takes
	Succeeded State = "succeeded"
	Failed    State = "failed"
)

// Done tells whether s is final.
func (s State) Done() bool { return s == Succeeded || s == Failed }

// Operation is one piece of long work.
type Operation struct {
	ID         string   // ULID: sorts by time of creation
	Kind       string   // "ledger.create": chooses the plan
	Subject    string   // "ledger/azterketak": operations on it run one after another
	Orgs       []string // organizations that may see it, besides the platform's operators and auditors
	Actor      string   // who asked: the ID of a credential, or the platform
	By         Person   // who that was; the zero value: nobody in particular
	Key        string   // the request's Idempotency-Key, or empty; unique with Actor
	Input      json.RawMessage
	State      State
	Steps      []Step
	Fault      *Fault // why it failed, or why the present step is being tried again
	Attempts   int    // of the present step
	CreatedAt  time.Time
	UpdatedAt  time.Time
	FinishedAt time.Time // zero until done
	Awaits     *Awaits   // what it waits for; nil unless it is waiting
	Round      int       // how often it was started again by Retry
}

// Awaits tells for what of people a step waits.
type Awaits struct {
	Reason string   // in words
	Hint   string   // how it is done
	Orgs   []string // whose people must do it
	What   []string // IDs of what is asked of them, as of signature requests
	Since  time.Time
}

func (a *Awaits) same(b *Awaits) bool {
	return a != nil && b != nil && a.Reason == b.Reason && a.Hint == b.Hint && slices.Equal(a.Orgs, b.Orgs) &&
		slices.Equal(a.What, b.What)
}

// WaitError is what a step gives to wait for people. It is no failure: the step is run again when Engine.Wake says that
// something was done, and now and then, since what it waits for may have changed.
type WaitError struct{ Awaits Awaits }

// Error implements error.
func (w *WaitError) Error() string { return "waiting: " + w.Awaits.Reason }

// Join gives the errors as one: several waits are one for all of it together, and any other error comes before a wait.
func Join(errs ...error) error {
	var together *WaitError
	for _, err := range errs {
		w, waits := errors.AsType[*WaitError](err)
		switch {
		case err == nil:
		case !waits:
			return err
		case together == nil:
			together = &WaitError{Awaits: Awaits{
				Reason: w.Awaits.Reason, Hint: w.Awaits.Hint, Orgs: slices.Clone(w.Awaits.Orgs), What: slices.Clone(w.Awaits.What),
			}}
		default:
			a := &together.Awaits
			if !strings.Contains(a.Reason, w.Awaits.Reason) {
				a.Reason += "; " + w.Awaits.Reason
			}
			for _, o := range w.Awaits.Orgs {
				if !slices.Contains(a.Orgs, o) {
					a.Orgs = append(a.Orgs, o)
				}
			}
			a.What = append(a.What, w.Awaits.What...)
		}
	}
	if together == nil {
		return nil
	}
	return together
}

// Current says to a step of which operation it is.
type Current struct {
	ID    string
	Kind  string
	Actor string
	Round int
}

type currentKey struct{}

// Of gives the operation whose step runs with ctx, or false.
func Of(ctx context.Context) (Current, bool) {
	c, ok := ctx.Value(currentKey{}).(Current)
	return c, ok
}

// Person is who asked for an operation, as the audit trail names people.
type Person struct {
	Member       string // ID
	Name         string
	Role         string
	Organization string
}

// Step is the progress of one step.
type Step struct {
	Name       string // stable key
	Title      string // in words
	State      State
	Note       string // what is being done, or was found
	StartedAt  time.Time
	FinishedAt time.Time
}

// Fault is the public part of a fault.Error, kept with the operation.
type Fault struct {
	Kind    fault.Kind
	Code    string
	Message string
	Hint    string
	Details []fault.Detail
}

// Filter selects operations. Zero fields select all.
type Filter struct {
	Subject string
	State   State
	Org     string // only those that this organization may see
	Before  string // ID: only older ones
	Limit   int
}

// Store keeps operations. Get and Update of an absent ID are a fault.NotFound with the code "operation_not_found".
type Store interface {
	// CreateOperation stores a new operation; ErrDuplicateKey when Actor and a non-empty Key are taken.
	CreateOperation(ctx context.Context, op Operation) error
	UpdateOperation(ctx context.Context, op Operation) error
	GetOperation(ctx context.Context, id string) (Operation, error)
	// FindOperation returns the operation of an actor's idempotency key, or false.
	FindOperation(ctx context.Context, actor, key string) (Operation, bool, error)
	// ListOperations gives the newest first.
	ListOperations(ctx context.Context, f Filter) ([]Operation, error)
	// UnfinishedOperations gives all that are not done, oldest first.
	UnfinishedOperations(ctx context.Context) ([]Operation, error)
}

// ErrDuplicateKey tells that the actor has used this idempotency key already.
var ErrDuplicateKey = fault.New(fault.Conflict, "operation_key_taken", "this idempotency key was used already")

// StepFunc does one step. It is idempotent. note records what is being done; it may be called often.
//
// A fault of kind Unavailable and every uncoded error is transient: the step is tried again with back-off. Every other
// fault is permanent and ends the operation. A WaitError makes it wait for people.
type StepFunc func(ctx context.Context, note func(format string, args ...any)) error

// PlannedStep is one step of a plan.
type PlannedStep struct {
	Name  string
	Title string
	Do    StepFunc
	// Yields lets other operations on the subject go on while the step waits for people: it must bear what they do.
	Yields bool
}

// Plan gives the steps of an operation from its input. It is called again after every restart and must give the same
// steps for the same input.
type Plan func(op Operation) ([]PlannedStep, error)

// Request starts an operation.
type Request struct {
	Kind    string
	Subject string
	Orgs    []string
	Actor   string
	Key     string
	Input   any // marshalled to JSON
}
