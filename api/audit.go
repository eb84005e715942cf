// SPDX-License-Identifier: Apache-2.0

package api

import (
	"encoding/json"
	"time"
)

// AuditActor is who acted.
type AuditActor struct {
	Credential   string `json:"credential" doc:"ID of the token or session; platform for what it does by itself; empty when unknown."`
	Member       string `json:"member" doc:"ID of the person, where the credential is one's."`
	Name         string `json:"name"`
	Role         string `json:"role"`
	Organization string `json:"organization"`
}

// AuditEntry is one entry of the audit trail. The export has it in the form that its hash is of.
type AuditEntry struct {
	Version       int             `json:"version" doc:"Of the format."`
	Sequence      uint64          `json:"sequence" doc:"Counts from 1 without gaps."`
	Time          time.Time       `json:"time" doc:"When the entry was made."`
	Actor         AuditActor      `json:"actor"`
	Organizations []string        `json:"organizations" doc:"That the act concerns."`
	Action        string          `json:"action" doc:"operationId of the API, or one of the platform's own." example:"createOrganization"`
	Object        string          `json:"object" example:"organization/bizkaia"`
	Outcome       string          `json:"outcome" enum:"done,refused,failed,interrupted"`
	Code          string          `json:"code" doc:"Of the problem that was answered, if any."`
	Before        json.RawMessage `json:"before" doc:"What the object was, where that is known; without secrets."`
	After         json.RawMessage `json:"after" doc:"What it is, where that is known; without secrets."`
	Source        string          `json:"source" doc:"IP address that the request came from."`
	UserAgent     string          `json:"userAgent"`
	RequestID     string          `json:"requestId"`
	Suppressed    uint64          `json:"suppressed" doc:"Refused requests of unknown callers since the entry before that have no entry."`
	Previous      string          `json:"previous" doc:"Hash of the entry before."`
	Hash          string          `json:"hash" doc:"SHA-256 of this entry, hexadecimal."`
	Redacted      bool            `json:"redacted,omitempty" doc:"Shown without what is another organization's: the hash can't be checked."`
}

// AuditAnchor is the head of the audit trail as it stands on the platform's ledger.
type AuditAnchor struct {
	Ledger      string `json:"ledger" example:"platform-audit"`
	Sequence    uint64 `json:"sequence" doc:"Of the newest entry that is proved."`
	Hash        string `json:"hash" doc:"Of that entry."`
	Transaction string `json:"transaction" doc:"That put it there."`
	Block       uint64 `json:"block"`
}
