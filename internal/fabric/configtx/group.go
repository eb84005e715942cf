// SPDX-License-Identifier: Apache-2.0

package configtx

import (
	"fmt"
	"math"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	peerpb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fabric/policy"
)

// Keys of groups, values and policies (Fabric, common/channelconfig).
const (
	groupOrderer     = "Orderer"
	groupApplication = "Application"

	valueMSP           = "MSP"
	valueAnchorPeers   = "AnchorPeers"
	valueEndpoints     = "Endpoints"
	valueOrderers      = "Orderers"
	valueConsensusType = "ConsensusType"
	valueBatchTimeout  = "BatchTimeout"
	valueBatchSize     = "BatchSize"

	policyAdmins          = "Admins"
	policyReaders         = "Readers"
	policyWriters         = "Writers"
	policyBlockValidation = "BlockValidation"
	policyEndorsement     = "Endorsement"
	policyLifecycle       = "LifecycleEndorsement"
)

// Capabilities: what all nodes of a channel must be able to.
const (
	capabilityChannel     = "V3_0"
	capabilityOrderer     = "V2_0"
	capabilityApplication = "V2_5"
)

// builder collects the first error of composing a tree of groups, so that the tree's code shows the tree.
type builder struct{ err error }

func newGroup() *commonpb.ConfigGroup {
	return &commonpb.ConfigGroup{
		Groups:   map[string]*commonpb.ConfigGroup{},
		Values:   map[string]*commonpb.ConfigValue{},
		Policies: map[string]*commonpb.ConfigPolicy{}, ModPolicy: policyAdmins,
	}
}

func (b *builder) marshal(m proto.Message) []byte {
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil && b.err == nil {
		b.err = fmt.Errorf("marshal %T: %w", m, err)
	}
	return data
}

// value sets a value of a group; its version and modification policy stay when it was there.
func (b *builder) value(g *commonpb.ConfigGroup, key string, m proto.Message) {
	setValue(g, key, b.marshal(m))
}

func setValue(g *commonpb.ConfigGroup, key string, value []byte) {
	if present, ok := g.GetValues()[key]; ok {
		present.Value = value
		return
	}
	if g.Values == nil {
		g.Values = map[string]*commonpb.ConfigValue{}
	}
	g.Values[key] = &commonpb.ConfigValue{Value: value, ModPolicy: policyAdmins}
}

func setPolicy(g *commonpb.ConfigGroup, key string, p *commonpb.Policy) {
	if present, ok := g.GetPolicies()[key]; ok {
		present.Policy = p
		return
	}
	if g.Policies == nil {
		g.Policies = map[string]*commonpb.ConfigPolicy{}
	}
	g.Policies[key] = &commonpb.ConfigPolicy{Policy: p, ModPolicy: policyAdmins}
}

func setGroup(g *commonpb.ConfigGroup, key string, sub *commonpb.ConfigGroup) {
	if g.Groups == nil {
		g.Groups = map[string]*commonpb.ConfigGroup{}
	}
	g.Groups[key] = sub
}

// implicitPolicies are those of every group of groups: a member's word is enough to read and write, a majority's to
// change.
func implicitPolicies(g *commonpb.ConfigGroup) {
	setPolicy(g, policyReaders, policy.Implicit(policy.Any, policyReaders))
	setPolicy(g, policyWriters, policy.Implicit(policy.Any, policyWriters))
	setPolicy(g, policyAdmins, policy.Implicit(policy.Majority, policyAdmins))
}

func (b *builder) capability(g *commonpb.ConfigGroup, name string) {
	b.value(g, "Capabilities", &commonpb.Capabilities{Capabilities: map[string]*commonpb.Capability{name: {}}})
}

func (b *builder) channel(c *Channel) *commonpb.ConfigGroup {
	g := newGroup()
	implicitPolicies(g)
	b.capability(g, capabilityChannel)
	b.value(g, "HashingAlgorithm", &commonpb.HashingAlgorithm{Name: "SHA256"})
	b.value(g, "BlockDataHashingStructure", &commonpb.BlockDataHashingStructure{Width: math.MaxUint32})
	g.Groups[groupOrderer] = b.orderer(c)
	g.Groups[groupApplication] = b.application(c)
	return g
}

func (b *builder) application(c *Channel) *commonpb.ConfigGroup {
	g := newGroup()
	implicitPolicies(g)
	setPolicy(g, policyEndorsement, policy.Implicit(policy.Majority, policyEndorsement))
	setPolicy(g, policyLifecycle, policy.Implicit(policy.Majority, policyEndorsement))
	b.capability(g, capabilityApplication)
	for _, o := range c.ApplicationOrgs {
		g.Groups[o.MSP.MSPID] = b.applicationOrg(&o)
	}
	return g
}

// applicationOrg gives an application organization's group, also for one that joins later. Peers read, for they fetch
// blocks, but do not write.
func (b *builder) applicationOrg(o *Org) *commonpb.ConfigGroup {
	g := b.org(o)
	id := o.MSP.MSPID
	setPolicy(g, policyReaders, policy.Signature(policy.AnyRole(id, policy.Admin, policy.Peer, policy.Client)))
	setPolicy(g, policyWriters, policy.Signature(policy.AnyRole(id, policy.Admin, policy.Client)))
	setPolicy(g, policyEndorsement, policy.Signature(policy.AnyRole(id, policy.Peer)))
	if len(o.AnchorPeers) > 0 {
		b.value(g, valueAnchorPeers, anchorPeers(o.AnchorPeers))
	}
	return g
}

// ordererOrg gives an orderer organization's group. Orderers read, for they fetch blocks from each other, and write,
// for they sign configuration blocks' transactions, and with Raft all blocks. The organization's clients do neither,
// unless it is an application organization too: running the ordering service is no right to a channel's data.
func (b *builder) ordererOrg(o *Org) *commonpb.ConfigGroup {
	g := b.org(o)
	id := o.MSP.MSPID
	setPolicy(g, policyReaders, policy.Signature(policy.AnyRole(id, policy.Admin, policy.Orderer)))
	setPolicy(g, policyWriters, policy.Signature(policy.AnyRole(id, policy.Admin, policy.Orderer)))
	b.value(g, valueEndpoints, &commonpb.OrdererAddresses{Addresses: o.OrdererEndpoints})
	return g
}

func (b *builder) org(o *Org) *commonpb.ConfigGroup {
	g := newGroup()
	setPolicy(g, policyAdmins, policy.Signature(policy.AnyRole(o.MSP.MSPID, policy.Admin)))
	setValue(g, valueMSP, b.mspConfig(o))
	return g
}

func (b *builder) mspConfig(o *Org) []byte {
	data, err := o.MSP.Marshal()
	if err != nil && b.err == nil {
		b.err = err
	}
	return data
}

func anchorPeers(addresses []Address) *peerpb.AnchorPeers {
	peers := &peerpb.AnchorPeers{}
	for _, a := range addresses {
		peers.AnchorPeers = append(peers.AnchorPeers,
			&peerpb.AnchorPeer{Host: a.Host, Port: int32(a.Port)}) //nolint:gosec // a port
	}
	return peers
}
