// SPDX-License-Identifier: Apache-2.0

package local

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/supervise"
)

// The log of a process: 4 files of 8 MiB at most.
const (
	logMax  = 8 << 20
	logKeep = 3
)

func logFile(dir, name string) *supervise.LogFile {
	return &supervise.LogFile{Path: filepath.Join(dir, "log", name), Max: logMax, Keep: logKeep}
}

func readTail(l *supervise.LogFile, lines int) (io.ReadCloser, error) {
	text, err := l.Tail(lines)
	if err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	return io.NopCloser(bytes.NewReader(text)), nil
}

// notReady turns the end of a wait into a fault.
func notReady(id string, err error) error {
	var state *supervise.StateError
	if !errors.As(err, &state) {
		return err
	}
	if f := (*fault.Error)(nil); errors.As(state.Status.Err, &f) {
		return f
	}
	code, hint := "node_not_ready", "look at its log"
	if state.Status.Phase == supervise.Failed {
		code = "node_failed"
	}
	return fault.New(fault.Unavailable, code, "%s is %s: %s", id, state.Status.Phase, state.Status.Reason).
		WithHint("%s", hint).WithCause(err)
}
