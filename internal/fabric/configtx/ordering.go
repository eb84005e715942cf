// SPDX-License-Identifier: Apache-2.0

package configtx

import (
	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	ordererpb "github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	etcdraftpb "github.com/hyperledger/fabric-protos-go-apiv2/orderer/etcdraft"
	smartbftpb "github.com/hyperledger/fabric-protos-go-apiv2/orderer/smartbft"

	"github.com/blockchain4all/blockchain4all/internal/fabric/policy"
)

// Fabric's names of the consensus types.
const (
	consensusBFT  = "BFT"
	consensusRaft = "etcdraft"
)

func (b *builder) orderer(c *Channel) *commonpb.ConfigGroup {
	g := newGroup()
	ordering := c.Ordering.withDefaults()
	implicitPolicies(g)
	setPolicy(g, policyBlockValidation, policy.Implicit(policy.Any, policyWriters))
	b.capability(g, capabilityOrderer)
	b.value(g, valueBatchSize, &ordererpb.BatchSize{
		MaxMessageCount: ordering.MaxMessageCount, AbsoluteMaxBytes: ordering.AbsoluteMaxBytes,
		PreferredMaxBytes: ordering.PreferredMaxBytes,
	})
	b.value(g, valueBatchTimeout, &ordererpb.BatchTimeout{Timeout: ordering.BatchTimeout.String()})
	b.value(g, "ChannelRestrictions", &ordererpb.ChannelRestrictions{})
	consensus := &ordererpb.ConsensusType{Type: consensusRaft}
	if ordering.Type == BFT {
		b.setMapping(g, consenterMapping(ordering.Consenters))
		consensus.Type, consensus.Metadata = consensusBFT, b.marshal(smartBFT(&ordering))
	} else {
		consensus.Metadata = b.marshal(etcdRaft(&ordering))
	}
	b.value(g, valueConsensusType, consensus)
	for _, o := range c.OrdererOrgs {
		g.Groups[o.MSP.MSPID] = b.ordererOrg(&o)
	}
	return g
}

func consenterMapping(consenters []Consenter) []*commonpb.Consenter {
	mapping := make([]*commonpb.Consenter, 0, len(consenters))
	for _, c := range consenters {
		mapping = append(mapping, c.proto())
	}
	return mapping
}

func (c *Consenter) proto() *commonpb.Consenter {
	return &commonpb.Consenter{
		Id: c.ID, Host: c.Host, Port: c.Port, MspId: c.MSPID,
		Identity: c.Identity, ServerTlsCert: c.ServerTLS, ClientTlsCert: c.ClientTLS,
	}
}

// setMapping sets BFT's consenters and, as Fabric demands with every change of them, the policy of their blocks'
// signatures.
func (b *builder) setMapping(g *commonpb.ConfigGroup, mapping []*commonpb.Consenter) {
	identities := make([]policy.Identity, 0, len(mapping))
	for _, c := range mapping {
		identities = append(identities, policy.Identity{MSPID: c.GetMspId(), Cert: c.GetIdentity()})
	}
	b.value(g, valueOrderers, &commonpb.Orderers{ConsenterMapping: mapping})
	setPolicy(g, policyBlockValidation, policy.Signature(policy.Quorum(identities)))
}

// smartBFT gives SmartBFT's options. The batch's sizes are there for show: orderers take the channel's BatchSize.
//
// Times differ from Fabric's, which would take a minute to notice a dead leader. SmartBFT looks at its clock once a
// second. Here a leader's silence of three seconds, that is of three heartbeats, makes the others choose another, which
// takes a fraction of a second more, or five seconds more where that one fails too; machines that are busy for less
// than that keep their leader. A request that lies in a follower's pool goes to the leader after two seconds; that it
// has still not been ordered five seconds later is held against the leader, who might suppress it, or whose messages
// were lost on a connection that just broke. The time is well over what a usual queue takes: an overloaded service
// should not have to change its leader as well.
func smartBFT(o *Ordering) *smartbftpb.Options {
	return &smartbftpb.Options{
		RequestBatchMaxCount:      uint64(o.MaxMessageCount),
		RequestBatchMaxBytes:      uint64(o.AbsoluteMaxBytes),
		RequestBatchMaxInterval:   o.BatchTimeout.String(),
		IncomingMessageBufferSize: 200,
		RequestPoolSize:           100000,
		RequestForwardTimeout:     "2s",
		RequestComplainTimeout:    "5s",
		RequestAutoRemoveTimeout:  "3m0s",
		ViewChangeResendInterval:  "1s",
		ViewChangeTimeout:         "5s",
		LeaderHeartbeatTimeout:    "3s",
		LeaderHeartbeatCount:      10,
		CollectTimeout:            "1s",
	}
}

// etcdRaft gives Raft's consenters with Fabric's options.
func etcdRaft(o *Ordering) *etcdraftpb.ConfigMetadata {
	m := &etcdraftpb.ConfigMetadata{Options: &etcdraftpb.Options{
		TickInterval: "500ms", ElectionTick: 10, HeartbeatTick: 1, MaxInflightBlocks: 5,
		SnapshotIntervalSize: 16 << 20,
	}}
	for _, c := range o.Consenters {
		m.Consenters = append(m.Consenters, &etcdraftpb.Consenter{
			Host: c.Host, Port: c.Port, ClientTlsCert: c.ClientTLS, ServerTlsCert: c.ServerTLS,
		})
	}
	return m
}
