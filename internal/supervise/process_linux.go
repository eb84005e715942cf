// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// isolate gives the process a group of its own and SIGKILL at the death of the thread that starts it.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func terminate(cmd *exec.Cmd) error {
	err := cmd.Process.Signal(syscall.SIGTERM)
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// killGroup kills what is left of the process's group.
func killGroup(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // ESRCH: nothing is left
}

// clockTicks is the unit of CPU times in /proc: USER_HZ, 100 on every architecture that Go runs Linux on.
const clockTicks = 100

// processUsage reads /proc/PID/stat, proc_pid_stat(5). A process that is gone uses nothing.
func processUsage(pid int) Usage {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return Usage{}
	}
	// The name in parentheses may hold anything; the fields after it are numbered from 3.
	end := bytes.LastIndexByte(data, ')')
	if end < 0 {
		return Usage{}
	}
	fields := bytes.Fields(data[end+1:])
	number := func(n int) int64 {
		if n-3 >= len(fields) {
			return 0
		}
		v, err := strconv.ParseInt(string(fields[n-3]), 10, 64)
		if err != nil {
			return 0
		}
		return v
	}
	return Usage{
		CPUSeconds: float64(number(14)+number(15)) / clockTicks,
		RSSBytes:   number(24) * int64(os.Getpagesize()),
	}
}
