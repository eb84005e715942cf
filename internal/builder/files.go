// SPDX-License-Identifier: Apache-2.0

package builder

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Limits of META-INF: it holds a few index definitions.
const (
	treeFilesMax = 256
	treeFileMax  = 256 << 10 // bytes
	treeDepthMax = 8
)

// readFile reads a regular file of at most most bytes. A link is not followed.
func readFile(path string, most int64) (data []byte, err error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("it is missing")
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("it is no regular file")
	}
	f, err := os.Open(path) //nolint:gosec // within the folders that the peer made for this step
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	data, err = io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		return nil, fmt.Errorf("it is longer than %d bytes", most)
	}
	return data, err
}

// copyTree copies the folder name from one folder to another. None is nothing to do.
func copyTree(from, to, name string) error {
	if info, err := os.Lstat(filepath.Join(from, name)); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	} else if !info.IsDir() {
		return fmt.Errorf("%s is no folder", name)
	}
	files := 0
	return fs.WalkDir(os.DirFS(from), name, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if files++; files > treeFilesMax {
			return fmt.Errorf("there are more than %d files", treeFilesMax)
		}
		if strings.Count(path, "/") > treeDepthMax {
			return fmt.Errorf("%s is deeper than %d folders", clip(path), treeDepthMax)
		}
		target := filepath.Join(to, filepath.FromSlash(path))
		if d.IsDir() {
			return os.MkdirAll(target, 0o700)
		}
		data, err := readFile(filepath.Join(from, filepath.FromSlash(path)), treeFileMax)
		if err != nil {
			return fmt.Errorf("%s: %w", clip(path), err)
		}
		return os.WriteFile(target, data, 0o600)
	})
}
