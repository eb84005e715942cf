// SPDX-License-Identifier: Apache-2.0

// Package consent asks organizations that administer themselves for their administrators' signatures, and keeps what they
// answer.
//
//	       an operation needs it        Sign
//	(none) ─────────────────────► open ───────► signed
//	                              │ │ │
//	                              │ │ └─ Decline ───────────────────────────► declined
//	                              │ └─── what is asked is another one now ──► superseded (a new one is open)
//	                              └───── the operation needs it no more ────► withdrawn
//
// A signed one may be superseded too, before its signature was used. The operation waits meanwhile; every answer wakes it.
package consent

import (
	"context"
	"time"
)

// Kind says what is signed.
type Kind string

// The kinds.
const (
	ConfigUpdate Kind = "config-update"     // a signature of an update of a ledger's configuration
	Approval     Kind = "contract-approval" // a transaction that approves a contract's definition
)

// State of a request.
type State string

// The states.
const (
	Open       State = "open"
	Signed     State = "signed"
	Declined   State = "declined"
	Superseded State = "superseded"
	Withdrawn  State = "withdrawn"
)

// Act says what is consented to, for people: a code with its parameters, which a client puts into its user's words.
type Act struct {
	Code   string            // "ledger.add-organization"
	Params map[string]string // by name: "organization"
}

// The codes of acts, with their parameters.
const (
	ActAddOrganization = "ledger.add-organization" // organization
	ActSetMSP          = "ledger.set-msp"          // organization
	ActSetConsenter    = "ledger.set-consenter"    // node
	ActApprove         = "contract.approve"        // contract, version, sequence, packageId, endorsement
)

// Request is one signature that is asked for.
type Request struct {
	ID        string // ULID
	Org       string
	Operation string
	Round     int // of the operation, see operation.Operation
	Kind      Kind
	Ledger    string
	State     State
	Act       Act
	// Content is what is consented to: the bytes of a Fabric ConfigUpdate, or of ApproveChaincodeDefinitionForMyOrgArgs.
	Content   []byte
	Digest    string // SHA-256 of Content, lower-case hex
	Asker     string // who started the operation
	CreatedAt time.Time
	// Since is since when the signature is waited for, be it put another way meanwhile.
	Since      time.Time
	RemindedAt time.Time // zero: nobody was reminded

	AnsweredAt  time.Time // zero while it is open
	By          string    // who answered
	Certificate []byte    // PEM, with whose key it was signed
	Signature   []byte    // of a config update: the bytes of a Fabric ConfigSignature
	TxID        string    // of an approval
	Reason      string    // why it was declined, superseded or withdrawn
	Replaces    string    // ID of the request in whose place this one came
}

// Filter selects requests; zero fields select all.
type Filter struct {
	Org       string
	State     State
	Operation string
	Before    string // ID: only older ones
	Limit     int    // 0: no limit
}

// Store keeps requests. An absent one is a fault.NotFound "signature_request_not_found".
type Store interface {
	CreateSignatureRequest(ctx context.Context, r Request) error
	UpdateSignatureRequest(ctx context.Context, r Request) error
	GetSignatureRequest(ctx context.Context, id string) (Request, error)
	// ListSignatureRequests gives the newest first.
	ListSignatureRequests(ctx context.Context, f Filter) ([]Request, error)
}
