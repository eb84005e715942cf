// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/hash"
	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	gatewaypb "github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	msppb "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	peerpb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// Offline makes transactions whose key stays with the caller. What comes back is checked before it is used: it must be
// for the named channel and chaincode, by an identity of the MSP, and rightly signed.
type Offline struct {
	conn  grpc.ClientConnInterface
	mspID string
	// HighS takes signatures whose s is in the upper half of the curve's order, as OpenSSL makes half of them, and sends
	// their low-S form. Else they are refused.
	HighS bool
}

// NewOffline makes one for callers of an MSP.
func NewOffline(conn grpc.ClientConnInterface, mspID string) *Offline {
	return &Offline{conn: conn, mspID: mspID}
}

// Unsigned is something for the caller to sign.
type Unsigned struct {
	TxID    string
	Bytes   []byte // to be sent back as they are
	Message []byte // a part of Bytes, of which Digest is
	Digest  []byte // to be signed: ECDSA, ASN.1 DER, low-S
	Result  []byte // of an endorsed transaction: what the chaincode returned
}

// keyless is an identity without a key.
type keyless struct {
	mspID string
	cert  []byte
}

func (k keyless) MspID() string       { return k.mspID }
func (k keyless) Credentials() []byte { return k.cert }

func (o *Offline) connect(certPEM []byte) (*client.Gateway, error) {
	g, err := client.Connect(keyless{mspID: o.mspID, cert: certPEM}, client.WithHash(hash.SHA256), client.WithClientConnection(o.conn))
	if err != nil {
		return nil, fmt.Errorf("connect gateway: %w", err)
	}
	return g, nil
}

// Prepare composes a proposal in the name of a certificate's holder.
func (o *Offline) Prepare(certPEM []byte, r Request) (Unsigned, error) {
	if _, err := publicKey(certPEM); err != nil {
		return Unsigned{}, err
	}
	g, err := o.connect(certPEM)
	if err != nil {
		return Unsigned{}, err
	}
	p, err := g.GetNetwork(r.Channel).GetContract(r.Chaincode).NewProposal(r.Function, proposalOptions(r)...)
	if err != nil {
		return Unsigned{}, fmt.Errorf("compose proposal: %w", err)
	}
	data, err := p.Bytes()
	if err != nil {
		return Unsigned{}, fmt.Errorf("encode proposal: %w", err)
	}
	var proposed gatewaypb.ProposedTransaction
	if err := proto.Unmarshal(data, &proposed); err != nil {
		return Unsigned{}, fmt.Errorf("decode proposal: %w", err)
	}
	return Unsigned{
		TxID: p.TransactionID(), Bytes: data, Message: proposed.GetProposal().GetProposalBytes(), Digest: p.Digest(),
	}, nil
}

// Evaluate runs the query of a signed proposal.
func (o *Offline) Evaluate(ctx context.Context, channel, chaincode string, proposal, signature []byte) ([]byte, error) {
	p, err := o.proposal(channel, chaincode, proposal, signature)
	if err != nil {
		return nil, err
	}
	result, err := p.EvaluateWithContext(ctx)
	if err != nil {
		return nil, callFault(err)
	}
	return result, nil
}

// Endorse has a signed proposal endorsed and gives the transaction to be signed.
func (o *Offline) Endorse(ctx context.Context, channel, chaincode string, proposal, signature []byte) (Unsigned, error) {
	p, err := o.proposal(channel, chaincode, proposal, signature)
	if err != nil {
		return Unsigned{}, err
	}
	tx, err := p.EndorseWithContext(ctx)
	if err != nil {
		return Unsigned{}, callFault(err)
	}
	data, err := tx.Bytes()
	if err != nil {
		return Unsigned{}, fmt.Errorf("encode transaction: %w", err)
	}
	var prepared gatewaypb.PreparedTransaction
	if err := proto.Unmarshal(data, &prepared); err != nil {
		return Unsigned{}, fmt.Errorf("decode transaction: %w", err)
	}
	return Unsigned{
		TxID: tx.TransactionID(), Bytes: data, Message: prepared.GetEnvelope().GetPayload(), Digest: tx.Digest(),
		Result: tx.Result(),
	}, nil
}

// Envelope puts the caller's signature to an endorsed transaction.
func (o *Offline) Envelope(channel, chaincode string, transaction, signature []byte) (Envelope, error) {
	var prepared gatewaypb.PreparedTransaction
	if err := proto.Unmarshal(transaction, &prepared); err != nil {
		return Envelope{}, foreign("it can't be read", err)
	}
	if prepared.GetEnvelope() == nil {
		return Envelope{}, foreign("it holds no envelope", nil)
	}
	var payload commonpb.Payload
	if err := proto.Unmarshal(prepared.GetEnvelope().GetPayload(), &payload); err != nil {
		return Envelope{}, foreign("its payload can't be read", err)
	}
	if !endorsed(payload.GetData()) {
		return Envelope{}, foreign("it is not endorsed", nil)
	}
	h, err := o.headers(channel, chaincode, payload.GetHeader())
	if err != nil {
		return Envelope{}, err
	}
	if signature, err = o.accept(h.key, prepared.GetEnvelope().GetPayload(), signature); err != nil {
		return Envelope{}, err
	}
	g, err := o.connect(h.cert)
	if err != nil {
		return Envelope{}, err
	}
	tx, err := g.NewTransaction(transaction)
	if err != nil {
		return Envelope{}, foreign("it is no endorsed transaction", err)
	}
	if tx.TransactionID() != h.txID {
		return Envelope{}, foreign("its transaction ID is not its header's", nil)
	}
	return envelope(channel, tx, signature)
}

// endorsed tells whether data is a transaction with an endorsement. A signed proposal has the same outer form: without
// this look it could be sent as a transaction.
func endorsed(data []byte) bool {
	var (
		tx     peerpb.Transaction
		action peerpb.ChaincodeActionPayload
	)
	return proto.Unmarshal(data, &tx) == nil && len(tx.GetActions()) == 1 &&
		proto.Unmarshal(tx.GetActions()[0].GetPayload(), &action) == nil && len(action.GetAction().GetEndorsements()) > 0
}

// proposal checks a signed proposal and gives it as the SDK's.
func (o *Offline) proposal(channel, chaincode string, data, signature []byte) (*client.Proposal, error) {
	var proposed gatewaypb.ProposedTransaction
	if err := proto.Unmarshal(data, &proposed); err != nil {
		return nil, foreign("it can't be read", err)
	}
	var p peerpb.Proposal
	if err := proto.Unmarshal(proposed.GetProposal().GetProposalBytes(), &p); err != nil {
		return nil, foreign("its proposal can't be read", err)
	}
	var header commonpb.Header
	if err := proto.Unmarshal(p.GetHeader(), &header); err != nil {
		return nil, foreign("its header can't be read", err)
	}
	h, err := o.headers(channel, chaincode, &header)
	if err != nil {
		return nil, err
	}
	if signature, err = o.accept(h.key, proposed.GetProposal().GetProposalBytes(), signature); err != nil {
		return nil, err
	}
	g, err := o.connect(h.cert)
	if err != nil {
		return nil, err
	}
	sdk, err := g.NewSignedProposal(data, signature)
	if err != nil {
		return nil, foreign("it is no proposal", err)
	}
	return sdk, nil
}

// headerFacts is what a checked header says.
type headerFacts struct {
	txID string
	cert []byte
	key  *ecdsa.PublicKey
}

// headers checks that a header is for this channel and chaincode, by an identity of the MSP, and that its transaction
// ID is the one that Fabric computes: SHA-256 of nonce and creator, hex (protoutil.ComputeTxID).
func (o *Offline) headers(channel, chaincode string, header *commonpb.Header) (headerFacts, error) {
	var (
		ch        commonpb.ChannelHeader
		sh        commonpb.SignatureHeader
		extension peerpb.ChaincodeHeaderExtension
		creator   msppb.SerializedIdentity
	)
	for _, part := range []struct {
		data []byte
		into proto.Message
	}{
		{header.GetChannelHeader(), &ch}, {header.GetSignatureHeader(), &sh},
	} {
		if err := proto.Unmarshal(part.data, part.into); err != nil {
			return headerFacts{}, foreign("its header can't be read", err)
		}
	}
	if err := proto.Unmarshal(ch.GetExtension(), &extension); err != nil {
		return headerFacts{}, foreign("its header can't be read", err)
	}
	if err := proto.Unmarshal(sh.GetCreator(), &creator); err != nil {
		return headerFacts{}, foreign("its creator can't be read", err)
	}
	digest := sha256.Sum256(append(append([]byte(nil), sh.GetNonce()...), sh.GetCreator()...))
	switch {
	case ch.GetType() != int32(commonpb.HeaderType_ENDORSER_TRANSACTION):
		return headerFacts{}, foreign("it is no endorser transaction", nil)
	case ch.GetChannelId() != channel || extension.GetChaincodeId().GetName() != chaincode:
		return headerFacts{}, foreign("it is for another ledger or contract", nil)
	case creator.GetMspid() != o.mspID:
		return headerFacts{}, foreign("its creator is of another organization", nil)
	case ch.GetTxId() != hex.EncodeToString(digest[:]):
		return headerFacts{}, foreign("its transaction ID is not that of its nonce and creator", nil)
	}
	key, err := publicKey(creator.GetIdBytes())
	return headerFacts{txID: ch.GetTxId(), cert: creator.GetIdBytes(), key: key}, err
}

func foreign(why string, cause error) error {
	return fault.New(fault.Invalid, "signed_bytes_foreign", "these are not the bytes that were prepared: %s", why).
		WithHint("send back the bytes exactly as they were given").WithCause(cause)
}

func publicKey(certPEM []byte) (*ecdsa.PublicKey, error) {
	cert, err := pki.ParseX509(certPEM)
	if err != nil {
		return nil, err
	}
	key, ok := cert.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() && key.Curve != elliptic.P384() {
		return nil, fault.New(fault.Invalid, "identity_key_unsupported",
			"the certificate's key is not ECDSA P-256 or P-384, which Fabric demands of identities")
	}
	return key, nil
}

// accept checks a signature and gives the one to send.
func (o *Offline) accept(key *ecdsa.PublicKey, message, signature []byte) ([]byte, error) {
	if low, err := msp.NormalizeS(key.Curve, signature); o.HighS && err == nil {
		signature = low
	}
	return signature, verify(key, message, signature)
}

// Creator gives the certificate of who signs an endorsed transaction.
func (o *Offline) Creator(channel, chaincode string, transaction []byte) ([]byte, error) {
	var (
		prepared gatewaypb.PreparedTransaction
		payload  commonpb.Payload
	)
	if err := proto.Unmarshal(transaction, &prepared); err != nil {
		return nil, foreign("it can't be read", err)
	}
	if err := proto.Unmarshal(prepared.GetEnvelope().GetPayload(), &payload); err != nil {
		return nil, foreign("its payload can't be read", err)
	}
	h, err := o.headers(channel, chaincode, payload.GetHeader())
	return h.cert, err
}

// ProposalCreator gives the certificate of who signs a proposal.
func (o *Offline) ProposalCreator(channel, chaincode string, proposal []byte) ([]byte, error) {
	var (
		proposed gatewaypb.ProposedTransaction
		p        peerpb.Proposal
		header   commonpb.Header
	)
	if err := proto.Unmarshal(proposal, &proposed); err != nil {
		return nil, foreign("it can't be read", err)
	}
	if err := proto.Unmarshal(proposed.GetProposal().GetProposalBytes(), &p); err != nil {
		return nil, foreign("its proposal can't be read", err)
	}
	if err := proto.Unmarshal(p.GetHeader(), &header); err != nil {
		return nil, foreign("its header can't be read", err)
	}
	h, err := o.headers(channel, chaincode, &header)
	return h.cert, err
}

// ProposalMessage gives the part of a prepared proposal that is signed.
func ProposalMessage(proposal []byte) []byte {
	var proposed gatewaypb.ProposedTransaction
	if err := proto.Unmarshal(proposal, &proposed); err != nil {
		return nil
	}
	return proposed.GetProposal().GetProposalBytes()
}

// TransactionMessage gives the part of an endorsed transaction that is signed.
func TransactionMessage(transaction []byte) []byte {
	var prepared gatewaypb.PreparedTransaction
	if err := proto.Unmarshal(transaction, &prepared); err != nil {
		return nil
	}
	return prepared.GetEnvelope().GetPayload()
}

// verify checks a signature as Fabric does: over the SHA-256 digest of the message whatever the key, low-S.
func verify(key *ecdsa.PublicKey, message, signature []byte) error {
	digest := sha256.Sum256(message)
	low, err := msp.IsLowS(key.Curve, signature)
	if err != nil || !ecdsa.VerifyASN1(key, digest[:], signature) {
		return fault.New(fault.Invalid, "signature_invalid", "the signature is not the certificate's over these bytes").
			WithHint("sign the digest that was given, ECDSA in ASN.1 DER, with the certificate's key").WithCause(err)
	}
	if !low {
		return fault.New(fault.Invalid, "signature_not_low_s", "the signature's s is in the upper half of the curve's order").
			WithHint("replace s by n − s: Fabric refuses high-S signatures")
	}
	return nil
}
