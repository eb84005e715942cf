// SPDX-License-Identifier: Apache-2.0

//go:build unix

package cli

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// freeDisk is the space that an ordinary user may still fill where dir is, in bytes.
func freeDisk(dir string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("disk of %s: %w", dir, err)
	}
	return int64(s.Bavail) * int64(s.Bsize), nil //nolint:gosec,unconvert // disks are smaller; types differ by system
}

// openFilesLimit is how many files one process may have open.
func openFilesLimit() (uint64, error) {
	var r unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &r); err != nil {
		return 0, fmt.Errorf("limit of open files: %w", err)
	}
	return r.Cur, nil
}
