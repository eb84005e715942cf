// SPDX-License-Identifier: Apache-2.0

package configtx

import (
	"crypto/rand"
	"errors"
	"fmt"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
)

// nonceSize is Fabric's (common/crypto).
const nonceSize = 24

// GenesisBlock composes the block by which a channel's orderers and peers join. Two calls with the same input differ in
// time and nonce: keep the block.
func GenesisBlock(c Channel) ([]byte, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	b := &builder{}
	config := b.marshal(&commonpb.ConfigEnvelope{Config: &commonpb.Config{ChannelGroup: b.channel(&c)}})
	envelope := b.marshal(&commonpb.Envelope{Payload: b.payload(commonpb.HeaderType_CONFIG, c.ID, nil, config)})
	data := [][]byte{envelope}
	metadata := make([][]byte, len(commonpb.BlockMetadataIndex_name))
	lastConfig := b.marshal(&commonpb.LastConfig{Index: 0})
	metadata[commonpb.BlockMetadataIndex_LAST_CONFIG] = b.marshal(&commonpb.Metadata{Value: lastConfig})
	metadata[commonpb.BlockMetadataIndex_SIGNATURES] = b.marshal(&commonpb.Metadata{
		Value: b.marshal(&commonpb.OrdererBlockMetadata{LastConfig: &commonpb.LastConfig{Index: 0}}),
	})
	block := b.marshal(&commonpb.Block{
		Header:   &commonpb.BlockHeader{Number: 0, DataHash: hash(data)},
		Data:     &commonpb.BlockData{Data: data},
		Metadata: &commonpb.BlockMetadata{Metadata: metadata},
	})
	return block, b.err
}

// payload composes a payload with its headers; without an identity the creator is empty, as in genesis blocks.
func (b *builder) payload(kind commonpb.HeaderType, channel string, creator *msp.Identity, data []byte) []byte {
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
	return b.marshal(&commonpb.Payload{
		Header: &commonpb.Header{
			ChannelHeader: b.marshal(&commonpb.ChannelHeader{
				Type: int32(kind), Version: 1, ChannelId: channel, Timestamp: timestamppb.Now(),
			}),
			SignatureHeader: b.marshal(signer),
		},
		Data: data,
	})
}

// ChannelID gives the channel of a config block.
func ChannelID(block []byte) (string, error) {
	channel, _, err := decodeConfig(block)
	return channel, err
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
	if len(b.GetData().GetData()) != 1 {
		return "", nil, malformed("block", fmt.Errorf("%d transactions, a config block has one", len(b.GetData().GetData())))
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
