// SPDX-License-Identifier: Apache-2.0

package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
)

// span is a range of ports, [from, to). Both are below the ports that Linux gives to outgoing connections.
type span struct{ from, to int }

func (s span) size() int { return s.to - s.from }

// Nodes and contracts choose apart, so that neither takes what the other has reserved.
func nodePortsSpan() span     { return span{17000, 27000} }
func contractPortsSpan() span { return span{27000, 32000} }

// PickLoopback gives a random loopback address of its own, 127.64.0.1–127.127.255.254, for a data directory: ports on
// it collide with nobody's. Where such addresses can't be bound (other systems than Linux) it is 127.0.0.1.
func PickLoopback() (string, error) {
	for range 8 {
		n := rand.Uint32N(1 << 22)                                                                    //nolint:gosec // no secret
		ip := netip.AddrFrom4([4]byte{127, byte(64 + n>>16), byte(n >> 8), byte(1 + n%254)}).String() //nolint:gosec // 22 bits
		if probePort(ip, 0) == nil {
			return ip, nil
		}
	}
	if err := probePort("127.0.0.1", 0); err != nil {
		return "", fmt.Errorf("listen on a loopback address: %w", err)
	}
	return "127.0.0.1", nil
}

// probePort tells whether a port can be listened on; 0 is any.
func probePort(host string, port int) error {
	address, err := net.ResolveTCPAddr("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return err
	}
	l, err := net.ListenTCP("tcp", address)
	if err != nil {
		return err
	}
	return l.Close()
}

const reservationFile = "endpoints.json"

// reservation is the file that keeps a node's, or a contract's, addresses.
type reservation struct {
	Kind node.Kind `json:"kind"` // "contract" for a contract
	node.Endpoints
}

// reservations are the addresses of all nodes below one root.
type reservations struct {
	root string
	host string
	span span

	mu    sync.Mutex
	byID  map[string]reservation
	taken map[string]string // host:port to ID
	next  int               // where the search goes on
}

func openReservations(root, host string, s span, check func(id string) error) (*reservations, error) {
	r := &reservations{
		root: root, host: host, span: s, next: s.from, byID: map[string]reservation{}, taken: map[string]string{},
	}
	own := netip.MustParsePrefix("127.64.0.0/10")
	if ip, err := netip.ParseAddr(host); err != nil || !own.Contains(ip) {
		// The address is shared with other data directories: each begins elsewhere.
		r.next += int(crc32.ChecksumIEEE([]byte(root))) % s.size()
	}
	dirs, err := os.ReadDir(root)
	if err != nil {
		return nil, err
	}
	for _, d := range dirs {
		if check(d.Name()) != nil {
			continue
		}
		data, err := os.ReadFile(filepath.Join(root, d.Name(), reservationFile)) //nolint:gosec // below our root
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return nil, fmt.Errorf("read addresses of %s: %w", d.Name(), err)
		}
		var v reservation
		if err := json.Unmarshal(data, &v); err != nil {
			return nil, fmt.Errorf("read addresses of %s: %w", d.Name(), err)
		}
		r.remember(d.Name(), v)
	}
	return r, nil
}

func (r *reservations) remember(id string, v reservation) {
	r.byID[id] = v
	for _, p := range portsOf(v.Endpoints) {
		r.taken[net.JoinHostPort(v.Host, strconv.Itoa(p))] = id
	}
}

func portsOf(e node.Endpoints) []int {
	var ports []int
	for _, p := range []int{e.Port, e.OperationsPort, e.AdminPort, e.ChaincodePort} {
		if p != 0 {
			ports = append(ports, p)
		}
	}
	return ports
}

func (r *reservations) has(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.byID[id]
	return ok
}

// node gives a node's addresses, which it chooses the first time.
func (r *reservations) node(id string, kind node.Kind) (node.Endpoints, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if v, ok := r.byID[id]; ok {
		if v.Kind != kind {
			return node.Endpoints{}, fault.New(fault.Conflict, "node_exists", "%s is a node of kind %s", id, v.Kind)
		}
		return v.Endpoints, nil
	}
	e := node.Endpoints{Host: r.host}
	fields := []*int{&e.Port, &e.OperationsPort}
	switch kind {
	case node.Peer:
		fields = append(fields, &e.ChaincodePort)
	case node.Orderer:
		fields = append(fields, &e.AdminPort)
	default: // a contract
		fields = fields[:1]
	}
	for _, f := range fields {
		port, err := r.free()
		if err != nil {
			return node.Endpoints{}, err
		}
		*f = port
	}
	return e, r.keep(id, reservation{Kind: kind, Endpoints: e})
}

// free finds a port that nobody reserved or listens on.
func (r *reservations) free() (int, error) {
	var last error
	for range r.span.size() {
		port := r.next
		if r.next++; r.next >= r.span.to {
			r.next = r.span.from
		}
		if _, taken := r.taken[net.JoinHostPort(r.host, strconv.Itoa(port))]; taken {
			continue
		}
		if last = probePort(r.host, port); last == nil {
			return port, nil
		}
	}
	return 0, fault.New(fault.Unavailable, "no_free_port", "no port of %s between %d and %d is free",
		r.host, r.span.from, r.span.to).WithCause(last)
}

// adopt checks that a spec's addresses are the reserved ones; unknown ones, as after a restored backup, are reserved.
func (r *reservations) adopt(id string, kind node.Kind, e node.Endpoints) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if v, ok := r.byID[id]; ok {
		if v.Kind != kind || v.Endpoints != e {
			return node.InvalidSpec("the addresses of %s are not those that were reserved for it", id)
		}
		return nil
	}
	for _, p := range portsOf(e) {
		if other, ok := r.taken[net.JoinHostPort(e.Host, strconv.Itoa(p))]; ok {
			return node.InvalidSpec("port %d of %s belongs to %s", p, e.Host, other)
		}
	}
	return r.keep(id, reservation{Kind: kind, Endpoints: e})
}

// keep writes a reservation durably: others name these addresses in their configuration.
func (r *reservations) keep(id string, v reservation) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	dir := filepath.Join(r.root, id)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("reserve addresses of %s: %w", id, err)
	}
	if err := replace(filepath.Join(dir, reservationFile), append(data, '\n'), true); err != nil {
		return fmt.Errorf("reserve addresses of %s: %w", id, err)
	}
	r.remember(id, v)
	return nil
}

// remove destroys a node's folder and frees its addresses.
func (r *reservations) remove(id, dir string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := destroy(dir); err != nil {
		return err
	}
	for address, owner := range r.taken {
		if owner == id {
			delete(r.taken, address)
		}
	}
	delete(r.byID, id)
	return nil
}
