// SPDX-License-Identifier: Apache-2.0

// Package local runs nodes, and contracts, as processes of this machine.
//
// A node is a folder, <root>/<id>, and a supervised process of Fabric's peer or orderer:
//
//	endpoints.json          its addresses, reserved for ever
//	msp/ tls/               its keys and certificates, as the spec gives them
//	core.yaml, orderer.yaml its configuration
//	data/                   what it stored
//	log/node.log            what it wrote
//	tmp/                    its temporary files
//
// Before each start of the process the hooks run in this order: folders, files, configuration, digest of the program,
// ports. They write only what differs, so a file that was lost or damaged is mended with the next start.
package local

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/supervise"
)

// Programs gives Fabric's commands: *release.Release.
type Programs interface {
	Path(name string) string
	Verify(name string) error
}

// Options of New.
type Options struct {
	Root       string // folder of the nodes; made if missing
	Builder    string // folder of the external chaincode builder; made and filled if missing
	Executable string // program that is the builder: b4a itself, absolute
	Programs   Programs
	Host       string // IP address that the nodes listen on: PickLoopback, or one of the machine's
	// LogSpec is Fabric's logging specification, "info:gossip=warn"; empty: quiet about routine.
	LogSpec string
	Policy  supervise.Policy
	// Supervisor starts the processes. Nil: one of its own.
	Supervisor *supervise.Supervisor
	Log        *slog.Logger
}

// Driver implements node.Driver and node.LogReader.
type Driver struct {
	o       Options
	own     bool // the supervisor is ours to close
	ports   *reservations
	digests digests

	mu     sync.Mutex
	nodes  map[string]*entry
	closed bool
}

// entry is an applied node.
type entry struct {
	op chan struct{} // holds one token; who has it may change the entry

	// guarded by Driver.mu
	spec    node.Spec
	child   *supervise.Child // nil: not running
	log     *supervise.LogFile
	version *version
}

// New opens the driver: it makes the folders and reads the reservations. It starts nothing.
func New(o Options) (*Driver, error) {
	if err := os.MkdirAll(o.Root, 0o700); err != nil {
		return nil, err
	}
	if err := sweep(o.Root); err != nil {
		return nil, err
	}
	if err := layBuilder(o.Builder, o.Executable); err != nil {
		return nil, err
	}
	ports, err := openReservations(o.Root, o.Host, nodePortsSpan(), node.CheckID)
	if err != nil {
		return nil, err
	}
	d := &Driver{o: o, ports: ports, nodes: make(map[string]*entry)}
	if d.o.Supervisor == nil {
		d.o.Supervisor, d.own = supervise.New(o.Log), true
	}
	if d.o.LogSpec == "" {
		d.o.LogSpec = "warn:gossip.privdata=error:policies=error:grpc=error"
	}
	return d, nil
}

// Reserve implements node.Driver.
func (d *Driver) Reserve(_ context.Context, id string, kind node.Kind) (node.Endpoints, error) {
	if err := node.CheckID(id); err != nil {
		return node.Endpoints{}, err
	}
	if kind != node.Peer && kind != node.Orderer {
		return node.Endpoints{}, node.InvalidSpec("%q is no kind of node", kind)
	}
	return d.ports.node(id, kind)
}

// Apply implements node.Driver.
func (d *Driver) Apply(ctx context.Context, spec node.Spec) error {
	spec.MSP = maps.Clone(spec.MSP) // the caller may go on with its own
	if spec.Builder == "" {
		spec.Builder = d.o.Builder
	}
	if err := spec.Validate(); err != nil {
		return err
	}
	if err := d.ports.adopt(spec.ID, spec.Kind, spec.Endpoints); err != nil {
		return err
	}
	e, err := d.lock(ctx, spec.ID, true)
	if err != nil {
		return err
	}
	defer e.unlock()
	old, child := d.current(e)
	if child != nil {
		failed := child.Status().Phase == supervise.Failed
		if spec.Running && !failed && reflect.DeepEqual(old, spec) {
			return nil
		}
		child.Stop(ctx)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return errClosed()
	}
	e.spec, e.child = spec, nil
	if spec.Running {
		d.start(ctx, e)
	}
	return nil
}

// start begins a node's process; the caller holds d.mu.
func (d *Driver) start(ctx context.Context, e *entry) {
	dir := d.dir(e.spec.ID)
	e.version = &version{}
	e.child = d.o.Supervisor.Start(ctx, supervise.Spec{
		Name:    e.spec.ID,
		Command: d.command(e.spec, dir),
		Hooks:   d.hooks(e.spec, dir),
		Probe:   d.probe(e.spec, dir, e.version),
		Output:  e.log,
		Explain: explain,
		Policy:  d.o.Policy,
		Disk:    filepath.Join(dir, "data"),
	})
}

// Observe implements node.Driver.
func (d *Driver) Observe(_ context.Context, id string) (node.Observation, error) {
	d.mu.Lock()
	e, ok := d.nodes[id]
	var child *supervise.Child
	var v *version
	if ok {
		child, v = e.child, e.version
	}
	d.mu.Unlock()
	if !ok && !d.ports.has(id) {
		return node.Observation{}, node.Unknown(id)
	}
	if child == nil {
		return node.Observation{ID: id, Phase: node.Stopped, Reason: "it is not wanted to run"}, nil
	}
	o := observation(id, child.Status())
	o.Version = v.get()
	return o, nil
}

// observation tells a process's status as a node's.
func observation(id string, s supervise.Status) node.Observation {
	return node.Observation{
		ID: id, Phase: node.Phase(s.Phase), Reason: s.Reason, Since: s.Since, HealthyAt: s.HealthyAt,
		StartedAt: s.StartedAt, Restarts: s.Restarts, PID: s.PID,
		Usage: node.Usage{CPUSeconds: s.Usage.CPUSeconds, RSSBytes: s.Usage.RSSBytes, DiskBytes: s.Usage.DiskBytes},
	}
}

// WaitReady implements node.Driver. The error is the fault node_not_ready, node_failed or node_stopped.
func (d *Driver) WaitReady(ctx context.Context, id string) error {
	for {
		e, err := d.lock(ctx, id, false) // an Apply under way ends first
		if err != nil {
			return err
		}
		_, child := d.current(e)
		e.unlock()
		if child == nil {
			return node.NotRunning(id)
		}
		err = child.WaitRunning(ctx)
		var state *supervise.StateError
		if errors.As(err, &state) && state.Status.Phase == supervise.Stopped && ctx.Err() == nil {
			if d.isClosed() {
				return node.NotRunning(id)
			}
			continue // replaced by another Apply
		}
		return notReady(id, err)
	}
}

// Logs implements node.LogReader.
func (d *Driver) Logs(_ context.Context, id string, tail int) (io.ReadCloser, error) {
	d.mu.Lock()
	e, ok := d.nodes[id]
	d.mu.Unlock()
	if ok {
		return readTail(e.log, tail)
	}
	if !d.ports.has(id) {
		return nil, node.Unknown(id)
	}
	return readTail(logFile(d.dir(id), "node.log"), tail)
}

// Remove implements node.Driver.
func (d *Driver) Remove(ctx context.Context, id string) error {
	if node.CheckID(id) != nil {
		return nil // there can be none
	}
	e, err := d.lock(ctx, id, true)
	if err != nil {
		return err
	}
	defer e.unlock()
	if _, child := d.current(e); child != nil {
		child.Stop(ctx)
	}
	if err := e.log.Close(); err != nil {
		return err
	}
	d.mu.Lock()
	delete(d.nodes, id)
	d.mu.Unlock()
	return d.ports.remove(id, d.dir(id))
}

// Close implements node.Driver.
func (d *Driver) Close(ctx context.Context) error {
	d.mu.Lock()
	d.closed = true
	entries := slices.Collect(maps.Values(d.nodes))
	d.mu.Unlock()
	var err error
	for _, kind := range []node.Kind{node.Peer, node.Orderer} {
		err = errors.Join(err, d.stopAll(ctx, entries, kind))
	}
	if d.own {
		d.o.Supervisor.Close()
	}
	return err
}

func (d *Driver) stopAll(ctx context.Context, entries []*entry, kind node.Kind) error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	for _, e := range entries {
		spec, child := d.current(e)
		if spec.Kind != kind {
			continue
		}
		wg.Go(func() {
			if child != nil {
				child.Stop(ctx)
			}
			if err := e.log.Close(); err != nil {
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// lock takes the token of a node's entry, which it makes if wanted.
func (d *Driver) lock(ctx context.Context, id string, create bool) (*entry, error) {
	for {
		d.mu.Lock()
		if d.closed {
			d.mu.Unlock()
			return nil, errClosed()
		}
		e, ok := d.nodes[id]
		if !ok {
			if !create {
				d.mu.Unlock()
				if d.ports.has(id) {
					return nil, node.NotRunning(id)
				}
				return nil, node.Unknown(id)
			}
			e = &entry{op: make(chan struct{}, 1), log: logFile(d.dir(id), "node.log")}
			d.nodes[id] = e
		}
		d.mu.Unlock()
		select {
		case e.op <- struct{}{}:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		d.mu.Lock()
		same := d.nodes[id] == e
		d.mu.Unlock()
		if same {
			return e, nil
		}
		e.unlock() // removed meanwhile
	}
}

func (e *entry) unlock() { <-e.op }

func (d *Driver) current(e *entry) (node.Spec, *supervise.Child) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return e.spec, e.child
}

func (d *Driver) isClosed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.closed
}

func (d *Driver) dir(id string) string { return filepath.Join(d.o.Root, id) }

// explain picks the line that tells people why a Fabric process ended.
func explain(lines []string) string {
	last := func(marks ...string) string {
		for _, line := range slices.Backward(lines) {
			for _, m := range marks {
				if _, after, ok := strings.Cut(line, m); ok {
					return clip(after)
				}
			}
		}
		return ""
	}
	for _, found := range []string{last(" PANI ", " FATA "), last("panic: ", "Error: ", "fatal error: "), last(" ERRO ")} {
		if found != "" {
			return found
		}
	}
	return last("")
}

// clip keeps a reason to a length that people read.
func clip(s string) string {
	const most = 400
	s = strings.TrimSpace(s)
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// Guards.
var (
	_ node.Driver    = (*Driver)(nil)
	_ node.LogReader = (*Driver)(nil)
)

func errClosed() error {
	return fault.New(fault.Unavailable, "stopping", "the platform is stopping").WithHint("try again when it is back")
}
