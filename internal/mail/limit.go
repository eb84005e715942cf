// SPDX-License-Identifier: Apache-2.0

package mail

import (
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/throttle"
)

// How many invitations by mail are allowed. The limit of an address is each organization's own: else one could use
// another's up, and learn from it who else invites.
const (
	perInviter = 60 // an hour
	perAddress = 5  // a day, from one organization
)

// InvitationLimit bounds the mails that people have sent to addresses of their choice. It is shared by all that invite,
// kept in memory, and safe for concurrent use. nil is no limit.
type InvitationLimit struct {
	byInviter, byAddress *throttle.Limiter
	now                  func() time.Time
}

// NewInvitationLimit makes the limit. now may be nil: time.Now.
func NewInvitationLimit(now func() time.Time) *InvitationLimit {
	if now == nil {
		now = time.Now
	}
	return &InvitationLimit{
		byInviter: throttle.New(perInviter, time.Hour), byAddress: throttle.New(perAddress, 24*time.Hour), now: now,
	}
}

// Take counts a mail by who invites for an organization (empty: the platform) to an address. One too many is a
// fault.Throttled "invitations_too_many", which tells the wait. An empty who is nobody's doing and bounded by the address
// alone.
func (l *InvitationLimit) Take(who, orgID, address string) error {
	if l == nil {
		return nil
	}
	now := l.now()
	if who != "" {
		if wait := l.byInviter.Take(who, now); wait > 0 {
			return tooMany("you have sent %d invitations by mail within an hour", perInviter, wait)
		}
	}
	if wait := l.byAddress.Take(orgID+"\x00"+strings.ToLower(address), now); wait > 0 {
		return tooMany("this address was sent %d invitations within a day", perAddress, wait)
	}
	return nil
}

func tooMany(why string, n int, wait time.Duration) error {
	return fault.New(fault.Throttled, "invitations_too_many", why, n).
		WithHint("wait %s, or hand over the link of the invitation before", max(time.Second, wait.Round(time.Second))).WithWait(wait)
}
