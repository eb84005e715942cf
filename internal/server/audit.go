// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"

	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/chaincode"
	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/transaction"
)

// auditLedger keeps the audit trail's anchors on a ledger of the operator's own, made when the first one comes.
type auditLedger struct {
	engine       *operation.Engine
	channels     *channel.Service
	contracts    *chaincode.Service
	transactions *transaction.Service
	ready        atomic.Bool // it was seen to serve since the platform started
}

// Ensure implements audit.Ledger. The idempotency keys make the operations the same ones after a crash.
func (l *auditLedger) Ensure(ctx context.Context) error {
	if l.ready.Load() {
		return nil
	}
	c, err := l.channels.Get(ctx, audit.LedgerName)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	if err != nil || c.State != channel.Active {
		n := channel.NewChannel{Name: audit.LedgerName, Orgs: []string{OperatorOrg}}
		if err := l.await(ctx, func(ctx context.Context) (operation.Operation, error) {
			return l.channels.Create(ctx, n, audit.Platform, "audit-ledger")
		}); err != nil {
			return fmt.Errorf("create ledger: %w", err)
		}
	}
	d, err := l.contracts.Get(ctx, audit.LedgerName, audit.Contract)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	if err != nil || d.State != chaincode.Ready {
		n := chaincode.NewDeployment{Channel: audit.LedgerName, Catalogue: audit.Contract}
		if err := l.await(ctx, func(ctx context.Context) (operation.Operation, error) {
			return l.contracts.Deploy(ctx, n, audit.Platform, "audit-contract")
		}); err != nil {
			return fmt.Errorf("deploy contract: %w", err)
		}
	}
	l.ready.Store(true)
	return nil
}

// await starts an operation, or finds it, and waits until it has succeeded; one that failed is tried again.
func (l *auditLedger) await(ctx context.Context, start func(context.Context) (operation.Operation, error)) error {
	op, err := start(ctx)
	if err != nil {
		return err
	}
	if op.State == operation.Failed {
		if op, err = l.engine.Retry(ctx, op.ID); err != nil {
			return err
		}
	}
	if op, err = l.engine.Wait(ctx, op.ID); err != nil {
		return err
	}
	if op.State == operation.Failed {
		return &fault.Error{Kind: op.Fault.Kind, Code: op.Fault.Code, Message: op.Fault.Message, Hint: op.Fault.Hint}
	}
	return nil
}

func (l *auditLedger) call(function string, args ...string) transaction.Call {
	return transaction.Call{
		Channel: audit.LedgerName, Chaincode: audit.Contract, Org: OperatorOrg, Function: function, Args: args,
	}
}

// anchorJSON is an anchor as the contract gives it.
type anchorJSON struct {
	Sequence uint64 `json:"sequence"`
	Hash     string `json:"hash"`
}

// Last implements audit.Ledger.
func (l *auditLedger) Last(ctx context.Context) (audit.Head, error) {
	data, err := l.transactions.Evaluate(ctx, l.call("Last"))
	if err != nil {
		return audit.Head{}, err
	}
	var a anchorJSON
	if err := json.Unmarshal(data, &a); err != nil {
		return audit.Head{}, fmt.Errorf("decode anchor: %w", err)
	}
	return audit.Head(a), nil
}

// Put implements audit.Ledger. The head names the transaction: however often it is put, one envelope is sent.
func (l *auditLedger) Put(ctx context.Context, h audit.Head) (audit.Anchor, error) {
	sequence := strconv.FormatUint(h.Sequence, 10)
	o, err := l.transactions.Submit(ctx, l.call("Put", sequence, h.Hash), audit.Platform, "audit-anchor-"+sequence+"-"+h.Hash)
	if err != nil {
		return audit.Anchor{}, err
	}
	if !o.Status.Successful {
		return audit.Anchor{}, fault.New(fault.Unavailable, "audit_anchor_pending", "the anchor is not committed yet").
			WithHint("try again: it is not sent twice")
	}
	return audit.Anchor{Head: h, Transaction: o.TxID, Block: o.Status.BlockNumber}, nil
}

// recordLife records in the audit trail that the platform starts, or stops for a reason (nil: in order). A start without
// a stop before it is a crash, or a store that took no more: a full disk must not keep the platform from starting.
func (p *platform) recordLife(ctx context.Context, action string, why error) {
	outcome, code := audit.OutcomeOf(why)
	err := p.audit.Record(ctx, audit.Act{
		Actor: audit.Actor{Credential: audit.Platform}, Action: action, Object: "platform",
		After: audit.Public(map[string]string{"version": p.config.Version}),
	}, outcome, code)
	if err != nil {
		p.log.ErrorContext(ctx, "record the platform's life", "action", action, "error", err)
	}
}

// operationEnded does what belongs to the end of an operation, in the transaction that records it.
func (p *platform) operationEnded(ctx context.Context, op operation.Operation) error {
	if err := p.consents.Ended(ctx, op); err != nil {
		return err
	}
	return p.auditEnd(ctx, op)
}

// auditEnd records the end of an operation in the audit trail, in the transaction that records it.
func (p *platform) auditEnd(ctx context.Context, op operation.Operation) error {
	outcome, code := audit.Done, ""
	if op.State == operation.Failed {
		outcome = audit.Failed
	}
	if op.Fault != nil {
		code = op.Fault.Code
	}
	after, err := json.Marshal(map[string]string{"kind": op.Kind, "subject": op.Subject, "state": string(op.State)})
	if err != nil {
		return fmt.Errorf("encode end: %w", err)
	}
	who := op.Actor
	if who == "" {
		who = audit.Platform
	}
	return p.audit.Record(ctx, audit.Act{
		Actor: audit.Actor{
			Credential: who, Member: op.By.Member, Name: op.By.Name, Role: op.By.Role, Organization: op.By.Organization,
		},
		Orgs: op.Orgs, Action: "operation.end", Object: "operation/" + op.ID, After: after,
	}, outcome, code)
}

var _ audit.Ledger = (*auditLedger)(nil)
