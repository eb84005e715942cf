// SPDX-License-Identifier: Apache-2.0

package local

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// removed marks folders that are being destroyed.
const removed = ".removed-"

// update makes a file hold content, with mode 0600, in one step; one that holds it is left alone.
func update(path string, content []byte) error {
	old, err := os.ReadFile(path) //nolint:gosec // below the driver's root
	if err == nil && bytes.Equal(old, content) {
		return nil
	}
	return replace(path, content, false)
}

// replace writes a file in one step; durable: it is on the disk on return.
func replace(path string, content []byte, durable bool) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(content)
	if err == nil && durable {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	if durable {
		return syncFolder(filepath.Dir(path))
	}
	return nil
}

func syncFolder(dir string) (err error) {
	f, err := os.Open(dir) //nolint:gosec // below the driver's root
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return f.Sync()
}

// mirror makes dir hold exactly these files, by relative path with slashes.
func mirror(dir string, files map[string][]byte) error {
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := update(path, content); err != nil {
			return err
		}
	}
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if _, wanted := files[filepath.ToSlash(name)]; wanted {
			return nil
		}
		return os.Remove(path) //nolint:gosec // a 0700 folder of our own: nobody else puts links into it
	})
}

// destroy removes a folder so that a crash midway leaves none of its name.
func destroy(dir string) error {
	grave := filepath.Join(filepath.Dir(dir), removed+rand.Text())
	if err := os.Rename(dir, grave); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return fmt.Errorf("set aside %s: %w", filepath.Base(dir), err)
	}
	return os.RemoveAll(grave)
}

// sweep finishes what destroy began before a crash.
func sweep(root string) error {
	entries, err := os.ReadDir(root)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), removed) {
			if err := os.RemoveAll(filepath.Join(root, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// layBuilder makes dir an external chaincode builder of the program executable: bin/detect, bin/build and bin/release
// lead to it, and the program does the job of the name that it is called by.
func layBuilder(dir, executable string) error {
	bin := filepath.Join(dir, "bin")
	if err := os.MkdirAll(bin, 0o700); err != nil {
		return err
	}
	for _, name := range []string{"detect", "build", "release"} {
		link := filepath.Join(bin, name)
		if target, err := os.Readlink(link); err == nil && target == executable {
			continue
		}
		fresh := filepath.Join(bin, ".new-"+rand.Text())
		if err := os.Symlink(executable, fresh); err != nil {
			return err
		}
		if err := os.Rename(fresh, link); err != nil {
			return errors.Join(err, os.Remove(fresh))
		}
	}
	return nil
}
