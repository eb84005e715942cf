// SPDX-License-Identifier: Apache-2.0

package member

import "context"

// What the tests look at from outside.
var (
	Delay      = delay
	ParseHash  = parseHash
	CheckEmail = checkEmail
)

// Hash hashes a password.
func (s *Service) Hash(ctx context.Context, password string) (string, error) {
	return s.hash(ctx, password)
}

// SourceName names a source address as failures are counted for it.
func SourceName(source string) string {
	sub, _ := sourceSubject(source)
	return sub.name
}
