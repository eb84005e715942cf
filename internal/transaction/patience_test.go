// SPDX-License-Identifier: Apache-2.0

package transaction_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/transaction"
)

func TestPatience(t *testing.T) {
	t.Parallel()
	away, refused := fault.New(fault.Unavailable, "endorsers_unavailable", "away"), fault.New(fault.Forbidden, "creator_refused", "refused")
	for what, c := range map[string]struct {
		answers []error // the last one stays
		want    error
		tries   int
		lasts   time.Duration // at most
	}{
		"at once":       {[]error{nil}, nil, 1, 0},
		"a restart":     {[]error{away, away, nil}, nil, 3, time.Second},
		"refused":       {[]error{away, refused}, refused, 2, time.Second},
		"away for good": {[]error{away}, away, 33, 30 * time.Second},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began, tries := time.Now(), 0
				_, err := transaction.Patiently(t.Context(), func(context.Context) (string, error) {
					tries++
					return "", c.answers[min(tries, len(c.answers))-1]
				})
				if !errors.Is(err, c.want) || tries != c.tries || time.Since(began) > c.lasts {
					t.Errorf("%v after %d tries and %s; want %v, %d, %s", err, tries, time.Since(began), c.want, c.tries, c.lasts)
				}
			})
		})
	}
}
