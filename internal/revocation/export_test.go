// SPDX-License-Identifier: Apache-2.0

package revocation

import (
	"context"
	"errors"
)

// Round does once what Run does again and again.
func (s *Service) Round(ctx context.Context) error {
	return errors.Join(s.refresh(ctx), s.catchUp(ctx), s.followAll(ctx), s.notice(ctx), s.poll(ctx))
}
