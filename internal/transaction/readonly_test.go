// SPDX-License-Identifier: Apache-2.0

package transaction_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/internal/transaction"
)

func TestEvaluated(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		raw  string
		want map[string]bool
	}{
		"tags": {
			`{"contracts":{"exams":{"transactions":[{"name":"Get","tag":["evaluate","EVALUATE"]},{"name":"Put","tag":["SUBMIT"]}]}}}`,
			map[string]bool{"Get": true, "exams:Get": true},
		},
		"none":    {`{}`, map[string]bool{}},
		"garbage": {`[`, map[string]bool{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, transaction.Evaluated([]byte(c.raw))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
