// SPDX-License-Identifier: Apache-2.0

// Package gateway evaluates and submits transactions through a peer's Fabric Gateway service: with a key at hand
// (Client), or with one that stays with its owner (Offline).
package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/hash"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	gatewaypb "github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// metadataFunction is the function by which contract-api contracts describe themselves.
const metadataFunction = "org.hyperledger.fabric:GetMetadata"

// Request is a call of a chaincode's function.
type Request struct {
	Channel       string
	Chaincode     string
	Function      string
	Args          []string
	Transient     map[string][]byte // private inputs: never on the ledger
	EndorsingOrgs []string          // MSP IDs; empty: the gateway chooses
}

// Envelope is a signed transaction: the unit that is sent, and sent again as it is.
type Envelope struct {
	Channel string
	TxID    string
	Bytes   []byte // gateway.PreparedTransaction, signed
	Result  []byte // what the chaincode returned
}

// Client calls chaincodes as one identity through one peer.
type Client struct {
	conn grpc.ClientConnInterface
	id   *msp.Identity
}

// NewClient makes a client.
func NewClient(conn grpc.ClientConnInterface, id *msp.Identity) *Client {
	return &Client{conn: conn, id: id}
}

// connect gives the SDK's gateway; it holds nothing that needs closing, the connection is the caller's.
func (c *Client) connect() (*client.Gateway, error) {
	g, err := client.Connect(c.id, client.WithSign(c.id.SignDigest),
		client.WithHash(hash.SHA256), client.WithClientConnection(c.conn))
	if err != nil {
		return nil, fmt.Errorf("connect gateway: %w", err)
	}
	return g, nil
}

func proposalOptions(r Request) []client.ProposalOption {
	options := []client.ProposalOption{client.WithArguments(r.Args...)}
	if len(r.Transient) > 0 {
		options = append(options, client.WithTransient(r.Transient))
	}
	if len(r.EndorsingOrgs) > 0 {
		options = append(options, client.WithEndorsingOrganizations(r.EndorsingOrgs...))
	}
	return options
}

// Evaluate runs a query on the gateway's choice of peers.
func (c *Client) Evaluate(ctx context.Context, r Request) ([]byte, error) {
	g, err := c.connect()
	if err != nil {
		return nil, err
	}
	result, err := g.GetNetwork(r.Channel).GetContract(r.Chaincode).EvaluateWithContext(ctx, r.Function, proposalOptions(r)...)
	if err != nil {
		return nil, callFault(err)
	}
	return result, nil
}

// Endorse has a transaction endorsed and signs it. Nothing is on the ledger yet.
func (c *Client) Endorse(ctx context.Context, r Request) (Envelope, error) {
	g, err := c.connect()
	if err != nil {
		return Envelope{}, err
	}
	proposal, err := g.GetNetwork(r.Channel).GetContract(r.Chaincode).NewProposal(r.Function, proposalOptions(r)...)
	if err != nil {
		return Envelope{}, fmt.Errorf("compose proposal: %w", err)
	}
	tx, err := proposal.EndorseWithContext(ctx)
	if err != nil {
		return Envelope{}, callFault(err)
	}
	signature, err := c.id.SignDigest(tx.Digest())
	if err != nil {
		return Envelope{}, fmt.Errorf("sign transaction: %w", err)
	}
	return envelope(r.Channel, tx, signature)
}

// envelope puts a signature to an endorsed transaction.
func envelope(channel string, tx *client.Transaction, signature []byte) (Envelope, error) {
	data, err := tx.Bytes()
	if err != nil {
		return Envelope{}, fmt.Errorf("encode transaction: %w", err)
	}
	var prepared gatewaypb.PreparedTransaction
	if err := proto.Unmarshal(data, &prepared); err != nil {
		return Envelope{}, fmt.Errorf("decode transaction: %w", err)
	}
	prepared.Envelope.Signature = signature
	if data, err = proto.Marshal(&prepared); err != nil {
		return Envelope{}, fmt.Errorf("encode transaction: %w", err)
	}
	return Envelope{Channel: channel, TxID: tx.TransactionID(), Bytes: data, Result: tx.Result()}, nil
}

// Metadata gives a contract-api contract's description of itself, JSON.
func (c *Client) Metadata(ctx context.Context, channel, chaincode string) ([]byte, error) {
	data, err := c.Evaluate(ctx, Request{Channel: channel, Chaincode: chaincode, Function: metadataFunction})
	if err != nil {
		return nil, err
	}
	if !json.Valid(data) {
		return nil, fault.New(fault.Unavailable, "metadata_invalid", "the contract's description of itself is not JSON").
			WithCause(errors.New("invalid JSON"))
	}
	return data, nil
}

var _ identity.Identity = (*msp.Identity)(nil)
