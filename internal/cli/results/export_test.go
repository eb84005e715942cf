// SPDX-License-Identifier: Apache-2.0

package results

// CanonicalMark is canonicalMark for tests.
func CanonicalMark(mark string) (string, bool) {
	c, fault := canonicalMark(mark)
	return c, fault == nil
}
