// SPDX-License-Identifier: Apache-2.0

package mail_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/mail"
)

func TestInvitationLimit(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	l := mail.NewInvitationLimit(func() time.Time { return now })
	refused := func(what string, err error, wait time.Duration) {
		t.Helper()
		if err == nil {
			t.Errorf("%s: no fault", what)
			return
		}
		if f := fault.Of(err); f.Kind != fault.Throttled || f.Code != "invitations_too_many" || f.Wait != wait {
			t.Errorf("%s: %+v, want a wait of %s", what, f, wait)
		}
	}
	taken := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	for i := range 5 {
		taken("to one address", l.Take(fmt.Sprint("inviter", i), "own", "ane@example.eus"))
	}
	now = now.Add(time.Hour)
	refused("by anybody, in any case", l.Take("another", "own", "Ane@Example.eus"), 23*time.Hour)
	refused("by nobody", l.Take("", "own", "ane@example.eus"), 23*time.Hour)
	taken("of another organization", l.Take("another", "other", "ane@example.eus"))
	taken("to another address", l.Take("another", "own", "jon@example.eus"))
	now = now.Add(23 * time.Hour)
	taken("a day later", l.Take("another", "own", "ane@example.eus"))

	for i := range 60 {
		taken("by one person", l.Take("miren", "own", fmt.Sprintf("%d@example.eus", i)))
	}
	now = now.Add(10 * time.Minute)
	refused("by one person", l.Take("miren", "other", "x@example.eus"), 50*time.Minute)
	taken("by another person", l.Take("jon", "own", "x@example.eus"))
	now = now.Add(50 * time.Minute)
	taken("an hour later", l.Take("miren", "own", "x@example.eus"))

	var none *mail.InvitationLimit
	for range 100 {
		taken("without a limit", none.Take("miren", "own", "x@example.eus"))
	}
}
