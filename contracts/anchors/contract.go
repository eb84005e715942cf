// SPDX-License-Identifier: Apache-2.0

// Package anchors is the contract that holds the heads of the platform's audit trail: the sequence and the hash of its
// newest entry, now and then. An anchor is never changed, and each is of a later entry than the one before. The
// organization that put the first one puts all of them. Whoever has the trail and the ledger's blocks can tell whether the
// trail is the one that was anchored.
package anchors

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/cid"
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/blockchain4all/blockchain4all/contracts/internal/describe"
	"github.com/blockchain4all/blockchain4all/contracts/internal/refusal"
)

// Name is the contract's name in the catalogue.
const Name = "anchors"

//go:embed functions.json
var functions []byte

// Keys of public state.
const (
	keyAnchor = "anchor" // sequence, 16 digits: in their order
	keyLast   = "last"
	keyWriter = "writer" // MSP ID of who puts anchors; absent on a ledger that has had none under this rule
)

const (
	maxPage     = 200
	maxSequence = 1<<53 - 1 // that every JSON reader keeps
)

var (
	shapeHash     = regexp.MustCompile(`^[0-9a-f]{64}$`)
	shapeSequence = regexp.MustCompile(`^[1-9][0-9]{0,15}$`)
)

// Anchor is a head of the trail.
type Anchor struct {
	Sequence int64  `json:"sequence"` // of an entry
	Hash     string `json:"hash"`     // of that entry: SHA-256, lower-case hex
	Time     string `json:"time"`     // of the transaction, RFC 3339
}

// Page is a part of the anchors.
type Page struct {
	Anchors  []Anchor `json:"anchors"`
	Bookmark string   `json:"bookmark"` // of the next page; empty: there is none
}

// Contract has the transactions as its methods. Every error is text "code: sentence".
type Contract struct{ contractapi.Contract }

// GetEvaluateTransactions names the functions that write nothing.
func (*Contract) GetEvaluateTransactions() []string { return []string{"Get", "Last", "List"} }

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

// Put adds an anchor of a later entry than the last one. The last one put again changes nothing. The first call settles
// which organization anchors; any other one's is refused, "anchors_of_another".
func (*Contract) Put(ctx contractapi.TransactionContextInterface, entry, hash string) (*Anchor, error) {
	stub := ctx.GetStub()
	sequence, err := parseSequence(entry)
	if err != nil {
		return nil, err
	}
	if !shapeHash.MatchString(hash) {
		return nil, refusal.New("hash_invalid", "the hash must be 64 lower-case hexadecimal digits")
	}
	if err := settleWriter(stub); err != nil {
		return nil, err
	}
	last, err := read(stub, keyLast)
	if err != nil {
		return nil, err
	}
	if last.Sequence == sequence && last.Hash == hash {
		return last, nil
	}
	if sequence <= last.Sequence {
		return nil, refusal.New("anchor_not_newer", "the last anchor is of entry %d", last.Sequence)
	}
	now, err := stub.GetTxTimestamp()
	if err != nil {
		return nil, refusal.Internal("read transaction time", err)
	}
	a := &Anchor{Sequence: sequence, Hash: hash, Time: now.AsTime().UTC().Format(time.RFC3339)}
	data, err := json.Marshal(a)
	if err != nil {
		return nil, refusal.Internal("encode anchor", err)
	}
	key, err := anchorKey(sequence)
	if err != nil {
		return nil, err
	}
	for _, k := range []string{key, keyLast} {
		if err := stub.PutState(k, data); err != nil {
			return nil, refusal.Internal("write anchor", err)
		}
	}
	return a, nil
}

// settleWriter makes the caller's organization the one that anchors, if there is none, and refuses any other.
func settleWriter(stub shim.ChaincodeStubInterface) error {
	caller, err := cid.GetMSPID(stub)
	if err != nil || caller == "" {
		return refusal.New("identity_invalid", "the caller's organization can't be read")
	}
	writer, err := stub.GetState(keyWriter)
	if err != nil {
		return refusal.Internal("read writer", err)
	}
	switch {
	case writer == nil:
		if err := stub.PutState(keyWriter, []byte(caller)); err != nil {
			return refusal.Internal("write writer", err)
		}
	case string(writer) != caller:
		return refusal.New("anchors_of_another", "only %s puts anchors here", writer)
	}
	return nil
}

// Get gives the anchor of an entry.
func (*Contract) Get(ctx contractapi.TransactionContextInterface, entry string) (*Anchor, error) {
	sequence, err := parseSequence(entry)
	if err != nil {
		return nil, err
	}
	key, err := anchorKey(sequence)
	if err != nil {
		return nil, err
	}
	a, err := read(ctx.GetStub(), key)
	if err == nil && a.Sequence == 0 {
		return nil, refusal.New("anchor_not_found", "entry %d was not anchored", sequence)
	}
	return a, err
}

// Last gives the newest anchor; its sequence is 0 when there is none.
func (*Contract) Last(ctx contractapi.TransactionContextInterface) (*Anchor, error) {
	return read(ctx.GetStub(), keyLast)
}

// List gives anchors, oldest first.
func (*Contract) List(ctx contractapi.TransactionContextInterface, pageSize int32, bookmark string) (*Page, error) {
	if pageSize < 1 || pageSize > maxPage {
		return nil, refusal.New("page_size_invalid", "a page has 1 to %d anchors", maxPage)
	}
	from := ""
	if bookmark != "" {
		sequence, err := parseSequence(bookmark)
		if err != nil {
			return nil, refusal.New("bookmark_invalid", "the bookmark is not one of this list; take it from the page before")
		}
		key, err := anchorKey(sequence)
		if err != nil {
			return nil, err
		}
		from = key
	}
	rows, _, err := ctx.GetStub().GetStateByPartialCompositeKeyWithPagination(keyAnchor, nil, pageSize+1, from)
	if err != nil {
		return nil, refusal.Internal("list anchors", err)
	}
	page := &Page{Anchors: []Anchor{}}
	for rows.HasNext() {
		row, err := rows.Next()
		if err != nil {
			return nil, refusal.Internal("list anchors", err)
		}
		a, err := decode(row.GetValue())
		if err != nil {
			return nil, err
		}
		if len(page.Anchors) == int(pageSize) {
			page.Bookmark = strconv.FormatInt(a.Sequence, 10)
			break
		}
		page.Anchors = append(page.Anchors, *a)
	}
	if err := rows.Close(); err != nil {
		return nil, refusal.Internal("list anchors", err)
	}
	return page, nil
}

// parseSequence reads the sequence of an entry. It is text: a JSON number would lose digits in some languages' clients.
func parseSequence(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || !shapeSequence.MatchString(text) || n > maxSequence {
		return 0, refusal.New("sequence_invalid", "the sequence must be 1 to %d", maxSequence)
	}
	return n, nil
}

func anchorKey(sequence int64) (string, error) {
	key, err := shim.CreateCompositeKey(keyAnchor, []string{fmt.Sprintf("%016d", sequence)})
	if err != nil {
		return "", refusal.Internal("make key", err)
	}
	return key, nil
}

// read gives the anchor of a key, or the zero value.
func read(stub shim.ChaincodeStubInterface, key string) (*Anchor, error) {
	data, err := stub.GetState(key)
	if err != nil {
		return nil, refusal.Internal("read anchor", err)
	}
	if data == nil {
		return &Anchor{}, nil
	}
	return decode(data)
}

func decode(data []byte) (*Anchor, error) {
	a := new(Anchor)
	if err := json.Unmarshal(data, a); err != nil {
		return nil, refusal.Internal("decode anchor", err)
	}
	return a, nil
}
