// SPDX-License-Identifier: Apache-2.0

package refusal_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/blockchain4all/blockchain4all/contracts/internal/refusal"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err        error
		text, code string
		is         error
	}{
		"new": {refusal.New("a_code", "no %s", "b"), "a_code: no b", "a_code", nil},
		"internal": {
			refusal.Internal("read", io.EOF), "ledger_unavailable: read: EOF", "ledger_unavailable", io.EOF,
		},
		"prefix": {refusal.Prefix("row 1", refusal.New("a_code", "no")), "a_code: row 1: no", "a_code", nil},
		"prefix internal": {
			refusal.Prefix("row 1", refusal.Internal("read", io.EOF)), "ledger_unavailable: row 1: read: EOF",
			"ledger_unavailable", io.EOF,
		},
		"prefix other": {refusal.Prefix("row 1", io.EOF), "row 1: EOF", "", io.EOF},
		"wrapped":      {fmt.Errorf("step: %w", refusal.New("a_code", "no")), "step: a_code: no", "a_code", nil},
		"other":        {io.EOF, "EOF", "", io.EOF},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tc.err.Error() != tc.text || refusal.Code(tc.err) != tc.code ||
				tc.is != nil && !errors.Is(tc.err, tc.is) {
				t.Errorf("got %q, code %q", tc.err, refusal.Code(tc.err))
			}
		})
	}
}
