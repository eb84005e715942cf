// SPDX-License-Identifier: Apache-2.0

package exams

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/blockchain4all/blockchain4all/contracts/internal/refusal"
)

// Composite keys of public state; "result" is also that of the private collection.
const (
	keySession = "session" // session
	keyResult  = "result"  // session, subject, student reference
	keyRole    = "role"    // organization, role, member's MSP ID, reference or wholeOrganization
)

// maxPage is how many entries a page has at most.
const maxPage = 200

// compositeKey joins parts that were validated before, so an error is the ledger's.
func compositeKey(objectType string, parts ...string) (string, error) {
	key, err := shim.CreateCompositeKey(objectType, parts)
	if err != nil {
		return "", refusal.Internal("make key", err)
	}
	return key, nil
}

// load reads a value of public state; nil: there is none.
func load[T any](stub shim.ChaincodeStubInterface, objectType string, parts ...string) (*T, error) {
	key, err := compositeKey(objectType, parts...)
	if err != nil {
		return nil, err
	}
	data, err := stub.GetState(key)
	if err != nil {
		return nil, refusal.Internal("read "+objectType, err)
	}
	if data == nil {
		return nil, nil
	}
	return decode[T](objectType, data)
}

func decode[T any](objectType string, data []byte) (*T, error) {
	v := new(T)
	if err := json.Unmarshal(data, v); err != nil {
		return nil, refusal.Internal("decode "+objectType, err)
	}
	return v, nil
}

func store(stub shim.ChaincodeStubInterface, value any, objectType string, parts ...string) error {
	key, err := compositeKey(objectType, parts...)
	if err != nil {
		return err
	}
	data, err := json.Marshal(value)
	if err != nil {
		return refusal.Internal("encode "+objectType, err)
	}
	if err := stub.PutState(key, data); err != nil {
		return refusal.Internal("write "+objectType, err)
	}
	return nil
}

// emit sets the transaction's event; its payload is public.
func emit(stub shim.ChaincodeStubInterface, name string, payload any) error {
	data, err := json.Marshal(payload)
	if err != nil {
		return refusal.Internal("encode event", err)
	}
	if err := stub.SetEvent(name, data); err != nil {
		return refusal.Internal("set event", err)
	}
	return nil
}

// timestamp is the transaction's time as its submitter declared it, the same on every peer.
func timestamp(stub shim.ChaincodeStubInterface) (string, error) {
	t, err := stub.GetTxTimestamp()
	if err != nil {
		return "", refusal.Internal("read transaction time", err)
	}
	return t.AsTime().UTC().Format(time.RFC3339), nil
}

// list reads a page of values by key. Bookmarks are base64url of the peer's, since those hold zero bytes; one that does
// not belong to the list is refused, for it would show other keys.
func list[T any](
	stub shim.ChaincodeStubInterface, pageSize int32, bookmark, objectType string, parts ...string,
) ([]T, string, error) {
	if pageSize < 1 || pageSize > maxPage {
		return nil, "", refusal.New("page_size_invalid", "a page has 1 to %d entries, %d asked", maxPage, pageSize)
	}
	prefix, err := compositeKey(objectType, parts...)
	if err != nil {
		return nil, "", err
	}
	from, err := base64.RawURLEncoding.DecodeString(bookmark)
	if err != nil || bookmark != "" && !strings.HasPrefix(string(from), prefix) {
		return nil, "", refusal.New(
			"bookmark_invalid", "the bookmark is not one of this list; take it from the page before",
		)
	}
	rows, meta, err := stub.GetStateByPartialCompositeKeyWithPagination(objectType, parts, pageSize, string(from))
	if err != nil {
		return nil, "", refusal.Internal("list "+objectType, err)
	}
	values := []T{}
	for rows.HasNext() {
		row, err := rows.Next()
		if err != nil {
			return nil, "", refusal.Internal("list "+objectType, err)
		}
		v, err := decode[T](objectType, row.GetValue())
		if err != nil {
			return nil, "", err
		}
		values = append(values, *v)
	}
	if err := rows.Close(); err != nil {
		return nil, "", refusal.Internal("list "+objectType, err)
	}
	return values, base64.RawURLEncoding.EncodeToString([]byte(meta.GetBookmark())), nil
}
