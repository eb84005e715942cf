// SPDX-License-Identifier: Apache-2.0

package sql_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/signin"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
)

func TestSignInState(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "b4a.db")
	db, ctx := sqltest.Open(t, path), t.Context()
	if _, found, err := db.SignInState(ctx); err != nil || found {
		t.Fatalf("new: %v, %v", found, err)
	}
	for i, name := range hostile() {
		s := signin.State{
			Current: signin.Revision{Number: i + 1, ChangedAt: at(i), Settings: signin.Settings{Providers: []signin.Provider{
				{ID: "p", Names: map[string]string{"eu": name}, Secret: "never-stored", Sealed: []byte{0, 1}},
			}}},
			Previous: &signin.Revision{Number: i, ChangedBy: name}, RevertAt: at(i + 1),
		}
		if err := db.PutSignInState(ctx, s); err != nil {
			t.Fatal(err)
		}
		got, found, err := sqltest.Open(t, path).SignInState(ctx)
		s.Current.Settings.Providers[0].Secret = ""
		check(t, name, err, s, got)
		if !found {
			t.Error("not found")
		}
	}
	if data := dump(t, path); strings.Contains(data, "never-stored") {
		t.Error("a secret is in the database")
	}
}

func TestSignInsAreUsedOnce(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	var first atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if ok, err := db.UseSignIn(ctx, "a", at(10)); err != nil {
				t.Error(err)
			} else if ok {
				first.Add(1)
			}
		})
	}
	wg.Wait()
	if first.Load() != 1 {
		t.Errorf("%d were first", first.Load())
	}
	for _, c := range []struct {
		now  time.Time
		free bool
	}{{at(10), false}, {at(11), true}} {
		if err := db.ForgetSignIns(ctx, c.now); err != nil {
			t.Fatal(err)
		}
		ok, err := db.UseSignIn(ctx, "a", at(10))
		check(t, c.now.String(), err, c.free, ok)
	}
}

// dump gives all that the files of a database hold.
func dump(t *testing.T, path string) string {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v: %v", files, err)
	}
	var all strings.Builder
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	return all.String()
}
