// SPDX-License-Identifier: Apache-2.0

package access

import "context"

// Credential gives the record of a principal's credential: of which kind it is and since when.
func (s *Service) Credential(ctx context.Context, id string) (Credential, error) {
	return s.store.GetCredential(ctx, id)
}
