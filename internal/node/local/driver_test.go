// SPDX-License-Identifier: Apache-2.0

package local_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fabric/release"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/node/local"
	"github.com/blockchain4all/blockchain4all/internal/node/nodetest"
	"github.com/blockchain4all/blockchain4all/internal/supervise"
)

// self is this test binary in the place of Fabric's programs.
type self struct {
	verify atomic.Pointer[fault.Error]
}

func (s *self) Path(string) string { return executable() }

func (s *self) Verify(string) error {
	if f := s.verify.Load(); f != nil {
		return f
	}
	return nil
}

func executable() string {
	path, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return path
}

// quick restarts without patience.
func quick() supervise.Policy {
	return supervise.Policy{Backoff: time.Millisecond, BackoffMax: 10 * time.Millisecond, GiveUp: 2, Grace: 5 * time.Second}
}

func open(t *testing.T, root, host string, programs local.Programs) *local.Driver {
	t.Helper()
	d, err := local.New(local.Options{
		LogSpec: "info",
		Root:    filepath.Join(root, "nodes"), Builder: filepath.Join(root, "builder"), Executable: executable(),
		Programs: programs, Host: host, Policy: quick(), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func loopback(t *testing.T) string {
	t.Helper()
	host, err := local.PickLoopback()
	if err != nil {
		t.Fatal(err)
	}
	return host
}

func conformance(t *testing.T, programs local.Programs, patience time.Duration) {
	t.Helper()
	nodetest.Run(t, nodetest.Subject{
		Open: func(t *testing.T, root string) node.Driver {
			host := filepath.Join(root, "host")
			if _, err := os.Stat(host); err != nil {
				write(t, host, loopback(t))
			}
			return open(t, root, string(read(t, host)), programs)
		},
		Kill: func(t *testing.T, d node.Driver, id string) {
			o, err := d.Observe(t.Context(), id)
			if err != nil || o.PID == 0 {
				t.Fatalf("no process to kill: %+v, %v", o, err)
			}
			if err := syscall.Kill(o.PID, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
		},
		Mark: func(t *testing.T, _ node.Driver, root, id string) {
			write(t, filepath.Join(root, "nodes", id, "data", "mark"), "x")
		},
		Marked: func(_ *testing.T, _ node.Driver, root, id string) bool {
			_, err := os.Stat(filepath.Join(root, "nodes", id, "data", "mark"))
			return err == nil
		},
		Patience: patience,
	})
}

func TestDriver(t *testing.T) {
	t.Parallel()
	conformance(t, &self{}, 20*time.Second)
}

func TestIntegrationDriver(t *testing.T) {
	t.Parallel()
	conformance(t, fabric(t), 60*time.Second)
}

func fabric(t testing.TB) *release.Release {
	t.Helper()
	r, err := release.Open(release.DefaultDir())
	if err != nil {
		if os.Getenv("REQUIRE_INTEGRATION") == "1" {
			t.Fatalf("Fabric's programs are needed: %v", err)
		}
		t.Skipf("Fabric's programs are not built (make fabric): %v", err)
	}
	return r
}

// TestFiles looks at what a node gets on the disk.
func TestFiles(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	d := open(t, root, loopback(t), &self{})
	t.Cleanup(func() { closeDriver(t, d) })
	spec := reserve(t, d, "a-orderer0", node.Orderer)
	spec.MSP["keystore/old.pem"] = []byte("old")
	run(t, d, spec)
	delete(spec.MSP, "keystore/old.pem")
	run(t, d, spec)

	dir := filepath.Join(root, "nodes", spec.ID)
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		want := os.FileMode(0o600)
		if info.IsDir() {
			want = os.ModeDir | 0o700
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %s", path, info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	for name, content := range spec.MSP {
		if got := read(t, filepath.Join(dir, "msp", name)); string(got) != string(content) {
			t.Errorf("msp/%s differs", name)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "msp", "keystore", "old.pem")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a key that the spec no longer has is still there: %v", err)
	}
	for _, name := range []string{"detect", "build", "release"} {
		if target, err := os.Readlink(filepath.Join(root, "builder", "bin", name)); err != nil || target != executable() {
			t.Errorf("builder's %s leads to %q, %v", name, target, err)
		}
	}
	if o, err := d.Observe(t.Context(), spec.ID); err != nil || o.Version != "fake" {
		t.Errorf("version: %+v, %v", o, err)
	}
}

// TestDamage: what was lost or changed on the disk is mended by the next start.
func TestDamage(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	d := open(t, root, loopback(t), &self{})
	t.Cleanup(func() { closeDriver(t, d) })
	spec := reserve(t, d, "a-orderer0", node.Orderer)
	first := run(t, d, spec)
	dir := filepath.Join(root, "nodes", spec.ID)
	write(t, filepath.Join(dir, "orderer.yaml"), "")
	if err := os.RemoveAll(filepath.Join(dir, "msp")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(first.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	until(t, d, spec.ID, func(o node.Observation) bool { return o.Phase == node.Running && o.PID != first.PID })
}

// TestReasons: a node that can't run says why, in words.
func TestReasons(t *testing.T) {
	t.Parallel()
	changed := fault.New(fault.Internal, "fabric_binary_changed", "the file changed").WithHint("build it")
	tests := map[string]struct {
		arrange func(t *testing.T, d *local.Driver, s *self, spec node.Spec) node.Spec
		reason  string // part of it
		code    string // of WaitReady's fault
	}{
		"taken port": {
			arrange: func(t *testing.T, _ *local.Driver, _ *self, spec node.Spec) node.Spec {
				listen(t, spec.Endpoints.Host, spec.Endpoints.AdminPort)
				return spec
			},
			reason: "is taken by another program", code: "node_failed",
		},
		"changed program": {
			arrange: func(_ *testing.T, _ *local.Driver, s *self, spec node.Spec) node.Spec {
				s.verify.Store(changed)
				return spec
			},
			reason: "the file changed (build it)", code: "fabric_binary_changed",
		},
		"ends by itself": {
			arrange: func(_ *testing.T, _ *local.Driver, _ *self, spec node.Spec) node.Spec {
				spec.MSP["cacerts/ca.pem"] = []byte("x")
				return spec
			},
			reason: "the process ended with code 2: [fake] the MSP has no authority", code: "node_failed",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &self{}
			d := open(t, t.TempDir(), loopback(t), s)
			t.Cleanup(func() { closeDriver(t, d) })
			spec := tc.arrange(t, d, s, reserve(t, d, "a-orderer0", node.Orderer))
			if err := d.Apply(t.Context(), spec); err != nil {
				t.Fatal(err)
			}
			err := d.WaitReady(t.Context(), spec.ID)
			if fault.Of(err).Code != tc.code {
				t.Errorf("wait: %v", err)
			}
			o, err := d.Observe(t.Context(), spec.ID)
			if err != nil || o.Phase != node.Failed || !strings.Contains(o.Reason, tc.reason) {
				t.Errorf("observed %+v, %v", o, err)
			}
		})
	}
}

// TestChangedProgramIsApplied: a node that failed for a changed program starts with the next Apply.
func TestChangedProgramIsApplied(t *testing.T) {
	t.Parallel()
	s := &self{}
	s.verify.Store(fault.New(fault.Internal, "fabric_binary_changed", "the file changed"))
	d := open(t, t.TempDir(), loopback(t), s)
	t.Cleanup(func() { closeDriver(t, d) })
	spec := reserve(t, d, "a-peer0", node.Peer)
	if err := d.Apply(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	if err := d.WaitReady(t.Context(), spec.ID); err == nil {
		t.Fatal("it runs a changed program")
	}
	s.verify.Store(nil)
	run(t, d, spec)
}

// TestTakenPortsAreNotReserved: a port on which somebody listens is passed over.
func TestTakenPortsAreNotReserved(t *testing.T) {
	t.Parallel()
	host := loopback(t)
	listen(t, host, 17001)
	d := open(t, t.TempDir(), host, &self{})
	t.Cleanup(func() { closeDriver(t, d) })
	e, err := d.Reserve(t.Context(), "a-peer0", node.Peer)
	want := node.Endpoints{Host: host, Port: 17000, OperationsPort: 17002, ChaincodePort: 17003}
	if err != nil || e != want {
		t.Errorf("got %+v, %v", e, err)
	}
}

// TestAdoptedAddresses: a node whose folder was lost is applied with the addresses that its caller knows.
func TestAdoptedAddresses(t *testing.T) {
	t.Parallel()
	host := loopback(t)
	first := open(t, t.TempDir(), host, &self{})
	spec := reserve(t, first, "a-peer0", node.Peer)
	closeDriver(t, first)
	second := open(t, t.TempDir(), host, &self{})
	t.Cleanup(func() { closeDriver(t, second) })
	run(t, second, spec)
	if e, err := second.Reserve(t.Context(), spec.ID, spec.Kind); err != nil || e != spec.Endpoints {
		t.Errorf("got %+v, %v", e, err)
	}
	foreign := spec
	foreign.ID = "b-peer0"
	if err := second.Apply(t.Context(), foreign); !errors.Is(err, fault.Invalid) {
		t.Errorf("addresses of another node: %v", err)
	}
}

func TestPickLoopback(t *testing.T) {
	t.Parallel()
	ip := net.ParseIP(loopback(t))
	if ip == nil || !ip.IsLoopback() {
		t.Errorf("picked %v", ip)
	}
}

func reserve(t *testing.T, d *local.Driver, id string, kind node.Kind) node.Spec {
	t.Helper()
	e, err := d.Reserve(t.Context(), id, kind)
	if err != nil {
		t.Fatal(err)
	}
	return nodetest.NewAuthority(t, "TestMSP").Spec(t, id, kind, e)
}

func run(t *testing.T, d *local.Driver, spec node.Spec) node.Observation {
	t.Helper()
	if err := d.Apply(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	return until(t, d, spec.ID, func(o node.Observation) bool { return o.Phase == node.Running })
}

func until(t *testing.T, d *local.Driver, id string, as func(node.Observation) bool) node.Observation {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(20 * time.Second)
	for {
		o, err := d.Observe(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if as(o) {
			return o
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("still %+v", o)
		}
	}
}

func closeDriver(t *testing.T, d interface{ Close(context.Context) error }) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second)
	defer cancel()
	if err := d.Close(ctx); err != nil {
		t.Error(err)
	}
}

func listen(t *testing.T, host string, port int) {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
