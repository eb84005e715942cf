// SPDX-License-Identifier: Apache-2.0

package sql_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/store/sql"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
	"github.com/blockchain4all/blockchain4all/internal/transaction"
)

// inOneBatch holds a first write up until all others wait for their turn together. Their callers are gone by then.
func inOneBatch(t *testing.T, db *sql.DB, writes ...func(ctx context.Context) error) []error {
	t.Helper()
	var (
		wg   sync.WaitGroup
		errs = make([]error, len(writes))
		held = make(chan struct{})
		goOn = make(chan struct{})
	)
	wg.Go(func() {
		_ = db.Together(t.Context(), func(context.Context) error {
			close(held)
			<-goOn
			return nil
		})
	})
	<-held
	ctx, leave := context.WithCancel(t.Context())
	for i, w := range writes {
		wg.Go(func() { errs[i] = db.Together(ctx, w) })
		for db.Waiting() <= i {
			runtime.Gosched()
		}
	}
	leave()
	close(goOn)
	wg.Wait()
	return errs
}

func TestTogether(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	var runs atomic.Int32
	keep := func(name string) func(context.Context) error {
		return func(ctx context.Context) error {
			if runs.Add(1); !sql.InTransaction(ctx) {
				t.Errorf("write %s is not part of a transaction", name)
			}
			return db.PutSetting(ctx, name, "kept")
		}
	}
	for i, err := range inOneBatch(t, db, keep("0"), keep("1"), keep("2")) {
		value, e := db.Setting(t.Context(), strconv.Itoa(i))
		check(t, fmt.Sprint("write ", i), errors.Join(err, e), "kept", value)
	}
	if runs.Load() != 3 {
		t.Errorf("3 writes ran %d times", runs.Load())
	}
}

// TestTogetherOneFails checks that a write that fails takes nobody's along.
func TestTogetherOneFails(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	refused := errors.New("refused")
	keep := func(name string, err error) func(context.Context) error {
		return func(ctx context.Context) error {
			return errors.Join(db.PutSetting(context.WithoutCancel(ctx), name, "kept"), err)
		}
	}
	for i, err := range inOneBatch(t, db, keep("0", nil), keep("1", refused), keep("2", nil)) {
		if i == 1 {
			if !errors.Is(err, refused) {
				t.Errorf("write that fails: %v, want %v", err, refused)
			}
			continue
		}
		value, e := db.Setting(t.Context(), strconv.Itoa(i))
		check(t, fmt.Sprint("write ", i), errors.Join(err, e), "kept", value)
	}
}

// TestEnvelopesAtOnce has many callers keep envelopes, every key by several of them: each has that of the first.
func TestEnvelopesAtOnce(t *testing.T) {
	t.Parallel()
	const keys, callers = 20, 4
	db := sqltest.New(t)
	var (
		wg    sync.WaitGroup
		given [keys][callers]string
	)
	for k := range keys {
		for c := range callers {
			wg.Go(func() {
				kept, err := db.PutEnvelope(t.Context(), transaction.Envelope{
					Actor: "ane", Key: strconv.Itoa(k), TxID: fmt.Sprintf("%d by %d", k, c), Bytes: []byte(strings.Repeat("e", 6000)),
				})
				if err != nil {
					t.Errorf("key %d, caller %d: %v", k, c, err)
				}
				given[k][c] = kept.TxID
			})
		}
	}
	wg.Wait()
	for k := range keys {
		kept, found, err := db.FindEnvelope(t.Context(), "ane", strconv.Itoa(k))
		if err != nil || !found {
			t.Fatalf("key %d: found %v, %v", k, found, err)
		}
		want := [callers]string{kept.TxID, kept.TxID, kept.TxID, kept.TxID}
		check(t, fmt.Sprint("key ", k), nil, want, given[k])
	}
}

// BenchmarkPutEnvelope is what a submission waits for before it is sent, with 32 of them at once.
func BenchmarkPutEnvelope(b *testing.B) {
	db := openBench(b)
	envelope := []byte(strings.Repeat("e", 6000))
	var n atomic.Int64
	b.SetParallelism(32)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			e := transaction.Envelope{Actor: "ane", Key: fmt.Sprintf("01K%023d", n.Add(1)), Bytes: envelope}
			if _, err := db.PutEnvelope(b.Context(), e); err != nil {
				b.Error(err)
			}
		}
	})
}
