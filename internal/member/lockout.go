// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"encoding/hex"
	"net/netip"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// An account, whether it exists or not, and a source address bear some failures; each further one doubles the time in
// which nothing is tried for them, from a second to a quarter of an hour. They are forgotten a day after the last.
const (
	freeOfAccount = 5
	freeOfSource  = 30
	freeOfReset   = 3
	maxDelay      = 15 * time.Minute
	failureAge    = 24 * time.Hour
)

// accountPrefix begins the subjects of accounts.
const accountPrefix = "account:"

// subject is what failures are counted for.
type subject struct {
	name string
	free int
}

// accountSubject names an account by a digest, so that addresses which are no account's are not kept.
func accountSubject(email string) subject {
	return subject{name: accountPrefix + hex.EncodeToString(digest(email)), free: freeOfAccount}
}

func resetSubject(email string) subject {
	return subject{name: "reset:" + hex.EncodeToString(digest(email)), free: freeOfReset}
}

// sourceSubject names a network address. An IPv6 subscriber has a /64, so that counts as one.
func sourceSubject(source string) (subject, bool) {
	address, err := netip.ParseAddr(source)
	if err != nil {
		return subject{}, false
	}
	address = address.Unmap().WithZone("")
	if address.Is6() {
		if network, err := address.Prefix(64); err == nil {
			address = network.Addr()
		}
	}
	return subject{name: "source:" + address.String(), free: freeOfSource}, true
}

func subjectsOf(email, source string) []subject {
	all := []subject{accountSubject(email)}
	if from, ok := sourceSubject(source); ok {
		all = append(all, from)
	}
	return all
}

// delay gives how long nothing is tried after so many failures.
func delay(count, free int) time.Duration {
	if count < free {
		return 0
	}
	if count-free >= 10 { // 2^10 s is over the maximum
		return maxDelay
	}
	return min(time.Second<<(count-free), maxDelay)
}

// reserve counts a failure for each subject before anything is tried, so that many tries side by side are all counted;
// restore takes it back when the try was none. It gives what was counted before. A subject that must wait is a
// fault.Throttled "sign_in_delayed", and nothing is counted.
func (s *Service) reserve(ctx context.Context, subjects []subject) ([]Failures, error) {
	var before []Failures
	err := s.tx.InTx(ctx, func(ctx context.Context) error {
		now := s.now()
		for _, sub := range subjects {
			f, err := s.store.GetFailures(ctx, sub.name)
			if err != nil {
				return err
			}
			if now.Sub(f.Last) > failureAge {
				f.Count = 0
			}
			if f.Last.After(now) { // the clock was ahead: nobody waits until then
				f.Last = now
			}
			if wait := f.Last.Add(delay(f.Count, sub.free)).Sub(now); wait > 0 {
				return fault.New(fault.Throttled, "sign_in_delayed", "too many tries: wait %s", max(time.Second, wait.Round(time.Second))).
					WithHint("wait, then try again; a forgotten password can be reset by mail").WithWait(wait)
			}
			before = append(before, f)
		}
		for _, f := range before {
			f.Count, f.Last = f.Count+1, now
			if err := s.store.PutFailures(ctx, f); err != nil {
				return err
			}
		}
		return nil
	})
	return before, err
}

// restore takes back a failure that was reserved. After a success the account starts afresh; a source does not, else
// one good account would let it try all others for ever.
func (s *Service) restore(ctx context.Context, before []Failures, success bool) error {
	return s.tx.InTx(ctx, func(ctx context.Context) error {
		for _, was := range before {
			f, err := s.store.GetFailures(ctx, was.Subject)
			if err != nil {
				return err
			}
			f.Count = max(0, f.Count-1)
			if f.Count == was.Count {
				f.Last = was.Last
			}
			if success && strings.HasPrefix(f.Subject, accountPrefix) {
				f.Count = 0
			}
			if err := s.store.PutFailures(ctx, f); err != nil {
				return err
			}
		}
		return nil
	})
}
