// SPDX-License-Identifier: Apache-2.0

package rotation_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fabric/participation"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/pki/keystoretest"
	"github.com/blockchain4all/blockchain4all/internal/rotation"
	"github.com/blockchain4all/blockchain4all/internal/store/sql"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
)

// errKilled is what a call gives at which the program is killed.
var errKilled = errors.New("killed")

// network is scripted nodes and a ledger. It breaks the rules of a real one to nobody's advantage: a certificate of an
// authority that the ledger does not name, an orderer that the ledger knows with another certificate, and two nodes that
// are away at a time are errors of the test.
type network struct {
	t    *testing.T
	orgs *org.Service

	mu         sync.Mutex
	nodes      map[string]node.Node
	phase      map[string]node.Phase
	away       string                    // node that was restarted and not waited for
	ledger     *msp.Definition           // that the ledger carries
	files      map[string]msp.Definition // that nodes run with
	consenters map[string]string         // TLS serial by orderer
	events     []string
	calls      int
	killAt     int // the number of the call after which the program is killed; 0: never

	stuck  string // contract's process that can't be restarted; empty: none
	mute   string // peer that the others do not see until it restarts; empty: none
	onPeer func() // called when peers are waited for
}

// did counts a call that has changed something, and kills the program after it.
func (n *network) did(format string, args ...any) error {
	n.events = append(n.events, fmt.Sprintf(format, args...))
	n.calls++
	if n.calls == n.killAt {
		n.away = "" // a restarted program waits for everybody
		return errKilled
	}
	return nil
}

func (n *network) Get(_ context.Context, id string) (node.Node, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	found, ok := n.nodes[id]
	if !ok {
		return found, fault.New(fault.NotFound, "node_not_found", "there is no node %q", id)
	}
	return found, nil
}

func (n *network) List(_ context.Context, orgID string) ([]node.Node, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []node.Node
	for _, found := range n.nodes {
		if orgID == "" || found.Org == orgID {
			all = append(all, found)
		}
	}
	slices.SortFunc(all, func(a, b node.Node) int { return strings.Compare(a.ID, b.ID) })
	return all, nil
}

func (n *network) Observe(_ context.Context, id string) (node.Observation, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return node.Observation{ID: id, Phase: n.phase[id]}, nil
}

func (n *network) Restart(_ context.Context, id string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.mute == id {
		n.mute = ""
	} else {
		n.leave(id)
	}
	return n.did("restart %s", id)
}

func (n *network) Reload(ctx context.Context, id string) error {
	def, err := n.orgs.Definition(ctx, n.orgOf(id))
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.leave(id)
	n.files[id] = def
	return n.did("reload %s", id)
}

func (n *network) orgOf(id string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.nodes[id].Org
}

// leave takes a node away, which no other one may be.
func (n *network) leave(id string) {
	if n.away != "" && n.away != id {
		n.t.Errorf("%s restarts while %s is away", id, n.away)
	}
	n.away = id
}

func (n *network) NextCertificates(ctx context.Context, o node.Node, stale org.Stale) (next node.Certificates, changed bool, err error) {
	if next.Sign, err = n.orgs.Renew(ctx, o.Org, o.ID, org.Sign, stale); err != nil {
		return next, false, err
	}
	next.TLS, err = n.orgs.Renew(ctx, o.Org, o.ID, org.TLS, stale)
	return next, next.Sign.Serial != o.Sign || next.TLS.Serial != o.TLS, err
}

func (n *network) Adopt(ctx context.Context, id string, c node.Certificates) error {
	n.mu.Lock()
	found := n.nodes[id]
	for what, named := range map[string]bool{
		"signing": names(n.ledger.RootCerts, n.ledger.IntermediateCerts, c.Sign), "TLS": names(n.ledger.TLSRootCerts, n.ledger.TLSIntermediateCerts, c.TLS),
	} {
		if !named {
			n.t.Errorf("%s adopts a %s certificate whose authority the ledger does not name", id, what)
		}
	}
	if found.Kind == node.Orderer && n.consenters[id] != c.TLS.Serial {
		n.t.Errorf("%s adopts a certificate that is not the one by which the ledger knows it", id)
	}
	found.Sign, found.TLS = c.Sign.Serial, c.TLS.Serial
	n.nodes[id] = found
	n.mu.Unlock()
	return n.Reload(ctx, id)
}

// names tells whether one of the authorities of a definition issued a certificate.
func names(roots, below [][]byte, c org.Certificate) bool {
	cert, err := pki.ParseX509(c.PEM)
	if err != nil {
		return false
	}
	for _, authority := range append(slices.Clone(roots), below...) {
		issuer, err := pki.ParseX509(authority)
		if err == nil && cert.CheckSignatureFrom(issuer) == nil {
			return true
		}
	}
	return false
}

func (n *network) EnsureMSP(ctx context.Context, orgID string, _ func(string, ...any)) ([]channel.Effect, error) {
	def, err := n.orgs.Definition(ctx, orgID)
	if err != nil {
		return nil, err
	}
	if err := def.Validate(time.Now()); err != nil {
		n.t.Errorf("Fabric would refuse the definition: %v", err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ledger = &def
	for id, o := range n.nodes { // whoever runs with a certificate of an authority that goes is cut off
		for _, serial := range []string{o.Sign, o.TLS} {
			c, err := n.orgs.Certificate(ctx, o.Org, serial)
			if err != nil {
				return nil, err
			}
			if !names(def.RootCerts, def.IntermediateCerts, c) && !names(def.TLSRootCerts, def.TLSIntermediateCerts, c) {
				n.t.Errorf("%s is cut off: its authority left the ledger", id)
			}
		}
	}
	return nil, n.did("ledger names %d roots, %d TLS roots", len(def.RootCerts), len(def.TLSRootCerts))
}

func (n *network) TryMSP(_ context.Context, _ string, def msp.Definition) ([]string, error) {
	return []string{"azterketak"}, def.Validate(time.Now())
}

func (n *network) EnsureConsenter(_ context.Context, o node.Node, c node.Certificates, _ func(string, ...any)) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.consenters[o.ID] = c.TLS.Serial
	return n.did("consenter %s", o.ID)
}

func (n *network) AdoptCertificate(_ context.Context, process string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stuck == process {
		return fault.New(fault.Unavailable, "contract_program_missing", "the program of %s is missing", process)
	}
	return n.did("contract %s", process)
}

func (n *network) AwaitOrderer(_ context.Context, o node.Node) error { return n.await(o.ID) }

func (n *network) AwaitPeer(_ context.Context, orgID string) error {
	if n.onPeer != nil {
		n.onPeer()
	}
	if err := n.await(orgID + "-peer0"); err != nil || n.mute == "" {
		return err
	}
	return fault.New(fault.Unavailable, "peers_apart", "not seen").
		WithCause(&participation.UnseenError{MSPIDs: []string{msp.MSPID(n.orgOf(n.mute))}})
}

func (n *network) await(id string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.away != id {
		return nil
	}
	n.away = ""
	return n.did("await %s", id)
}

// bench is a rotation service of one organization that runs a peer and the ordering service, on a scripted network.
type bench struct {
	*rotation.Service
	t      *testing.T
	db     *sql.DB
	orgs   *org.Service
	engine *operation.Engine
	net    *network

	mu  sync.Mutex
	now time.Time
}

func (b *bench) time() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

func newBench(t *testing.T) *bench {
	t.Helper()
	return newBenchForgetting(t, 0)
}

// newBenchForgetting makes a bench whose peers forget after that long.
func newBenchForgetting(t *testing.T, forgetAfter time.Duration) *bench {
	t.Helper()
	b := &bench{t: t, now: time.Now(), db: sqltest.New(t)}
	log := slog.New(slog.DiscardHandler)
	b.engine = operation.NewEngine(operation.Options{Store: b.db, Transactor: b.db, Log: log})
	b.orgs = org.New(org.Options{Store: b.db, Keys: keystoretest.Sealed(t), Engine: b.engine, Log: log, Now: b.time, LeafLifetime: 90 * 24 * time.Hour})
	b.net = &network{
		t: t, orgs: b.orgs, nodes: map[string]node.Node{}, phase: map[string]node.Phase{}, files: map[string]msp.Definition{},
		consenters: map[string]string{},
	}
	b.Service = rotation.New(rotation.Options{
		Orgs: b.orgs, Nodes: b.net, Channels: b.net, Contracts: b.net, Engine: b.engine, Log: log, Every: time.Hour, ForgetAfter: forgetAfter,
		Drain: func(context.Context) error {
			b.net.mu.Lock()
			defer b.net.mu.Unlock()
			return b.net.did("drain")
		},
	})
	for _, kind := range []string{rotation.KindChange, rotation.KindFinish, rotation.KindRevert, rotation.KindRenew} {
		b.engine.Register(kind, b.planner(kind), nil)
	}
	b.found()
	return b
}

// found makes the organization, its nodes and holders.
func (b *bench) found() {
	b.t.Helper()
	ctx := b.t.Context()
	b.must(b.orgs.Found(ctx, org.NewOrganization{ID: "bizkaia", Name: "Bizkaia", Kind: "public-body"}))
	b.must(b.orgs.SetState(ctx, "bizkaia", org.Active, ""))
	for _, id := range []string{"bizkaia-orderer0", "bizkaia-orderer1", "bizkaia-orderer2", "bizkaia-orderer3", "bizkaia-peer0"} {
		n := node.Node{ID: id, Kind: node.Orderer, Org: "bizkaia", Running: true}
		if strings.HasSuffix(id, "peer0") {
			n.Kind = node.Peer
		}
		sign, err := b.orgs.EnsureLeaf(ctx, "bizkaia", org.Leaf{Holder: id, Purpose: org.Sign, Role: string(n.Kind)})
		b.must(err)
		tls, err := b.orgs.EnsureLeaf(ctx, "bizkaia", org.Leaf{Holder: id, Purpose: org.TLS, Hosts: []string{"127.0.0.1"}})
		b.must(err)
		n.Sign, n.TLS = sign.Serial, tls.Serial
		b.net.nodes[id], b.net.phase[id], b.net.consenters[id] = n, node.Running, tls.Serial
	}
	def, err := b.orgs.Definition(ctx, "bizkaia")
	b.must(err)
	b.net.ledger = &def
	_, _, err = b.orgs.CreateApplication(ctx, org.NewApplication{Org: "bizkaia", Name: "custodial"})
	b.must(err)
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// publicKey is that of the stand-in authority: making one takes long.
var publicKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func authority(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(3650 * 24 * time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, SubjectKeyId: []byte(name),
	}
}

// ready has another authority certify both of the organization's.
func (b *bench) ready() {
	b.t.Helper()
	ctx := b.t.Context()
	requested, err := b.orgs.RequestIssuers(ctx, "bizkaia", []org.Purpose{org.CA, org.TLSCA})
	b.must(err)
	key, err := publicKey()
	b.must(err)
	root := authority("Public Root")
	der, err := x509.CreateCertificate(rand.Reader, root, root, key.Public(), key)
	b.must(err)
	chain := bytes.NewBuffer(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	for _, i := range requested {
		block, _ := pem.Decode(i.Request)
		request, err := x509.ParseCertificateRequest(block.Bytes)
		b.must(err)
		der, err := x509.CreateCertificate(rand.Reader, authority(string(i.Purpose)+" sub"), root, request.PublicKey, key)
		b.must(err)
		b.must(pem.Encode(chain, &pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	_, err = b.orgs.InstallChain(ctx, "bizkaia", chain.Bytes())
	b.must(err)
}

func (b *bench) planner(kind string) operation.Plan {
	return map[string]operation.Plan{
		rotation.KindChange: b.PlanChange(), rotation.KindFinish: b.PlanFinish(), rotation.KindRevert: b.PlanRevert(), rotation.KindRenew: b.PlanRenew(),
	}[kind]
}

// steps gives the plan of an operation of a kind.
func (b *bench) steps(kind string, in rotation.Input) []operation.PlannedStep {
	b.t.Helper()
	input, err := json.Marshal(in)
	b.must(err)
	steps, err := b.planner(kind)(operation.Operation{Kind: kind, Input: input})
	b.must(err)
	return steps
}

// run does steps as the engine does: one at which the program is killed is done again from its beginning.
func (b *bench) run(steps []operation.PlannedStep) error {
	b.t.Helper()
	for _, step := range steps {
		err := step.Do(b.t.Context(), func(string, ...any) {})
		if errors.Is(err, errKilled) {
			err = step.Do(b.t.Context(), func(string, ...any) {})
		}
		if err != nil {
			return fmt.Errorf("step %s: %w", step.Name, err)
		}
	}
	return nil
}

// issuers gives the states of the authorities: "ca/0 issuing; …".
func (b *bench) issuers() string {
	b.t.Helper()
	all, err := b.orgs.Issuers(b.t.Context(), "bizkaia")
	b.must(err)
	var text []string
	for _, i := range all {
		text = append(text, fmt.Sprintf("%s/%d %s", i.Purpose, i.Generation, i.State))
	}
	return strings.Join(text, "; ")
}

// settled checks that everything works with certificates of one generation, and the nodes with the ledger's definition.
func (b *bench) settled(generation int) {
	b.t.Helper()
	ctx := b.t.Context()
	current, err := b.orgs.Current(ctx, "bizkaia")
	b.must(err)
	for _, c := range current {
		if c.Generation != generation {
			b.t.Errorf("%s of %s is of generation %d, want %d", c.Purpose, c.Holder, c.Generation, generation)
		}
	}
	def, err := b.orgs.Definition(ctx, "bizkaia")
	b.must(err)
	for id, n := range b.net.nodes {
		for _, serial := range []string{n.Sign, n.TLS} {
			c, err := b.orgs.Certificate(ctx, "bizkaia", serial)
			b.must(err)
			if c.Generation != generation {
				b.t.Errorf("%s runs with a certificate of generation %d", id, c.Generation)
			}
		}
		if n.Kind == node.Orderer && b.net.consenters[id] != n.TLS {
			b.t.Errorf("the ledger knows %s by another certificate", id)
		}
		if file, ok := b.net.files[id]; ok && len(file.RootCerts) != len(def.RootCerts) {
			b.t.Errorf("%s runs with %d roots, want %d", id, len(file.RootCerts), len(def.RootCerts))
		}
	}
	if len(b.net.ledger.RootCerts) != 1 || b.net.away != "" {
		b.t.Errorf("%d roots on the ledger, away: %q", len(b.net.ledger.RootCerts), b.net.away)
	}
}

func coded(t *testing.T, what string, err error, code string) {
	t.Helper()
	if err == nil || fault.Of(err).Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}
