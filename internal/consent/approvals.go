// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"bytes"
	"context"
	"time"

	signing "github.com/blockchain4all/blockchain4all/client/consent"
	"github.com/blockchain4all/blockchain4all/internal/fabric/gateway"
	"github.com/blockchain4all/blockchain4all/internal/fabric/lifecycle"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
)

// submitTimeout is how long an approval may take until it is committed.
const submitTimeout = time.Minute

// Approvals approve contracts at the peers of the organizations that are asked.
type Approvals struct{ Nodes *node.Service }

var _ Approver = (*Approvals)(nil)

func (a *Approvals) offline(ctx context.Context, r Request, mspID string) (*gateway.Offline, error) {
	_, conn, err := a.Nodes.PeerOf(ctx, r.Org)
	if err != nil {
		return nil, err
	}
	o := gateway.NewOffline(conn, mspID)
	o.HighS = true
	return o, nil
}

// Prepare implements Approver.
func (a *Approvals) Prepare(ctx context.Context, r Request, mspID string, certPEM []byte) (Unsigned, error) {
	o, err := a.offline(ctx, r, mspID)
	if err != nil {
		return Unsigned{}, err
	}
	u, err := o.Prepare(certPEM, lifecycle.ApprovalRequest(r.Ledger, mspID, r.Content))
	return Unsigned{Step: StepProposal, Bytes: u.Bytes, Message: u.Message, Digest: u.Digest}, err
}

// Endorse implements Approver.
func (a *Approvals) Endorse(ctx context.Context, r Request, mspID string, proposal, signature []byte) (Unsigned, error) {
	approval, err := signing.ReadProposal(gateway.ProposalMessage(proposal))
	if err := same(r, approval, err); err != nil {
		return Unsigned{}, err
	}
	o, err := a.offline(ctx, r, mspID)
	if err != nil {
		return Unsigned{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, submitTimeout)
	defer cancel()
	u, err := o.Endorse(ctx, r.Ledger, lifecycle.Namespace, proposal, signature)
	return Unsigned{Step: StepTransaction, Bytes: u.Bytes, Message: u.Message, Digest: u.Digest}, err
}

// Submit implements Approver.
func (a *Approvals) Submit(ctx context.Context, r Request, mspID string, transaction, signature []byte) (string, error) {
	approval, err := signing.ReadTransaction(gateway.TransactionMessage(transaction))
	if err := same(r, approval, err); err != nil {
		return "", err
	}
	o, err := a.offline(ctx, r, mspID)
	if err != nil {
		return "", err
	}
	e, err := o.Envelope(r.Ledger, lifecycle.Namespace, transaction, signature)
	if err != nil {
		return "", err
	}
	_, conn, err := a.Nodes.PeerOf(ctx, r.Org)
	if err != nil {
		return "", err
	}
	reader, err := a.Nodes.Reader(ctx, r.Org)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, submitTimeout)
	defer cancel()
	_, err = gateway.NewClient(conn, reader).Submit(ctx, e)
	return e.TxID, err
}

// Creator implements Approver.
func (a *Approvals) Creator(r Request, mspID string, step Step, data []byte) ([]byte, error) {
	o := gateway.NewOffline(nil, mspID)
	if step == StepProposal {
		return o.ProposalCreator(r.Ledger, lifecycle.Namespace, data)
	}
	return o.Creator(r.Ledger, lifecycle.Namespace, data)
}

// Approved implements Approver.
func (a *Approvals) Approved(err error) bool { return lifecycle.ApprovedAlready(err) }

// same refuses what approves something else than the request asks for.
func same(r Request, a signing.Approval, err error) error {
	if err != nil || a.Channel != r.Ledger || !bytes.Equal(a.Arguments, r.Content) {
		return fault.New(fault.Invalid, "signed_bytes_foreign", "these are not the bytes that were prepared").
			WithHint("send back the bytes exactly as they were given").WithCause(err)
	}
	return nil
}
