// SPDX-License-Identifier: Apache-2.0

// Package nodetest is what every node.Driver must pass, and a fake one that does.
package nodetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
)

// Subject is a kind of driver under test.
type Subject struct {
	// Open gives a driver. The same root, a test's own folder, finds what an earlier driver of it kept; the earlier one
	// is closed by then. The suite closes the driver.
	Open func(t *testing.T, root string) node.Driver
	// Break makes a valid spec one of a node that starts and then ends by itself; nil: its MSP has no usable authority.
	Break func(spec *node.Spec)
	// Kill ends a running node from outside, as a crash would.
	Kill func(t *testing.T, d node.Driver, id string)
	// Mark puts something into a node's data, Marked tells whether it is there.
	Mark   func(t *testing.T, d node.Driver, root, id string)
	Marked func(t *testing.T, d node.Driver, root, id string) bool
	// Patience is how long a node may take for anything.
	Patience time.Duration
}

// Run runs the suite: the promises in the comment of node.Driver, one subtest each, for peers and orderers.
func Run(t *testing.T, s Subject) {
	t.Helper()
	if s.Break == nil {
		s.Break = func(spec *node.Spec) { spec.MSP["cacerts/ca.pem"] = []byte("no certificate") }
	}
	tests := map[string]func(*testing.T, *bench){
		"reservations are stable and apart":        reservations,
		"reservations of many at once are apart":   reservationsAtOnce,
		"an unknown node":                          unknownNode,
		"an applied node runs":                     applied,
		"an equal spec does nothing":               equalSpec,
		"a changed spec restarts":                  changedSpec,
		"a node that should stop keeps its data":   stopAndStart,
		"an invalid spec changes nothing":          invalidSpec,
		"a node that ends by itself ends the wait": failing,
		"the end of the context ends the wait":     impatient,
		"a killed node comes back and is counted":  killed,
		"a removed node is gone":                   removed,
		"a reopened driver waits to be told":       reopened,
		"calls at once on one node":                atOnce,
		"a closed driver starts nothing":           closed,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &bench{Subject: s, root: t.TempDir(), authority: NewAuthority(t, "NodetestMSP")}
			b.open(t)
			test(t, b)
		})
	}
}

// bench is a driver with what its tests need.
type bench struct {
	Subject
	node.Driver
	root      string
	authority *Authority
}

func (b *bench) open(t *testing.T) {
	t.Helper()
	d := b.Open(t, b.root)
	b.Driver = d
	t.Cleanup(func() { closeDriver(t, d) })
}

func closeDriver(t *testing.T, d node.Driver) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 30*time.Second)
	defer cancel()
	if err := d.Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
}

// spec reserves addresses for a node and gives its spec.
func (b *bench) spec(t *testing.T, id string, kind node.Kind) node.Spec {
	t.Helper()
	e, err := b.Reserve(t.Context(), id, kind)
	if err != nil {
		t.Fatalf("reserve: %v", err)
	}
	return b.authority.Spec(t, id, kind, e)
}

// run applies a spec, waits for the node and gives what is observed.
func (b *bench) run(t *testing.T, spec node.Spec) node.Observation {
	t.Helper()
	if err := b.Apply(t.Context(), spec); err != nil {
		t.Fatalf("apply: %v", err)
	}
	b.wait(t, spec.ID)
	return b.observe(t, spec.ID)
}

func (b *bench) wait(t *testing.T, id string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), b.Patience)
	defer cancel()
	if err := b.WaitReady(ctx, id); err != nil {
		t.Fatalf("wait: %v", err)
	}
}

func (b *bench) observe(t *testing.T, id string) node.Observation {
	t.Helper()
	o, err := b.Observe(t.Context(), id)
	if err != nil {
		t.Fatalf("observe: %v", err)
	}
	if o.ID != id {
		t.Errorf("observed %q, asked for %q", o.ID, id)
	}
	return o
}

// until observes a node until it is as wanted.
func (b *bench) until(t *testing.T, id, what string, as func(node.Observation) bool) node.Observation {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), b.Patience)
	defer cancel()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		o := b.observe(t, id)
		if as(o) {
			return o
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%s never was %s: %+v", id, what, o)
		}
	}
}

func wantKind(t *testing.T, what string, err error, want fault.Kind) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want a fault of kind %s", what, err, want)
	}
}
