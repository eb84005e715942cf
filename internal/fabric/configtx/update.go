// SPDX-License-Identifier: Apache-2.0

package configtx

import (
	"errors"
	"fmt"
	"time"

	"github.com/hyperledger/fabric-config/configtx"
	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	ordererpb "github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	etcdraftpb "github.com/hyperledger/fabric-protos-go-apiv2/orderer/etcdraft"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// An update is the difference that a change makes to the configuration in a config block: the bytes of a Fabric
// ConfigUpdate, equal for an equal block and change, or nil when the configuration is so already. It can be committed
// until another change of the same parts is.

// AddOrg gives the update by which an application organization is in the configuration: a new one with its policies,
// MSP definition and anchor peers; of one that is there already the MSP definition and, where o names any, the anchor
// peers are made o's. Its signers: a majority of the channel's administrators for a new one, else its own.
func AddOrg(block []byte, o Org) ([]byte, error) {
	if err := o.validate(""); err != nil {
		return nil, err
	}
	return update(block, func(b *builder, root *commonpb.ConfigGroup) error {
		application := root.GetGroups()[groupApplication]
		present, ok := application.GetGroups()[o.MSP.MSPID]
		if !ok {
			setGroup(application, o.MSP.MSPID, b.applicationOrg(&o))
			return nil
		}
		setValue(present, valueMSP, b.mspConfig(&o))
		if len(o.AnchorPeers) > 0 {
			b.value(present, valueAnchorPeers, anchorPeers(o.AnchorPeers))
		}
		return nil
	})
}

// RemoveOrg gives the update that removes an application organization, or nil when it is not there. The last one stays:
// a fault.Conflict "channel_org_last". Its signers are a majority of the channel's administrators.
func RemoveOrg(block []byte, mspID string) ([]byte, error) {
	return update(block, func(_ *builder, root *commonpb.ConfigGroup) error {
		groups := root.GetGroups()[groupApplication].GetGroups()
		if _, ok := groups[mspID]; ok && len(groups) == 1 {
			return fault.New(fault.Conflict, "channel_org_last", "%s is the last organization of the channel", mspID)
		}
		delete(groups, mspID)
		return nil
	})
}

// SetAnchorPeers gives the update that makes these the organization's anchor peers, or nil when they are; none removes
// them. An organization that is not there is a fault.NotFound "channel_org_not_found". Its signer is the organization.
func SetAnchorPeers(block []byte, mspID string, peers []Address) ([]byte, error) {
	if err := checkAnchors(peers); err != nil {
		return nil, err
	}
	return update(block, func(b *builder, root *commonpb.ConfigGroup) error {
		group, ok := root.GetGroups()[groupApplication].GetGroups()[mspID]
		if !ok {
			return orgNotFound(mspID)
		}
		if len(peers) == 0 {
			delete(group.GetValues(), valueAnchorPeers)
			return nil
		}
		b.value(group, valueAnchorPeers, anchorPeers(peers))
		return nil
	})
}

// SetOrgMSP gives the update that replaces an organization's MSP definition wherever the configuration has it, among
// the application and the orderer organizations, or nil when it is the same. An organization that is in neither is a
// fault.NotFound "channel_org_not_found". Its signer is the organization.
func SetOrgMSP(block []byte, d msp.Definition) ([]byte, error) {
	return update(block, func(b *builder, root *commonpb.ConfigGroup) error {
		found := false
		for _, name := range []string{groupApplication, groupOrderer} {
			if group, ok := root.GetGroups()[name].GetGroups()[d.MSPID]; ok {
				present, err := msp.ParseDefinition(group.GetValues()[valueMSP].GetValue())
				if err != nil {
					return malformed(valueMSP, err)
				}
				if err := d.ValidateChange(present, time.Now()); err != nil {
					return err
				}
				setValue(group, valueMSP, b.mspConfig(&Org{MSP: d}))
				found = true
			}
		}
		if !found {
			return orgNotFound(d.MSPID)
		}
		return nil
	})
}

// SetConsenter gives the update that replaces a consenter, as when its certificates are renewed: of BFT the one with
// the ID of c, of Raft the one with its host and port. One that is not there is a fault.NotFound "consenter_not_found".
// Its signers are a majority of the orderer organizations' administrators. Change one orderer at a time, and wait until
// it takes part again.
func SetConsenter(block []byte, c Consenter) ([]byte, error) {
	return update(block, func(b *builder, root *commonpb.ConfigGroup) error {
		orderer := root.GetGroups()[groupOrderer]
		var consensus ordererpb.ConsensusType
		if err := readValue(orderer, valueConsensusType, &consensus); err != nil {
			return err
		}
		if consensus.GetType() == consensusBFT {
			return b.replaceBFT(orderer, c)
		}
		return b.replaceRaft(orderer, &consensus, c)
	})
}

func (b *builder) replaceBFT(orderer *commonpb.ConfigGroup, c Consenter) error {
	why := c.wrong(BFT)
	if _, ok := orderer.GetGroups()[c.MSPID]; why == "" && !ok {
		why = "belongs to no orderer organization of the channel"
	}
	if why != "" {
		return consenterInvalid(why, "")
	}
	var orderers commonpb.Orderers
	if err := readValue(orderer, valueOrderers, &orderers); err != nil {
		return err
	}
	for i, present := range orderers.GetConsenterMapping() {
		if present.GetId() == c.ID {
			orderers.ConsenterMapping[i] = c.proto()
			b.setMapping(orderer, orderers.GetConsenterMapping())
			return nil
		}
	}
	return fault.New(fault.NotFound, "consenter_not_found", "the channel has no consenter %d", c.ID)
}

func (b *builder) replaceRaft(orderer *commonpb.ConfigGroup, consensus *ordererpb.ConsensusType, c Consenter) error {
	if why := c.wrong(Raft); why != "" {
		return consenterInvalid(why, "")
	}
	var raft etcdraftpb.ConfigMetadata
	if err := proto.Unmarshal(consensus.GetMetadata(), &raft); err != nil {
		return malformed(valueConsensusType, err)
	}
	for _, present := range raft.GetConsenters() {
		if present.GetHost() == c.Host && present.GetPort() == c.Port {
			present.ClientTlsCert, present.ServerTlsCert = c.ClientTLS, c.ServerTLS
			consensus.Metadata = b.marshal(&raft)
			b.value(orderer, valueConsensusType, consensus)
			return nil
		}
	}
	return fault.New(fault.NotFound, "consenter_not_found", "the channel has no consenter %s:%d", c.Host, c.Port)
}

func orgNotFound(mspID string) error {
	return fault.New(fault.NotFound, "channel_org_not_found", "%.64s is not in the channel's configuration", mspID)
}

// update gives the difference that change makes to the channel's group; nil for none.
func update(block []byte, change func(*builder, *commonpb.ConfigGroup) error) ([]byte, error) {
	channel, config, err := decodeConfig(block)
	if err != nil {
		return nil, err
	}
	tx := configtx.New(config)
	root := tx.UpdatedConfig().GetChannelGroup()
	if root.GetGroups()[groupApplication] == nil || root.GetGroups()[groupOrderer] == nil {
		return nil, malformed("config", errors.New("no group Application or Orderer"))
	}
	b := &builder{}
	if err := change(b, root); err != nil {
		return nil, err
	}
	if b.err != nil {
		return nil, b.err
	}
	if proto.Equal(config, tx.UpdatedConfig()) {
		return nil, nil
	}
	marshalled, err := tx.ComputeMarshaledUpdate(channel)
	if err != nil {
		return nil, fmt.Errorf("compute update: %w", err)
	}
	// The library writes maps in any order; signers who compose the update on their own must come to the same bytes.
	var delta commonpb.ConfigUpdate
	if err := proto.Unmarshal(marshalled, &delta); err != nil {
		return nil, fmt.Errorf("compute update: %w", err)
	}
	return b.marshal(&delta), b.err
}
