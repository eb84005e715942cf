// SPDX-License-Identifier: Apache-2.0

package clientcert

// What the tests look at from outside.
var (
	Identity = identity
	InScope  = inScope
)
