// SPDX-License-Identifier: Apache-2.0

// Package stubtest is a ledger in memory for tests of contracts. It follows Fabric where contracts notice: a
// transaction does not read its own writes, is invalid when what it read has changed before its commit, may not write
// after a paged query, and carries private data beside public state.
package stubtest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Channel is the name of the ledger's channel.
const Channel = "test"

// ErrConflict is the fate of a transaction that read what another changed meanwhile (MVCC_READ_CONFLICT).
var ErrConflict = errors.New("mvcc read conflict")

// Ledger is one channel's state. It is safe for concurrent use.
type Ledger struct {
	mu      sync.RWMutex
	height  uint64
	public  map[string]entry
	private map[string]map[string]entry // by collection
	failing map[string]error            // by method
}

type entry struct {
	value   []byte
	version uint64
}

// NewLedger makes an empty ledger with private collections.
func NewLedger(collections ...string) *Ledger {
	l := &Ledger{
		public: make(map[string]entry), private: make(map[string]map[string]entry), failing: make(map[string]error),
	}
	for _, c := range collections {
		l.private[c] = make(map[string]entry)
	}
	return l
}

// Fail makes a stub method, such as "GetState", fail from now on; nil ends that.
func (l *Ledger) Fail(method string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failing[method] = err
}

func (l *Ledger) failure(method string) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.failing[method]
}

// Keys gives the keys of public state in order.
func (l *Ledger) Keys() []string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return slices.Sorted(maps.Keys(l.public))
}

// Public gives all of public state as text, for looking for what should not be in it.
func (l *Ledger) Public() string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var text []byte
	for _, k := range slices.Sorted(maps.Keys(l.public)) {
		text = fmt.Appendf(text, "%s=%s\n", k, l.public[k].value)
	}
	return string(text)
}

// Private gives the values of a collection in the order of their keys.
func (l *Ledger) Private(collection string) []string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	values := []string{}
	for _, k := range slices.Sorted(maps.Keys(l.private[collection])) {
		values = append(values, string(l.private[collection][k].value))
	}
	return values
}

// Put sets public state behind the contract's back.
func (l *Ledger) Put(key, value string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.height++
	l.public[key] = entry{value: []byte(value), version: l.height}
}

// Forget removes private data from this peer, as if it had not been received; its hash stays on a real ledger.
func (l *Ledger) Forget(collection string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.private[collection])
}

// Call is a proposal.
type Call struct {
	TxID      string
	Time      time.Time
	Creator   []byte // serialized identity
	Function  string
	Arguments []string
	Transient map[string][]byte
}

// Begin gives the stub with which a proposal is simulated.
func (l *Ledger) Begin(c Call) *Stub {
	return &Stub{
		ledger: l, call: c, reads: make(map[string]uint64), writes: make(map[string]*[]byte),
		private: make(map[string]map[string]*[]byte),
	}
}

// Commit validates a simulated transaction and applies its writes; ErrConflict: it has no effect.
func (l *Ledger) Commit(s *Stub) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, version := range s.reads {
		if l.public[key].version != version {
			return fmt.Errorf("transaction %s, key %q: %w", s.call.TxID, key, ErrConflict)
		}
	}
	l.height++
	apply(l.public, s.writes, l.height)
	for collection, writes := range s.private {
		apply(l.private[collection], writes, l.height)
	}
	return nil
}

func apply(state map[string]entry, writes map[string]*[]byte, version uint64) {
	for key, value := range writes {
		if value == nil {
			delete(state, key)
			continue
		}
		state[key] = entry{value: *value, version: version}
	}
}
