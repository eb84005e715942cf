// SPDX-License-Identifier: Apache-2.0

package revocation_test

import (
	"context"
	"crypto/x509"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/client/enrollment"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/member"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/pki/keystoretest"
	"github.com/blockchain4all/blockchain4all/internal/revocation"
	"github.com/blockchain4all/blockchain4all/internal/servicetest"
	"github.com/blockchain4all/blockchain4all/internal/store/sql"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
)

// ledgers is a network whose channels take MSP definitions at once; it counts the updates that change something.
type ledgers struct {
	t    *testing.T
	orgs *org.Service

	mu      sync.Mutex
	names   []string
	has     map[string][]byte
	block   uint64
	updates int
	down    error
}

func (l *ledgers) EnsureMSP(ctx context.Context, orgID string, _ func(string, ...any)) ([]channel.Effect, error) {
	def, err := l.orgs.Definition(ctx, orgID)
	if err != nil {
		return nil, err
	}
	if err := def.Validate(time.Now()); err != nil {
		l.t.Errorf("Fabric would refuse the definition: %v", err)
	}
	config, err := def.Marshal()
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down != nil {
		return nil, l.down
	}
	var effects []channel.Effect
	for _, name := range l.names {
		if string(l.has[name]) != string(config) {
			l.has[name], l.block = config, l.block+1
			l.updates++
		}
		effects = append(effects, channel.Effect{Channel: name, Block: l.block})
	}
	return effects, nil
}

func (l *ledgers) Concerned(context.Context, string) ([]string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.names), nil
}

func (l *ledgers) AwaitPeer(context.Context, string) error { return nil }

func (l *ledgers) add(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.names = append(l.names, name)
}

func (l *ledgers) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.updates
}

// hosts has one peer.
type hosts struct {
	mu       sync.Mutex
	peer     node.Node
	reloaded int
}

func (h *hosts) Get(_ context.Context, id string) (node.Node, error) {
	if id != h.peer.ID {
		return node.Node{}, fault.New(fault.NotFound, "node_not_found", "no")
	}
	return h.peer, nil
}

func (h *hosts) List(context.Context, string) ([]node.Node, error) { return []node.Node{h.peer}, nil }

func (h *hosts) Reload(context.Context, string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.reloaded++
	return nil
}

// word is what another authority says.
type word struct {
	mu     sync.Mutex
	status pki.Status
	err    error
}

func (w *word) Status(context.Context, *x509.Certificate, *x509.Certificate) (pki.Status, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.status, w.err
}

func (w *word) say(s pki.Status, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.status, w.err = s, err
}

// fixture is a platform with one organization, "bizkaia".
type fixture struct {
	t       *testing.T
	db      *sql.DB
	keys    *pki.SealedStore
	orgs    *org.Service
	engine  *operation.Engine
	ledgers *ledgers
	hosts   *hosts
	word    *word
	people  *people
	*revocation.Service

	mu      sync.Mutex
	now     time.Time
	notices []int
	refuse  error
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, now: time.Now(), word: &word{}, people: &people{person: map[string]member.State{}, at: map[string]member.State{}, role: map[string]access.Role{}}, hosts: &hosts{}}
	f.db, f.keys = sqltest.New(t), keystoretest.Sealed(t)
	log := slog.New(slog.DiscardHandler)
	f.engine = operation.NewEngine(operation.Options{Store: f.db, Transactor: f.db, Log: log})
	f.orgs = org.New(org.Options{Store: f.db, Keys: f.keys, Engine: f.engine, Log: log, Now: f.time})
	f.ledgers = &ledgers{t: t, orgs: f.orgs, names: []string{"azterketak"}, has: map[string][]byte{}}
	f.Service = revocation.New(revocation.Options{
		Store: f.db, Transactor: f.db, Orgs: f.orgs, Nodes: f.hosts, Channels: f.ledgers, Engine: f.engine, Source: f.word, Members: f.people,
		Notify: f.notify, Log: log, Now: f.time,
	})
	f.engine.Register(revocation.KindRevoke, f.PlanRevoke, nil)
	servicetest.Run(t, f.engine.Run)
	if err := f.orgs.Found(t.Context(), org.NewOrganization{ID: "bizkaia", Name: "Bizkaia", Kind: "public-body"}); err != nil {
		t.Fatal(err)
	}
	if err := f.orgs.SetState(t.Context(), "bizkaia", org.Active, ""); err != nil {
		t.Fatal(err)
	}
	peer, err := f.orgs.EnsureLeaf(t.Context(), "bizkaia", org.Leaf{Holder: "bizkaia-peer0", Purpose: org.Sign, Role: "peer"})
	if err != nil {
		t.Fatal(err)
	}
	f.hosts.peer = node.Node{ID: "bizkaia-peer0", Kind: node.Peer, Org: "bizkaia", Sign: peer.Serial}
	return f
}

func (f *fixture) time() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *fixture) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

func (f *fixture) notify(_ context.Context, _, _ string, _ org.Certificate, daysLeft int) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse == nil {
		f.notices = append(f.notices, daysLeft)
	}
	return f.refuse
}

func (f *fixture) member(name, role string) org.Certificate {
	f.t.Helper()
	key, err := enrollment.NewKey()
	if err != nil {
		f.t.Fatal(err)
	}
	csr, err := enrollment.CSR(key, name)
	if err != nil {
		f.t.Fatal(err)
	}
	f.pass(time.Millisecond)
	c, err := f.orgs.IssueCertificate(f.t.Context(), org.NewCertificate{Org: "bizkaia", Name: name, Role: role, CSR: csr})
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

func (f *fixture) done(op operation.Operation, err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
	if op, err = f.engine.Wait(f.t.Context(), op.ID); err != nil || op.State != operation.Succeeded {
		f.t.Fatalf("operation: %+v: %v", op, err)
	}
}

func (f *fixture) get(serial string) org.Certificate {
	f.t.Helper()
	c, err := f.orgs.Certificate(f.t.Context(), "bizkaia", serial)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

func (f *fixture) issuer() org.Issuer {
	f.t.Helper()
	i, err := f.orgs.Issuing(f.t.Context(), "bizkaia", org.CA)
	if err != nil {
		f.t.Fatal(err)
	}
	return i
}

func coded(t *testing.T, what string, err error, code string) {
	t.Helper()
	if err == nil || fault.Of(err).Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}
