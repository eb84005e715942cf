// SPDX-License-Identifier: Apache-2.0

package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/blockchain4all/blockchain4all/internal/fabric/conn"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// readyTimeout is how long a node may take to answer its health check before a step gives up and is tried again.
const readyTimeout = 60 * time.Second

// Service keeps nodes and makes their Driver agree with what is wanted.
type Service struct {
	store  Store
	orgs   *org.Service
	driver Driver
	pool   *conn.Pool
	log    *slog.Logger
	now    func() time.Time

	known    sync.Map   // node ID -> Node
	learning sync.Mutex // held while a record is read into known, or forgotten
	applying sync.Map   // node ID -> *sync.Mutex, held while its record becomes the driver's spec
}

// Options of New.
type Options struct {
	Store  Store
	Orgs   *org.Service
	Driver Driver
	Pool   *conn.Pool
	Log    *slog.Logger
	Now    func() time.Time // nil: time.Now
}

// New makes the service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{store: o.Store, orgs: o.Orgs, driver: o.Driver, pool: o.Pool, log: o.Log, now: o.Now}
}

// PeerID names an organization's first peer.
func PeerID(orgID string) string { return orgID + "-peer0" }

// OrdererID names the operator's i-th orderer.
func OrdererID(orgID string, i int) string { return orgID + "-orderer" + strconv.Itoa(i) }

// Address gives host:port of the node's gRPC listener.
func (n Node) Address() string {
	return net.JoinHostPort(n.Endpoints.Host, strconv.Itoa(n.Endpoints.Port))
}

// AdminURL gives the base URL of an orderer's channel participation API.
func (n Node) AdminURL() string {
	return "https://" + net.JoinHostPort(n.Endpoints.Host, strconv.Itoa(n.Endpoints.AdminPort))
}

// EnsurePeer makes an organization's peer serve and returns when it answers. It is org.Provision.
func (s *Service) EnsurePeer(ctx context.Context, orgID string, note func(string, ...any)) error {
	return s.ensure(ctx, PeerID(orgID), Peer, orgID, note)
}

// EnsureOrderers makes n orderers of the operator's organization serve, side by side.
func (s *Service) EnsureOrderers(ctx context.Context, orgID string, n int) error {
	g, ctx := errgroup.WithContext(ctx)
	for i := range n {
		g.Go(func() error { return s.ensure(ctx, OrdererID(orgID, i), Orderer, orgID, func(string, ...any) {}) })
	}
	return g.Wait()
}

func (s *Service) ensure(ctx context.Context, id string, k Kind, orgID string, note func(string, ...any)) error {
	_, err := s.store.GetNode(ctx, id)
	if errors.Is(err, fault.NotFound) {
		err = s.create(ctx, id, k, orgID)
	}
	if err != nil {
		return err
	}
	note("starting %s", id)
	if err := s.apply(ctx, id, nil); err != nil {
		return err
	}
	note("waiting for %s to answer", id)
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	return s.driver.WaitReady(ctx, id)
}

func (s *Service) create(ctx context.Context, id string, k Kind, orgID string) error {
	endpoints, err := s.driver.Reserve(ctx, id, k)
	if err != nil {
		return fmt.Errorf("reserve addresses of %s: %w", id, err)
	}
	n := Node{
		ID: id, Kind: k, Org: orgID, MSPID: msp.MSPID(orgID), Endpoints: endpoints, Running: true, CreatedAt: s.now(),
	}
	return s.store.CreateNode(ctx, n)
}

// apply gives the driver the spec of the node's present record, as change wants it: nil, as it is. One at a time a node:
// of two, the one that read an older record could be the last to be applied.
func (s *Service) apply(ctx context.Context, id string, change func(*Node)) error {
	fresh := &sync.Mutex{}
	held, _ := s.applying.LoadOrStore(id, fresh)
	lock, ok := held.(*sync.Mutex)
	if !ok {
		return fmt.Errorf("lock of %s is %T", id, held)
	}
	lock.Lock()
	defer lock.Unlock()
	n, err := s.store.GetNode(ctx, id)
	if err != nil {
		return err
	}
	if change != nil {
		change(&n)
	}
	spec, err := s.spec(ctx, n)
	if err != nil {
		return fmt.Errorf("specify %s: %w", id, err)
	}
	return s.driver.Apply(ctx, spec)
}

func (s *Service) spec(ctx context.Context, n Node) (Spec, error) {
	certs, err := s.Certificates(ctx, n)
	if err != nil {
		return Spec{}, err
	}
	sign, err := s.orgs.MaterialOf(ctx, certs.Sign)
	if err != nil {
		return Spec{}, err
	}
	tls, err := s.orgs.MaterialOf(ctx, certs.TLS)
	if err != nil {
		return Spec{}, err
	}
	def, err := s.orgs.Definition(ctx, n.Org)
	if err != nil {
		return Spec{}, err
	}
	roots, err := s.orgs.TLSRoots(ctx, n.Org)
	if err != nil {
		return Spec{}, err
	}
	if n.Kind == Peer {
		operations, err := s.orgs.OperationsRoot(ctx, n.Org)
		if err != nil {
			return Spec{}, err
		}
		def.RootCerts = append(slices.Clone(def.RootCerts), operations)
	}
	return Spec{
		ID: n.ID, Kind: n.Kind, Org: n.Org, MSPID: n.MSPID, Endpoints: n.Endpoints,
		MSP:      def.Folder(sign.Cert, sign.Key),
		TLS:      Identity{Cert: tls.Cert, Key: tls.Key},
		TLSRoots: roots, AdminRoots: roots, Running: n.Running,
	}, nil
}

// Resume gives the driver every node again, as after a restart of the platform, side by side. It does not wait for
// them; one that can't be applied is logged and shown by Observe.
func (s *Service) Resume(ctx context.Context) error {
	nodes, err := s.store.ListNodes(ctx, "")
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(8)
	for _, n := range nodes {
		g.Go(func() error {
			if err := s.apply(ctx, n.ID, nil); err != nil && !errors.Is(err, ErrAwaited) {
				s.log.ErrorContext(ctx, "apply node", "node", n.ID, "error", err)
			}
			return nil
		})
	}
	return g.Wait()
}

// Restart stops the node's process and starts it again.
func (s *Service) Restart(ctx context.Context, id string) error {
	if err := s.apply(ctx, id, func(n *Node) { n.Running = false }); err != nil {
		return err
	}
	return s.apply(ctx, id, func(n *Node) { n.Running = true })
}

// Get gives a node.
func (s *Service) Get(ctx context.Context, id string) (Node, error) {
	if n, ok := s.known.Load(id); ok {
		if n, ok := n.(Node); ok {
			return n, nil
		}
	}
	s.learning.Lock()
	defer s.learning.Unlock()
	n, err := s.store.GetNode(ctx, id)
	if err == nil {
		s.known.Store(id, n)
	}
	return n, err
}

// List gives an organization's nodes, or, for an empty org, all, by ID.
func (s *Service) List(ctx context.Context, orgID string) ([]Node, error) {
	return s.store.ListNodes(ctx, orgID)
}

// Observe tells how a node is. A node that the driver does not know is stopped.
func (s *Service) Observe(ctx context.Context, id string) (Observation, error) {
	o, err := s.driver.Observe(ctx, id)
	if err == nil && o.Phase == Stopped {
		if n, e := s.Get(ctx, id); e == nil && (n.Sign == "" || n.TLS == "") {
			o.Reason = "it waits for certificates of its organization's authority"
		}
	}
	if errors.Is(err, fault.NotFound) {
		return Observation{ID: id, Phase: Stopped, Reason: "not started yet"}, nil
	}
	return o, err
}

// Logs gives a node's last log lines, oldest first; none where the driver keeps no logs.
func (s *Service) Logs(ctx context.Context, id string, tail int) ([]string, error) {
	if _, err := s.store.GetNode(ctx, id); err != nil {
		return nil, err
	}
	reader, ok := s.driver.(LogReader)
	if !ok {
		return nil, nil
	}
	r, err := reader.Logs(ctx, id, tail)
	if err != nil {
		return nil, err
	}
	return ReadLines(r)
}

// Conn gives the shared connection to a node.
func (s *Service) Conn(ctx context.Context, id string) (*grpc.ClientConn, error) {
	n, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	roots, err := s.orgs.TLSRoots(ctx, n.Org)
	if err != nil {
		return nil, err
	}
	return s.pool.Get(conn.Target{Address: n.Address(), TLSRoots: roots})
}

// PeerOf gives the organization's peer and the shared connection to it.
func (s *Service) PeerOf(ctx context.Context, orgID string) (Node, *grpc.ClientConn, error) {
	n, err := s.Get(ctx, PeerID(orgID))
	if err != nil {
		return Node{}, nil, err
	}
	c, err := s.Conn(ctx, n.ID)
	return n, c, err
}

// Reader gives the identity of an organization's peer. On a channel it may read, and nothing else.
func (s *Service) Reader(ctx context.Context, orgID string) (*msp.Identity, error) {
	return s.orgs.Identity(ctx, orgID, PeerID(orgID))
}

// Orderers gives the orderers, in consenter order.
func (s *Service) Orderers(ctx context.Context) ([]Node, error) {
	nodes, err := s.store.ListNodes(ctx, "")
	if err != nil {
		return nil, err
	}
	var orderers []Node
	for _, n := range nodes {
		if n.Kind == Orderer {
			orderers = append(orderers, n)
		}
	}
	return orderers, nil
}

// IDs gives the nodes' IDs.
func IDs(nodes []Node) []string {
	ids := make([]string, 0, len(nodes))
	for _, n := range nodes {
		ids = append(ids, n.ID)
	}
	return ids
}

// String gives the node's ID and kind for logs.
func (n Node) String() string { return strings.Join([]string{string(n.Kind), n.ID}, " ") }
