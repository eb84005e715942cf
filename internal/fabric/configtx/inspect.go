// SPDX-License-Identifier: Apache-2.0

package configtx

import (
	"maps"
	"slices"
	"time"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	ordererpb "github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	etcdraftpb "github.com/hyperledger/fabric-protos-go-apiv2/orderer/etcdraft"
	peerpb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
)

// View is what a channel's configuration says.
type View struct {
	Channel           string
	Sequence          uint64               // of the configuration; 0 in the genesis block, one more with each update
	Orgs              []string             // MSP IDs of the application organizations, sorted
	OrdererOrgs       []string             // MSP IDs, sorted
	AnchorPeers       map[string][]Address // by MSP ID
	Consensus         string               // "BFT" or "etcdraft"
	Consenters        []Consenter          // of Raft without ID, MSP ID and identity
	BatchTimeout      time.Duration
	MaxMessageCount   uint32
	AbsoluteMaxBytes  uint32
	PreferredMaxBytes uint32
}

// Inspect reads a config block. Bytes that are none are a fault.Invalid "config_block_malformed". Signatures are not
// checked: the block comes from a peer or orderer that is trusted for it.
func Inspect(block []byte) (*View, error) {
	channel, config, err := decodeConfig(block)
	if err != nil {
		return nil, err
	}
	v := &View{Channel: channel, Sequence: config.GetSequence(), AnchorPeers: map[string][]Address{}}
	groups := config.GetChannelGroup().GetGroups()
	v.Orgs = slices.Sorted(maps.Keys(groups[groupApplication].GetGroups()))
	v.OrdererOrgs = slices.Sorted(maps.Keys(groups[groupOrderer].GetGroups()))
	for _, id := range v.Orgs {
		var anchors peerpb.AnchorPeers
		if err := readValue(groups[groupApplication].GetGroups()[id], valueAnchorPeers, &anchors); err != nil {
			return nil, err
		}
		for _, a := range anchors.GetAnchorPeers() {
			v.AnchorPeers[id] = append(v.AnchorPeers[id],
				Address{Host: a.GetHost(), Port: uint32(a.GetPort())}) //nolint:gosec // shown only
		}
	}
	if err := v.readOrdering(groups[groupOrderer]); err != nil {
		return nil, err
	}
	return v, nil
}

func (v *View) readOrdering(g *commonpb.ConfigGroup) error {
	var (
		consensus ordererpb.ConsensusType
		timeout   ordererpb.BatchTimeout
		size      ordererpb.BatchSize
	)
	for key, m := range map[string]proto.Message{
		valueConsensusType: &consensus, valueBatchTimeout: &timeout, valueBatchSize: &size,
	} {
		if err := readValue(g, key, m); err != nil {
			return err
		}
	}
	v.MaxMessageCount, v.AbsoluteMaxBytes = size.GetMaxMessageCount(), size.GetAbsoluteMaxBytes()
	v.PreferredMaxBytes = size.GetPreferredMaxBytes()
	if timeout.GetTimeout() != "" {
		d, err := time.ParseDuration(timeout.GetTimeout())
		if err != nil {
			return malformed(valueBatchTimeout, err)
		}
		v.BatchTimeout = d
	}
	v.Consensus = consensus.GetType()
	var err error
	switch v.Consensus {
	case consensusBFT:
		v.Consenters, err = readMapping(g)
	case consensusRaft:
		v.Consenters, err = readRaft(consensus.GetMetadata())
	}
	return err
}

func readMapping(g *commonpb.ConfigGroup) ([]Consenter, error) {
	var orderers commonpb.Orderers
	if err := readValue(g, valueOrderers, &orderers); err != nil {
		return nil, err
	}
	var consenters []Consenter
	for _, c := range orderers.GetConsenterMapping() {
		consenters = append(consenters, Consenter{
			ID: c.GetId(), Host: c.GetHost(), Port: c.GetPort(), MSPID: c.GetMspId(),
			Identity: c.GetIdentity(), ServerTLS: c.GetServerTlsCert(), ClientTLS: c.GetClientTlsCert(),
		})
	}
	return consenters, nil
}

func readRaft(metadata []byte) ([]Consenter, error) {
	var raft etcdraftpb.ConfigMetadata
	if err := proto.Unmarshal(metadata, &raft); err != nil {
		return nil, malformed(valueConsensusType, err)
	}
	var consenters []Consenter
	for _, c := range raft.GetConsenters() {
		consenters = append(consenters, Consenter{
			Host: c.GetHost(), Port: c.GetPort(), ServerTLS: c.GetServerTlsCert(), ClientTLS: c.GetClientTlsCert(),
		})
	}
	return consenters, nil
}

// Number gives the number of a block. Bytes that are none are a fault.Invalid "config_block_malformed".
func Number(block []byte) (uint64, error) {
	var b commonpb.Block
	if err := proto.Unmarshal(block, &b); err != nil {
		return 0, malformed("block", err)
	}
	return b.GetHeader().GetNumber(), nil
}

// readValue decodes a group's value; an absent one leaves m as it is.
func readValue(g *commonpb.ConfigGroup, key string, m proto.Message) error {
	value, ok := g.GetValues()[key]
	if !ok {
		return nil
	}
	if err := proto.Unmarshal(value.GetValue(), m); err != nil {
		return malformed(key, err)
	}
	return nil
}
