// SPDX-License-Identifier: Apache-2.0

package api

import "time"

// Ledger is a Fabric channel.
type Ledger struct {
	Name          string    `json:"name" doc:"Fabric's channel name." example:"azterketak"`
	Organizations []string  `json:"organizations" doc:"IDs of its members."`
	State         string    `json:"state" enum:"creating,active,failed"`
	Reason        string    `json:"reason,omitempty" doc:"Why it is not active, in words."`
	Height        uint64    `json:"height" doc:"Number of blocks, as last seen on a member's peer."`
	Ordering      string    `json:"ordering" enum:"bft,raft"`
	Orderers      []string  `json:"orderers" doc:"IDs of the consenters' nodes."`
	Contracts     []string  `json:"contracts" doc:"Names of the contracts deployed on it."`
	CreatedAt     time.Time `json:"createdAt"`
}

// NewLedger asks for a ledger.
type NewLedger struct {
	Name          string   `json:"name" minLength:"1" maxLength:"64" pattern:"^[a-z][a-z0-9.-]*$" example:"azterketak"`
	Organizations []string `json:"organizations" minItems:"1" maxItems:"50" uniqueItems:"true" doc:"IDs of the members."`
}

// NewLedgerMember asks that an organization joins a running ledger.
type NewLedgerMember struct {
	Organization string `json:"organization" minLength:"1" doc:"ID of the organization."`
}

// Block is one block of a ledger.
type Block struct {
	Number       uint64        `json:"number"`
	Hash         string        `json:"hash" doc:"SHA-256 of the header as Fabric computes it, lower-case hex."`
	PreviousHash string        `json:"previousHash"`
	DataHash     string        `json:"dataHash"`
	Time         time.Time     `json:"time" doc:"Of its first transaction."`
	Size         int           `json:"size" doc:"Bytes."`
	Count        int           `json:"count" doc:"Number of transactions."`
	Transactions []Transaction `json:"transactions,omitempty" doc:"Only when one block is asked for."`
}

// Transaction is one transaction of a block.
type Transaction struct {
	ID          string    `json:"id"`
	Block       uint64    `json:"block"`
	Type        string    `json:"type" enum:"config,contract,other"`
	Time        time.Time `json:"time" doc:"As its creator stated it."`
	Validation  string    `json:"validation" doc:"Fabric's validation code." example:"VALID"`
	Valid       bool      `json:"valid"`
	CreatorMSP  string    `json:"creatorMsp"`
	Creator     string    `json:"creator,omitempty" doc:"Common name of the creator's certificate."`
	Contract    string    `json:"contract,omitempty"`
	Function    string    `json:"function,omitempty"`
	Arguments   []string  `json:"arguments,omitempty" doc:"Public arguments; transient data is never on the ledger."`
	EndorsedBy  []string  `json:"endorsedBy" doc:"MSP IDs."`
	Writes      []Write   `json:"writes,omitempty" doc:"Keys written, public values shortened."`
	Collections []string  `json:"collections,omitempty" doc:"Private data collections touched; the ledger holds hashes only."`
}

// Write is one key written by a transaction.
type Write struct {
	Contract string `json:"contract"`
	Key      string `json:"key"`
	Value    string `json:"value,omitempty" doc:"First 1,000 bytes when it is text."`
	Deleted  bool   `json:"deleted,omitempty"`
}
