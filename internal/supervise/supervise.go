// SPDX-License-Identifier: Apache-2.0

// Package supervise keeps child processes alive, watches their health and stops them.
//
// A Supervisor starts all its children from one goroutine that stays on one OS thread for ever. On Linux each child
// asks for SIGKILL when its parent dies (PR_SET_PDEATHSIG, prctl(2)), and "parent" there means the thread that made
// it: from a goroutine that the runtime moves about, or whose thread ends, children would die at random. So no child
// outlives the program, whatever signal ends it. Elsewhere the children are told to stop only by Close.
//
// Children have a process group of their own, so that a Ctrl-C in the terminal reaches only the program, and exactly
// the environment that their Command names.
package supervise

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os/exec"
	"sync"
	"time"
)

// Phase is a child's state.
//
//	           hooks, start          probe answers
//	backoff ───────────────► starting ───────────► running ◄──────► unhealthy
//	   ▲                        │                     │    probe         │
//	   │ within the policy      │ exit, deadline      │ exit             │ exit, too long
//	   └───────────◄────────────┴──────────◄──────────┴────────◄─────────┘
//	               │ too many quick failures, or a Permanent error
//	               ▼
//	            failed ─── Policy.Retry passed ──► starting
//
// Stop leads from each to stopped.
type Phase string

// The phases.
const (
	Starting  Phase = "starting"
	Running   Phase = "running"
	Unhealthy Phase = "unhealthy"
	Backoff   Phase = "backoff"
	Failed    Phase = "failed"
	Stopped   Phase = "stopped"
)

// Command is what is run.
type Command struct {
	Path string   // program, absolute
	Args []string // without the program's name
	Dir  string   // working directory
	Env  []string // "NAME=value"; all of it: nothing is inherited
}

// Hook is a step before each start. Hooks run in order; the first error ends the attempt.
type Hook struct {
	Name string // for errors: "check ports"
	Run  func(ctx context.Context) error
}

// Probe asks a child whether it is well. It must end when ctx does.
type Probe func(ctx context.Context) error

// Spec is all there is to know about a child.
type Spec struct {
	Name    string // for logs
	Command Command
	Hooks   []Hook
	Probe   Probe     // nil: a started process is a running one
	Output  io.Writer // gets what the child writes to its standard output and error; its errors are ignored
	// Explain picks, from the last lines a dead child wrote, those that tell people why. Nil: the last one.
	Explain func(lines []string) string
	Policy  Policy
	Disk    string // folder whose size is the child's disk usage; empty: none
}

// Usage is what a child uses.
type Usage struct {
	CPUSeconds float64 // user and system, since it started
	RSSBytes   int64   // resident memory
	DiskBytes  int64
}

// Status is a child's observed state.
type Status struct {
	Phase     Phase
	Reason    string    // a sentence for people when the phase is not running
	Err       error     // the cause of Reason, for the log and errors.As; may be nil
	Since     time.Time // when the phase began
	HealthyAt time.Time // last good answer of the probe
	StartedAt time.Time // of the current process; zero: none
	Restarts  int       // starts after the first
	PID       int       // 0: none
	Usage     Usage     // sampled with the probe
}

// Supervisor starts children. Make it with New; Close it when all children are stopped.
type Supervisor struct {
	log    *slog.Logger
	starts chan startRequest
	once   sync.Once
	closed chan struct{}
	alive  sync.WaitGroup // children
}

type startRequest struct {
	cmd  *exec.Cmd
	done chan<- error
}

// New makes a supervisor with its thread.
func New(log *slog.Logger) *Supervisor {
	s := &Supervisor{log: log, starts: make(chan startRequest), closed: make(chan struct{})}
	go s.startChildren()
	return s
}

// Close waits for the children, which must have been told to stop, and gives the thread back.
func (s *Supervisor) Close() {
	s.alive.Wait()
	s.once.Do(func() { close(s.closed) })
}

// Start begins to keep a child alive, until Stop. It returns at once; ctx gives only values, not its end.
func (s *Supervisor) Start(ctx context.Context, spec Spec) *Child {
	spec.Policy = spec.Policy.withDefaults()
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	c := &Child{
		spec: spec, supervisor: s, stop: stop, done: make(chan struct{}), changed: make(chan struct{}),
		tail:   newRing(tailLines),
		status: Status{Phase: Starting, Reason: "about to start", Since: time.Now()},
	}
	s.alive.Go(func() {
		defer close(c.done)
		c.run(run)
	})
	return c
}

// Child is a process that is kept alive.
type Child struct {
	spec       Spec
	supervisor *Supervisor
	stop       context.CancelFunc
	done       chan struct{}
	tail       *ring

	mu      sync.Mutex
	status  Status
	changed chan struct{} // closed when status changes
	kill    func()        // kills the current process; nil: none
}

// Status gives what is known now.
func (c *Child) Status() Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status
}

// Changed gives the status and a channel that is closed when its phase changes.
func (c *Child) Changed() (Status, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status, c.changed
}

// Tail gives the last lines that the child wrote, at most n, oldest first.
func (c *Child) Tail(n int) []string { return c.tail.last(n) }

// WaitRunning blocks until the child is running. A failed or stopped child, and the end of ctx, end the wait with an
// error that tells what the child was doing.
func (c *Child) WaitRunning(ctx context.Context) error {
	for {
		status, changed := c.Changed()
		switch status.Phase {
		case Running:
			return nil
		case Failed, Stopped:
			return &StateError{Name: c.spec.Name, Status: status}
		case Starting, Unhealthy, Backoff:
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return &StateError{Name: c.spec.Name, Status: c.Status(), Cause: context.Cause(ctx)}
		}
	}
}

// Stop ends the child and returns when its process is gone: SIGTERM, Policy.Grace, SIGKILL. When ctx ends, SIGKILL
// comes at once.
func (c *Child) Stop(ctx context.Context) {
	c.stop()
	select {
	case <-c.done:
		return
	case <-ctx.Done():
	}
	c.mu.Lock()
	kill := c.kill
	c.mu.Unlock()
	if kill != nil {
		kill()
	}
	<-c.done
}

// StateError tells in which state a child was when it should have been running.
type StateError struct {
	Name   string
	Status Status
	Cause  error // the end of the context; nil: the child had failed or been stopped
}

// Error implements error.
func (e *StateError) Error() string {
	text := fmt.Sprintf("%s is %s", e.Name, e.Status.Phase)
	if e.Status.Reason != "" {
		text += ": " + e.Status.Reason
	}
	return text
}

// Unwrap gives the causes.
func (e *StateError) Unwrap() []error {
	var causes []error
	for _, err := range []error{e.Status.Err, e.Cause} {
		if err != nil {
			causes = append(causes, err)
		}
	}
	return causes
}
