// SPDX-License-Identifier: Apache-2.0

package transaction

import "context"

// Evaluated is evaluated.
func Evaluated(raw []byte) map[string]bool { return evaluated(raw) }

// Patiently is patiently.
func Patiently(ctx context.Context, endorse func(ctx context.Context) (string, error)) (string, error) {
	return patiently(ctx, endorsePatience, endorse)
}
