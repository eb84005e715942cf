// SPDX-License-Identifier: Apache-2.0

package fault_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

func TestMatching(t *testing.T) {
	t.Parallel()
	base := fault.New(fault.NotFound, "ledger_not_found", "there is no ledger %q", "x")
	full := base.WithHint("see %s", "list").WithCause(io.EOF).WithDetail("body", "x")
	wrapped := fmt.Errorf("step: %w", full)
	if !errors.Is(wrapped, fault.NotFound) || errors.Is(wrapped, fault.Conflict) {
		t.Error("kinds don't match")
	}
	if !errors.Is(wrapped, base) || errors.Is(wrapped, fault.New(fault.NotFound, "other", "")) {
		t.Error("codes don't match")
	}
	if !errors.Is(wrapped, io.EOF) {
		t.Error("the cause is lost")
	}
	if base.Hint != "" || base.Cause != nil || base.Details != nil {
		t.Errorf("a copy changed its original: %+v", base)
	}
	if got := fault.Of(wrapped); got.Message != `there is no ledger "x"` || got.Hint != "see list" || len(got.Details) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestUncodedErrorsShowNothing(t *testing.T) {
	t.Parallel()
	secret := errors.New("secret")
	f := fault.Of(secret)
	if f.Kind != fault.Internal || f.Code != "internal" || f.Message == secret.Error() || !errors.Is(f, secret) {
		t.Errorf("%+v", f)
	}
	if fault.KindOf(nil) != fault.Internal {
		t.Error("the kind of no error")
	}
}
