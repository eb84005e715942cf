// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"

	"github.com/blockchain4all/blockchain4all/internal/builder"
)

// build runs a step of the external chaincode builder when the program was started under the name of one.
func build(argv []string, stdout, stderr io.Writer) (code int, handled bool) {
	return builder.Main(argv, stdout, stderr)
}
