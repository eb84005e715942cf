// SPDX-License-Identifier: Apache-2.0

// Package ledger reads blocks and transactions of channels. Decode is pure; the rest asks a peer's query system
// chaincode (qscc).
package ledger

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fabric/gateway"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Info is how far a peer's copy of a ledger has come.
type Info struct {
	Height       uint64 // number of blocks
	CurrentHash  string // of the newest block's header, hex
	PreviousHash string
}

// Block is one block. Hashes are lower-case hex.
type Block struct {
	Number       uint64
	Hash         string // SHA-256 of the header's ASN.1 encoding
	PreviousHash string
	DataHash     string
	Time         time.Time // of the first transaction
	Size         int       // bytes
	Transactions []Transaction
}

// Transaction is one transaction of a block. What can't be decoded is left zero: the block is as it is.
type Transaction struct {
	ID           string
	Type         string    // "config", "contract" or "other"
	Time         time.Time // as the creator stated it
	CreatorMSPID string
	CreatorName  string // common name of the creator's certificate
	Chaincode    string
	Function     string
	Args         []string // without the function; bytes that are no text as hex with the prefix "0x"
	Validation   string   // validation code
	Valid        bool
	Endorsers    []string // MSP IDs, each once
	Writes       []Write  // public state
	Collections  []Collection
}

// Write is one key of the public state that a transaction wrote.
type Write struct {
	Namespace string
	Key       string
	Value     []byte
	Deleted   bool
}

// Collection is a private data collection that a transaction touched; only hashes are on the ledger.
type Collection struct {
	Namespace string
	Name      string
}

// GetInfo asks a peer how far its copy of a channel's ledger has come.
func GetInfo(ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, channel string) (Info, error) {
	data, err := query(ctx, peer, id, channel, "GetChainInfo")
	if err != nil {
		return Info{}, err
	}
	var info commonpb.BlockchainInfo
	if err := proto.Unmarshal(data, &info); err != nil {
		return Info{}, fmt.Errorf("decode ledger information: %w", err)
	}
	return Info{
		Height: info.GetHeight(), CurrentHash: hex.EncodeToString(info.GetCurrentBlockHash()),
		PreviousHash: hex.EncodeToString(info.GetPreviousBlockHash()),
	}, nil
}

// GetBlock gives a block by its number; an absent one is a fault.NotFound "block_not_found".
func GetBlock(
	ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, channel string, number uint64,
) (*Block, error) {
	data, err := query(ctx, peer, id, channel, "GetBlockByNumber", strconv.FormatUint(number, 10))
	if err != nil {
		return nil, absent(err, "block_not_found", "ledger %s has no block %d", channel, number)
	}
	return Decode(data)
}

// GetBlockByTxID gives the block that holds a transaction; an absent one is a fault.NotFound "transaction_not_found".
func GetBlockByTxID(
	ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, channel, txID string,
) (*Block, error) {
	data, err := query(ctx, peer, id, channel, "GetBlockByTxID", txID)
	if err != nil {
		return nil, absent(err, "transaction_not_found", "ledger %s has no transaction %s", channel, txID)
	}
	return Decode(data)
}

// absent makes a refusal of qscc a NotFound: it refuses nothing else.
func absent(err error, code, format string, args ...any) error {
	if fault.Of(err).Code != "contract_error" {
		return err
	}
	return fault.New(fault.NotFound, code, format, args...).WithCause(err)
}

func query(
	ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, channel, function string, args ...string,
) ([]byte, error) {
	return gateway.NewClient(peer, id).Evaluate(ctx, gateway.Request{
		Channel: channel, Chaincode: "qscc", Function: function, Args: append([]string{channel}, args...),
	})
}
