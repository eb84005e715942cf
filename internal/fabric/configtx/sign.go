// SPDX-License-Identifier: Apache-2.0

package configtx

import (
	"bytes"
	"fmt"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	msppb "github.com/hyperledger/fabric-protos-go-apiv2/msp"
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

// PrepareSignature gives what the holder of a certificate signs to consent to an update: a signature header with the
// certificate as its creator, then the update.
func PrepareSignature(update []byte, mspID string, certPEM []byte) ([]byte, error) {
	b := &builder{}
	header := b.header(commonpb.HeaderType_CONFIG_UPDATE, "", &msp.Identity{MSPID: mspID, Cert: certPEM}).GetSignatureHeader()
	return bytes.Join([][]byte{header, update}, nil), b.err
}

// FinishSignature makes of a signature over what PrepareSignature gave, and of that itself, the bytes of a Fabric
// ConfigSignature. It gives the signer's certificate too; whose it is, and whether it is good, is the caller's to judge.
// Faults: "signed_bytes_foreign" (another update, another MSP), those of msp.VerifySignature.
func FinishSignature(update []byte, mspID string, signed, signature []byte) (config, certPEM []byte, err error) {
	header, ok := bytes.CutSuffix(signed, update)
	if !ok {
		return nil, nil, signedForeign("they are not of this update", nil)
	}
	var (
		h       commonpb.SignatureHeader
		creator msppb.SerializedIdentity
	)
	if err := proto.Unmarshal(header, &h); err != nil {
		return nil, nil, signedForeign("their header can't be read", err)
	}
	if err := proto.Unmarshal(h.GetCreator(), &creator); err != nil {
		return nil, nil, signedForeign("their creator can't be read", err)
	}
	if creator.GetMspid() != mspID {
		return nil, nil, signedForeign("their creator is of another organization", nil)
	}
	low, err := msp.VerifySignature(creator.GetIdBytes(), signed, signature)
	if err != nil {
		return nil, nil, err
	}
	b := &builder{}
	return b.marshal(&commonpb.ConfigSignature{SignatureHeader: header, Signature: low}), creator.GetIdBytes(), b.err
}

func signedForeign(why string, cause error) error {
	return fault.New(fault.Invalid, "signed_bytes_foreign", "these are not the bytes that were prepared: %s", why).
		WithHint("send back the bytes exactly as they were given").WithCause(cause)
}
