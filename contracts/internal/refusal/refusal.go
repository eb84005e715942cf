// SPDX-License-Identifier: Apache-2.0

// Package refusal makes the errors that contracts answer with: text "code: sentence", where the code is stable and
// snake_case, so that programs match the code and people read the sentence.
//
// All endorsers must answer alike, so a sentence holds nothing that differs from peer to peer. It may be read by
// anyone on the ledger's peers: no marks, salts or other private input.
package refusal

import (
	"errors"
	"fmt"
)

// Error is a refused transaction.
type Error struct {
	Code     string // snake_case, stable
	Sentence string // for people, lower case, without a full stop
	cause    error
}

// New makes a refusal; the sentence is formatted as fmt.Sprintf does.
func New(code, format string, args ...any) *Error {
	return &Error{Code: code, Sentence: fmt.Sprintf(format, args...)}
}

// Internal is the refusal of a transaction that could not be decided: the ledger did not answer, or state can't be
// read. The step says what was tried.
func Internal(step string, cause error) *Error {
	return &Error{Code: "ledger_unavailable", Sentence: fmt.Sprintf("%s: %v", step, cause), cause: cause}
}

// Error gives "code: sentence".
func (e *Error) Error() string { return e.Code + ": " + e.Sentence }

// Unwrap gives the cause, or nil.
func (e *Error) Unwrap() error { return e.cause }

// Prefix puts where before the sentence of a refusal, keeping its code; other errors are wrapped as they are.
func Prefix(where string, err error) error {
	if r, ok := errors.AsType[*Error](err); ok {
		return &Error{Code: r.Code, Sentence: where + ": " + r.Sentence, cause: r.cause}
	}
	return fmt.Errorf("%s: %w", where, err)
}

// Code gives the code of a refusal in err's chain, or "".
func Code(err error) string {
	if r, ok := errors.AsType[*Error](err); ok {
		return r.Code
	}
	return ""
}
