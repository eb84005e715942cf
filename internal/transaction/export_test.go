// SPDX-License-Identifier: Apache-2.0

package transaction

// Evaluated is evaluated.
func Evaluated(raw []byte) map[string]bool { return evaluated(raw) }
