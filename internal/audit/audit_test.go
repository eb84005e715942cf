// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/client/auditlog"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/store/sql"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
)

// TestMain lets the test binary be a platform that is killed.
func TestMain(m *testing.M) {
	if path := os.Getenv("B4A_TEST_AUDITED"); path != "" {
		actForEver(path)
	}
	os.Exit(m.Run())
}

// bench is a trail in a real store.
type bench struct {
	db  *sql.DB
	s   *audit.Service
	now atomic.Pointer[time.Time]
}

func newBench(tb testing.TB, path string, o audit.Options) *bench {
	tb.Helper()
	db := sqltest.Open(tb, path)
	b := &bench{db: db}
	start := time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC)
	b.now.Store(&start)
	if o.Store == nil {
		o.Store, o.Transactor = db, db
	}
	o.Log, o.Now = slog.New(slog.DiscardHandler), func() time.Time { return *b.now.Load() }
	b.s = audit.New(o)
	return b
}

func fresh(tb testing.TB, o audit.Options) *bench {
	tb.Helper()
	return newBench(tb, filepath.Join(tb.TempDir(), "b4a.db"), o)
}

func (b *bench) later(d time.Duration) {
	next := b.now.Load().Add(d)
	b.now.Store(&next)
}

func by(credential string) audit.Act {
	return audit.Act{Actor: audit.Actor{Credential: credential}, Action: "createToken", Object: "tokens"}
}

// entries gives the trail, after its verification.
func (b *bench) entries(t *testing.T) []audit.Entry {
	t.Helper()
	records, err := b.s.List(t.Context(), audit.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := auditlog.Check(func(w io.Writer) error {
		for _, r := range records {
			if _, err := fmt.Fprintf(w, "%s\n", r.Line); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || r.Problem != nil || int(r.Entries) != len(records) {
		t.Errorf("verify: %+v (%v): %v", r, r.Problem, err)
	}
	list := make([]audit.Entry, 0, len(records))
	for _, r := range records {
		e, err := r.Entry()
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	return list
}

func (b *bench) intents(t *testing.T) []audit.Intent {
	t.Helper()
	list, err := b.db.ListAuditIntents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAct(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err     error
		outcome audit.Outcome
		code    string
	}{
		"done":        {nil, audit.Done, ""},
		"refused":     {fmt.Errorf("x: %w", fault.New(fault.Conflict, "taken", "x")), audit.Refused, "taken"},
		"forbidden":   {fault.New(fault.Forbidden, "forbidden", "x"), audit.Refused, "forbidden"},
		"unavailable": {fault.New(fault.Unavailable, "down", "x"), audit.Failed, "down"},
		"no fault":    {errors.New("x"), audit.Failed, "internal"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := fresh(t, audit.Options{})
			ctx, r, err := b.s.Begin(t.Context(), audit.Act{
				Actor: audit.Actor{Credential: "c", Name: "ane\xff", Role: "admin", Organization: "a"}, Orgs: []string{"b", "a", "b"},
				Action: "createApplication", Object: "x", Source: "127.0.0.1", UserAgent: strings.Repeat("ñ", 500), RequestID: "r",
			})
			if err != nil {
				t.Fatal(err)
			}
			if i := b.intents(t); len(i) != 1 || i[0].Applied || i[0].Act.RequestID != "r" {
				t.Errorf("intents while it runs: %+v", i)
			}
			audit.On(ctx, "application/b")
			audit.Concern(ctx, "c", "", "a")
			audit.Note(ctx, map[string]any{"secret": "b4a_x"}, map[string]any{"n": 1})
			cancelled, cancel := context.WithCancel(ctx)
			cancel()
			r.End(cancelled, c.err)
			r.End(ctx, nil) // has no effect
			got := b.entries(t)
			if len(got) != 1 || len(b.intents(t)) != 0 {
				t.Fatalf("%d entries, intents %v", len(got), b.intents(t))
			}
			e := got[0]
			if e.Outcome != c.outcome || e.Code != c.code || e.Object != "application/b" || strings.Join(e.Organizations, " ") != "a b c" ||
				string(e.Before) != `{"secret":"[redacted]"}` || string(e.After) != `{"n":1}` || e.Actor.Name != "ane\uFFFD" ||
				len(e.UserAgent) > 200 || e.Time != "2026-06-01T00:00:00.000000Z" {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestNotesOutsideOfActs(t *testing.T) {
	t.Parallel()
	audit.On(t.Context(), "x")
	audit.Note(t.Context(), 1, 2)
	audit.By(t.Context(), audit.Actor{})
	if id := audit.IntentID(t.Context()); id != "" {
		t.Error(id)
	}
}

func TestPublic(t *testing.T) {
	t.Parallel()
	deep := any("x")
	for range 10 {
		deep = []any{deep}
	}
	for name, c := range map[string]struct {
		in   any
		want string
	}{
		"nothing":      {nil, ""},
		"names":        {map[string]any{"API_KEY": "1", "clientSecret": 2, "PasswordHash": "x", "otp": "3", "name": "ane"}, `{"API_KEY":"[redacted]","PasswordHash":"[redacted]","clientSecret":"[redacted]","name":"ane","otp":"[redacted]"}`},
		"nested":       {map[string]any{"a": []any{map[string]any{"token": "x"}}}, `{"a":[{"token":"[redacted]"}]}`},
		"values":       {[]string{"b4a_AAAA", "-----BEGIN EC PRIVATE KEY-----\n", "plain"}, `["[redacted]","[redacted]","plain"]`},
		"numbers":      {[]any{1, 1.5, uint64(1) << 60, -3}, `[1,"1.5","1152921504606846976",-3]`},
		"names of all": {map[string]any{"ñ": 1}, `{"\\u00f1":1}`},
		"too long":     {strings.Repeat("x", 5000), `{"cut":true,"size":4098}`},
		"no JSON":      {func() {}, `"can't be shown: func()"`},
	} {
		if got := string(audit.Public(c.in)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if got := string(audit.Public(deep)); strings.Contains(got, "x") {
		t.Errorf("deep: %s", got)
	}
}

// TestParallel has a hundred acts at once: the chain has no gap and no fork.
func TestParallel(t *testing.T) {
	t.Parallel()
	b := fresh(t, audit.Options{})
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			ctx, r, err := b.s.Begin(t.Context(), by(fmt.Sprint("c", i)))
			if err != nil {
				t.Errorf("begin: %v", err)
				return
			}
			if err := b.db.PutSetting(ctx, fmt.Sprint("s", i), "v"); err != nil {
				t.Errorf("act: %v", err)
			}
			if _, err := b.s.List(ctx, audit.Filter{Newest: true, Limit: 5}); err != nil {
				t.Errorf("read: %v", err)
			}
			r.End(ctx, nil)
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, e := range b.entries(t) {
		seen[e.Actor.Credential] = true
	}
	if len(seen) != 100 {
		t.Errorf("%d acts left entries", len(seen))
	}
}

// TestInterrupted checks what is told of acts that a crash cut off.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	b := fresh(t, audit.Options{})
	begin := func(who string) context.Context {
		ctx, _, err := b.s.Begin(t.Context(), by(who))
		if err != nil {
			t.Fatal(err)
		}
		return ctx
	}
	begin("nothing was stored")
	ctx := begin("rolled back")
	if err := b.db.InTx(ctx, func(ctx context.Context) error {
		if err := b.db.PutSetting(ctx, "a", "1"); err != nil {
			return err
		}
		return errors.New("no")
	}); err == nil {
		t.Fatal("no error")
	}
	ctx = begin("stored in a transaction")
	if err := b.db.InTx(ctx, func(ctx context.Context) error { return b.db.PutSetting(ctx, "b", "1") }); err != nil {
		t.Fatal(err)
	}
	if err := b.db.PutSetting(begin("stored"), "c", "1"); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing left
		if err := b.s.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]string{}
	for _, e := range b.entries(t) {
		if e.Outcome != audit.Interrupted || !strings.Contains(string(e.After), `"began":"2026-06-01`) {
			t.Errorf("%+v", e)
		}
		got[e.Actor.Credential] = e.Code
	}
	want := map[string]string{
		"nothing was stored": audit.CodeUnknown, "rolled back": audit.CodeUnknown, "stored in a transaction": audit.CodeStored, "stored": audit.CodeStored,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestWithTheTransaction checks that an entry which is made in a transaction is kept or lost with it.
func TestWithTheTransaction(t *testing.T) {
	t.Parallel()
	b := fresh(t, audit.Options{})
	refuse := errors.New("no")
	for i, end := range []error{refuse, nil, refuse, nil} {
		err := b.db.InTx(t.Context(), func(ctx context.Context) error {
			if err := b.s.Record(ctx, by(strconv.Itoa(i)), audit.Done, ""); err != nil {
				return err
			}
			return end
		})
		if !errors.Is(err, end) {
			t.Fatal(err)
		}
	}
	if got := b.entries(t); len(got) != 2 || got[0].Actor.Credential != "1" || got[1].Actor.Credential != "3" {
		t.Errorf("%+v", got)
	}
}

func TestStrangersDoNotFillTheDisk(t *testing.T) {
	t.Parallel()
	b := fresh(t, audit.Options{})
	no := fault.New(fault.Unauthenticated, "link_invalid", "no")
	for i := range 100 {
		if i%2 == 0 {
			if err := b.s.Refuse(t.Context(), audit.Act{Action: "createSession"}, no); err != nil {
				t.Fatal(err)
			}
			continue
		}
		ctx, r, err := b.s.Begin(t.Context(), audit.Act{Action: "createSession"})
		if err != nil {
			t.Fatal(err)
		}
		r.End(ctx, no)
	}
	if got := b.entries(t); len(got) != 60 || len(b.intents(t)) != 0 {
		t.Errorf("%d entries, %d intents", len(got), len(b.intents(t)))
	}
	if err := b.s.Refuse(t.Context(), by("known"), no); err != nil {
		t.Fatal(err)
	}
	b.later(time.Minute)
	if err := b.s.Refuse(t.Context(), audit.Act{Action: "createSession"}, no); err != nil {
		t.Fatal(err)
	}
	got := b.entries(t)
	if len(got) != 62 || got[60].Suppressed != 40 || got[61].Suppressed != 0 {
		t.Errorf("%d entries: %+v", len(got), got[60:])
	}
}

// broken is a store that takes no entries while it is told so.
type broken struct {
	*sql.DB
	down atomic.Bool
}

func (b *broken) PutAudit(ctx context.Context, r audit.Record) error {
	if b.down.Load() {
		return fault.New(fault.Unavailable, "disk_full", "full")
	}
	return b.DB.PutAudit(ctx, r)
}

func (b *broken) PutAuditIntent(ctx context.Context, i audit.Intent) error {
	if b.down.Load() {
		return fault.New(fault.Unavailable, "disk_full", "full")
	}
	return b.DB.PutAuditIntent(ctx, i)
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "b4a.db")
	db := sqltest.Open(t, path)
	store := &broken{DB: db}
	b := newBench(t, path, audit.Options{Store: store, Transactor: db})
	ctx, r, err := b.s.Begin(t.Context(), by("c"))
	if err != nil {
		t.Fatal(err)
	}
	store.down.Store(true)
	r.End(ctx, nil)
	if _, _, err := b.s.Begin(t.Context(), by("d")); fault.Of(err).Code != "disk_full" {
		t.Errorf("an act that can't be recorded begins: %v", err)
	}
	b.s.CatchUp(t.Context())
	if len(b.entries(t)) != 0 || len(b.intents(t)) != 1 {
		t.Error("the act was lost, or recorded")
	}
	store.down.Store(false)
	b.s.CatchUp(t.Context())
	if got := b.entries(t); len(got) != 1 || got[0].Outcome != audit.Done || len(b.intents(t)) != 0 {
		t.Errorf("%+v", got)
	}
}

// actForEver acts, and says so after each act, until it is killed.
func actForEver(path string) {
	ctx := context.Background()
	db, err := sql.Open(ctx, sql.Config{Path: path})
	s := audit.New(audit.Options{Store: db, Transactor: db, Log: slog.New(slog.DiscardHandler)})
	for i := 0; err == nil; i++ {
		var (
			r   *audit.Running
			act context.Context
		)
		if act, r, err = s.Begin(ctx, by(strconv.Itoa(i))); err == nil {
			err = db.PutSetting(act, fmt.Sprint("k", i), "v")
			r.End(act, err)
		}
		fmt.Fprintln(os.Stdout, i)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// TestKilled kills a platform in the middle of its acts, again and again: each change that is in the store has its entry.
func TestKilled(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "b4a.db")
	for round := range 4 {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), "B4A_TEST_AUDITED="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		count := 0
		for lines := bufio.NewScanner(out); count < 20+round && lines.Scan(); {
			count++
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		b := newBench(t, path, audit.Options{})
		if err := b.s.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		told := map[string]int{}
		for _, e := range b.entries(t) {
			if e.Outcome == audit.Done || e.Code == audit.CodeStored {
				told[e.Actor.Credential]++
			}
		}
		for i := 0; ; i++ {
			if _, err := b.db.Setting(t.Context(), fmt.Sprint("k", i)); err != nil {
				if i < count || !errors.Is(err, fault.NotFound) {
					t.Errorf("act %d of %d: %v", i, count, err)
				}
				break
			}
			if told[strconv.Itoa(i)] == 0 {
				t.Errorf("round %d: act %d has no entry", round, i)
			}
		}
	}
}

// ledger keeps anchors in memory.
type ledger struct {
	mu      sync.Mutex
	anchors []audit.Anchor
	put     chan audit.Anchor
	err     error
}

func (l *ledger) Ensure(context.Context) error { return l.err }

func (l *ledger) Last(context.Context) (audit.Head, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.anchors) == 0 {
		return audit.Head{}, nil
	}
	return l.anchors[len(l.anchors)-1].Head, nil
}

func (l *ledger) Put(_ context.Context, h audit.Head) (audit.Anchor, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := audit.Anchor{Head: h, Transaction: fmt.Sprint("tx", len(l.anchors)), Block: uint64(len(l.anchors) + 1)}
	l.anchors = append(l.anchors, a)
	if l.put != nil {
		l.put <- a
	}
	return a, nil
}

func record(t *testing.T, b *bench, n int) {
	t.Helper()
	for range n {
		if err := b.s.Record(t.Context(), by("c"), audit.Done, ""); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnchor(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	b := fresh(t, audit.Options{Ledger: l})
	if _, err := b.s.Anchor(t.Context()); fault.Of(err).Code != "audit_trail_empty" {
		t.Errorf("an empty trail: %v", err)
	}
	record(t, b, 3)
	a, err := b.s.Anchor(t.Context())
	got := b.entries(t)
	if err != nil || a.Sequence != 3 || a.Hash != got[2].Hash {
		t.Fatalf("%+v: %v", a, err)
	}
	var told auditlog.Anchor
	if err := json.Unmarshal(got[3].After, &told); err != nil || told != (auditlog.Anchor{Sequence: 3, Hash: a.Hash, Transaction: "tx0", Block: 1}) ||
		got[3].Action != auditlog.ActionAnchored || got[3].Actor.Credential != audit.Platform {
		t.Errorf("%+v: %v", got[3], err)
	}
	if a, err = b.s.Anchor(t.Context()); err != nil || a.Sequence != 4 {
		t.Errorf("again: %+v: %v", a, err)
	}
	l.anchors[1].Hash = strings.Repeat("0", 64)
	if _, err := b.s.Anchor(t.Context()); fault.Of(err).Code != "audit_trail_broken" {
		t.Errorf("another trail's anchor: %v", err)
	}
	l.anchors[1].Sequence = 99
	if _, err := b.s.Anchor(t.Context()); fault.Of(err).Code != "audit_trail_broken" {
		t.Errorf("the trail was cut: %v", err)
	}
	if len(l.anchors) != 2 {
		t.Errorf("%d anchors", len(l.anchors))
	}
	if _, err := fresh(t, audit.Options{}).s.Anchor(t.Context()); fault.Of(err).Code != "audit_no_ledger" {
		t.Errorf("no ledger: %v", err)
	}
}

func TestDue(t *testing.T) {
	t.Parallel()
	b := fresh(t, audit.Options{Ledger: &ledger{}, Most: 5})
	due := func(what string, full, want bool) {
		t.Helper()
		if got, err := b.s.Due(t.Context(), full); err != nil || got != want {
			t.Errorf("%s: %v, want %v: %v", what, got, want, err)
		}
	}
	due("nothing", false, false)
	record(t, b, 1)
	due("one, just now", false, false)
	b.later(10 * time.Minute)
	due("one, ten minutes old", false, true)
	due("one, asked only whether it is full", true, false)
	if _, err := b.s.Anchor(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.later(24 * time.Hour)
	due("anchored, a day later", false, false)
	record(t, b, 4)
	due("four", true, false)
	record(t, b, 1)
	due("five", true, true)
}

func TestRun(t *testing.T) {
	t.Parallel()
	l := &ledger{put: make(chan audit.Anchor, 10)}
	b := fresh(t, audit.Options{Ledger: l, Most: 3, Every: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.s.Run(ctx) }()
	record(t, b, 3)
	if a := <-l.put; a.Sequence != 3 {
		t.Errorf("%+v", a)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// BenchmarkWrite is one durable write of the store, to compare with.
func BenchmarkWrite(b *testing.B) {
	bench := fresh(b, audit.Options{})
	for i := 0; b.Loop(); i++ {
		if err := bench.db.PutSetting(b.Context(), strconv.Itoa(i), "1"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAct(b *testing.B) {
	bench := fresh(b, audit.Options{})
	for b.Loop() {
		ctx, r, err := bench.s.Begin(b.Context(), by("c"))
		if err != nil {
			b.Fatal(err)
		}
		r.End(ctx, nil)
	}
}

func BenchmarkAppend(b *testing.B) {
	bench := fresh(b, audit.Options{})
	for b.Loop() {
		if err := bench.s.Record(b.Context(), by("c"), audit.Done, ""); err != nil {
			b.Fatal(err)
		}
	}
}
