// SPDX-License-Identifier: Apache-2.0

package node

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// maxLogLine is the longest log line that is shown whole, bytes.
const maxLogLine = 64 << 10

// ReadLines reads a log to its end and closes it.
func ReadLines(r io.ReadCloser) (lines []string, err error) {
	defer func() { err = errors.Join(err, r.Close()) }()
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 0, 4096), maxLogLine)
	for scanner.Scan() {
		lines = append(lines, scanner.Text())
	}
	if err := scanner.Err(); err != nil {
		return lines, fmt.Errorf("read log: %w", err)
	}
	return lines, nil
}
