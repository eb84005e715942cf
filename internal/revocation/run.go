// SPDX-License-Identifier: Apache-2.0

package revocation

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"
)

// Run keeps lists fresh, carries to ledgers what they missed, follows members who are suspended or leave, gives notices
// and asks other authorities, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.repeat(ctx, s.Every, "publish revocation lists", s.refresh) })
	g.Go(func() error { return s.repeat(ctx, s.Every, "carry revocations to ledgers", s.catchUp) })
	g.Go(func() error { return s.repeat(ctx, s.Every, "follow members", s.followAll) })
	g.Go(func() error { return s.repeat(ctx, s.Every, "give notice of certificates that end", s.notice) })
	g.Go(func() error { return s.repeat(ctx, s.Poll, "ask other authorities", s.poll) })
	return g.Wait()
}

// repeat does something at once and then every so often. What fails is logged and done again.
func (s *Service) repeat(ctx context.Context, every time.Duration, what string, do func(context.Context) error) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			s.Log.WarnContext(ctx, "revocation round", "part", what, "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}
