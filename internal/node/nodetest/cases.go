// SPDX-License-Identifier: Apache-2.0

package nodetest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
)

func reservations(t *testing.T, b *bench) {
	seen := make(map[string]string)
	first := make(map[string]node.Endpoints)
	kinds := map[string]node.Kind{"a-peer0": node.Peer, "b-peer0": node.Peer, "a-orderer0": node.Orderer}
	for id, kind := range kinds {
		e, err := b.Reserve(t.Context(), id, kind)
		if err != nil {
			t.Fatalf("reserve %s: %v", id, err)
		}
		first[id] = e
		checkEndpoints(t, id, kind, e, seen)
	}
	b.open(t)
	for id, kind := range kinds {
		e, err := b.Reserve(t.Context(), id, kind)
		if err != nil {
			t.Fatalf("reserve %s again: %v", id, err)
		}
		if diff := cmp.Diff(first[id], e); diff != "" {
			t.Errorf("%s moved:\n%s", id, diff)
		}
	}
	_, err := b.Reserve(t.Context(), "a-peer0", node.Orderer)
	wantKind(t, "the name with another kind", err, fault.Conflict)
	for _, id := range []string{"", "../a", "A", "a_b", "a-", strings.Repeat("a", 64)} {
		_, err = b.Reserve(t.Context(), id, node.Peer)
		wantKind(t, fmt.Sprintf("the name %q", id), err, fault.Invalid)
	}
	_, err = b.Reserve(t.Context(), "c", "ca")
	wantKind(t, "an unknown kind", err, fault.Invalid)
}

func checkEndpoints(t *testing.T, id string, kind node.Kind, e node.Endpoints, seen map[string]string) {
	t.Helper()
	ports := map[string]int{"port": e.Port, "operations": e.OperationsPort}
	if kind == node.Peer {
		ports["chaincode"] = e.ChaincodePort
	} else {
		ports["admin"] = e.AdminPort
	}
	for name, port := range ports {
		if e.Host == "" || port < 1 || port > 65535 {
			t.Errorf("%s has %s port %q:%d", id, name, e.Host, port)
		}
		address := fmt.Sprintf("%s:%d", e.Host, port)
		if other, taken := seen[address]; taken {
			t.Errorf("%s and %s share %s", id, other, address)
		}
		seen[address] = id
	}
}

func reservationsAtOnce(t *testing.T, b *bench) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	seen := make(map[string]string)
	for i := range 8 {
		wg.Go(func() {
			id := fmt.Sprintf("a-peer%d", i)
			e, err := b.Reserve(t.Context(), id, node.Peer)
			if err != nil {
				t.Errorf("reserve %s: %v", id, err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			checkEndpoints(t, id, node.Peer, e, seen)
		})
	}
	wg.Wait()
}

func unknownNode(t *testing.T, b *bench) {
	_, err := b.Observe(t.Context(), "nobody")
	wantKind(t, "observe", err, fault.NotFound)
	wantKind(t, "wait", b.WaitReady(t.Context(), "nobody"), fault.NotFound)
	if err := b.Remove(t.Context(), "nobody"); err != nil {
		t.Errorf("remove: %v", err)
	}
	if r, ok := b.Driver.(node.LogReader); ok {
		_, err := r.Logs(t.Context(), "nobody", 1)
		wantKind(t, "logs", err, fault.NotFound)
	}
}

func applied(t *testing.T, b *bench) {
	for _, kind := range []node.Kind{node.Orderer, node.Peer} {
		before := time.Now()
		spec := b.spec(t, "a-"+string(kind)+"0", kind)
		if o := b.observe(t, spec.ID); o.Phase != node.Stopped {
			t.Errorf("a reserved %s is %s", kind, o.Phase)
		}
		o := b.run(t, spec)
		if o.Phase != node.Running || o.Reason != "" || o.Restarts != 0 {
			t.Errorf("%s: %+v", kind, o)
		}
		for name, at := range map[string]time.Time{"since": o.Since, "healthy": o.HealthyAt, "started": o.StartedAt} {
			if at.Before(before) || at.After(time.Now()) {
				t.Errorf("%s: %s at %s, began at %s", kind, name, at, before)
			}
		}
		b.wait(t, spec.ID) // again, at once
		if r, ok := b.Driver.(node.LogReader); ok {
			checkLogs(t, r, spec.ID)
		}
	}
}

func checkLogs(t *testing.T, r node.LogReader, id string) {
	t.Helper()
	const lines = 3
	logs, err := r.Logs(t.Context(), id, lines)
	if err != nil {
		t.Fatalf("logs: %v", err)
	}
	text, err := io.ReadAll(logs)
	if err != nil || logs.Close() != nil {
		t.Fatalf("read logs: %v", err)
	}
	if n := bytes.Count(text, []byte("\n")); n < 1 || n > lines {
		t.Errorf("asked for %d lines, got %d: %s", lines, n, text)
	}
}

func equalSpec(t *testing.T, b *bench) {
	spec := b.spec(t, "a-peer0", node.Peer)
	first := b.run(t, spec)
	same := spec
	same.MSP = maps.Clone(spec.MSP)
	same.TLSRoots = bytes.Clone(spec.TLSRoots)
	second := b.run(t, same)
	if !second.StartedAt.Equal(first.StartedAt) || second.Restarts != 0 {
		t.Errorf("it was restarted: %+v, then %+v", first, second)
	}
}

func changedSpec(t *testing.T, b *bench) {
	spec := b.spec(t, "a-peer0", node.Peer)
	first := b.run(t, spec)
	spec.TLSRoots = append(bytes.Clone(spec.TLSRoots), NewAuthority(t, "OtherMSP").PEM...)
	second := b.run(t, spec)
	if !second.StartedAt.After(first.StartedAt) {
		t.Errorf("other TLS roots: not restarted: %+v, then %+v", first, second)
	}
	// The caller's own map is the caller's.
	spec.MSP["tlscacerts/other.pem"] = NewAuthority(t, "OtherMSP").PEM
	if third := b.run(t, spec); !third.StartedAt.After(second.StartedAt) {
		t.Errorf("another MSP: not restarted: %+v, then %+v", second, third)
	}
}

func stopAndStart(t *testing.T, b *bench) {
	spec := b.spec(t, "a-orderer0", node.Orderer)
	b.run(t, spec)
	b.Mark(t, b.Driver, b.root, spec.ID)
	spec.Running = false
	if err := b.Apply(t.Context(), spec); err != nil {
		t.Fatalf("stop: %v", err)
	}
	b.until(t, spec.ID, "stopped", func(o node.Observation) bool { return o.Phase == node.Stopped })
	wantKind(t, "wait for a stopped node", b.WaitReady(t.Context(), spec.ID), fault.Conflict)
	spec.Running = true
	b.run(t, spec)
	if !b.Marked(t, b.Driver, b.root, spec.ID) {
		t.Error("its data is gone")
	}
}

func invalidSpec(t *testing.T, b *bench) {
	good := b.spec(t, "a-orderer0", node.Orderer)
	other := b.authority.Issue(t, "other", "client")
	first := b.run(t, good)
	for name, spoil := range map[string]func(*node.Spec){
		"bad ID":           func(s *node.Spec) { s.ID = "../x" },
		"unknown kind":     func(s *node.Spec) { s.Kind = "ca" },
		"other kind":       func(s *node.Spec) { s.Kind = node.Peer },
		"no MSP ID":        func(s *node.Spec) { s.MSPID = "" },
		"foreign TLS key":  func(s *node.Spec) { s.TLS.Key = other.Key },
		"no TLS roots":     func(s *node.Spec) { s.TLSRoots = nil },
		"no admin roots":   func(s *node.Spec) { s.AdminRoots = []byte("none") },
		"no signing key":   func(s *node.Spec) { s.MSP = without(s.MSP, "keystore/key.pem") },
		"path trick":       func(s *node.Spec) { s.MSP = with(s.MSP, "keystore/../../../x") },
		"absolute path":    func(s *node.Spec) { s.MSP = with(s.MSP, "/x") },
		"foreign endpoint": func(s *node.Spec) { s.Endpoints.Port++ },
	} {
		spec := good
		spoil(&spec)
		wantKind(t, name, b.Apply(t.Context(), spec), fault.Invalid)
	}
	if second := b.observe(t, good.ID); second.Phase != node.Running || !second.StartedAt.Equal(first.StartedAt) {
		t.Errorf("it was touched: %+v, then %+v", first, second)
	}
}

func with(m map[string][]byte, name string) map[string][]byte {
	m = maps.Clone(m)
	m[name] = []byte("x")
	return m
}

func without(m map[string][]byte, name string) map[string][]byte {
	m = maps.Clone(m)
	delete(m, name)
	return m
}

func failing(t *testing.T, b *bench) {
	spec := b.spec(t, "a-peer0", node.Peer)
	good := spec
	good.MSP = maps.Clone(spec.MSP)
	b.Break(&spec)
	if err := b.Apply(t.Context(), spec); err != nil {
		t.Fatalf("apply: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), b.Patience)
	defer cancel()
	err := b.WaitReady(ctx, spec.ID)
	if err == nil || ctx.Err() != nil {
		t.Fatalf("wait for a broken node: %v, context: %v", err, ctx.Err())
	}
	wantKind(t, "wait for a broken node", err, fault.Unavailable)
	if o := b.observe(t, spec.ID); o.Phase != node.Failed || o.Reason == "" {
		t.Errorf("a broken node is seen as %+v", o)
	}
	if o := b.run(t, good); o.Phase != node.Running {
		t.Errorf("a mended node is seen as %+v", o)
	}
}

func impatient(t *testing.T, b *bench) {
	spec := b.spec(t, "a-peer0", node.Peer)
	if err := b.Apply(t.Context(), spec); err != nil {
		t.Fatalf("apply: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.WaitReady(ctx, spec.ID); err == nil {
		// It was quicker than us.
		if o := b.observe(t, spec.ID); o.Phase != node.Running {
			t.Errorf("no error, but it is %+v", o)
		}
	}
	b.wait(t, spec.ID)
}

func killed(t *testing.T, b *bench) {
	spec := b.spec(t, "a-orderer0", node.Orderer)
	first := b.run(t, spec)
	b.Mark(t, b.Driver, b.root, spec.ID)
	b.Kill(t, b.Driver, spec.ID)
	second := b.until(t, spec.ID, "running again", func(o node.Observation) bool {
		return o.Phase == node.Running && o.Restarts == 1
	})
	if !second.StartedAt.After(first.StartedAt) {
		t.Errorf("killed: %+v, then %+v", first, second)
	}
	if !b.Marked(t, b.Driver, b.root, spec.ID) {
		t.Error("its data is gone")
	}
}

func removed(t *testing.T, b *bench) {
	spec := b.spec(t, "a-orderer0", node.Orderer)
	b.run(t, spec)
	b.Mark(t, b.Driver, b.root, spec.ID)
	for range 2 {
		if err := b.Remove(t.Context(), spec.ID); err != nil {
			t.Fatalf("remove: %v", err)
		}
	}
	_, err := b.Observe(t.Context(), spec.ID)
	wantKind(t, "observe", err, fault.NotFound)
	wantKind(t, "wait", b.WaitReady(t.Context(), spec.ID), fault.NotFound)
	b.run(t, b.spec(t, spec.ID, node.Orderer))
	if b.Marked(t, b.Driver, b.root, spec.ID) {
		t.Error("its data survived")
	}
}

func reopened(t *testing.T, b *bench) {
	spec := b.spec(t, "a-peer0", node.Peer)
	b.run(t, spec)
	b.Mark(t, b.Driver, b.root, spec.ID)
	closeDriver(t, b.Driver)
	b.open(t)
	if o := b.observe(t, spec.ID); o.Phase != node.Stopped {
		t.Errorf("nobody applied it, and it is %+v", o)
	}
	b.run(t, spec)
	if !b.Marked(t, b.Driver, b.root, spec.ID) {
		t.Error("its data is gone")
	}
}

func atOnce(t *testing.T, b *bench) {
	spec := b.spec(t, "a-peer0", node.Peer)
	var wg sync.WaitGroup
	for i := range 4 {
		s := spec
		if i%2 == 1 {
			s.TLSRoots = append(bytes.Clone(spec.TLSRoots), b.authority.PEM...)
		}
		wg.Go(func() {
			if err := b.Apply(t.Context(), s); err != nil {
				t.Errorf("apply: %v", err)
			}
		})
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), b.Patience)
			defer cancel()
			// Before any Apply has begun the node is known but stopped.
			if err := b.WaitReady(ctx, spec.ID); err != nil && fault.KindOf(err) != fault.Conflict {
				t.Errorf("wait: %v", err)
			}
		})
		wg.Go(func() { b.observe(t, spec.ID) })
	}
	wg.Wait()
	b.run(t, spec)
}

func closed(t *testing.T, b *bench) {
	spec := b.spec(t, "a-peer0", node.Peer)
	b.run(t, spec)
	closeDriver(t, b.Driver)
	closeDriver(t, b.Driver)
	wantKind(t, "apply", b.Apply(t.Context(), spec), fault.Unavailable)
}
