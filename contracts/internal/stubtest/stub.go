// SPDX-License-Identifier: Apache-2.0

package stubtest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/queryresult"
	peerpb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Stub simulates one transaction. Methods that no contract here uses panic.
type Stub struct {
	shim.ChaincodeStubInterface // nil

	ledger  *Ledger
	call    Call
	reads   map[string]uint64
	writes  map[string]*[]byte // nil value: deleted
	private map[string]map[string]*[]byte
	paged   bool
	batch   bool

	Event   string // name of the event set, or ""
	Payload []byte // of the event
	Purged  []string
}

// Writes gives the keys that the transaction writes in public state, in order.
func (s *Stub) Writes() []string { return slices.Sorted(maps.Keys(s.writes)) }

// GetFunctionAndParameters gives those of the call.
func (s *Stub) GetFunctionAndParameters() (string, []string) {
	return s.call.Function, s.call.Arguments
}

// GetTxID gives that of the call.
func (s *Stub) GetTxID() string { return s.call.TxID }

// GetChannelID gives Channel.
func (*Stub) GetChannelID() string { return Channel }

// GetCreator gives that of the call.
func (s *Stub) GetCreator() ([]byte, error) { return s.call.Creator, s.ledger.failure("GetCreator") }

// GetTransient gives that of the call.
func (s *Stub) GetTransient() (map[string][]byte, error) {
	return s.call.Transient, s.ledger.failure("GetTransient")
}

// GetTxTimestamp gives the time of the call.
func (s *Stub) GetTxTimestamp() (*timestamppb.Timestamp, error) {
	return timestamppb.New(s.call.Time), s.ledger.failure("GetTxTimestamp")
}

// GetState reads committed state.
func (s *Stub) GetState(key string) ([]byte, error) {
	if err := s.ledger.failure("GetState"); err != nil {
		return nil, err
	}
	if key == "" {
		return nil, errors.New("empty key")
	}
	s.ledger.mu.RLock()
	defer s.ledger.mu.RUnlock()
	e := s.ledger.public[key]
	s.reads[key] = e.version
	return slices.Clone(e.value), nil
}

// GetMultipleStates reads committed state.
func (s *Stub) GetMultipleStates(keys ...string) ([][]byte, error) {
	values := make([][]byte, 0, len(keys))
	for _, key := range keys {
		v, err := s.GetState(key)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	return values, s.ledger.failure("GetMultipleStates")
}

// PutState writes when the transaction commits.
func (s *Stub) PutState(key string, value []byte) error {
	return s.write("PutState", s.writes, key, &value)
}

// DelState deletes when the transaction commits.
func (s *Stub) DelState(key string) error { return s.write("DelState", s.writes, key, nil) }

func (s *Stub) write(method string, writes map[string]*[]byte, key string, value *[]byte) error {
	if err := s.ledger.failure(method); err != nil {
		return err
	}
	if s.paged {
		return errors.New("a transaction with a paged query can't write")
	}
	if key == "" || value != nil && len(*value) == 0 {
		return fmt.Errorf("%s: empty key or value", method)
	}
	writes[key] = value
	return nil
}

func (s *Stub) collection(name string) (map[string]*[]byte, error) {
	if _, ok := s.ledger.private[name]; !ok {
		return nil, fmt.Errorf("collection %s is not defined", name)
	}
	if s.private[name] == nil {
		s.private[name] = make(map[string]*[]byte)
	}
	return s.private[name], nil
}

// GetPrivateData reads committed private data.
func (s *Stub) GetPrivateData(collection, key string) ([]byte, error) {
	if _, err := s.collection(collection); err != nil {
		return nil, err
	}
	s.ledger.mu.RLock()
	defer s.ledger.mu.RUnlock()
	return slices.Clone(s.ledger.private[collection][key].value), s.ledger.failing["GetPrivateData"]
}

// PutPrivateData writes when the transaction commits.
func (s *Stub) PutPrivateData(collection, key string, value []byte) error {
	writes, err := s.collection(collection)
	if err != nil {
		return err
	}
	return s.write("PutPrivateData", writes, key, &value)
}

// PurgePrivateData removes when the transaction commits.
func (s *Stub) PurgePrivateData(collection, key string) error {
	writes, err := s.collection(collection)
	if err != nil {
		return err
	}
	s.Purged = append(s.Purged, key)
	return s.write("PurgePrivateData", writes, key, nil)
}

// SetEvent keeps the event.
func (s *Stub) SetEvent(name string, payload []byte) error {
	if name == "" {
		return errors.New("event without a name")
	}
	s.Event, s.Payload = name, payload
	return s.ledger.failure("SetEvent")
}

// StartWriteBatch begins a batch.
func (s *Stub) StartWriteBatch() { s.batch = true }

// FinishWriteBatch ends it.
func (s *Stub) FinishWriteBatch() error {
	if !s.batch {
		return errors.New("no batch was begun")
	}
	s.batch = false
	return s.ledger.failure("FinishWriteBatch")
}

// GetStateByPartialCompositeKeyWithPagination lists committed state; its bookmarks are the next keys, as LevelDB's.
func (s *Stub) GetStateByPartialCompositeKeyWithPagination(
	objectType string, keys []string, pageSize int32, bookmark string,
) (shim.StateQueryIteratorInterface, *peerpb.QueryResponseMetadata, error) {
	const method = "GetStateByPartialCompositeKeyWithPagination"
	if err := s.ledger.failure(method); err != nil {
		return nil, nil, err
	}
	if len(s.writes) > 0 {
		return nil, nil, errors.New("a transaction with writes can't page")
	}
	s.paged = true
	prefix, err := shim.CreateCompositeKey(objectType, keys)
	if err != nil {
		return nil, nil, err
	}
	s.ledger.mu.RLock()
	defer s.ledger.mu.RUnlock()
	found := &rows{}
	meta := &peerpb.QueryResponseMetadata{}
	for _, key := range slices.Sorted(maps.Keys(s.ledger.public)) {
		if !strings.HasPrefix(key, prefix) || key < bookmark {
			continue
		}
		if len(found.left) == int(pageSize) {
			meta.Bookmark = key
			break
		}
		found.left = append(found.left, &queryresult.KV{Key: key, Value: s.ledger.public[key].value})
	}
	found.failure, found.closing = s.ledger.failing["Next"], s.ledger.failing["Close"]
	return found, meta, nil
}

type rows struct {
	left             []*queryresult.KV
	failure, closing error
}

// HasNext tells whether a row is left.
func (r *rows) HasNext() bool { return len(r.left) > 0 }

// Next gives a row.
func (r *rows) Next() (*queryresult.KV, error) {
	row := r.left[0]
	r.left = r.left[1:]
	return row, r.failure
}

// Close ends the query.
func (r *rows) Close() error { return r.closing }

var _ shim.ChaincodeStubInterface = (*Stub)(nil)
