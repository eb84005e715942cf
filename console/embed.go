// SPDX-License-Identifier: Apache-2.0

// Package console holds the built web console. Building it (make console) fills dist; without that the package still
// compiles and has no page.
package console

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// FS gives the built files, index.html at the top, or nil when the console was not built.
func FS() (fs.FS, error) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("open dist: %w", err)
	}
	if _, err := fs.Stat(files, "index.html"); errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no console is an answer, not an error
	}
	return files, nil
}
