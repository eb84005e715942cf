// SPDX-License-Identifier: Apache-2.0

package rotation

import "context"

// Round does once what Run does again and again.
func (s *Service) Round(ctx context.Context) error { return s.round(ctx) }
