// SPDX-License-Identifier: Apache-2.0

package participation

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	peerpb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/blockchain4all/blockchain4all/internal/fabric/conn"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// nonceSize is Fabric's (common/crypto).
const nonceSize = 24

// call is a call of a peer's system chaincode.
type call struct {
	channel   string // empty: of the peer itself
	chaincode string
	function  string
	args      [][]byte
}

// connectTimeout bounds how long a connection may take that does not stand yet.
const connectTimeout = 2 * time.Second

// connect waits for a connection that does not stand. A node says that it is healthy before it takes calls, and one
// that has just been started again would seem down until the connection tries again.
func connect(ctx context.Context, node grpc.ClientConnInterface) error {
	c, ok := node.(*grpc.ClientConn)
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	if err := conn.AwaitReady(ctx, c); err != nil {
		return status.Error(codes.Unavailable, err.Error())
	}
	return nil
}

// ask makes a peer answer a call. fabric-admin-sdk's GetConfigBlock, for one, takes a refusal for an empty block.
//
// Faults: a fault.Unavailable "peer_unreachable" when it does not answer; else, with what it said, a fault.Forbidden
// "peer_access_denied", a fault.NotFound "peer_channel_not_found", or a fault.Conflict "peer_refused".
func ask(ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, c call) ([]byte, error) {
	proposal, err := c.proposal(id)
	if err != nil {
		return nil, fmt.Errorf("compose proposal: %w", err)
	}
	signature, err := id.Sign(proposal)
	if err != nil {
		return nil, fmt.Errorf("sign proposal: %w", err)
	}
	if err := connect(ctx, peer); err != nil {
		return nil, c.failed(err)
	}
	response, err := peerpb.NewEndorserClient(peer).ProcessProposal(ctx,
		&peerpb.SignedProposal{ProposalBytes: proposal, Signature: signature})
	if err != nil {
		return nil, c.failed(err)
	}
	if r := response.GetResponse(); r.GetStatus() < 200 || r.GetStatus() >= 400 {
		return nil, c.refused(r.GetMessage())
	}
	return response.GetResponse().GetPayload(), nil
}

func (c call) proposal(id *msp.Identity) ([]byte, error) {
	creator, err := id.Creator()
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, nonceSize)
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("make nonce: %w", err)
	}
	txID := sha256.Sum256(append(append([]byte(nil), nonce...), creator...))
	name := &peerpb.ChaincodeID{Name: c.chaincode}
	var errs []error
	marshal := func(m proto.Message) []byte {
		data, err := proto.Marshal(m)
		errs = append(errs, err)
		return data
	}
	header := &commonpb.Header{
		ChannelHeader: marshal(&commonpb.ChannelHeader{
			Type: int32(commonpb.HeaderType_ENDORSER_TRANSACTION), ChannelId: c.channel,
			TxId: hex.EncodeToString(txID[:]), Timestamp: timestamppb.Now(),
			Extension: marshal(&peerpb.ChaincodeHeaderExtension{ChaincodeId: name}),
		}),
		SignatureHeader: marshal(&commonpb.SignatureHeader{Creator: creator, Nonce: nonce}),
	}
	invocation := &peerpb.ChaincodeInvocationSpec{ChaincodeSpec: &peerpb.ChaincodeSpec{
		Type: peerpb.ChaincodeSpec_GOLANG, ChaincodeId: name,
		Input: &peerpb.ChaincodeInput{Args: append([][]byte{[]byte(c.function)}, c.args...)},
	}}
	proposal := marshal(&peerpb.Proposal{
		Header:  marshal(header),
		Payload: marshal(&peerpb.ChaincodeProposalPayload{Input: marshal(invocation)}),
	})
	return proposal, errors.Join(errs...)
}

// failed tells a peer that does not answer from one that refuses.
func (c call) failed(err error) error {
	switch s := status.Convert(err); s.Code() {
	case codes.Unavailable, codes.DeadlineExceeded, codes.Canceled, codes.ResourceExhausted:
		return fault.New(fault.Unavailable, "peer_unreachable", "a peer does not answer").
			WithHint("see its state: b4a node list").WithCause(fmt.Errorf("%s: %w", c.function, err))
	default:
		return c.refused(s.Message())
	}
}

func (c call) refused(message string) error {
	cause := fmt.Errorf("%s %s: %s", c.chaincode, c.function, message)
	switch {
	case strings.Contains(message, "access denied"), strings.Contains(message, "creator org unknown"):
		return fault.New(fault.Forbidden, "peer_access_denied", "the peer does not let this identity do that").
			WithCause(cause)
	case c.channel != "" && (strings.Contains(message, "channel '"+c.channel+"' not found") ||
		strings.Contains(message, "Unknown chain ID") || strings.Contains(message, "Invalid chain ID")):
		return fault.New(fault.NotFound, "peer_channel_not_found", "the peer has not joined %s", c.channel).
			WithCause(cause)
	default:
		return fault.New(fault.Conflict, "peer_refused", "the peer refused: %s", message).WithCause(cause)
	}
}
