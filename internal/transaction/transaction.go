// SPDX-License-Identifier: Apache-2.0

// Package transaction submits transactions exactly once: one signed envelope, one transaction ID, kept before it is
// sent when the caller gave an idempotency key, retried as it is, its commit status looked up before any failure is
// reported.
package transaction

import (
	"context"
	"time"
)

// Envelope is a signed transaction that was or will be sent, kept under its caller's idempotency key.
type Envelope struct {
	Actor     string
	Key       string // the caller's Idempotency-Key; unique with Actor
	Request   []byte // SHA-256 of the request, to tell another request under the same key
	Channel   string
	Org       string
	TxID      string
	Bytes     []byte // signed envelope
	Result    []byte // what the contract returned
	CreatedAt time.Time
}

// Store keeps envelopes.
type Store interface {
	// PutEnvelope stores e durably unless its actor and key are taken, and returns what is stored then: e itself, or
	// the earlier one.
	PutEnvelope(ctx context.Context, e Envelope) (Envelope, error)
	// FindEnvelope returns the envelope of an actor's key, or false.
	FindEnvelope(ctx context.Context, actor, key string) (Envelope, bool, error)
	// DeleteEnvelopes removes those created before t.
	DeleteEnvelopes(ctx context.Context, t time.Time) error
}
