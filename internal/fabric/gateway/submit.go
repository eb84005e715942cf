// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	gatewaypb "github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	peerpb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Times of submitting.
const (
	firstPause  = 100 * time.Millisecond // after a try that failed; doubled each time
	longestWait = 2 * time.Second
	// resendAfter is when an envelope that the orderers took is sent again: they keep it in memory until it is in a block,
	// and forget it when enough of them restart.
	resendAfter = 5 * time.Second
)

// CodePending is the code of the fault that a transaction's fate is not known yet.
const CodePending = "tx_pending"

// Status is the fate of a transaction that is on the ledger.
type Status struct {
	TxID        string
	Code        string // Fabric's validation code: "VALID", "MVCC_READ_CONFLICT", …
	BlockNumber uint64
	Successful  bool // the code is VALID
}

// Submit sends an envelope, always the same one, until its commit is seen. Sending an envelope twice is harmless: Fabric
// commits a transaction ID once.
//
// No failure is reported before the commit status was looked up. The outcomes are: a Status; a fault.Rejected
// "tx_invalid" when the ledger marked the transaction invalid; a fault.Unavailable "tx_pending" when ctx ended before
// its fate was known, so that the caller can ask again.
func (c *Client) Submit(ctx context.Context, e Envelope) (Status, error) {
	var prepared gatewaypb.PreparedTransaction
	if err := proto.Unmarshal(e.Bytes, &prepared); err != nil {
		return Status{}, fmt.Errorf("decode envelope: %w", err)
	}
	request := &gatewaypb.SubmitRequest{
		TransactionId: e.TxID, ChannelId: e.Channel, PreparedTransaction: prepared.GetEnvelope(),
	}
	stub := gatewaypb.NewGatewayClient(c.conn)
	for pause := firstPause; ; pause = min(2*pause, longestWait) {
		_, sent := stub.Submit(ctx, request)
		patience := pause
		if sent == nil {
			patience = resendAfter
		}
		look, cancel := context.WithTimeout(ctx, patience)
		found, err := c.CommitStatus(look, e.Channel, e.TxID)
		cancel()
		if err == nil || fault.Of(err).Code != CodePending {
			return judge(found, err)
		}
		if ctx.Err() != nil {
			return Status{TxID: e.TxID}, pending(e.TxID, sent)
		}
		// The orderers call the envelope itself wrong: another try changes nothing.
		if status.Code(sent) == codes.Aborted || status.Code(sent) == codes.InvalidArgument {
			return Status{TxID: e.TxID}, callFault(sent)
		}
	}
}

// judge makes a fault of a transaction that the ledger marked invalid.
func judge(s Status, err error) (Status, error) {
	if err != nil || s.Successful {
		return s, err
	}
	return s, fault.New(fault.Rejected, "tx_invalid", "the ledger marked the transaction invalid: %s", sentence(s.Code)).
		WithHint("it had no effect; submit a new one if it still makes sense").
		WithDetail("transaction "+s.TxID, s.Code)
}

func pending(txID string, cause error) error {
	return fault.New(fault.Unavailable, CodePending, "the transaction's fate is not known yet").
		WithHint("look it up by its ID: do not submit a new one").WithDetail("transaction", txID).WithCause(cause)
}

// CommitStatus waits until a transaction is on the ledger, as the client's peer has it, or ctx ends: then the fault is
// "tx_pending".
func (c *Client) CommitStatus(ctx context.Context, channel, txID string) (Status, error) {
	creator, err := c.id.Creator()
	if err != nil {
		return Status{}, fmt.Errorf("serialize creator: %w", err)
	}
	data, err := proto.Marshal(&gatewaypb.CommitStatusRequest{TransactionId: txID, ChannelId: channel, Identity: creator})
	if err != nil {
		return Status{}, fmt.Errorf("encode status request: %w", err)
	}
	signature, err := c.id.Sign(data)
	if err != nil {
		return Status{}, fmt.Errorf("sign status request: %w", err)
	}
	stub := gatewaypb.NewGatewayClient(c.conn)
	for pause := firstPause; ; pause = min(2*pause, longestWait) {
		answer, err := stub.CommitStatus(ctx, &gatewaypb.SignedCommitStatusRequest{Request: data, Signature: signature})
		if err == nil {
			code := answer.GetResult()
			return Status{
				TxID: txID, Code: code.String(), BlockNumber: answer.GetBlockNumber(), Successful: code == peerpb.TxValidationCode_VALID,
			}, nil
		}
		if status.Code(err) == codes.PermissionDenied {
			return Status{}, callFault(err)
		}
		if !sleep(ctx, pause) {
			return Status{TxID: txID}, pending(txID, errors.Join(err, ctx.Err()))
		}
	}
}

// sleep waits and tells whether ctx is still alive.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// LookUp tells a transaction's fate without waiting; false when the peer does not have it.
func (c *Client) LookUp(ctx context.Context, channel, txID string) (Status, bool, error) {
	data, err := c.Evaluate(ctx, Request{
		Channel: channel, Chaincode: "qscc", Function: "GetBlockByTxID", Args: []string{channel, txID},
	})
	if err != nil {
		if fault.Of(err).Code == "contract_error" {
			return Status{TxID: txID}, false, nil
		}
		return Status{}, false, err
	}
	s, err := statusIn(data, txID)
	return s, err == nil, err
}

// statusIn finds a transaction's validation code in the block that holds it.
func statusIn(data []byte, txID string) (Status, error) {
	var block commonpb.Block
	if err := proto.Unmarshal(data, &block); err != nil {
		return Status{}, fmt.Errorf("decode block: %w", err)
	}
	flags := block.GetMetadata().GetMetadata()
	if len(flags) <= int(commonpb.BlockMetadataIndex_TRANSACTIONS_FILTER) {
		return Status{}, errors.New("block has no validation codes")
	}
	codesOf := flags[commonpb.BlockMetadataIndex_TRANSACTIONS_FILTER]
	for i, raw := range block.GetData().GetData() {
		var (
			e commonpb.Envelope
			p commonpb.Payload
			h commonpb.ChannelHeader
		)
		if proto.Unmarshal(raw, &e) != nil || proto.Unmarshal(e.GetPayload(), &p) != nil ||
			proto.Unmarshal(p.GetHeader().GetChannelHeader(), &h) != nil || h.GetTxId() != txID || i >= len(codesOf) {
			continue
		}
		code := peerpb.TxValidationCode(codesOf[i])
		return Status{
			TxID: txID, Code: code.String(), BlockNumber: block.GetHeader().GetNumber(),
			Successful: code == peerpb.TxValidationCode_VALID,
		}, nil
	}
	return Status{}, fmt.Errorf("block %d does not hold transaction %s", block.GetHeader().GetNumber(), txID)
}
