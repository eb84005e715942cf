// SPDX-License-Identifier: Apache-2.0

package rotation_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/client/enrollment"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/rotation"
)

const (
	began = "ca/0 issuing; tls-ca/0 issuing"
	moved = "ca/0 removed; ca/1 issuing; tls-ca/0 removed; tls-ca/1 issuing"
	back  = "ca/0 issuing; ca/1 removed; tls-ca/0 issuing; tls-ca/1 removed"
)

func TestPlans(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for what, c := range map[string]struct {
		kind string
		in   rotation.Input
		want string
	}{
		"renew":               {rotation.KindRenew, rotation.Input{Org: "bizkaia"}, "orderers peers holders"},
		"change":              {rotation.KindChange, rotation.Input{Org: "bizkaia"}, "trust prepare switch orderers peers holders retire"},
		"change, keeping old": {rotation.KindChange, rotation.Input{Org: "bizkaia", KeepOld: true}, "trust prepare switch orderers peers holders"},
		"finish":              {rotation.KindFinish, rotation.Input{Org: "bizkaia"}, "retire"},
		"revert":              {rotation.KindRevert, rotation.Input{Org: "bizkaia"}, "switch orderers peers holders retire"},
	} {
		var names []string
		for _, s := range b.steps(c.kind, c.in) {
			names = append(names, s.Name)
			if s.Title == "" {
				t.Errorf("%s: %s has no title", what, s.Name)
			}
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s: %s, want %s", what, got, c.want)
		}
		if _, err := b.planner(c.kind)(operation.Operation{Input: []byte("{")}); err == nil {
			t.Errorf("%s: an input that is no JSON has a plan", what)
		}
	}
}

// before tells whether the first event that begins with a comes before the first that begins with b.
func before(events []string, a, b string) bool {
	find := func(what string) int {
		return slices.IndexFunc(events, func(e string) bool { return strings.HasPrefix(e, what) })
	}
	return find(a) >= 0 && find(b) >= 0 && find(a) < find(b)
}

func TestChangeInOrder(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.ready()
	b.must(b.run(b.steps(rotation.KindChange, rotation.Input{Org: "bizkaia"})))
	if got := b.issuers(); got != moved {
		t.Errorf("authorities: %s", got)
	}
	b.settled(1)
	events := b.net.events
	for _, pair := range [][2]string{
		{"ledger names 2 roots", "reload bizkaia-orderer0"},  // trusted by ledgers before nodes restart for it
		{"reload bizkaia-orderer3", "restart bizkaia-peer0"}, // peers forget the orderers' old roots after these are ready
		{"restart bizkaia-peer0", "consenter"},               // before anything new is used
		{"consenter bizkaia-orderer0", "consenter bizkaia-orderer1"},
		{"consenter bizkaia-orderer3", "drain"},
		{"drain", "ledger names 1 roots"},
	} {
		if !before(events, pair[0], pair[1]) {
			t.Errorf("%q does not come before %q:\n%s", pair[0], pair[1], strings.Join(events, "\n"))
		}
	}
}

// TestContractsAreRenewed has one contract of two that can't be restarted: it is the only one that goes without.
func TestContractsAreRenewed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	for _, process := range []string{"azterketak--exams", "zergak--taxes"} {
		_, err := b.orgs.ContractMaterial(ctx, "bizkaia", process, "127.0.0.1")
		b.must(err)
	}
	b.pass(61 * 24 * time.Hour)
	renew := b.steps(rotation.KindRenew, rotation.Input{Org: "bizkaia"})
	b.net.stuck = "azterketak--exams"
	coded(t, "one is stuck", b.run(renew), "contract_program_missing")
	renewed := func(holder string, p org.Purpose) {
		t.Helper()
		c, err := b.orgs.Latest(ctx, "bizkaia", holder, p)
		b.must(err)
		if left := c.NotAfter.Sub(b.time()); left < 89*24*time.Hour {
			t.Errorf("%s has %s left", holder, left)
		}
	}
	renewed(org.HolderOffice, org.Sign)
	renewed(org.ContractHolder("zergak--taxes"), org.Contract)
	if slices.Contains(b.net.events, "contract azterketak--exams") || !slices.Contains(b.net.events, "contract zergak--taxes") {
		t.Errorf("restarted: %v", b.net.events)
	}
	b.net.stuck = ""
	b.must(b.run(renew))
	renewed(org.ContractHolder("azterketak--exams"), org.Contract)
	if !slices.Contains(b.net.events, "contract azterketak--exams") {
		t.Errorf("not restarted: %v", b.net.events)
	}
}

// good has nothing issued again.
func good(org.Certificate) bool { return false }

// TestUnseenPeerRestarts has a peer of another organization keep what nobody can use any more.
func TestUnseenPeerRestarts(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, id := range []string{"udala", "eskola"} {
		b.net.nodes[id+"-peer0"] = node.Node{ID: id + "-peer0", Kind: node.Peer, Org: id, Running: true}
	}
	b.net.mute = "udala-peer0"
	peer := b.net.nodes["bizkaia-peer0"]
	next, _, err := b.net.NextCertificates(t.Context(), peer, good)
	b.must(err)
	b.must(b.Adopt(t.Context(), peer, next))
	want := []string{"reload bizkaia-peer0", "await bizkaia-peer0", "restart udala-peer0"}
	if diff := cmp.Diff(want, b.net.events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// TestAdoptWaitsUntilForgotten ends the wait for the other peers' memory, which is all that Adopt does at last.
func TestAdoptWaitsUntilForgotten(t *testing.T) {
	t.Parallel()
	b := newBenchForgetting(t, time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	b.net.onPeer = cancel
	adopt := func(id string) error {
		n := b.net.nodes[id]
		next, _, err := b.net.NextCertificates(ctx, n, good)
		b.must(err)
		return b.Adopt(ctx, n, next)
	}
	b.must(adopt("bizkaia-orderer0"))
	if err := adopt("bizkaia-peer0"); !errors.Is(err, context.Canceled) {
		t.Errorf("adopted at once: %v", err)
	}
	if !slices.Contains(b.net.events, "await bizkaia-peer0") {
		t.Errorf("not even waited for: %v", b.net.events)
	}
}

// TestChangeGoesOnAfterAnything kills the program after every single call that changes something.
func TestChangeGoesOnAfterAnything(t *testing.T) {
	t.Parallel()
	whole := newBench(t)
	whole.ready()
	whole.must(whole.run(whole.steps(rotation.KindChange, rotation.Input{Org: "bizkaia"})))
	calls := whole.net.calls
	if calls < 20 {
		t.Fatalf("a change is %d calls", calls)
	}
	for at := 1; at <= calls; at++ {
		t.Run(fmt.Sprintf("killed after call %d, %s", at, whole.net.events[at-1]), func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.ready()
			b.net.killAt = at
			b.must(b.run(b.steps(rotation.KindChange, rotation.Input{Org: "bizkaia"})))
			if b.net.calls < at {
				t.Fatal("nobody was killed")
			}
			if got := b.issuers(); got != moved {
				t.Errorf("authorities: %s", got)
			}
			b.settled(1)
		})
	}
}

// TestRevert takes a change back after each of its steps but the last, which no revert undoes.
func TestRevert(t *testing.T) {
	t.Parallel()
	for done := 1; done <= 6; done++ {
		t.Run(fmt.Sprintf("after %d steps", done), func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.ready()
			change := b.steps(rotation.KindChange, rotation.Input{Org: "bizkaia"})
			b.must(b.run(change[:done]))
			_, err := b.Revert(t.Context(), "bizkaia", "x", "")
			b.must(err)
			coded(t, "the change goes on", b.run(change[done:]), "authority_change_reverted")
			b.must(b.run(b.steps(rotation.KindRevert, rotation.Input{Org: "bizkaia"})))
			if got := b.issuers(); got != back {
				t.Errorf("authorities: %s", got)
			}
			b.settled(0)
			_, err = b.Revert(t.Context(), "bizkaia", "x", "")
			coded(t, "reverted twice", err, "authority_change_absent")
		})
	}
}

func TestKeepOldAndFinish(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.ready()
	b.must(b.run(b.steps(rotation.KindChange, rotation.Input{Org: "bizkaia", KeepOld: true})))
	if got, want := b.issuers(), "ca/0 retiring; ca/1 issuing; tls-ca/0 retiring; tls-ca/1 issuing"; got != want {
		t.Errorf("authorities: %s, want %s", got, want)
	}
	_, err := b.Finish(t.Context(), "bizkaia", "x", "")
	b.must(err)
	b.must(b.run(b.steps(rotation.KindFinish, rotation.Input{Org: "bizkaia"})))
	if got := b.issuers(); got != moved {
		t.Errorf("authorities: %s", got)
	}
	b.settled(1)
}

func TestFaultsOfStarts(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	start := func(do func() (operation.Operation, error)) error {
		_, err := do()
		return err
	}
	change := func() (operation.Operation, error) { return b.Change(ctx, rotation.Input{Org: "bizkaia"}, "x", "") }
	finish := func() (operation.Operation, error) { return b.Finish(ctx, "bizkaia", "x", "") }
	revert := func() (operation.Operation, error) { return b.Revert(ctx, "bizkaia", "x", "") }
	coded(t, "nothing to move to", start(change), "authority_not_ready")
	coded(t, "nothing to finish", start(finish), "authority_change_absent")
	coded(t, "nothing to revert", start(revert), "authority_change_absent")
	_, err := b.Renew(ctx, "inor", "x", "")
	coded(t, "nobody's", err, "organization_not_found")
	b.ready()
	b.must(start(change))
	b.must(b.run(b.steps(rotation.KindChange, rotation.Input{Org: "bizkaia"})[:1]))
	coded(t, "twice", start(change), "authority_change_running")
}

// TestAnotherOrdererIsAway: a Byzantine quorum misses one orderer only.
func TestAnotherOrdererIsAway(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.ready()
	steps := b.steps(rotation.KindChange, rotation.Input{Org: "bizkaia"})
	b.must(b.run(steps[:1]))
	b.net.phase["bizkaia-orderer2"] = node.Backoff
	events := len(b.net.events)
	coded(t, "prepare", b.run(steps[1:2]), "orderer_away")
	if len(b.net.events) != events {
		t.Errorf("something was done all the same: %v", b.net.events[events:])
	}
	b.net.phase["bizkaia-orderer2"] = node.Running
	b.must(b.run(steps[1:3]))
	b.net.phase["bizkaia-orderer0"] = node.Stopped
	events = len(b.net.events)
	coded(t, "orderers", b.run(steps[3:]), "orderer_away")
	for _, e := range b.net.events[events:] { // the one that is away may be given its own, and nobody else
		if !strings.Contains(e, "bizkaia-orderer0") {
			t.Errorf("done while an orderer is away: %s", e)
		}
	}
	b.net.phase["bizkaia-orderer0"] = node.Running
	b.must(b.run(steps[3:]))
	b.settled(1)
}

func TestRehearsal(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	r, err := b.Rehearse(ctx, "bizkaia")
	if err != nil || len(r.Ready) != 0 || len(r.Problems) != 1 {
		t.Errorf("nothing to move to: %+v: %v", r, err)
	}
	b.ready()
	b.member("ane")
	states := b.issuers()
	if r, err = b.Rehearse(ctx, "bizkaia"); err != nil || len(r.Problems) != 0 {
		t.Fatalf("%+v: %v", r, err)
	}
	if got := strings.Join(r.Restarts, " "); got != "bizkaia-orderer0 bizkaia-orderer1 bizkaia-orderer2 bizkaia-orderer3 bizkaia-peer0" {
		t.Errorf("restarts: %s", got)
	}
	if len(r.Ready) != 2 || !slices.Equal(r.Ledgers, []string{"azterketak"}) || !slices.Equal(r.Holders, []string{"member/ane"}) || r.Reissued != 14 {
		t.Errorf("%+v", r)
	}
	if b.issuers() != states || len(b.net.events) != 0 {
		t.Errorf("a rehearsal changes something: %s, %v", b.issuers(), b.net.events)
	}
	b.net.phase["bizkaia-peer0"] = node.Failed
	if r, err = b.Rehearse(ctx, "bizkaia"); err != nil || len(r.Problems) != 1 || !strings.Contains(r.Problems[0], "bizkaia-peer0 is failed") {
		t.Errorf("a node that failed: %+v: %v", r.Problems, err)
	}
	b.must(b.run(b.steps(rotation.KindChange, rotation.Input{Org: "bizkaia"})[:1]))
	if r, err = b.Rehearse(ctx, "bizkaia"); err != nil || !strings.Contains(strings.Join(r.Problems, "; "), "changing its authority already") {
		t.Errorf("while a change runs: %+v: %v", r.Problems, err)
	}
}

// member enrols a person on a key of their own.
func (b *bench) member(name string) org.Certificate {
	b.t.Helper()
	key, err := enrollment.NewKey()
	b.must(err)
	csr, err := enrollment.CSR(key, name)
	b.must(err)
	c, err := b.orgs.IssueCertificate(b.t.Context(), org.NewCertificate{Org: "bizkaia", Name: name, Role: "client", CSR: csr})
	b.must(err)
	return c
}

// TestRenewal: nothing while nothing is due, then one operation, which renews what the platform keeps, the consenters
// first, and leaves people's own keys alone.
func TestRenewal(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	own := b.member("ane")
	operations := func() []operation.Operation {
		t.Helper()
		found, err := b.engine.List(ctx, operation.Filter{Subject: org.Subject("bizkaia")})
		b.must(err)
		return found
	}
	b.must(b.Round(ctx))
	if got := operations(); len(got) != 0 {
		t.Fatalf("renewed before it is due: %+v", got)
	}
	b.must(b.run(b.steps(rotation.KindRenew, rotation.Input{Org: "bizkaia"})))
	if len(b.net.events) != 0 {
		t.Errorf("done though nothing is due: %v", b.net.events)
	}
	b.pass(61 * 24 * time.Hour) // less than a third of 90 days is left
	for range 2 {               // one that waits is not asked for again
		b.must(b.Round(ctx))
		if got := operations(); len(got) != 1 || got[0].Kind != rotation.KindRenew || got[0].Actor != rotation.Actor {
			t.Fatalf("operations: %+v", got)
		}
	}
	b.must(b.run(b.steps(rotation.KindRenew, rotation.Input{Org: "bizkaia"})))
	for id, n := range b.net.nodes {
		c, err := b.orgs.Certificate(ctx, "bizkaia", n.TLS)
		b.must(err)
		if left := c.NotAfter.Sub(b.time()); left < 89*24*time.Hour {
			t.Errorf("%s has %s left", id, left)
		}
	}
	for i := range 4 {
		id := fmt.Sprintf("bizkaia-orderer%d", i)
		if !before(b.net.events, "consenter "+id, "reload "+id) {
			t.Errorf("%s restarts before the ledger knows its certificate: %v", id, b.net.events)
		}
	}
	office, err := b.orgs.Latest(ctx, "bizkaia", org.HolderOffice, org.Sign)
	if err != nil || office.NotAfter.Sub(b.time()) < 89*24*time.Hour {
		t.Errorf("office: %+v: %v", office, err)
	}
	if now, err := b.orgs.Latest(ctx, "bizkaia", "member/ane", org.Sign); err != nil || now.Serial != own.Serial {
		t.Errorf("a member's certificate was renewed: %+v: %v", now, err)
	}
	events := len(b.net.events)
	b.must(b.run(b.steps(rotation.KindRenew, rotation.Input{Org: "bizkaia"})))
	if len(b.net.events) != events {
		t.Errorf("renewed twice: %v", b.net.events[events:])
	}
}
