// SPDX-License-Identifier: Apache-2.0

package exams

// States of a session.
const (
	SessionOpen      = "open"
	SessionClosed    = "closed"
	SessionPublished = "published"
)

// States of a result.
const (
	ResultRecorded  = "recorded"
	ResultCorrected = "corrected"
)

// Standings of a result, which are its session's: a provisional one may still change without notice.
const (
	Provisional = "provisional"
	Published   = "published"
)

// What a presented mark is to the ledger.
const (
	Current    = "current"    // it is the result's mark
	Superseded = "superseded" // it was, until a correction
	Unknown    = "unknown"    // it never was, or there is no such result
)

// Session is a call of exams. Times are RFC 3339, UTC, as the submitter of the transaction declared them.
type Session struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Date        string `json:"date"`   // YYYY-MM-DD
	Issuer      string `json:"issuer"` // MSP ID of the organization whose session it is
	State       string `json:"state"`  // open, closed or published
	CreatedAt   string `json:"createdAt"`
	UpdatedAt   string `json:"updatedAt"`
	PublishedAt string `json:"publishedAt,omitempty" metadata:"publishedAt,optional"`
}

// SessionPage is a page of sessions by ID.
type SessionPage struct {
	Sessions []Session `json:"sessions"`
	Bookmark string    `json:"bookmark"` // where the next page begins; empty: there is none
}

// record is a result as public state keeps it.
type record struct {
	Session    string    `json:"session"`
	Subject    string    `json:"subject"`
	StudentRef string    `json:"studentRef"`
	Issuer     string    `json:"issuer"`
	Versions   []Version `json:"versions"` // oldest first, never empty
	PurgedAt   string    `json:"purgedAt,omitempty"`
}

// Version is a result as it stood from one transaction to the next.
type Version struct {
	Version    int    `json:"version"`    // from 1
	Commitment string `json:"commitment"` // lower-case hex of SHA-256
	Reason     string `json:"reason,omitempty" metadata:"reason,optional"`
	By         string `json:"by"`   // MSP ID of who recorded it; the transaction has the certificate
	Time       string `json:"time"` // RFC 3339, UTC
	TxID       string `json:"txId"`
}

// Result is the public part of a result.
type Result struct {
	Session     string `json:"session"`
	Subject     string `json:"subject"`
	StudentRef  string `json:"studentRef"`
	Issuer      string `json:"issuer"`     // MSP ID of the session's organization
	State       string `json:"state"`      // recorded or corrected
	Standing    string `json:"standing"`   // provisional or published
	Version     int    `json:"version"`    // the current one
	Commitment  string `json:"commitment"` // of the current version
	By          string `json:"by"`         // MSP ID of who recorded the current version
	RecordedAt  string `json:"recordedAt"` // of version 1
	UpdatedAt   string `json:"updatedAt"`  // of the current version
	MarksPurged bool   `json:"marksPurged"`
}

// ResultPage is a page of a session's results by subject and student reference.
type ResultPage struct {
	Results  []Result `json:"results"`
	Bookmark string   `json:"bookmark"` // where the next page begins; empty: there is none
}

// History is a result with every version it had.
type History struct {
	Result   Result    `json:"result"`
	Versions []Version `json:"versions"` // oldest first
}

// Mark is the private part of a result.
type Mark struct {
	Session    string `json:"session"`
	Subject    string `json:"subject"`
	StudentRef string `json:"studentRef"`
	Version    int    `json:"version"`
	Mark       string `json:"mark"`
	Salt       string `json:"salt"` // base64
}

// Verification says what a presented mark is to the ledger.
type Verification struct {
	Valid     bool   `json:"valid"`     // it is the result's current mark
	State     string `json:"state"`     // current, superseded or unknown
	Published bool   `json:"published"` // the session's results are final
	Standing  string `json:"standing"`  // published or provisional; empty when unknown
	Version   int    `json:"version"`   // that the mark belongs to; 0 when unknown
	Issuer    string `json:"issuer"`    // MSP ID; empty when unknown
	Time      string `json:"time"`      // of that version; empty when unknown
	TxID      string `json:"txId"`      // of that version; empty when unknown
}

// Batch says what RecordResults did.
type Batch struct {
	Session  string `json:"session"`
	Recorded int    `json:"recorded"`
}

// Grant is an entry of the registry: in the sessions of an organization, a member has a role.
type Grant struct {
	Organization string `json:"organization"` // MSP ID whose sessions it is about
	Role         string `json:"role"`
	Member       string `json:"member"` // MSP ID: all of that organization; MSP ID/reference: one identity of it
	Time         string `json:"time"`
}

// GrantPage is a page of the registry by role and member.
type GrantPage struct {
	Roles    []Grant `json:"roles"`
	Bookmark string  `json:"bookmark"` // where the next page begins; empty: there is none
}

// Caller is an identity as the contract sees it.
type Caller struct {
	MSPID     string   `json:"mspId"`
	Reference string   `json:"reference"` // lower-case hex of SHA-256 of the identity's ID
	Member    string   `json:"member"`    // what to register a role for
	Admin     bool     `json:"admin"`     // it may manage its organization's registry
	Roles     []string `json:"roles"`     // by certificate attribute
}
