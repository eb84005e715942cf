// SPDX-License-Identifier: Apache-2.0

package nodetest

import (
	"context"
	"crypto/x509"
	"io"
	"maps"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
)

// Disk is what fake drivers keep when they are closed. The zero value is empty.
type Disk struct {
	mu    sync.Mutex
	nodes map[string]*kept
	port  int
}

type kept struct {
	kind      node.Kind
	endpoints node.Endpoints
	marked    bool
}

// Fake is a node.Driver that runs nothing. Nodes are running at once, or as their Script says.
type Fake struct {
	disk *Disk

	mu      sync.Mutex
	nodes   map[string]*fakeNode
	scripts map[string]Script
	closed  bool
	changed chan struct{} // closed at each change of a phase
}

// Script is what a fake node does.
type Script struct {
	Delay time.Duration // from the start to running
	Fail  string        // instead of running, it fails with this reason
	Err   error         // Apply returns it
}

type fakeNode struct {
	spec  node.Spec
	seen  node.Observation
	timer *time.Timer
}

// NewFake opens a driver on a disk.
func NewFake(disk *Disk) *Fake {
	return &Fake{
		disk: disk, nodes: map[string]*fakeNode{}, scripts: map[string]Script{}, changed: make(chan struct{}),
	}
}

// Script says what a node does from its next start on.
func (f *Fake) Script(id string, s Script) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.scripts[id] = s
}

// Specs gives what was applied and not removed, by ID.
func (f *Fake) Specs() map[string]node.Spec {
	f.mu.Lock()
	defer f.mu.Unlock()
	specs := make(map[string]node.Spec)
	for id, n := range f.nodes {
		specs[id] = n.spec
	}
	return specs
}

// Kill ends a running node as a crash would; it comes back.
func (f *Fake) Kill(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, ok := f.nodes[id]
	if !ok || !n.spec.Running {
		return
	}
	f.set(n, node.Backoff, "the process was killed by signal killed")
	n.seen.StartedAt, n.seen.PID = time.Time{}, 0
	n.timer = time.AfterFunc(time.Millisecond, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.nodes[id] == n && n.seen.Phase == node.Backoff {
			n.seen.Restarts++
			f.start(n)
		}
	})
}

// Reserve implements node.Driver.
func (f *Fake) Reserve(_ context.Context, id string, kind node.Kind) (node.Endpoints, error) {
	if err := node.CheckID(id); err != nil {
		return node.Endpoints{}, err
	}
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if k, ok := f.disk.nodes[id]; ok {
		if k.kind != kind {
			return node.Endpoints{}, fault.New(fault.Conflict, "node_exists", "%s is of kind %s", id, k.kind)
		}
		return k.endpoints, nil
	}
	next := func() int { f.disk.port++; return 20000 + f.disk.port }
	e := node.Endpoints{Host: "127.64.0.1", Port: next(), OperationsPort: next()}
	switch kind {
	case node.Peer:
		e.ChaincodePort = next()
	case node.Orderer:
		e.AdminPort = next()
	default:
		return node.Endpoints{}, node.InvalidSpec("%q is no kind of node", kind)
	}
	if f.disk.nodes == nil {
		f.disk.nodes = make(map[string]*kept)
	}
	f.disk.nodes[id] = &kept{kind: kind, endpoints: e}
	return e, nil
}

func (d *Disk) get(id string) (kept, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if k, ok := d.nodes[id]; ok {
		return *k, true
	}
	return kept{}, false
}

// Apply implements node.Driver.
func (f *Fake) Apply(_ context.Context, spec node.Spec) error {
	spec.MSP = maps.Clone(spec.MSP)
	if err := spec.Validate(); err != nil {
		return err
	}
	if k, ok := f.disk.get(spec.ID); !ok || k.endpoints != spec.Endpoints || k.kind != spec.Kind {
		return node.InvalidSpec("the addresses of %s are not those that were reserved for it", spec.ID)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return fault.New(fault.Unavailable, "stopping", "the driver is closed")
	}
	if err := f.scripts[spec.ID].Err; err != nil {
		return err
	}
	n, ok := f.nodes[spec.ID]
	if ok && reflect.DeepEqual(n.spec, spec) && n.seen.Phase != node.Failed {
		return nil
	}
	if !ok {
		n = &fakeNode{seen: node.Observation{ID: spec.ID}}
		f.nodes[spec.ID] = n
	}
	n.spec, n.seen.Restarts = spec, 0
	if spec.Running {
		f.start(n)
	} else {
		f.stop(n)
	}
	return nil
}

// start begins a node as its script says; the caller holds f.mu.
func (f *Fake) start(n *fakeNode) {
	script := f.scripts[n.spec.ID]
	if script.Fail == "" && !x509.NewCertPool().AppendCertsFromPEM(n.spec.MSP["cacerts/ca.pem"]) {
		script.Fail = "the MSP has no authority"
	}
	n.seen.StartedAt, n.seen.PID = time.Now(), 1
	f.set(n, node.Starting, "waiting for the first answer")
	end := func() {
		if script.Fail != "" {
			n.seen.StartedAt, n.seen.PID = time.Time{}, 0
			f.set(n, node.Failed, script.Fail)
			return
		}
		n.seen.HealthyAt = time.Now()
		f.set(n, node.Running, "")
	}
	if script.Delay == 0 {
		end()
		return
	}
	started := n.seen.StartedAt
	n.timer = time.AfterFunc(script.Delay, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if n.seen.Phase == node.Starting && n.seen.StartedAt.Equal(started) {
			end()
		}
	})
}

func (f *Fake) stop(n *fakeNode) {
	if n.timer != nil {
		n.timer.Stop()
	}
	n.seen.StartedAt, n.seen.PID = time.Time{}, 0
	f.set(n, node.Stopped, "it is not wanted to run")
}

// set changes a node's phase; the caller holds f.mu.
func (f *Fake) set(n *fakeNode, phase node.Phase, reason string) {
	n.seen.Phase, n.seen.Reason, n.seen.Since = phase, reason, time.Now()
	close(f.changed)
	f.changed = make(chan struct{})
}

// Observe implements node.Driver.
func (f *Fake) Observe(_ context.Context, id string) (node.Observation, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n, ok := f.nodes[id]; ok {
		return n.seen, nil
	}
	if _, ok := f.disk.get(id); ok {
		return node.Observation{ID: id, Phase: node.Stopped, Reason: "it is not wanted to run"}, nil
	}
	return node.Observation{}, node.Unknown(id)
}

// WaitReady implements node.Driver.
func (f *Fake) WaitReady(ctx context.Context, id string) error {
	for {
		o, err := f.Observe(ctx, id)
		if err != nil {
			return err
		}
		f.mu.Lock()
		changed := f.changed
		if n, ok := f.nodes[id]; ok {
			o = n.seen
		}
		f.mu.Unlock()
		switch o.Phase {
		case node.Running:
			return nil
		case node.Stopped:
			return node.NotRunning(id)
		case node.Failed:
			return fault.New(fault.Unavailable, "node_failed", "%s is failed: %s", id, o.Reason)
		case node.Starting, node.Unhealthy, node.Backoff:
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fault.New(fault.Unavailable, "node_not_ready", "%s is %s: %s", id, o.Phase, o.Reason).
				WithCause(context.Cause(ctx))
		}
	}
}

// Logs implements node.LogReader.
func (f *Fake) Logs(ctx context.Context, id string, _ int) (io.ReadCloser, error) {
	if _, err := f.Observe(ctx, id); err != nil {
		return nil, err
	}
	return io.NopCloser(strings.NewReader("a line of " + id + "\n")), nil
}

// Remove implements node.Driver.
func (f *Fake) Remove(_ context.Context, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n, ok := f.nodes[id]; ok {
		f.stop(n)
		delete(f.nodes, id)
	}
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	delete(f.disk.nodes, id)
	return nil
}

// Close implements node.Driver.
func (f *Fake) Close(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	for _, n := range f.nodes {
		f.stop(n)
	}
	return nil
}

// Mark puts something into a node's data.
func (f *Fake) Mark(id string) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if k, ok := f.disk.nodes[id]; ok {
		k.marked = true
	}
}

// Marked tells whether something was put into a node's data.
func (f *Fake) Marked(id string) bool {
	k, _ := f.disk.get(id)
	return k.marked
}

// Guards.
var (
	_ node.Driver    = (*Fake)(nil)
	_ node.LogReader = (*Fake)(nil)
)
