// SPDX-License-Identifier: Apache-2.0

package api

import (
	"encoding/json"
	"time"
)

// CatalogueEntry is a contract that the platform offers.
type CatalogueEntry struct {
	Name        string            `json:"name" example:"exams"`
	Version     string            `json:"version" example:"1.0.0"`
	Title       map[string]string `json:"title" doc:"By language: eu, es, en."`
	Description map[string]string `json:"description" doc:"By language: eu, es, en."`
}

// Contract is a chaincode definition on a ledger.
type Contract struct {
	Name        string           `json:"name" example:"exams"`
	Ledger      string           `json:"ledger"`
	Catalogue   string           `json:"catalogue" doc:"Catalogue entry it was made from."`
	Version     string           `json:"version"`
	Sequence    int64            `json:"sequence" doc:"Fabric's count of this contract's definitions on the ledger; 0 before the first commit."`
	PackageID   string           `json:"packageId,omitempty"`
	State       string           `json:"state" enum:"deploying,ready,failed,unavailable"`
	Reason      string           `json:"reason,omitempty" doc:"Why it is not ready, in words."`
	Endorsement string           `json:"endorsement" doc:"Endorsement policy."`
	Collections []Collection     `json:"collections" doc:"Private data collections."`
	Approvals   []string         `json:"approvals" doc:"IDs of the organizations that approved this definition."`
	Process     *ContractProcess `json:"process,omitempty"`
	CreatedAt   time.Time        `json:"createdAt"`
}

// ContractProcess is what was observed of a contract's process.
type ContractProcess struct {
	Phase    string `json:"phase" enum:"stopped,starting,running,unhealthy,backoff,failed"`
	Reason   string `json:"reason,omitempty"`
	PID      int    `json:"pid,omitempty"`
	Restarts int    `json:"restarts"`
	RSS      int64  `json:"rss" doc:"Resident memory, bytes."`
}

// Collection is a private data collection.
type Collection struct {
	Name          string   `json:"name"`
	Organizations []string `json:"organizations" doc:"IDs of the organizations whose peers hold the data."`
	BlockToLive   uint64   `json:"blockToLive" doc:"Blocks after which the data is purged; 0: never."`
}

// NewContract asks that a catalogue contract is deployed on a ledger.
type NewContract struct {
	Catalogue string `json:"catalogue" minLength:"1" maxLength:"64" doc:"Name of the catalogue entry." example:"exams"`
	Name      string `json:"name,omitempty" maxLength:"64" pattern:"^[a-z][a-z0-9_-]*$" doc:"Name on the ledger; the entry's own by default."`
}

// ContractMetadata is a contract's description of itself (contract-api's org.hyperledger.fabric:GetMetadata).
type ContractMetadata struct {
	Functions []ContractFunction `json:"functions"`
	Raw       json.RawMessage    `json:"raw" doc:"The contract's own JSON, as it is."`
}

// ContractFunction is one function of a contract.
type ContractFunction struct {
	Name        string              `json:"name"`
	Title       string              `json:"title,omitempty"`
	Description string              `json:"description,omitempty"`
	Submit      bool                `json:"submit" doc:"True if it writes and must be submitted; false if it is evaluated."`
	Parameters  []ContractParameter `json:"parameters"`
}

// ContractParameter is one parameter, in order.
type ContractParameter struct {
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Schema      json.RawMessage `json:"schema" doc:"JSON schema."`
}

// Call asks for a transaction or a query with a custodial key: that of an application whose key the platform keeps, or,
// without one, that of the organization itself.
type Call struct {
	Organization string            `json:"organization" minLength:"1" doc:"ID of the organization in whose name."`
	Application  string            `json:"application,omitempty" doc:"Custodial application whose key signs."`
	Function     string            `json:"function" minLength:"1" maxLength:"128"`
	Arguments    []string          `json:"arguments,omitempty" maxItems:"64"`
	Transient    map[string]string `json:"transient,omitempty" doc:"Private inputs by key: text as it is; never written to the ledger."`
	Endorsers    []string          `json:"endorsers,omitempty" doc:"IDs of the organizations whose endorsement is wanted; by default Fabric chooses."`
}

// CallResult answers a query.
type CallResult struct {
	Result string `json:"result" doc:"What the contract returned, as text."`
}

// Commit is the fate of a transaction.
type Commit struct {
	TransactionID string `json:"transactionId"`
	State         string `json:"state" enum:"committed,rejected,pending" doc:"Rejected: it is on the ledger, marked invalid, without effect. Pending: not seen in a block yet."`
	Validation    string `json:"validation,omitempty" doc:"Fabric's validation code." example:"VALID"`
	Block         uint64 `json:"block,omitempty"`
	Result        string `json:"result,omitempty" doc:"What the contract returned, as text."`
}

// NewProposal asks for an unsigned proposal, the first step of signing offline.
type NewProposal struct {
	Certificate  string            `json:"certificate" minLength:"1" maxLength:"65536" doc:"The caller's enrollment certificate, PEM."`
	Organization string            `json:"organization" minLength:"1" doc:"ID of the organization that issued it."`
	Function     string            `json:"function" minLength:"1" maxLength:"128"`
	Arguments    []string          `json:"arguments,omitempty" maxItems:"64"`
	Transient    map[string]string `json:"transient,omitempty" doc:"Private inputs by key: text as it is; never written to the ledger."`
	Endorsers    []string          `json:"endorsers,omitempty"`
}

// Proposal is to be signed: ECDSA over the digest, ASN.1 DER, low-S.
type Proposal struct {
	TransactionID string `json:"transactionId"`
	Proposal      []byte `json:"proposal" doc:"Serialized proposal, to be sent back as it is."`
	Message       []byte `json:"message" doc:"Of which the digest is, for signers that hash by themselves."`
	Digest        []byte `json:"digest" doc:"SHA-256 digest to sign."`
}

// SignedProposal is a proposal with its caller's signature.
type SignedProposal struct {
	Organization string `json:"organization" minLength:"1"`
	Proposal     []byte `json:"proposal" maxLength:"14000000"`
	Signature    []byte `json:"signature" maxLength:"1024"`
}

// Endorsement is an endorsed transaction, to be signed.
type Endorsement struct {
	TransactionID string `json:"transactionId"`
	Transaction   []byte `json:"transaction" doc:"Serialized transaction, to be sent back as it is."`
	Message       []byte `json:"message" doc:"Of which the digest is, for signers that hash by themselves."`
	Digest        []byte `json:"digest"`
	Result        string `json:"result"`
}

// SignedTransaction is an endorsed transaction with its caller's signature.
type SignedTransaction struct {
	Organization string `json:"organization" minLength:"1"`
	Transaction  []byte `json:"transaction" maxLength:"14000000"`
	Signature    []byte `json:"signature" maxLength:"1024"`
}
