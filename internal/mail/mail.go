// SPDX-License-Identifier: Apache-2.0

// Package mail sends mails to people from a durable outbox.
//
//	         Queue            accepted by the server
//	(none) ─────────► queued ────────────────────────► sent
//	                   │  ▲ not now: again, with back-off
//	                   │  └──┐
//	                   └─────┴── refused for good, or too old ──► failed ── Retry ──► queued
//
// A message is queued in the caller's store transaction: it exists if and only if what it tells about does. It is sent
// at least once: a crash between the server's acceptance and its record sends it again under the same Message-ID, by
// which mail programs know it for the same. What a message says is forgotten as soon as it is sent or too old; that
// of one which was refused is kept until it is too old, so that it can be sent once the cause is mended.
//
// Without a transport mail is off: messages stay queued, which the doctor shows, and are sent or too old later.
package mail

import (
	"context"
	"time"
)

// State of a message in the outbox.
type State string

// The states.
const (
	Queued State = "queued"
	Sent   State = "sent"
	Failed State = "failed"
)

// Entry is a message in the outbox.
type Entry struct {
	ID        string // ULID; the Message-ID is made of it
	Message   Message
	State     State
	Attempts  int
	NextTry   time.Time
	Fault     string // why the last attempt did not succeed, as the server said it
	CreatedAt time.Time
	DoneAt    time.Time // zero while it is queued
}

// Store keeps the outbox.
type Store interface {
	CreateMail(ctx context.Context, e Entry) error
	// UpdateMail replaces an entry; one that is not there is no error.
	UpdateMail(ctx context.Context, e Entry) error
	// DueMails gives queued entries whose NextTry is not after now, in the order of NextTry.
	DueMails(ctx context.Context, now time.Time, limit int) ([]Entry, error)
	// GetMail gives an entry; an absent one is a fault.NotFound "mail_not_found", as for DeleteMail.
	GetMail(ctx context.Context, id string) (Entry, error)
	// ListMails gives those in a state, by ID, from after (exclusive); limit 0 is no limit.
	ListMails(ctx context.Context, state State, after string, limit int) ([]Entry, error)
	DeleteMail(ctx context.Context, id string) error
	CountMails(ctx context.Context) (map[State]int, error)
	// DeleteMails removes entries done before t.
	DeleteMails(ctx context.Context, t time.Time) error
}

// Letter is a message as it goes out.
type Letter struct {
	ID      string // of the outbox entry: the left part of the Message-ID
	To      string
	Subject string
	Locale  string
	Text    string
	HTML    string
	Date    time.Time
}

// Transport hands a letter to a mail server. A fault.Rejected means that trying again is useless; any other error that
// it may help.
type Transport interface {
	Send(ctx context.Context, l Letter) error
}
