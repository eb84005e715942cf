// SPDX-License-Identifier: Apache-2.0

package revocation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/org"
)

const day = 24 * time.Hour

// noticeDays are how many days before the end of a certificate its holder is told, soonest last.
func noticeDays() []int { return []int{60, 30, 7} }

// notice tells holders who keep their own keys that their certificates end: nobody else can renew these. So it is with all
// certificates of an organization that issues for itself. Each is told
// once for each threshold; a threshold that is longer than the certificate's life is left out.
func (s *Service) notice(ctx context.Context) error {
	orgs, err := s.Orgs.List(ctx, "", 0)
	if err != nil {
		return err
	}
	var errs []error
	for _, o := range orgs {
		current, err := s.Orgs.Current(ctx, o.ID)
		if err != nil {
			return err
		}
		for _, c := range current {
			if err := s.noticeOf(ctx, c, o.External); err != nil {
				errs = append(errs, fmt.Errorf("notice to %s of %s: %w", c.Holder, c.Org, err))
			}
		}
	}
	return errors.Join(errs...)
}

func (s *Service) noticeOf(ctx context.Context, c org.Certificate, external bool) error {
	now := s.Now()
	due := dueNotices(c, now)
	if len(due) == 0 {
		return nil
	}
	kept, err := s.Orgs.KeptByHolder(ctx, c)
	if err != nil || !kept && !external {
		return err
	}
	given, err := s.Store.Noticed(ctx, c.Org, c.Serial)
	if err != nil {
		return err
	}
	due = slices.DeleteFunc(due, func(days int) bool { return slices.Contains(given, days) })
	if len(due) == 0 {
		return nil
	}
	if err := s.tell(ctx, c, int(c.NotAfter.Sub(now)/day)); err != nil {
		return err
	}
	for _, days := range due {
		if err := s.Store.PutNotice(ctx, c.Org, c.Serial, days, now); err != nil {
			return err
		}
	}
	return nil
}

// dueNotices gives the thresholds that a certificate has come to. Several at once are one notice.
func dueNotices(c org.Certificate, now time.Time) []int {
	var due []int
	left := c.NotAfter.Sub(now)
	if left <= 0 {
		return nil
	}
	for _, days := range noticeDays() {
		threshold := time.Duration(days) * day
		if left <= threshold && c.NotAfter.Sub(c.NotBefore) > threshold {
			due = append(due, days)
		}
	}
	return due
}

func (s *Service) tell(ctx context.Context, c org.Certificate, daysLeft int) error {
	if s.Notify != nil {
		return s.Notify(ctx, c.Org, c.Holder, c, daysLeft)
	}
	s.Log.WarnContext(ctx, "certificate ends", "org", c.Org, "holder", c.Holder, "serial", c.Serial, "days", daysLeft)
	return nil
}
