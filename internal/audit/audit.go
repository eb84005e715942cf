// SPDX-License-Identifier: Apache-2.0

// Package audit keeps the trail of administrative acts: who did what to which object, from where, and how it ended.
//
// Entries are chained by their hashes (package auditlog is the format); the newest hash is put on a ledger now and then,
// so that a trail that was cut or written anew is told from the true one. An act's life:
//
//	Begin                      End
//	──────► intent (durable) ───────► entry: done, refused or failed
//	             │ crash
//	             └──► Recover ──────► entry: interrupted
//
// Nothing is ever deleted from the trail.
package audit

import (
	"context"
	"encoding/json"
	"time"
)

// Outcome of an act.
type Outcome string

// The outcomes.
const (
	Done        Outcome = "done"
	Refused     Outcome = "refused"     // nothing was changed
	Failed      Outcome = "failed"      // by the platform's fault: part of it may have been done
	Interrupted Outcome = "interrupted" // the platform was stopped before it knew; Code says what is known
)

// Codes of interrupted acts.
const (
	CodeStored  = "change_stored"  // the act's change is in the store
	CodeUnknown = "change_unknown" // it is not; what was done outside of the store is not known
)

// Platform is the credential of what the platform does by itself.
const Platform = "platform"

// Actor is who acted.
type Actor struct {
	Credential   string `json:"credential"` // ID of it, Platform, or empty: nobody knows
	Member       string `json:"member"`     // ID of the person, where the credential is one's
	Name         string `json:"name"`
	Role         string `json:"role"`
	Organization string `json:"organization"`
}

// Entry is one entry, as it is hashed: package auditlog says how. Changing a field's name or leaving one out changes the
// hashes of new entries only, and a reader must bear with members that it does not know.
type Entry struct {
	Version       int             `json:"version"`  // of the format: 1
	Sequence      uint64          `json:"sequence"` // from 1, without gaps
	Time          string          `json:"time"`     // RFC 3339, UTC, microseconds; when the entry was made
	Actor         Actor           `json:"actor"`
	Organizations []string        `json:"organizations"` // that it concerns
	Action        string          `json:"action"`        // operationId of the API, or "noun.verb" of the platform's own
	Object        string          `json:"object"`        // "noun/id", perhaps within others: "organization/a/application/b"
	Outcome       Outcome         `json:"outcome"`
	Code          string          `json:"code"`   // of the problem that was answered, or empty
	Before        json.RawMessage `json:"before"` // what the object was, or null
	After         json.RawMessage `json:"after"`  // what it is, or null
	Source        string          `json:"source"` // IP address that the request came from
	UserAgent     string          `json:"userAgent"`
	RequestID     string          `json:"requestId"`
	Suppressed    uint64          `json:"suppressed"` // refused acts of unknown callers, since the entry before, that have no entry
	Previous      string          `json:"previous"`   // hash of the entry before
	Hash          string          `json:"hash"`
}

// Record is an entry as it is kept: its line, and what it is found by.
type Record struct {
	Sequence uint64
	Time     time.Time
	Actor    string // credential
	Action   string
	Orgs     []string
	Hash     string
	Line     []byte // JSON in canonical form, with the hash
}

// Entry decodes a record.
func (r Record) Entry() (Entry, error) {
	var e Entry
	err := json.Unmarshal(r.Line, &e)
	return e, err
}

// Head is the end of the trail.
type Head struct {
	Sequence uint64 // 0: empty
	Hash     string
}

// Intent is an act that has begun.
type Intent struct {
	ID      string
	Began   time.Time
	Act     Act
	Applied bool // a store transaction of the act was committed
}

// Filter selects entries. Zero fields select all.
type Filter struct {
	Org    string
	Actor  string
	Action string
	From   time.Time // inclusive
	To     time.Time // exclusive
	After  uint64    // sequence: only newer ones, oldest first
	Before uint64    // sequence: only older ones; with Newest
	Newest bool      // newest first
	Limit  int
}

// Store keeps the trail. It never changes or deletes an entry.
type Store interface {
	// AuditHead gives the end of the trail.
	AuditHead(ctx context.Context) (Head, error)
	// PutAudit stores an entry; one of its sequence must not be there.
	PutAudit(ctx context.Context, r Record) error
	ListAudit(ctx context.Context, f Filter) ([]Record, error)
	// PendingAudit counts entries after a sequence, those of some actions left out, and gives the time of the oldest.
	PendingAudit(ctx context.Context, after uint64, except ...string) (count int, oldest time.Time, err error)
	PutAuditIntent(ctx context.Context, i Intent) error
	DeleteAuditIntent(ctx context.Context, id string) error
	// ListAuditIntents gives them in the order of their IDs.
	ListAuditIntents(ctx context.Context) ([]Intent, error)
}

// transactor runs a function in one store transaction.
type transactor interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
}
