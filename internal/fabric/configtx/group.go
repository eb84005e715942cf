// SPDX-License-Identifier: Apache-2.0

package configtx

import (
	"crypto/sha256"
	"fmt"
	"math"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	msppb "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	ordererpb "github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	etcdraftpb "github.com/hyperledger/fabric-protos-go-apiv2/orderer/etcdraft"
	smartbftpb "github.com/hyperledger/fabric-protos-go-apiv2/orderer/smartbft"
	peerpb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fabric/policy"
)

// Keys of groups, values and policies (Fabric, common/channelconfig).
const (
	groupOrderer     = "Orderer"
	groupApplication = "Application"
	admins           = "Admins"
	readers          = "Readers"
	writers          = "Writers"
	blockValidation  = "BlockValidation"
	endorsement      = "Endorsement"
	lifecycle        = "LifecycleEndorsement"
)

// builder collects the first error of composing a tree of groups, so that the tree's code shows the tree.
type builder struct{ err error }

func newGroup() *commonpb.ConfigGroup {
	return &commonpb.ConfigGroup{
		Groups:   map[string]*commonpb.ConfigGroup{},
		Values:   map[string]*commonpb.ConfigValue{},
		Policies: map[string]*commonpb.ConfigPolicy{}, ModPolicy: admins,
	}
}

func (b *builder) marshal(m proto.Message) []byte {
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil && b.err == nil {
		b.err = fmt.Errorf("marshal %T: %w", m, err)
	}
	return data
}

func (b *builder) value(g *commonpb.ConfigGroup, key string, m proto.Message) {
	g.Values[key] = &commonpb.ConfigValue{Value: b.marshal(m), ModPolicy: admins}
}

func (b *builder) policy(g *commonpb.ConfigGroup, key string, p *commonpb.Policy) {
	g.Policies[key] = &commonpb.ConfigPolicy{Policy: p, ModPolicy: admins}
}

func (b *builder) implicit(rule commonpb.ImplicitMetaPolicy_Rule, sub string) *commonpb.Policy {
	return &commonpb.Policy{
		Type:  int32(commonpb.Policy_IMPLICIT_META),
		Value: b.marshal(&commonpb.ImplicitMetaPolicy{Rule: rule, SubPolicy: sub}),
	}
}

func (b *builder) anyMajority(g *commonpb.ConfigGroup) {
	b.policy(g, readers, b.implicit(commonpb.ImplicitMetaPolicy_ANY, readers))
	b.policy(g, writers, b.implicit(commonpb.ImplicitMetaPolicy_ANY, writers))
	b.policy(g, admins, b.implicit(commonpb.ImplicitMetaPolicy_MAJORITY, admins))
}

func (b *builder) capability(g *commonpb.ConfigGroup, name string) {
	b.value(g, "Capabilities", &commonpb.Capabilities{Capabilities: map[string]*commonpb.Capability{name: {}}})
}

func (b *builder) channel(c *Channel) *commonpb.ConfigGroup {
	g := newGroup()
	b.anyMajority(g)
	b.capability(g, "V3_0")
	b.value(g, "HashingAlgorithm", &commonpb.HashingAlgorithm{Name: "SHA256"})
	b.value(g, "BlockDataHashingStructure", &commonpb.BlockDataHashingStructure{Width: math.MaxUint32})
	g.Groups[groupOrderer] = b.orderer(c)
	g.Groups[groupApplication] = b.application(c)
	return g
}

func (b *builder) application(c *Channel) *commonpb.ConfigGroup {
	g := newGroup()
	b.anyMajority(g)
	b.policy(g, endorsement, b.implicit(commonpb.ImplicitMetaPolicy_MAJORITY, endorsement))
	b.policy(g, lifecycle, b.implicit(commonpb.ImplicitMetaPolicy_MAJORITY, endorsement))
	b.capability(g, "V2_5")
	for _, o := range c.ApplicationOrgs {
		g.Groups[o.MSP.MSPID] = b.applicationOrg(o)
	}
	return g
}

// applicationOrg gives an application organization's group, also for one that joins later.
func (b *builder) applicationOrg(o Org) *commonpb.ConfigGroup {
	g := b.org(o)
	b.policy(g, endorsement, b.signature(policy.AnyRole(o.MSP.MSPID, policy.Peer)))
	if len(o.AnchorPeers) > 0 {
		b.value(g, "AnchorPeers", anchorPeers(o.AnchorPeers))
	}
	return g
}

func anchorPeers(addresses []Address) *peerpb.AnchorPeers {
	peers := &peerpb.AnchorPeers{}
	for _, a := range addresses {
		peers.AnchorPeers = append(peers.AnchorPeers, &peerpb.AnchorPeer{Host: a.Host, Port: int32(a.Port)}) //nolint:gosec // a port
	}
	return peers
}

func (b *builder) org(o Org) *commonpb.ConfigGroup {
	g := newGroup()
	id := o.MSP.MSPID
	b.policy(g, readers, b.signature(policy.AnyRole(id, policy.Admin, policy.Peer, policy.Client, policy.Orderer)))
	b.policy(g, writers, b.signature(policy.AnyRole(id, policy.Admin, policy.Client, policy.Peer, policy.Orderer)))
	b.policy(g, admins, b.signature(policy.AnyRole(id, policy.Admin)))
	g.Values["MSP"] = &commonpb.ConfigValue{Value: b.mspConfig(o), ModPolicy: admins}
	return g
}

func (b *builder) signature(p *commonpb.SignaturePolicyEnvelope) *commonpb.Policy {
	return &commonpb.Policy{Type: int32(commonpb.Policy_SIGNATURE), Value: b.marshal(p)}
}

func (b *builder) mspConfig(o Org) []byte {
	data, err := o.MSP.Marshal()
	if err != nil && b.err == nil {
		b.err = fmt.Errorf("MSP %s: %w", o.MSP.MSPID, err)
	}
	return data
}

func (b *builder) orderer(c *Channel) *commonpb.ConfigGroup {
	g := newGroup()
	ordering := c.Ordering.withDefaults()
	b.anyMajority(g)
	b.policy(g, blockValidation, b.implicit(commonpb.ImplicitMetaPolicy_ANY, writers))
	b.capability(g, "V2_0")
	b.value(g, "BatchSize", &ordererpb.BatchSize{
		MaxMessageCount: ordering.MaxMessageCount, AbsoluteMaxBytes: ordering.AbsoluteMaxBytes,
		PreferredMaxBytes: ordering.PreferredMaxBytes,
	})
	b.value(g, "BatchTimeout", &ordererpb.BatchTimeout{Timeout: ordering.BatchTimeout.String()})
	b.value(g, "ChannelRestrictions", &ordererpb.ChannelRestrictions{})
	consensus := &ordererpb.ConsensusType{Type: "etcdraft"}
	if ordering.Type == BFT {
		consenters := consenterMapping(ordering.Consenters)
		b.value(g, "Orderers", &commonpb.Orderers{ConsenterMapping: consenters})
		b.policy(g, blockValidation, b.signature(b.quorum(consenters)))
		consensus.Type, consensus.Metadata = "BFT", b.marshal(smartBFT(ordering))
	} else {
		consensus.Metadata = b.marshal(etcdRaft(ordering))
	}
	b.value(g, "ConsensusType", consensus)
	for _, o := range c.OrdererOrgs {
		org := b.org(o)
		b.value(org, "Endpoints", &commonpb.OrdererAddresses{Addresses: o.OrdererEndpoints})
		g.Groups[o.MSP.MSPID] = org
	}
	return g
}

func consenterMapping(consenters []Consenter) []*commonpb.Consenter {
	var mapping []*commonpb.Consenter
	for _, c := range consenters {
		mapping = append(mapping, &commonpb.Consenter{
			Id: c.ID, Host: c.Host, Port: c.Port, MspId: c.MSPID,
			Identity: c.Identity, ServerTlsCert: c.ServerTLS, ClientTlsCert: c.ClientTLS,
		})
	}
	return mapping
}

// quorum is the policy that a BFT block's signatures must meet: ceil((n+f+1)/2) of the consenters, f = (n-1)/3 (Fabric,
// policies.EncodeBFTBlockVerificationPolicy).
func (b *builder) quorum(consenters []*commonpb.Consenter) *commonpb.SignaturePolicyEnvelope {
	n := len(consenters)
	f := (n - 1) / 3
	envelope := &commonpb.SignaturePolicyEnvelope{}
	rule := &commonpb.SignaturePolicy_NOutOf{N: int32((n + f + 2) / 2)} //nolint:gosec // a handful of orderers
	for i, c := range consenters {
		rule.Rules = append(rule.Rules, &commonpb.SignaturePolicy{
			Type: &commonpb.SignaturePolicy_SignedBy{SignedBy: int32(i)},
		})
		envelope.Identities = append(envelope.Identities, &msppb.MSPPrincipal{
			PrincipalClassification: msppb.MSPPrincipal_IDENTITY,
			Principal:               b.marshal(&msppb.SerializedIdentity{Mspid: c.GetMspId(), IdBytes: c.GetIdentity()}),
		})
	}
	envelope.Rule = &commonpb.SignaturePolicy{Type: &commonpb.SignaturePolicy_NOutOf_{NOutOf: rule}}
	return envelope
}

// smartBFT gives SmartBFT's options. Fabric's defaults would take a minute to notice a dead leader; here its silence of
// five seconds, or a transaction that it leaves lying for as long, is enough to choose another.
func smartBFT(o Ordering) *smartbftpb.Options {
	return &smartbftpb.Options{
		RequestBatchMaxCount:      uint64(o.MaxMessageCount),
		RequestBatchMaxBytes:      uint64(o.AbsoluteMaxBytes),
		RequestBatchMaxInterval:   o.BatchTimeout.String(),
		IncomingMessageBufferSize: 200,
		RequestPoolSize:           100000,
		RequestForwardTimeout:     "2s",
		RequestComplainTimeout:    "5s",
		RequestAutoRemoveTimeout:  "3m0s",
		ViewChangeResendInterval:  "2s",
		ViewChangeTimeout:         "10s",
		LeaderHeartbeatTimeout:    "5s",
		LeaderHeartbeatCount:      10,
		CollectTimeout:            "1s",
	}
}

func etcdRaft(o Ordering) *etcdraftpb.ConfigMetadata {
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

// hash is Fabric's block data hash: SHA-256 of the concatenated data (protoutil.ComputeBlockDataHash).
func hash(data [][]byte) []byte {
	h := sha256.New()
	for _, d := range data {
		h.Write(d)
	}
	return h.Sum(nil)
}
