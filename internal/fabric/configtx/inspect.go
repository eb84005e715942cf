// SPDX-License-Identifier: Apache-2.0

package configtx

import (
	"fmt"
	"maps"
	"slices"
	"time"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	ordererpb "github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	peerpb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// View is what a channel's configuration says.
type View struct {
	Channel      string
	Sequence     uint64               // of the configuration; 0 in the genesis block
	Orgs         []string             // MSP IDs of the application organizations, sorted
	OrdererOrgs  []string             // MSP IDs, sorted
	AnchorPeers  map[string][]Address // by MSP ID
	Consensus    string               // "BFT" or "etcdraft"
	Consenters   []Consenter          // BFT only
	BatchTimeout time.Duration
}

// Inspect reads a config block. Bytes that are none are a fault.Invalid "config_block_malformed".
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
		if err := readValue(groups[groupApplication].GetGroups()[id], "AnchorPeers", &anchors); err != nil {
			return nil, err
		}
		for _, a := range anchors.GetAnchorPeers() {
			v.AnchorPeers[id] = append(v.AnchorPeers[id], Address{Host: a.GetHost(), Port: uint32(a.GetPort())}) //nolint:gosec // shown only
		}
	}
	return v, v.readOrdering(groups[groupOrderer])
}

func (v *View) readOrdering(g *commonpb.ConfigGroup) error {
	var (
		consensus ordererpb.ConsensusType
		timeout   ordererpb.BatchTimeout
		orderers  commonpb.Orderers
	)
	for key, m := range map[string]proto.Message{
		"ConsensusType": &consensus, "BatchTimeout": &timeout, "Orderers": &orderers,
	} {
		if err := readValue(g, key, m); err != nil {
			return err
		}
	}
	v.Consensus = consensus.GetType()
	if timeout.GetTimeout() != "" {
		d, err := time.ParseDuration(timeout.GetTimeout())
		if err != nil {
			return malformed("BatchTimeout", err)
		}
		v.BatchTimeout = d
	}
	for _, c := range orderers.GetConsenterMapping() {
		v.Consenters = append(v.Consenters, Consenter{
			ID: c.GetId(), Host: c.GetHost(), Port: c.GetPort(), MSPID: c.GetMspId(),
			Identity: c.GetIdentity(), ServerTLS: c.GetServerTlsCert(), ClientTLS: c.GetClientTlsCert(),
		})
	}
	return nil
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

func malformed(what string, err error) error {
	return fault.New(fault.Invalid, "config_block_malformed", "this is not a config block").
		WithCause(fmt.Errorf("%s: %w", what, err))
}
