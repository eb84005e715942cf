// SPDX-License-Identifier: Apache-2.0

package configtx

import (
	"fmt"

	"github.com/hyperledger/fabric-config/configtx"
	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// AddOrg gives the update that adds an application organization to the configuration of a config block, or nil when it
// is there already with the same MSP definition and anchor peers.
func AddOrg(block []byte, o Org) ([]byte, error) {
	if err := msp.CheckMSPID(o.MSP.MSPID); err != nil {
		return nil, err
	}
	return update(block, func(b *builder, application *commonpb.ConfigGroup) error {
		group := b.applicationOrg(o)
		if present, ok := application.GetGroups()[o.MSP.MSPID]; ok && sameOrg(present, group) {
			return nil
		}
		application.Groups[o.MSP.MSPID] = group
		return nil
	})
}

// RemoveOrg gives the update that removes an application organization, or nil when it is not there.
func RemoveOrg(block []byte, mspID string) ([]byte, error) {
	return update(block, func(_ *builder, application *commonpb.ConfigGroup) error {
		delete(application.GetGroups(), mspID)
		return nil
	})
}

// SetAnchorPeers gives the update that makes these the organization's anchor peers, or nil when they are.
func SetAnchorPeers(block []byte, mspID string, peers []Address) ([]byte, error) {
	return update(block, func(b *builder, application *commonpb.ConfigGroup) error {
		group, err := member(application, mspID)
		if err != nil {
			return err
		}
		setValue(group, "AnchorPeers", b.marshal(anchorPeers(peers)))
		return nil
	})
}

// SetOrgMSP gives the update that replaces an application organization's MSP definition, or nil when it is the same.
func SetOrgMSP(block []byte, d msp.Definition) ([]byte, error) {
	return update(block, func(b *builder, application *commonpb.ConfigGroup) error {
		group, err := member(application, d.MSPID)
		if err != nil {
			return err
		}
		setValue(group, "MSP", b.mspConfig(Org{MSP: d}))
		return nil
	})
}

func member(application *commonpb.ConfigGroup, mspID string) (*commonpb.ConfigGroup, error) {
	group, ok := application.GetGroups()[mspID]
	if !ok {
		return nil, fault.New(fault.NotFound, "channel_org_not_found", "%s is not in the channel's configuration", mspID)
	}
	return group, nil
}

func setValue(g *commonpb.ConfigGroup, key string, value []byte) {
	if present, ok := g.GetValues()[key]; ok {
		present.Value = value
		return
	}
	g.Values[key] = &commonpb.ConfigValue{Value: value, ModPolicy: admins}
}

// sameOrg compares what is configured, without versions.
func sameOrg(a, b *commonpb.ConfigGroup) bool {
	for _, key := range []string{"MSP", "AnchorPeers"} {
		if string(a.GetValues()[key].GetValue()) != string(b.GetValues()[key].GetValue()) {
			return false
		}
	}
	return true
}

// update gives the difference that change makes to the application group; nil for none.
func update(block []byte, change func(*builder, *commonpb.ConfigGroup) error) ([]byte, error) {
	channel, config, err := decodeConfig(block)
	if err != nil {
		return nil, err
	}
	tx := configtx.New(config)
	application, ok := tx.UpdatedConfig().GetChannelGroup().GetGroups()[groupApplication]
	if !ok {
		return nil, malformed("config", fmt.Errorf("no group %s", groupApplication))
	}
	b := &builder{}
	if err := change(b, application); err != nil {
		return nil, err
	}
	if b.err != nil {
		return nil, b.err
	}
	if proto.Equal(config, tx.UpdatedConfig()) {
		return nil, nil
	}
	delta, err := tx.ComputeMarshaledUpdate(channel)
	if err != nil {
		return nil, fmt.Errorf("compute update: %w", err)
	}
	return delta, nil
}

// SignUpdate gives an administrator's signature of an update.
func SignUpdate(update []byte, id *msp.Identity) ([]byte, error) {
	b := &builder{}
	var header commonpb.Payload
	if err := proto.Unmarshal(b.payload(0, "", id, nil), &header); err != nil {
		return nil, fmt.Errorf("signature header: %w", err)
	}
	signed := header.GetHeader().GetSignatureHeader()
	signature, err := id.Sign(append(append([]byte(nil), signed...), update...))
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	out := b.marshal(&commonpb.ConfigSignature{SignatureHeader: signed, Signature: signature})
	return out, b.err
}

// UpdateEnvelope gives the envelope that submits an update with its signatures, signed by the submitter.
func UpdateEnvelope(channel string, update []byte, signatures [][]byte, submitter *msp.Identity) ([]byte, error) {
	wrapped := &commonpb.ConfigUpdateEnvelope{ConfigUpdate: update}
	for _, s := range signatures {
		var signature commonpb.ConfigSignature
		if err := proto.Unmarshal(s, &signature); err != nil {
			return nil, fmt.Errorf("decode signature: %w", err)
		}
		wrapped.Signatures = append(wrapped.Signatures, &signature)
	}
	b := &builder{}
	payload := b.payload(commonpb.HeaderType_CONFIG_UPDATE, channel, submitter, b.marshal(wrapped))
	signature, err := submitter.Sign(payload)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	out := b.marshal(&commonpb.Envelope{Payload: payload, Signature: signature})
	return out, b.err
}
