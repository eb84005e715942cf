// SPDX-License-Identifier: Apache-2.0

package api

import "time"

// Operation is long-running work. It survives restarts of the platform and goes on where it was.
type Operation struct {
	ID         string     `json:"id" doc:"ULID, sorts by time."`
	Kind       string     `json:"kind" example:"ledger.create"`
	Subject    string     `json:"subject" doc:"What it works on." example:"ledger/azterketak"`
	State      string     `json:"state" enum:"pending,running,waiting,succeeded,failed"`
	Steps      []Step     `json:"steps"`
	Problem    *Problem   `json:"problem,omitempty" doc:"Why it failed, or what it is waiting for while it retries."`
	Attempts   int        `json:"attempts"`
	Actor      string     `json:"actor" doc:"Who asked for it."`
	CreatedAt  time.Time  `json:"createdAt"`
	UpdatedAt  time.Time  `json:"updatedAt"`
	FinishedAt *time.Time `json:"finishedAt,omitempty"`
	Waiting    *Waiting   `json:"waiting,omitempty" doc:"For what of people it waits, while its state is waiting."`
}

// Waiting tells for what of people an operation waits.
type Waiting struct {
	Reason            string    `json:"reason" doc:"In English." example:"the signature of araba"`
	Hint              string    `json:"hint,omitempty"`
	Organizations     []string  `json:"organizations" doc:"Whose people must do it."`
	SignatureRequests []string  `json:"signatureRequests" doc:"IDs, where signatures are what it waits for."`
	Since             time.Time `json:"since"`
}

// Done tells whether the operation has ended, either way.
func (o Operation) Done() bool { return o.State == "succeeded" || o.State == "failed" }

// Step is one step of an operation.
type Step struct {
	Name       string     `json:"name" doc:"Stable key." example:"join-peers"`
	Title      string     `json:"title" doc:"In words." example:"Join the members' peers"`
	State      string     `json:"state" enum:"pending,running,waiting,succeeded,failed"`
	Note       string     `json:"note,omitempty" doc:"What is being done or was found."`
	StartedAt  *time.Time `json:"startedAt,omitempty"`
	FinishedAt *time.Time `json:"finishedAt,omitempty"`
}
