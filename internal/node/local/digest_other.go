// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package local

import (
	"os"
	"time"
)

// changed is now: the program is read before each start.
func changed(os.FileInfo) time.Time { return time.Now() }
