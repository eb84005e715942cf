// SPDX-License-Identifier: Apache-2.0

// Package exams is a catalogue contract: results of school exams that anyone can verify and nobody can read off the
// ledger.
//
// An organization creates a session, its examiners record results in it, and it publishes them. Public state holds, of
// each result, a pseudonymous student reference and a salted commitment; the mark and the salt are in the private
// collection "marks". A session goes through
//
//	CreateSession
//	     │
//	     ▼    CloseSession
//	   open ───────────────▶ closed
//	     │  ◀───────────────   │
//	     │     OpenSession     │
//	     └──── PublishSession ─┘
//	                │
//	                ▼
//	            published
//
// Results are recorded while it is open, corrected in every state (with a reason, keeping every version), and final
// once it is published: then only a registrar corrects.
//
// Transactions of different results touch no common key that they write, so thousands may be in flight together.
package exams

import (
	_ "embed"
	"fmt"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/blockchain4all/blockchain4all/contracts/internal/describe"
)

// Name is the contract's name in the catalogue.
const Name = "exams"

// Collection is the private data collection of marks and salts.
const Collection = "marks"

//go:embed functions.json
var functions []byte

// Contract has the transactions as its methods. Every error is text "code: sentence".
type Contract struct{ contractapi.Contract }

// GetEvaluateTransactions names the functions that write nothing.
func (*Contract) GetEvaluateTransactions() []string {
	return []string{
		"GetMark", "GetResult", "GetSession", "ListResults", "ListRoles", "ListSessions", "ResultHistory",
		"VerifyResult", "WhoAmI",
	}
}

// New makes the chaincode.
func New() (*describe.Chaincode, error) {
	contract := new(Contract)
	contract.Name = Name
	cc, err := contractapi.NewChaincode(contract)
	if err != nil {
		return nil, fmt.Errorf("make chaincode: %w", err)
	}
	return describe.New(cc, functions)
}
