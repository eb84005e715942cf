// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"fmt"
	"strings"

	"github.com/hyperledger/fabric-admin-sdk/pkg/chaincode"
	peerpb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fabric/policy"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// channelEndorsement is the channel's own endorsement policy.
const channelEndorsement = "/Channel/Application/Endorsement"

// Definition is a chaincode definition on a channel.
type Definition struct {
	Channel   string
	Name      string
	Version   string
	Sequence  int64
	PackageID string // of the approving organization's package
	// EndorsementPolicy is a signature policy ("AND('AMSP.peer','BMSP.peer')"), a channel policy's path
	// ("/Channel/Application/Endorsement"), or empty for that path.
	EndorsementPolicy string
	Collections       []Collection
}

// Collection is a private data collection.
type Collection struct {
	Name            string
	MemberOrgs      []string // MSP IDs
	RequiredPeers   int32    // to which an endorser must have disseminated
	MaxPeers        int32    // to which it tries to
	BlockToLive     uint64   // 0: for ever
	MemberOnlyRead  bool
	MemberOnlyWrite bool
}

// sdk gives the definition as fabric-admin-sdk takes it.
func (d Definition) sdk() (*chaincode.Definition, error) {
	p, err := d.policy()
	if err != nil {
		return nil, err
	}
	return &chaincode.Definition{
		ChannelName: d.Channel, Name: d.Name, Version: d.Version, Sequence: d.Sequence, PackageID: d.PackageID,
		ApplicationPolicy: p, Collections: d.collections(),
	}, nil
}

func (d Definition) policy() (*peerpb.ApplicationPolicy, error) {
	if d.EndorsementPolicy == "" || strings.HasPrefix(d.EndorsementPolicy, "/") {
		reference := d.EndorsementPolicy
		if reference == "" {
			reference = channelEndorsement
		}
		return &peerpb.ApplicationPolicy{
			Type: &peerpb.ApplicationPolicy_ChannelConfigPolicyReference{ChannelConfigPolicyReference: reference},
		}, nil
	}
	p, err := chaincode.NewApplicationPolicy(d.EndorsementPolicy, "")
	if err != nil {
		return nil, fault.New(fault.Invalid, "endorsement_policy_invalid", "the endorsement policy can't be read").
			WithHint("write it like AND('BizkaiaMSP.peer','ArabaMSP.peer')").WithCause(err)
	}
	return p, nil
}

func (d Definition) collections() *peerpb.CollectionConfigPackage {
	if len(d.Collections) == 0 {
		return nil
	}
	set := &peerpb.CollectionConfigPackage{}
	for _, c := range d.Collections {
		principals := make([]policy.Principal, 0, len(c.MemberOrgs))
		for _, id := range c.MemberOrgs {
			principals = append(principals, policy.Principal{MSPID: id, Role: policy.Member})
		}
		set.Config = append(set.Config, &peerpb.CollectionConfig{
			Payload: &peerpb.CollectionConfig_StaticCollectionConfig{StaticCollectionConfig: &peerpb.StaticCollectionConfig{
				Name: c.Name, RequiredPeerCount: c.RequiredPeers, MaximumPeerCount: c.MaxPeers, BlockToLive: c.BlockToLive,
				MemberOnlyRead: c.MemberOnlyRead, MemberOnlyWrite: c.MemberOnlyWrite,
				MemberOrgsPolicy: &peerpb.CollectionPolicyConfig{
					Payload: &peerpb.CollectionPolicyConfig_SignaturePolicy{SignaturePolicy: policy.AnyOf(principals...)},
				},
			}},
		})
	}
	return set
}

// matches tells whether another definition says the same.
func (d Definition) matches(version string, validation []byte, collections *peerpb.CollectionConfigPackage) (bool, error) {
	want, err := d.policy()
	if err != nil {
		return false, err
	}
	var have peerpb.ApplicationPolicy
	if err := proto.Unmarshal(validation, &have); err != nil {
		return false, fmt.Errorf("decode endorsement policy: %w", err)
	}
	own := d.collections()
	sameCollections := len(own.GetConfig()) == len(collections.GetConfig()) && (len(own.GetConfig()) == 0 || proto.Equal(own, collections))
	return version == d.Version && proto.Equal(want, &have) && sameCollections, nil
}
