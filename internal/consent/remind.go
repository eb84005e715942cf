// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Long is for how long a request may be open before its organization is reminded, once, and operators see it.
const Long = 3 * 24 * time.Hour

// remindEvery is how often open requests are looked at; their age is counted in days.
const remindEvery = time.Minute

// Waiting gives since when a request's signature is waited for.
func (r Request) Waiting() time.Time {
	if r.Since.IsZero() { // made before that was recorded
		return r.CreatedAt
	}
	return r.Since
}

// Run reminds of requests that are open for long, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	ticker := time.NewTicker(remindEvery)
	defer ticker.Stop()
	for {
		if err := s.Tick(ctx); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "remind of signature requests", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// Tick reminds of what is due now, each once. It may be called at any time and any number of times.
func (s *Service) Tick(ctx context.Context) error {
	open, err := s.store.ListSignatureRequests(ctx, Filter{State: Open})
	if err != nil {
		return err
	}
	var errs []error
	for _, r := range open {
		if err := s.remindOf(ctx, r.ID); err != nil {
			errs = append(errs, fmt.Errorf("remind %s of %s: %w", r.Org, r.ID, err))
		}
	}
	return errors.Join(errs...)
}

func (s *Service) remindOf(ctx context.Context, id string) error {
	return s.tx.InTx(ctx, func(ctx context.Context) error {
		r, err := s.store.GetSignatureRequest(ctx, id)
		if err != nil {
			return err
		}
		now := s.now()
		age := now.Sub(r.Waiting())
		if s.remind == nil || r.State != Open || !r.RemindedAt.IsZero() || age < Long {
			return nil
		}
		r.RemindedAt = now
		if err := s.store.UpdateSignatureRequest(ctx, r); err != nil {
			return err
		}
		return s.remind(ctx, r, int(age/(24*time.Hour)))
	})
}

// Oldest gives, of each organization that is asked for a signature, the open request that has waited longest.
func (s *Service) Oldest(ctx context.Context) (map[string]Request, error) {
	open, err := s.store.ListSignatureRequests(ctx, Filter{State: Open})
	oldest := map[string]Request{}
	for _, r := range open {
		if first, known := oldest[r.Org]; !known || r.Waiting().Before(first.Waiting()) {
			oldest[r.Org] = r
		}
	}
	return oldest, err
}
