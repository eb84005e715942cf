// SPDX-License-Identifier: Apache-2.0

package client

// What the tests see of the inside.
var (
	ReadEvents      = readEvents
	DecodeOperation = decodeOperation
)
