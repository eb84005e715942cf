// SPDX-License-Identifier: Apache-2.0

package configtx

import (
	"bytes"
	"fmt"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// SignUpdate gives an administrator's signature of an update: the bytes of a Fabric ConfigSignature.
func SignUpdate(update []byte, id *msp.Identity) ([]byte, error) {
	b := &builder{}
	header := b.header(commonpb.HeaderType_CONFIG_UPDATE, "", id).GetSignatureHeader()
	if b.err != nil {
		return nil, b.err
	}
	signature, err := id.Sign(bytes.Join([][]byte{header, update}, nil))
	if err != nil {
		return nil, fmt.Errorf("sign update: %w", err)
	}
	return b.marshal(&commonpb.ConfigSignature{SignatureHeader: header, Signature: signature}), b.err
}

// UpdateEnvelope gives the envelope that submits an update with its signatures, signed by the submitter, who need not
// be among them. An update of another channel, and bytes that are no update or signature, are a fault.Invalid
// "config_update_malformed".
func UpdateEnvelope(channel string, update []byte, signatures [][]byte, submitter *msp.Identity) ([]byte, error) {
	var delta commonpb.ConfigUpdate
	if err := proto.Unmarshal(update, &delta); err != nil {
		return nil, updateMalformed(err)
	}
	if delta.GetChannelId() != channel {
		return nil, updateMalformed(fmt.Errorf("update is of channel %q", delta.GetChannelId()))
	}
	wrapped := &commonpb.ConfigUpdateEnvelope{ConfigUpdate: update}
	for _, s := range signatures {
		var signature commonpb.ConfigSignature
		if err := proto.Unmarshal(s, &signature); err != nil {
			return nil, updateMalformed(fmt.Errorf("decode signature: %w", err))
		}
		wrapped.Signatures = append(wrapped.Signatures, &signature)
	}
	b := &builder{}
	payload := b.marshal(&commonpb.Payload{
		Header: b.header(commonpb.HeaderType_CONFIG_UPDATE, channel, submitter), Data: b.marshal(wrapped),
	})
	if b.err != nil {
		return nil, b.err
	}
	signature, err := submitter.Sign(payload)
	if err != nil {
		return nil, fmt.Errorf("sign envelope: %w", err)
	}
	return b.marshal(&commonpb.Envelope{Payload: payload, Signature: signature}), b.err
}

func updateMalformed(err error) error {
	return fault.New(fault.Invalid, "config_update_malformed", "this is not an update of the channel's configuration").
		WithCause(err)
}
