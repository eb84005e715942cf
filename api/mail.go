// SPDX-License-Identifier: Apache-2.0

package api

import "time"

// Mail is a message of the outbox that was not delivered. What it says is not shown: it may hold a one-time link.
type Mail struct {
	ID        string     `json:"id" doc:"ULID, sorts by time."`
	To        string     `json:"to" doc:"Address of the person."`
	Template  string     `json:"template" doc:"What it is about." example:"invitation"`
	Locale    string     `json:"locale" enum:"eu,es,en"`
	State     string     `json:"state" enum:"queued,failed" doc:"Queued: it is tried again by itself. Failed: it was refused for good, or is too old."`
	Attempts  int        `json:"attempts"`
	LastError string     `json:"lastError,omitempty" doc:"Why the last attempt did not succeed, as the mail server said it."`
	Retriable bool       `json:"retriable" doc:"What it says is still known: it can be tried again."`
	CreatedAt time.Time  `json:"createdAt"`
	NextTry   *time.Time `json:"nextTry,omitempty" doc:"Of one that is queued."`
	FailedAt  *time.Time `json:"failedAt,omitempty"`
}
