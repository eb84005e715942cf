// SPDX-License-Identifier: Apache-2.0

package member

// What the tests look at from outside.
var (
	Delay      = delay
	ParseHash  = parseHash
	CheckEmail = checkEmail
)

// SourceName names a source address as failures are counted for it.
func SourceName(source string) string {
	sub, _ := sourceSubject(source)
	return sub.name
}
