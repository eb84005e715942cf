// SPDX-License-Identifier: Apache-2.0

// Package fault holds the coded errors of the platform.
//
// An error that may reach a user is a *Error: a kind (which decides the HTTP status and the CLI's exit code), a stable
// code for programs, a sentence for people, and a private cause for the log. Errors without a code are internal: the
// edge shows nothing of them.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind is the category of a fault. Kinds are matched with errors.Is: errors.Is(err, fault.NotFound).
type Kind string

// The kinds, and what each tells the caller to do.
const (
	Invalid         Kind = "invalid"         // correct the request; nothing was changed
	Unauthenticated Kind = "unauthenticated" // sign in or send a valid token
	Forbidden       Kind = "forbidden"       // ask for the right
	NotFound        Kind = "not_found"       // absent, or another tenant's: the two look alike
	Conflict        Kind = "conflict"        // the state does not allow it now
	TooLarge        Kind = "too_large"       // send less
	Rejected        Kind = "rejected"        // the ledger or its contract refused the transaction
	Throttled       Kind = "throttled"       // wait, then try again
	Unavailable     Kind = "unavailable"     // try again later, as it is
	Internal        Kind = "internal"        // our fault
)

// Error implements error, so that a kind can be the target of errors.Is.
func (k Kind) Error() string { return string(k) }

// Detail is one precise complaint within a fault: where, and what is wrong there.
type Detail struct {
	Location string // JSON path of the value ("body.name"), CSV line ("line 12"), or the party that said it ("peer bizkaia-peer0")
	Message  string
	Code     string // stable, for programs that say it in their user's language; may be empty
}

// Error is a coded fault.
type Error struct {
	Kind    Kind
	Code    string // stable, snake_case: "org_exists"
	Message string // a public sentence: what was wrong
	Hint    string // a public sentence: what to do; may be empty
	Details []Detail
	Wait    time.Duration // of Throttled: before the next try
	Cause   error         // private; for the log
}

// New returns a fault with a public message formatted from format and args.
func New(kind Kind, code, format string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Message: fmt.Sprintf(format, args...)}
}

// WithHint returns a copy of e that tells what to do.
func (e *Error) WithHint(format string, args ...any) *Error {
	c := *e
	c.Hint = fmt.Sprintf(format, args...)
	return &c
}

// WithCause returns a copy of e that carries its private cause.
func (e *Error) WithCause(err error) *Error {
	c := *e
	c.Cause = err
	return &c
}

// WithWait returns a copy of e that tells how long to wait before the next try.
func (e *Error) WithWait(d time.Duration) *Error {
	c := *e
	c.Wait = d
	return &c
}

// WithDetail returns a copy of e with one more detail.
func (e *Error) WithDetail(location, message string) *Error {
	c := *e
	c.Details = append(append([]Detail(nil), e.Details...), Detail{Location: location, Message: message})
	return &c
}

// WithField returns a copy of e with one more detail that has a code of its own.
func (e *Error) WithField(location, code, message string) *Error {
	c := *e
	c.Details = append(append([]Detail(nil), e.Details...), Detail{Location: location, Message: message, Code: code})
	return &c
}

// Error gives the message and, for the log, the cause.
func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Message + ": " + e.Cause.Error()
	}
	return e.Message
}

// Unwrap gives the private cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is matches a Kind, or another *Error with the same code.
func (e *Error) Is(target error) bool {
	var other *Error
	switch t := target.(type) {
	case Kind:
		return e.Kind == t
	case *Error:
		other = t
	default:
		return false
	}
	return e.Code != "" && e.Code == other.Code
}

// Of returns the first fault in err's chain, or an internal one with the code "internal" that hides err.
func Of(err error) *Error {
	if f, ok := errors.AsType[*Error](err); ok {
		return f
	}
	return &Error{
		Kind: Internal, Code: "internal", Message: "the platform could not do this",
		Hint: "try again; if it stays, give the operator the request ID", Cause: err,
	}
}

// KindOf returns the kind of the first fault in err's chain, or Internal.
func KindOf(err error) Kind { return Of(err).Kind }
