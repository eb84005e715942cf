// SPDX-License-Identifier: Apache-2.0

// Package logtest keeps what programs say, so that failing tests can show it.
package logtest

import (
	"bytes"
	"sync"
)

// Buffer keeps all that is written to it. It may be read while others write.
type Buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
