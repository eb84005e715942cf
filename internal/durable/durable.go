// SPDX-License-Identifier: Apache-2.0

// Package durable writes files that survive a crash: a reader sees the old content or the new one, never a part, and
// what a call reported as written is still there after the power went.
//
// The order is: temporary file in the same directory, write, fsync, rename (or link), fsync of the directory. The last
// step makes the name durable, see fsync(2).
package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// WriteFile replaces or makes the file at path with data and exactly the permissions perm, whatever the umask. On an
// error the file is as it was, except that after a failed fsync of the directory the new content may be in place
// without being durable. A full disk or quota is a fault "disk_full".
func WriteFile(path string, data []byte, perm fs.FileMode) error {
	return write(path, data, perm, os.Rename)
}

// CreateFile is WriteFile for a file that must not exist yet: if it does, the error matches fs.ErrExist and the file
// stays as it is. Of several concurrent callers one succeeds.
func CreateFile(path string, data []byte, perm fs.FileMode) error {
	return write(path, data, perm, os.Link)
}

// SyncDir makes the names in dir durable, for instance after a removal.
func SyncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the caller's own path
	if err != nil {
		return fmt.Errorf("open directory: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return Classify(fmt.Errorf("sync directory: %w", err))
	}
	return nil
}

// Classify turns an error that says that the disk or the quota is full into the fault "disk_full" and gives back any
// other error as it is.
func Classify(err error) error {
	if !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EDQUOT) {
		return err
	}
	return fault.New(fault.Unavailable, "disk_full", "the platform's disk is full").
		WithHint("free space where the data directory is; nothing was changed, so try again then").
		WithCause(err)
}

func write(path string, data []byte, perm fs.FileMode, publish func(from, to string) error) (err error) {
	dir := filepath.Dir(path)
	tmp, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return Classify(fmt.Errorf("create temporary file: %w", err))
	}
	defer func() {
		// After a rename the name is gone, which is no error; after a link or a failure it must go.
		if rmErr := os.Remove(tmp.Name()); rmErr != nil && !errors.Is(rmErr, fs.ErrNotExist) && err == nil {
			err = fmt.Errorf("remove temporary file: %w", rmErr)
		}
	}()
	if err := fill(tmp, data, perm); err != nil {
		return Classify(fmt.Errorf("write %s: %w", filepath.Base(path), err))
	}
	if err := publish(tmp.Name(), path); err != nil {
		return Classify(fmt.Errorf("publish %s: %w", filepath.Base(path), err))
	}
	return SyncDir(dir)
}

func fill(f *os.File, data []byte, perm fs.FileMode) error {
	_, err := f.Write(data)
	if err == nil {
		err = f.Chmod(perm)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
