// SPDX-License-Identifier: Apache-2.0

package configtx

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// nonceSize is Fabric's (common/crypto).
const nonceSize = 24

// GenesisBlock composes the block by which a channel's orderers and peers join. Two calls with the same input differ in
// time and nonce: keep the block. Input that Validate refuses gives its faults.
func GenesisBlock(c Channel) ([]byte, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	b := &builder{}
	config := b.marshal(&commonpb.ConfigEnvelope{Config: &commonpb.Config{ChannelGroup: b.channel(&c)}})
	header := b.header(commonpb.HeaderType_CONFIG, c.ID, nil)
	envelope := b.marshal(&commonpb.Envelope{Payload: b.marshal(&commonpb.Payload{Header: header, Data: config})})
	metadata := make([][]byte, len(commonpb.BlockMetadataIndex_name))
	for i := range metadata {
		metadata[i] = []byte{}
	}
	lastConfig := &commonpb.LastConfig{Index: 0}
	//nolint:staticcheck // deprecated, yet Fabric's configtxgen writes it
	metadata[commonpb.BlockMetadataIndex_LAST_CONFIG] = b.marshal(&commonpb.Metadata{Value: b.marshal(lastConfig)})
	metadata[commonpb.BlockMetadataIndex_SIGNATURES] = b.marshal(&commonpb.Metadata{
		Value: b.marshal(&commonpb.OrdererBlockMetadata{LastConfig: lastConfig}),
	})
	// A block's data hash is that of its transactions, one after another (protoutil.ComputeBlockDataHash).
	hash := sha256.Sum256(envelope)
	block := b.marshal(&commonpb.Block{
		Header:   &commonpb.BlockHeader{Number: 0, DataHash: hash[:]},
		Data:     &commonpb.BlockData{Data: [][]byte{envelope}},
		Metadata: &commonpb.BlockMetadata{Metadata: metadata},
	})
	return block, b.err
}

// header composes a payload's header; without an identity the creator is empty, as in genesis blocks.
func (b *builder) header(kind commonpb.HeaderType, channel string, creator *msp.Identity) *commonpb.Header {
	nonce := make([]byte, nonceSize)
	if _, err := rand.Read(nonce); err != nil && b.err == nil {
		b.err = fmt.Errorf("make nonce: %w", err)
	}
	signer := &commonpb.SignatureHeader{Nonce: nonce}
	if creator != nil {
		id, err := creator.Creator()
		if err != nil && b.err == nil {
			b.err = fmt.Errorf("serialize creator: %w", err)
		}
		signer.Creator = id
	}
	header := &commonpb.ChannelHeader{
		Type: int32(kind), Version: 1, ChannelId: channel, Timestamp: timestamppb.Now(),
	}
	if kind == commonpb.HeaderType_CONFIG {
		id := sha256.Sum256(slices.Concat(nonce, signer.GetCreator()))
		header.TxId = hex.EncodeToString(id[:])
	}
	return &commonpb.Header{ChannelHeader: b.marshal(header), SignatureHeader: b.marshal(signer)}
}

// decodeConfig gives the configuration that a config block carries, and its channel.
func decodeConfig(block []byte) (channel string, config *commonpb.Config, err error) {
	var (
		b        commonpb.Block
		envelope commonpb.Envelope
		payload  commonpb.Payload
		header   commonpb.ChannelHeader
		wrapped  commonpb.ConfigEnvelope
	)
	if err := proto.Unmarshal(block, &b); err != nil {
		return "", nil, malformed("block", err)
	}
	if n := len(b.GetData().GetData()); n != 1 {
		return "", nil, malformed("block", fmt.Errorf("%d transactions, a config block has one", n))
	}
	if err := proto.Unmarshal(b.GetData().GetData()[0], &envelope); err != nil {
		return "", nil, malformed("envelope", err)
	}
	if err := proto.Unmarshal(envelope.GetPayload(), &payload); err != nil {
		return "", nil, malformed("payload", err)
	}
	if err := proto.Unmarshal(payload.GetHeader().GetChannelHeader(), &header); err != nil {
		return "", nil, malformed("channel header", err)
	}
	if header.GetType() != int32(commonpb.HeaderType_CONFIG) {
		return "", nil, malformed("channel header", fmt.Errorf("type %d is not CONFIG", header.GetType()))
	}
	if err := proto.Unmarshal(payload.GetData(), &wrapped); err != nil {
		return "", nil, malformed("config", err)
	}
	if wrapped.GetConfig().GetChannelGroup() == nil {
		return "", nil, malformed("config", errors.New("no channel group"))
	}
	return header.GetChannelId(), wrapped.GetConfig(), nil
}

func malformed(what string, err error) error {
	return fault.New(fault.Invalid, "config_block_malformed", "this is not a config block").
		WithCause(fmt.Errorf("%s: %w", what, err))
}
