// SPDX-License-Identifier: Apache-2.0

//go:build unix

package server

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// lock takes the data directory for this process. The kernel gives it back when the process ends, however it ends.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // in our own data directory
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close() // the lock's error is the one to tell
		return nil, fault.New(fault.Conflict, "data_dir_in_use", "another b4a is running on this data directory").
			WithHint("stop it, or give another --data-dir").WithCause(err)
	}
	return f, nil
}
