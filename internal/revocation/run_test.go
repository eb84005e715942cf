// SPDX-License-Identifier: Apache-2.0

package revocation_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/revocation"
)

// round does what the service does again and again, once.
func (f *fixture) round() {
	f.t.Helper()
	if err := f.Round(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

// rounds runs the service until check is content.
func (f *fixture) rounds(every time.Duration, check func() bool) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), 20*time.Second)
	defer cancel()
	o := f.Options
	o.Every, o.Poll = every, every
	var wg sync.WaitGroup
	run, stop := context.WithCancel(ctx)
	wg.Go(func() { _ = revocation.New(o).Run(run) })
	defer wg.Wait()
	defer stop()
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for !check() {
		select {
		case <-ctx.Done():
			f.t.Fatal("not in time")
		case <-ticker.C:
		}
	}
}

func TestListsAreRefreshedWithoutUpdates(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.member("ane", "client")
	f.done(f.Revoke(t.Context(), "bizkaia", c.Serial, "unspecified", "x", ""))
	before := f.ledgers.count()
	carried := f.issuer().CRL
	_, first, err := f.Published(t.Context(), "bizkaia", org.CA, 0)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		f.pass(4 * 24 * time.Hour)
		f.round()
		_, l, err := f.Published(t.Context(), "bizkaia", org.CA, 0)
		if err != nil || l.NextUpdate.Sub(f.time()) < 6*24*time.Hour {
			t.Fatalf("until %s: %v", l.NextUpdate, err)
		}
		f.round() // nothing is due
	}
	_, last, err := f.Published(t.Context(), "bizkaia", org.CA, 0)
	if err != nil || last.Number != first.Number+3 {
		t.Errorf("number %d after %d: %v", last.Number, first.Number, err)
	}
	f.pass(-24 * time.Hour) // the clock was ahead, and is put right
	f.round()
	_, l, err := f.Published(t.Context(), "bizkaia", org.CA, 0)
	if err != nil || l.Number != last.Number+1 || l.ThisUpdate.After(f.time()) {
		t.Errorf("a list of %s, number %d: %v", l.ThisUpdate, l.Number, err)
	}
	if _, err := f.ledgers.EnsureMSP(t.Context(), "bizkaia", nil); err != nil {
		t.Fatal(err)
	}
	if f.ledgers.count() != before || string(f.issuer().CRL) != string(carried) {
		t.Error("a refreshed list changes the configuration of ledgers")
	}
	lists, err := f.Lists(t.Context())
	if err != nil || len(lists) != 2 { // of both authorities
		t.Errorf("%d lists: %v", len(lists), err)
	}
}

func TestLaterLedgersCatchUp(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.member("ane", "client")
	f.done(f.Revoke(t.Context(), "bizkaia", c.Serial, "unspecified", "x", ""))
	f.ledgers.add("gero")
	f.rounds(5*time.Millisecond, func() bool {
		_, ok := f.get(c.Serial).EffectOn("gero")
		return ok
	})
	if block, _ := f.get(c.Serial).EffectOn("azterketak"); block != 1 {
		t.Errorf("what was known of the first ledger changed: block %d", block)
	}
	ops, err := f.engine.List(t.Context(), operation.Filter{Subject: revocation.Subject("bizkaia")})
	if err != nil || len(ops) != 2 {
		t.Errorf("%d operations: %v", len(ops), err)
	}
}
