// SPDX-License-Identifier: Apache-2.0

package audit

import "context"

// Due tells whether an anchor is due.
func (s *Service) Due(ctx context.Context, full bool) (bool, error) { return s.due(ctx, full) }

// CatchUp stores what the store did not take.
func (s *Service) CatchUp(ctx context.Context) { s.catchUp(ctx) }
