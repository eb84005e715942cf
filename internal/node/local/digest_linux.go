// SPDX-License-Identifier: Apache-2.0

package local

import (
	"os"
	"syscall"
	"time"
)

// changed is when the file's inode was last changed (ctime), which no program can set back.
func changed(info os.FileInfo) time.Time {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(int64(st.Ctim.Sec), int64(st.Ctim.Nsec)) //nolint:unconvert // 32 bits on some machines
	}
	return time.Time{}
}
