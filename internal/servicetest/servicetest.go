// SPDX-License-Identifier: Apache-2.0

// Package servicetest runs services beside tests.
package servicetest

import (
	"context"
	"errors"
	"testing"
)

// Run runs a service until the test ends, and waits for it. What it works on is to be closed by cleanups that were
// registered before. To be stopped is no error.
func Run(t *testing.T, run func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("run: %v", err)
		}
	})
}
