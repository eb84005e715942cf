// SPDX-License-Identifier: Apache-2.0

package durable_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/durable"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

func TestWriteFile(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		before string // "" is no file
		data   string
		perm   fs.FileMode
	}{
		"new":                 {data: "one", perm: 0o600},
		"replaced":            {before: "long content before", data: "two", perm: 0o600},
		"empty":               {before: "something", data: "", perm: 0o644},
		"more than the umask": {data: "three", perm: 0o666},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "file")
			if tt.before != "" {
				if err := os.WriteFile(path, []byte(tt.before), 0o400); err != nil {
					t.Fatal(err)
				}
			}
			if err := durable.WriteFile(path, []byte(tt.data), tt.perm); err != nil {
				t.Fatal(err)
			}
			wantFile(t, path, tt.data, tt.perm)
			wantAlone(t, path)
		})
	}
}

func TestWriteFileLeavesNothingAfterAnError(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "taken")
	if err := os.MkdirAll(filepath.Join(path, "child"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := durable.WriteFile(path, []byte("x"), 0o600); err == nil {
		t.Fatal("a directory was replaced")
	}
	wantAlone(t, path)
	if err := durable.WriteFile(filepath.Join(path, "no", "file"), nil, 0o600); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing directory gave %v", err)
	}
}

func TestCreateFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	var won atomic.Int32
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			err := durable.CreateFile(path, []byte("content"), 0o600)
			switch {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, fs.ErrExist):
				t.Errorf("caller %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d callers created the file", won.Load())
	}
	wantFile(t, path, "content", 0o600)
	wantAlone(t, path)
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	// On Linux a write to /dev/full says that the disk is full; the classification is the same for all steps.
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skipf("no /dev/full here: %v", err)
	}
	_, err = full.WriteString("x")
	if err := full.Close(); err != nil {
		t.Fatal(err)
	}
	f := fault.Of(durable.Classify(fmt.Errorf("write: %w", err)))
	if f.Code != "disk_full" || f.Kind != fault.Unavailable || f.Hint == "" || !errors.Is(f, syscall.ENOSPC) {
		t.Errorf("got %#v", f)
	}
	if err := durable.Classify(fs.ErrPermission); !errors.Is(err, fs.ErrPermission) ||
		fault.Of(err).Code == "disk_full" {
		t.Errorf("another error became %v", err)
	}
}

func wantFile(t *testing.T, path, content string, perm fs.FileMode) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != content || info.Mode().Perm() != perm {
		t.Errorf("file is %q with mode %o, want %q with %o", got, info.Mode().Perm(), content, perm)
	}
}

// wantAlone checks that no temporary file is left beside path.
func wantAlone(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("the directory holds %v", entries)
	}
}
