// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package supervise

import (
	"errors"
	"os"
	"os/exec"
)

// isolate does nothing here: such children outlive a program that is killed.
func isolate(*exec.Cmd) {}

func terminate(cmd *exec.Cmd) error {
	err := cmd.Process.Signal(os.Interrupt)
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	if err != nil {
		return cmd.Process.Kill()
	}
	return nil
}

func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

func processUsage(int) Usage { return Usage{} }
