// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"log/slog"
	"net/http"
	"net/netip"
	"testing"
)

// What the tests look at from outside.
var (
	NewProblem     = newProblem
	DecodeMetadata = decodeMetadata
	EncodeCursor   = encodeCursor
	Timely         = timely
)

// After decodes a cursor.
func After(cursor string) (string, error) { return Paging{Cursor: cursor}.after() }

// Sources gives the address by which a request is limited, and the one that is recorded of it.
func Sources(trusted []netip.Prefix, r *http.Request) (limit, record string) {
	s := &Server{Options: Options{TrustedProxies: trusted}}
	return s.sourceOf(r), s.originOf(r).address
}

// Bare is a server without services: it answers only what it refuses.
func Bare(t *testing.T) http.Handler {
	t.Helper()
	return New(Options{Log: slog.New(slog.DiscardHandler)})
}
