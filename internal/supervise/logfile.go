// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"sync"
)

// LogFile is a log that is kept in files of bounded size: name, name.1 (older), name.2 and so on. Each file's mode is
// 0600. It is opened with the first write; after an error, as on a full disk, the next write tries again.
type LogFile struct {
	Path string
	Max  int64 // bytes of one file
	Keep int   // older files

	mu   sync.Mutex
	file *os.File
	size int64
}

// Write implements io.Writer.
func (l *LogFile) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil && l.size > 0 && l.size+int64(len(p)) > l.Max {
		if err := l.rotate(); err != nil {
			return 0, fmt.Errorf("rotate log: %w", err)
		}
	}
	if l.file == nil {
		if err := l.open(); err != nil {
			return 0, fmt.Errorf("open log: %w", err)
		}
	}
	n, err := l.file.Write(p)
	l.size += int64(n)
	return n, err
}

func (l *LogFile) open() error {
	f, err := os.OpenFile(l.Path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	l.file, l.size = f, info.Size()
	return nil
}

func (l *LogFile) rotate() error {
	err := l.file.Close()
	l.file = nil
	for i := l.Keep; i > 0; i-- {
		from := l.name(i - 1)
		if renameErr := os.Rename(from, l.name(i)); !errors.Is(renameErr, fs.ErrNotExist) {
			err = errors.Join(err, renameErr)
		}
	}
	if l.Keep == 0 {
		err = errors.Join(err, os.Remove(l.Path))
	}
	return err
}

func (l *LogFile) name(age int) string {
	if age == 0 {
		return l.Path
	}
	return l.Path + "." + strconv.Itoa(age)
}

// Close closes the file. A later write opens it again.
func (l *LogFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	return err
}

// Tail gives the last n lines with their line ends, from the newest file and, if it has fewer, the one before. No file
// is no lines.
func (l *LogFile) Tail(n int) ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	newest, err := tailOf(l.name(0), n)
	if err != nil {
		return nil, err
	}
	if missing := n - bytes.Count(newest, []byte("\n")); missing > 0 && l.Keep > 0 {
		older, err := tailOf(l.name(1), missing)
		if err != nil {
			return nil, err
		}
		return append(older, newest...), nil
	}
	return newest, nil
}

// tailOf reads a file backwards until it has n lines.
func tailOf(path string, n int) (tail []byte, err error) {
	if n <= 0 {
		return nil, nil
	}
	f, err := os.Open(path) //nolint:gosec // the caller's log
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	const step = 64 << 10
	for end > 0 && bytes.Count(tail, []byte("\n")) <= n {
		begin := max(0, end-step)
		part := make([]byte, end-begin)
		if _, err := f.ReadAt(part, begin); err != nil {
			return nil, err
		}
		tail, end = slices.Concat(part, tail), begin
	}
	return lastLines(tail, n), nil
}

func lastLines(text []byte, n int) []byte {
	i := len(text)
	if i > 0 && text[i-1] == '\n' {
		i--
	}
	for range n {
		i = bytes.LastIndexByte(text[:i], '\n')
		if i < 0 {
			return text
		}
	}
	return text[i+1:]
}
