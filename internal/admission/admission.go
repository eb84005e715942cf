// SPDX-License-Identifier: Apache-2.0

// Package admission is the procedure by which companies, citizens, universities, municipalities, public bodies and
// associations become members of the platform.
//
//	         Submit           Verify            Assign
//	(none) ─────────► submitted ─────► verified ─────► in-review ◄────────► information-asked
//	                     │                │  auto-rule    │ │       Ask, Answer        │
//	                     │ nobody         └───────────┐   │ └──► rejected              │ no answer
//	                     │ confirmed                  ▼   ▼                            ▼
//	                     └──────► expired          approved ── operation ──► active    expired
//	                                                                           │ time to live of a sandbox
//	                                                                           └──────► expired
//	every state before approved ── Withdraw ──► withdrawn
//
// The applicant has no account: a private link shows the request and lets them answer and withdraw. Its secret is
// random and only its hash is kept; every notice carries a link of its own. Personal data is erased some days after a
// request has ended without a membership.
package admission

import (
	"context"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/identifier"
)

// State of a request.
type State string

// The states.
const (
	Submitted        State = "submitted"
	Verified         State = "verified"
	InReview         State = "in-review"
	InformationAsked State = "information-asked"
	Approved         State = "approved"
	Active           State = "active"
	Rejected         State = "rejected"
	Withdrawn        State = "withdrawn"
	Expired          State = "expired"
)

// open tells whether a request still waits for a decision and its e-mail address is confirmed.
func (s State) open() bool { return s == Verified || s == InReview || s == InformationAsked }

// Tier is how far an organization wants to go.
type Tier string

// The tiers.
const (
	Sandbox    Tier = "sandbox"
	Pilot      Tier = "pilot"
	Production Tier = "production"
)

// Tiers gives all tiers.
func Tiers() []Tier { return []Tier{Sandbox, Pilot, Production} }

// Application is what an applicant says. It is erased some time after an end without membership.
type Application struct {
	Kind       string // one of org.Kinds
	LegalName  string
	Identifier identifier.Identifier
	Contact    string // a person's name
	Email      string
	Phone      string // may be empty
	Purpose    string
	Tier       Tier
	Terms      string // version that was accepted
	Locale     string
	Invitation string // ID of the ledger invitation that led here; may be empty
}

// Entry is one line of the dialogue between operators and the applicant.
type Entry struct {
	At        time.Time
	Applicant bool
	By        string // operator's name; empty for the applicant
	Text      string
}

// Decision is an approval or a rejection, or one that is proposed.
type Decision struct {
	OrgID  string // of an approval
	Tier   Tier   // of an approval; may differ from the wanted one
	Reason string // written, shown to the applicant
	By     Actor
	At     time.Time
}

// Actor is who acts for the operator.
type Actor struct {
	ID         string // of the person: two credentials of the same person are no second pair of eyes
	Name       string
	Credential string // ID; empty: the platform's own rule, or from before it was recorded
}

// same tells whether two may be one person. Of a decision from before persons were recorded the ID is a credential's.
func (a Actor) same(other Actor) bool {
	return a.ID == other.ID || a.ID == other.Credential || other.ID == a.Credential
}

// Request is one access request.
type Request struct {
	ID          string // ULID
	Number      string // "2026-000001"
	State       State
	Application Application
	VerifiedAt  time.Time
	Duplicates  []string // numbers of open requests with the same identifier and another address; for operators only
	Assignee    string   // operator's name
	Dialogue    []Entry
	Proposed    *Decision // waits for a second pair of eyes
	Decision    *Decision
	Automatic   bool // approved by a rule
	Reason      string
	Operation   string    // that makes the organization
	InvitedAt   time.Time // when the administrator's invitation was queued
	Deadline    time.Time // of the decision, or of the answer
	Reminded    bool      // about the present deadline
	GrantEnds   time.Time // of a sandbox
	EndedAt     time.Time // rejected, withdrawn or expired
	ErasedAt    time.Time
	NextAt      time.Time // when Tick must look at it; zero: never
	Revision    int       // counts updates; the store refuses one that is based on an older
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Purpose of a secret.
type Purpose string

// The purposes.
const (
	Receipt Purpose = "receipt"
	Confirm Purpose = "confirm" // an e-mail address, once
)

// Secret is the hash of a link's secret.
type Secret struct {
	Hash    []byte // SHA-256
	Request string // ID
	Purpose Purpose
}

// Filter selects requests; zero fields select all.
type Filter struct {
	State    State
	Kind     string
	Assignee string
	Before   string // ID: only older ones
	Limit    int
}

// Store keeps access requests, what proves whose they are, and the policy.
type Store interface {
	RequestStore
	SecretStore
	// Setting gives a platform setting; an absent one is a fault.NotFound.
	Setting(ctx context.Context, name string) (string, error)
	PutSetting(ctx context.Context, name, value string) error
}

// RequestStore keeps access requests. An absent one is a fault.NotFound "access_request_not_found".
type RequestStore interface {
	CreateRequest(ctx context.Context, r Request) error
	// UpdateRequest stores a request whose Revision is one more than the stored one's, else it is a fault.Conflict
	// "access_request_changed".
	UpdateRequest(ctx context.Context, r Request) error
	// GetRequest gives the request of an ID or a number.
	GetRequest(ctx context.Context, id string) (Request, error)
	// ListRequests gives the newest first.
	ListRequests(ctx context.Context, f Filter) ([]Request, error)
	// RequestsOf gives those with an identifier, oldest first.
	RequestsOf(ctx context.Context, canonical string) ([]Request, error)
	// DueRequests gives those whose NextAt is not after now.
	DueRequests(ctx context.Context, now time.Time, limit int) ([]Request, error)
	// NextNumber gives the next number of a year, from 1.
	NextNumber(ctx context.Context, year int) (int, error)
}

// SecretStore keeps the hashes of links' secrets.
type SecretStore interface {
	PutSecret(ctx context.Context, s Secret) error
	// FindSecret gives the request's ID, or false.
	FindSecret(ctx context.Context, hash []byte, p Purpose) (string, bool, error)
	// DeleteSecrets removes a request's secrets; an empty purpose means all.
	DeleteSecrets(ctx context.Context, request string, p Purpose) error
}
