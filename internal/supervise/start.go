// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"errors"
	"os/exec"
	"runtime"
)

var errClosed = errors.New("supervisor is closed")

// startChildren starts processes for all others. It owns its OS thread; the thread ends with it, when no child is left.
func (s *Supervisor) startChildren() {
	runtime.LockOSThread()
	for {
		select {
		case r := <-s.starts:
			r.done <- r.cmd.Start()
		case <-s.closed:
			return
		}
	}
}

func (s *Supervisor) start(cmd *exec.Cmd) error {
	done := make(chan error, 1)
	select {
	case s.starts <- startRequest{cmd: cmd, done: done}:
		return <-done
	case <-s.closed:
		return errClosed
	}
}
