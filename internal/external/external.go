// SPDX-License-Identifier: Apache-2.0

// Package external serves organizations that bring their MSP and issue for themselves: their admission, the certificates
// of their nodes, and the changes of their MSP.
//
//	Import: keys made ──► certificates awaited ──► peer serving ──► active
//	                         ▲ Install
//	Install, later: certificates recorded ──► node restarted with them, behind the gates of package rotation
//	Update, or a newer list of its authority: proposed ──► every ledger has it ──► adopted by the platform and the peers
//	                                              └─ not consented to ──► dropped
//
// The platform has no key of an authority of theirs: what their authorities did is told by their certificates and lists.
package external

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// Kinds of operations; org.KindImport is the third.
const (
	KindCertificates = "node.certificates" // a node takes the certificates that were installed
	KindMSP          = "organization.msp"  // an MSP goes to the ledgers
)

// Actor is who starts what nobody asked for.
const Actor = "platform"

// engine starts and lists operations; *operation.Engine does it.
type engine interface {
	Start(ctx context.Context, r operation.Request, prepare func(context.Context) error) (operation.Operation, error)
	List(ctx context.Context, f operation.Filter) ([]operation.Operation, error)
	Wake(id string)
}

// roller restarts nodes one at a time, behind gates; *rotation.Service does it.
type roller interface {
	Reload(ctx context.Context, n node.Node) error
	Adopt(ctx context.Context, n node.Node, c node.Certificates) error
}

// recorder records what lists revoke; *revocation.Service does it.
type recorder interface {
	Listed(ctx context.Context, orgID string, lists []*pki.List, effects []channel.Effect) error
}

// Options of New.
type Options struct {
	Orgs     *org.Service
	Nodes    *node.Service
	Channels *channel.Service
	Engine   engine
	Roller   roller
	Recorder recorder
	Source   Source
	// Poll is how often the lists of authorities are looked at; 0: 10 minutes.
	Poll time.Duration
	Log  *slog.Logger
	Now  func() time.Time // nil: time.Now
}

// Service serves organizations that issue for themselves.
type Service struct{ Options }

// New makes the service.
func New(o Options) *Service {
	if o.Poll == 0 {
		o.Poll = 10 * time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{Options: o}
}

// ImportSteps gives what org.Service.PlanImport needs.
func (s *Service) ImportSteps() org.ImportSteps {
	return org.ImportSteps{Keys: s.Nodes.PrepareExternal, Certificates: s.await, Peer: s.Nodes.EnsurePeer}
}

// await waits until the organization's authority has certified the keys of its peer.
func (s *Service) await(ctx context.Context, orgID string, _ func(string, ...any)) error {
	err := s.Nodes.Certified(ctx, orgID)
	if !errors.Is(err, node.ErrAwaited) {
		return err
	}
	f := fault.Of(err)
	return &operation.WaitError{Awaits: operation.Awaits{Reason: f.Message, Hint: f.Hint, Orgs: []string{orgID}}}
}

// Installed is what came of Install.
type Installed struct {
	Certificates []org.Certificate
	Missing      []org.Purpose       // what the node has no certificate for yet
	Operation    operation.Operation // by which the node takes them; zero while some are missing
}

// nodeInput is that of KindCertificates.
type nodeInput struct{ Node, Sign, TLS string }

// Install takes the certificates that the authority of a node's organization made of its requests. A node that has both
// starts with them, or takes them by an operation. Faults are those of node.Service.Record.
func (s *Service) Install(ctx context.Context, nodeID string, bundle []byte, actor, key string) (Installed, error) {
	found, err := s.Nodes.Record(ctx, nodeID, bundle)
	if err != nil {
		return Installed{}, err
	}
	n, err := s.Nodes.Get(ctx, nodeID)
	if err != nil {
		return Installed{}, err
	}
	done := Installed{Certificates: found}
	if done.Missing, err = s.Nodes.Missing(ctx, n); err != nil || len(done.Missing) > 0 {
		return done, err
	}
	op, importing, err := s.importing(ctx, n.Org)
	if err != nil {
		return done, err
	}
	if importing {
		done.Operation = op
		s.Engine.Wake(op.ID)
		return done, nil
	}
	next, changed, err := s.Nodes.Newest(ctx, n)
	if err != nil || !changed {
		return done, err
	}
	done.Operation, err = s.Engine.Start(ctx, operation.Request{
		Kind: KindCertificates, Subject: org.Subject(n.Org), Orgs: []string{n.Org}, Actor: actor, Key: key,
		Input: nodeInput{Node: n.ID, Sign: next.Sign.Serial, TLS: next.TLS.Serial},
	}, func(context.Context) error { return nil })
	return done, err
}

// importing gives the operation that admits an organization, while it is under way.
func (s *Service) importing(ctx context.Context, orgID string) (operation.Operation, bool, error) {
	recent, err := s.Engine.List(ctx, operation.Filter{Subject: org.Subject(orgID), Limit: 20})
	if err != nil {
		return operation.Operation{}, false, err
	}
	for _, op := range recent {
		if op.Kind == org.KindImport && !op.State.Done() {
			return op, true, nil
		}
	}
	return operation.Operation{}, false, nil
}

// PlanCertificates is the plan of KindCertificates.
func (s *Service) PlanCertificates(op operation.Operation) ([]operation.PlannedStep, error) {
	var in nodeInput
	if err := json.Unmarshal(op.Input, &in); err != nil {
		return nil, fmt.Errorf("decode input: %w", err)
	}
	return []operation.PlannedStep{{
		Name: "node", Title: "Restart the node with its new certificates",
		Do: func(ctx context.Context, note func(string, ...any)) error {
			n, err := s.Nodes.Get(ctx, in.Node)
			if err != nil {
				return err
			}
			next, changed, err := s.Nodes.Newest(ctx, n)
			if err != nil || !changed {
				return err
			}
			note("restarting %s", n.ID)
			return s.Roller.Adopt(ctx, n, next)
		},
	}}, nil
}

// mspInput is that of KindMSP.
type mspInput struct {
	Org string
	MSP string // digest
}

// Update asks that an organization's MSP, as msp.Import gave it, goes to its ledgers and to its peers. Present revocation
// lists of authorities that stay are kept, unless it has newer ones. Faults:
// "organization_issues_here", "msp_unchanged", "msp_change_running", "msp_leaves_node_out",
// "msp_crl_older", those of org.Service.ProposeMSP.
func (s *Service) Update(ctx context.Context, orgID string, next msp.Definition, actor, key string) (operation.Operation, error) {
	if _, err := s.Orgs.Active(ctx, orgID); err != nil {
		return operation.Operation{}, err
	}
	present, err := s.Orgs.MSPOf(ctx, orgID)
	if err != nil {
		return operation.Operation{}, err
	}
	if next, err = next.KeepingLists(present.Definition); err != nil {
		return operation.Operation{}, err
	}
	if err := s.keepsNodes(ctx, orgID, next); err != nil {
		return operation.Operation{}, err
	}
	sum, err := digest(next)
	if err != nil {
		return operation.Operation{}, err
	}
	return s.Engine.Start(ctx, operation.Request{
		Kind: KindMSP, Subject: Subject(orgID), Orgs: []string{orgID}, Actor: actor, Key: key,
		Input: mspInput{Org: orgID, MSP: sum},
	}, func(ctx context.Context) error {
		present, err := s.Orgs.MSPOf(ctx, orgID)
		if err != nil {
			return err
		}
		if present.Next != nil {
			return fault.New(fault.Conflict, "msp_change_running", "the MSP of organization %s is being changed already", orgID).
				WithHint("wait for its operation, or cancel it: b4a operation list")
		}
		return s.Orgs.ProposeMSP(ctx, orgID, next)
	})
}

// UpdateLists asks that revocation lists, each PEM or DER, replace those of the same authorities in an organization's MSP.
// Faults are those of Update and msp.Definition.WithLists.
func (s *Service) UpdateLists(ctx context.Context, orgID string, lists [][]byte, actor, key string) (operation.Operation, error) {
	present, err := s.Orgs.MSPOf(ctx, orgID)
	if err != nil {
		return operation.Operation{}, err
	}
	next, err := present.Definition.WithLists(lists...)
	if err != nil {
		return operation.Operation{}, err
	}
	return s.Update(ctx, orgID, next, actor, key)
}

// Subject names an organization's MSP as the subject of operations. It is not the organization itself: a revocation does
// not wait for certificates of nodes.
func Subject(orgID string) string { return "msp/" + orgID }

// keepsNodes refuses a definition in which a node of the organization would be nobody.
func (s *Service) keepsNodes(ctx context.Context, orgID string, next msp.Definition) error {
	nodes, err := s.Nodes.List(ctx, orgID)
	if err != nil {
		return err
	}
	for _, n := range nodes {
		c, err := s.Nodes.Certificates(ctx, n)
		if errors.Is(err, node.ErrAwaited) {
			continue
		}
		if err != nil {
			return err
		}
		// An old certificate is no reason to keep a list from the ledgers: chains count, not lives.
		_, _, err = next.CheckIdentity(c.Sign.PEM, string(n.Kind), c.Sign.NotAfter)
		if err == nil {
			_, err = next.CheckTLS(c.TLS.PEM, nil, c.TLS.NotAfter)
		}
		if err != nil {
			f := fault.Of(err)
			return fault.New(fault.Conflict, "msp_leaves_node_out", "with this MSP %s could not go on: %s", n.ID, f.Message).
				WithHint("keep its authority in the MSP until the node has a certificate of the new one: bring both, then b4a node csr %s", n.ID)
		}
	}
	return nil
}

// PlanMSP is the plan of KindMSP.
func (s *Service) PlanMSP(op operation.Operation) ([]operation.PlannedStep, error) {
	var in mspInput
	if err := json.Unmarshal(op.Input, &in); err != nil {
		return nil, fmt.Errorf("decode input: %w", err)
	}
	return []operation.PlannedStep{
		{Name: "ledgers", Title: "Bring it to every ledger", Do: func(ctx context.Context, note func(string, ...any)) error {
			return s.carry(ctx, in.Org, note)
		}},
		{Name: "adopt", Title: "Go by it on the platform", Do: func(ctx context.Context, note func(string, ...any)) error {
			return s.adopt(ctx, in.Org, note)
		}},
		{Name: "peers", Title: "Go by it at the organization's own peer", Do: func(ctx context.Context, note func(string, ...any)) error {
			return s.reload(ctx, in.Org, note)
		}},
	}, nil
}

// carry brings the proposed definition to the ledgers.
func (s *Service) carry(ctx context.Context, orgID string, note func(string, ...any)) error {
	m, err := s.Orgs.MSPOf(ctx, orgID)
	if err != nil || m.Next == nil {
		return err
	}
	effects, err := s.Channels.CarryMSP(ctx, orgID, *m.Next, note)
	return s.listed(ctx, orgID, *m.Next, effects, err, note)
}

// listed records what a definition's lists revoke: on the platform at once, for the authority has said it, and on the
// ledgers that have the definition. It gives why others have it not, as carried said.
func (s *Service) listed(
	ctx context.Context, orgID string, d msp.Definition, effects []channel.Effect, carried error, note func(string, ...any),
) error {
	if _, waits := errors.AsType[*operation.WaitError](carried); carried != nil && !waits {
		return carried
	}
	lists, err := d.Lists()
	if err != nil {
		return err
	}
	for _, e := range effects {
		note("effective since block %d of %s", e.Block, e.Channel)
	}
	if err := s.Recorder.Listed(ctx, orgID, lists, effects); err != nil {
		return err
	}
	return carried
}

// adopt makes the proposed definition the present one, and brings it to ledgers that were made meanwhile.
func (s *Service) adopt(ctx context.Context, orgID string, note func(string, ...any)) error {
	if err := s.Orgs.AdoptMSP(ctx, orgID); err != nil {
		return err
	}
	m, err := s.Orgs.MSPOf(ctx, orgID)
	if err != nil {
		return err
	}
	effects, err := s.Channels.EnsureMSP(ctx, orgID, note)
	return s.listed(ctx, orgID, m.Definition, effects, err, note)
}

// reload makes the organization's nodes run with the present definition: without a channel a peer goes by its own files.
func (s *Service) reload(ctx context.Context, orgID string, note func(string, ...any)) error {
	nodes, err := s.Nodes.List(ctx, orgID)
	if err != nil {
		return err
	}
	for _, n := range nodes {
		note("restarting %s", n.ID)
		if err := s.Roller.Reload(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// OnMSPFailed forgets a definition that did not come to the ledgers. A ledger that has it already keeps it.
func (s *Service) OnMSPFailed(ctx context.Context, op operation.Operation, _ *fault.Error) error {
	var in mspInput
	if err := json.Unmarshal(op.Input, &in); err != nil {
		return fmt.Errorf("decode input: %w", err)
	}
	return s.Orgs.DropMSP(ctx, in.Org)
}
