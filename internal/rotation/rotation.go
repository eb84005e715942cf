// SPDX-License-Identifier: Apache-2.0

// Package rotation replaces certificates while ledgers run: the yearly round of nodes and of the keys that the platform
// keeps, and the move of an organization to another certification authority.
//
//	            Change: trust, switch, orderers, peers, holders        retire
//	one issuer ─────────────────────────────────────────────► both ──────────► the new one
//	     ▲                                                      │
//	     └──────────────────────────────────────────────────────┘
//	            Revert: switch back, orderers, peers, holders, retire
//
// Three rules keep ledgers running meanwhile. A new authority is in every channel's MSP definition before anything that
// it issued is used, and an old one leaves it after nothing that it issued is. Of the orderers one at a time changes:
// first every channel names its new certificates, then it restarts with them, then it must take part again (Fabric,
// "Certificates management guide"). A peer restarts alone, and endorsing waits for it.
//
// Orderers restart once more, before a new authority is used: those of SmartBFT take the roots for which they trust each
// other's TLS certificates from their own files at start, not from the channels (Fabric,
// orderer/consensus/smartbft/consenter.go, cluster.NewConnectionMgr). So do peers before the orderers' TLS authority
// changes: a peer's gateway keeps the roots with which it first spoke to an orderer (internal/pkg/gateway/registry.go,
// orderers).
package rotation

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// Kinds of operations.
const (
	KindRenew  = "certificates.renew"
	KindChange = "authority.change"
	KindFinish = "authority.finish"
	KindRevert = "authority.revert"
)

// Actor is who starts the renewals that nobody asked for.
const Actor = "platform"

// engine starts and lists operations; *operation.Engine does it.
type engine interface {
	Start(ctx context.Context, r operation.Request, prepare func(context.Context) error) (operation.Operation, error)
	List(ctx context.Context, f operation.Filter) ([]operation.Operation, error)
}

// nodes restarts nodes with certificates; *node.Service does it.
type nodes interface {
	Get(ctx context.Context, id string) (node.Node, error)
	List(ctx context.Context, orgID string) ([]node.Node, error)
	Observe(ctx context.Context, id string) (node.Observation, error)
	Restart(ctx context.Context, id string) error
	Reload(ctx context.Context, id string) error
	NextCertificates(ctx context.Context, n node.Node, stale org.Stale) (next node.Certificates, changed bool, err error)
	Adopt(ctx context.Context, id string, c node.Certificates) error
}

// channels makes ledgers agree with authorities and certificates; *channel.Service does it.
type channels interface {
	EnsureMSP(ctx context.Context, orgID string, note func(string, ...any)) ([]channel.Effect, error)
	TryMSP(ctx context.Context, orgID string, def msp.Definition) ([]string, error)
	EnsureConsenter(ctx context.Context, orderer node.Node, certs node.Certificates, note func(string, ...any)) error
	AwaitOrderer(ctx context.Context, orderer node.Node) error
	AwaitPeer(ctx context.Context, orgID string) error
}

// contracts restarts contracts' processes; *chaincode.Service does it.
type contracts interface {
	AdoptCertificate(ctx context.Context, process string) error
}

// Drain waits for the submissions under way; the transaction service does it.
type Drain func(ctx context.Context) error

// Service rotates certificates.
type Service struct {
	orgs      *org.Service
	nodes     nodes
	channels  channels
	contracts contracts
	engine    engine
	drain     Drain
	every     time.Duration
	log       *slog.Logger
	turn      chan struct{} // holds one: who restarts a node

	forgetAfter time.Duration
}

// Options of New.
type Options struct {
	Orgs      *org.Service
	Nodes     nodes
	Channels  channels
	Contracts contracts
	Engine    engine
	Drain     Drain
	// Every is how often Run looks for what is due.
	Every time.Duration
	// ForgetAfter is how long the other peers may take until they have dropped a peer that goes by another certificate.
	ForgetAfter time.Duration
	Log         *slog.Logger
}

// New makes the service.
func New(o Options) *Service {
	return &Service{
		orgs: o.Orgs, nodes: o.Nodes, channels: o.Channels, contracts: o.Contracts, engine: o.Engine, drain: o.Drain, every: o.Every, log: o.Log,
		turn: make(chan struct{}, 1), forgetAfter: o.ForgetAfter,
	}
}

// Input is that of all four kinds of operations.
type Input struct {
	Org     string
	KeepOld bool // Change ends before the old authority is removed: Finish does that later
}

func (s *Service) plan(steps func(in Input) []operation.PlannedStep) operation.Plan {
	return func(op operation.Operation) ([]operation.PlannedStep, error) {
		var in Input
		if err := json.Unmarshal(op.Input, &in); err != nil {
			return nil, fmt.Errorf("decode input: %w", err)
		}
		return steps(in), nil
	}
}

// PlanRenew is the plan of KindRenew.
func (s *Service) PlanRenew() operation.Plan {
	return s.plan(func(in Input) []operation.PlannedStep {
		due := func(ctx context.Context) (org.Stale, error) { return s.orgs.Due(ctx, in.Org) }
		return []operation.PlannedStep{
			{Name: "orderers", Title: "Renew the orderers, one at a time", Do: s.orderers(in.Org, due)},
			{Name: "peers", Title: "Renew the peer", Do: s.peers(in.Org, due)},
			{Name: "holders", Title: "Renew the identities that the platform keeps", Do: s.holders(in.Org, due, s.managed)},
		}
	})
}

// PlanChange is the plan of KindChange.
func (s *Service) PlanChange() operation.Plan {
	return s.plan(func(in Input) []operation.PlannedStep {
		foreign := s.unlessReverting(in.Org)
		steps := []operation.PlannedStep{
			{Name: "trust", Title: "Trust the new authority on every ledger", Do: s.guarded(in.Org, s.trust(in.Org))},
			{Name: "prepare", Title: "Trust it in the nodes that must restart for it, one at a time", Do: s.guarded(in.Org, s.prepare(in.Org))},
			{Name: "switch", Title: "Issue by the new authority", Do: s.guarded(in.Org, s.issueBy(in.Org, newest))},
			{Name: "orderers", Title: "Issue the orderers again, one at a time", Do: s.orderers(in.Org, foreign)},
			{Name: "peers", Title: "Issue the peer again", Do: s.peers(in.Org, foreign)},
			{Name: "holders", Title: "Issue members and applications again", Do: s.holders(in.Org, foreign, everyone)},
		}
		if in.KeepOld {
			return steps
		}
		last := s.retireStep(in.Org)
		last.Do = s.guarded(in.Org, last.Do)
		return append(steps, last)
	})
}

// PlanFinish is the plan of KindFinish.
func (s *Service) PlanFinish() operation.Plan {
	return s.plan(func(in Input) []operation.PlannedStep { return []operation.PlannedStep{s.retireStep(in.Org)} })
}

// PlanRevert is the plan of KindRevert.
func (s *Service) PlanRevert() operation.Plan {
	return s.plan(func(in Input) []operation.PlannedStep {
		foreign := func(ctx context.Context) (org.Stale, error) { return s.orgs.Foreign(ctx, in.Org) }
		return []operation.PlannedStep{
			{Name: "switch", Title: "Issue by the old authority", Do: s.issueBy(in.Org, oldest)},
			{Name: "orderers", Title: "Issue the orderers again, one at a time", Do: s.orderers(in.Org, foreign)},
			{Name: "peers", Title: "Issue the peer again", Do: s.peers(in.Org, foreign)},
			{Name: "holders", Title: "Issue members and applications again", Do: s.holders(in.Org, foreign, everyone)},
			s.retireStep(in.Org),
		}
	})
}

func (s *Service) retireStep(orgID string) operation.PlannedStep {
	return operation.PlannedStep{
		Name: "retire", Title: "Remove the other authority from every ledger", Do: s.retire(orgID),
	}
}

// Change asks that an organization moves to its ready authorities. Faults: "authority_not_ready",
// "authority_change_running". Of an organization that issues for itself this, like all other operations here, is a
// fault.Conflict "organization_issues_for_itself".
func (s *Service) Change(ctx context.Context, in Input, actor, key string) (operation.Operation, error) {
	return s.start(ctx, KindChange, in, actor, key, func(have map[org.IssuerState]bool) error {
		switch {
		case have[org.Trusted] || have[org.Retiring]:
			return running(in.Org)
		case !have[org.Ready]:
			return fault.New(fault.Conflict, "authority_not_ready", "organization %s has no certified authority to move to", in.Org).
				WithHint("b4a authority request %s, have it certified, then b4a authority install %s --file CHAIN", in.Org, in.Org)
		}
		return nil
	}, nil)
}

// Finish asks that the old authority of an organization is removed. A fault "authority_change_absent" when there is none.
func (s *Service) Finish(ctx context.Context, orgID, actor, key string) (operation.Operation, error) {
	return s.start(ctx, KindFinish, Input{Org: orgID}, actor, key, func(have map[org.IssuerState]bool) error {
		if !have[org.Retiring] {
			return absent(orgID)
		}
		return nil
	}, nil)
}

// Revert asks that an organization moves back to the authority that it had, as long as that is not removed. A change
// that is under way ends at its next node. A fault "authority_change_absent" when there is nothing to revert.
func (s *Service) Revert(ctx context.Context, orgID, actor, key string) (operation.Operation, error) {
	return s.start(ctx, KindRevert, Input{Org: orgID}, actor, key, func(have map[org.IssuerState]bool) error {
		if !have[org.Retiring] && !have[org.Trusted] {
			return absent(orgID)
		}
		return nil
	}, func(ctx context.Context) error { return s.orgs.MarkReverting(ctx, orgID) })
}

func running(orgID string) error {
	return fault.New(fault.Conflict, "authority_change_running", "organization %s is changing its authority already", orgID).
		WithHint("see its operations: b4a operation list")
}

func absent(orgID string) error {
	return fault.New(fault.Conflict, "authority_change_absent", "organization %s has no change of authority under way", orgID).
		WithHint("see its authorities: b4a authority list %s", orgID)
}

// Renew asks that what is due of an organization's certificates is renewed now.
func (s *Service) Renew(ctx context.Context, orgID, actor, key string) (operation.Operation, error) {
	return s.start(ctx, KindRenew, Input{Org: orgID}, actor, key, func(map[org.IssuerState]bool) error { return nil }, nil)
}

func (s *Service) start(
	ctx context.Context, kind string, in Input, actor, key string,
	check func(have map[org.IssuerState]bool) error, prepare func(context.Context) error,
) (operation.Operation, error) {
	if err := s.orgs.MustIssue(ctx, in.Org); err != nil {
		return operation.Operation{}, err
	}
	return s.engine.Start(ctx, operation.Request{
		Kind: kind, Subject: org.Subject(in.Org), Orgs: []string{in.Org}, Actor: actor, Key: key, Input: in,
	}, func(ctx context.Context) error {
		issuers, err := s.orgs.Issuers(ctx, in.Org)
		if err != nil {
			return err
		}
		have := map[org.IssuerState]bool{}
		for _, i := range issuers {
			have[i.State] = true
		}
		if err := check(have); err != nil || prepare == nil {
			return err
		}
		return prepare(ctx)
	})
}

// Run starts renewals of what is due, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	ticker := time.NewTicker(s.every)
	defer ticker.Stop()
	for {
		if err := s.round(ctx); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "look for certificates to renew", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

func (s *Service) round(ctx context.Context) error {
	orgs, err := s.orgs.List(ctx, "", 0)
	if err != nil {
		return err
	}
	for _, o := range orgs {
		if o.State != org.Active || o.External {
			continue
		}
		due, err := s.due(ctx, o.ID)
		if err != nil {
			return err
		}
		if !due {
			continue
		}
		if _, err := s.Renew(ctx, o.ID, Actor, ""); err != nil {
			return err
		}
	}
	return nil
}

// due tells whether an organization has something to renew and no operation that may be doing it.
func (s *Service) due(ctx context.Context, orgID string) (bool, error) {
	stale, err := s.orgs.Due(ctx, orgID)
	if err != nil {
		return false, err
	}
	current, err := s.orgs.Current(ctx, orgID)
	if err != nil {
		return false, err
	}
	found := false
	for _, c := range current {
		if !stale(c) {
			continue
		}
		mine, err := s.renewable(ctx, c)
		if err != nil {
			return false, err
		}
		found = found || mine
	}
	if !found {
		return false, nil
	}
	operations, err := s.engine.List(ctx, operation.Filter{Subject: org.Subject(orgID), Limit: 20})
	if err != nil {
		return false, err
	}
	for _, op := range operations {
		if !op.State.Done() {
			return false, nil
		}
	}
	return true, nil
}

// renewable tells whether the platform renews a certificate by itself: a node's that is there, or a managed holder's.
func (s *Service) renewable(ctx context.Context, c org.Certificate) (bool, error) {
	_, err := s.nodes.Get(ctx, c.Holder)
	if err == nil {
		return true, nil
	}
	if fault.KindOf(err) != fault.NotFound {
		return false, err
	}
	return s.managed(ctx, c)
}

// managed picks holders whose keys the platform keeps.
func (s *Service) managed(ctx context.Context, c org.Certificate) (bool, error) {
	switch c.Holder {
	case org.HolderAdministrator, org.HolderOffice, org.HolderOrdererAdmin:
		return true, nil
	}
	if _, contract := org.ProcessOf(c.Holder); contract {
		return true, nil
	}
	name, ok := strings.CutPrefix(c.Holder, org.ApplicationHolder(""))
	if !ok {
		return false, nil
	}
	a, _, err := s.orgs.GetApplication(ctx, c.Org, name)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return a.Custodial, err
}

// everyone picks all holders: a certificate is issued again on the key that its holder has.
func everyone(context.Context, org.Certificate) (bool, error) { return true, nil }
