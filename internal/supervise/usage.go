// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"io/fs"
	"path/filepath"
)

// diskUsage sums up the sizes of the regular files under dir, bytes. What can't be read, because it was just removed
// for example, counts nothing.
func diskUsage(dir string) int64 {
	var sum int64
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil //nolint:nilerr // see above
		}
		if info, err := d.Info(); err == nil {
			sum += info.Size()
		}
		return nil
	})
	return sum
}
