// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"unicode/utf8"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	msppb "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	peerpb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Decode reads a block. Bytes that are no block are a fault.Invalid "block_malformed"; a transaction in it that can't
// be read is shown as far as it can.
func Decode(data []byte) (*Block, error) {
	var raw commonpb.Block
	if err := proto.Unmarshal(data, &raw); err != nil {
		return nil, blockMalformed(err)
	}
	if raw.GetHeader() == nil {
		return nil, blockMalformed(errors.New("no header"))
	}
	hash, err := HeaderHash(raw.GetHeader().GetNumber(), raw.GetHeader().GetPreviousHash(), raw.GetHeader().GetDataHash())
	if err != nil {
		return nil, blockMalformed(err)
	}
	b := &Block{
		Number: raw.GetHeader().GetNumber(), Hash: hex.EncodeToString(hash),
		PreviousHash: hex.EncodeToString(raw.GetHeader().GetPreviousHash()),
		DataHash:     hex.EncodeToString(raw.GetHeader().GetDataHash()), Size: len(data),
	}
	var flags []byte
	if m := raw.GetMetadata().GetMetadata(); len(m) > int(commonpb.BlockMetadataIndex_TRANSACTIONS_FILTER) {
		flags = m[commonpb.BlockMetadataIndex_TRANSACTIONS_FILTER]
	}
	for i, envelope := range raw.GetData().GetData() {
		tx := decodeTransaction(envelope)
		code := peerpb.TxValidationCode_NOT_VALIDATED
		if i < len(flags) {
			code = peerpb.TxValidationCode(flags[i])
		} else if b.Number == 0 {
			code = peerpb.TxValidationCode_VALID // the genesis block carries no flags until a peer writes them
		}
		tx.Validation, tx.Valid = code.String(), code == peerpb.TxValidationCode_VALID
		b.Transactions = append(b.Transactions, tx)
	}
	if len(b.Transactions) > 0 {
		b.Time = b.Transactions[0].Time
	}
	return b, nil
}

func blockMalformed(err error) error {
	return fault.New(fault.Invalid, "block_malformed", "this is not a block").WithCause(err)
}

// HeaderHash is Fabric's hash of a block header: SHA-256 of the ASN.1 sequence of number, previous hash and data hash
// (protoutil.BlockHeaderHash).
func HeaderHash(number uint64, previous, data []byte) ([]byte, error) {
	encoded, err := asn1.Marshal(struct {
		Number       *big.Int
		PreviousHash []byte
		DataHash     []byte
	}{new(big.Int).SetUint64(number), previous, data})
	if err != nil {
		return nil, fmt.Errorf("encode header: %w", err)
	}
	hash := sha256.Sum256(encoded)
	return hash[:], nil
}

func decodeTransaction(data []byte) Transaction {
	var (
		envelope commonpb.Envelope
		payload  commonpb.Payload
		ch       commonpb.ChannelHeader
		sh       commonpb.SignatureHeader
		creator  msppb.SerializedIdentity
	)
	tx := Transaction{Type: "other"}
	if proto.Unmarshal(data, &envelope) != nil || proto.Unmarshal(envelope.GetPayload(), &payload) != nil ||
		proto.Unmarshal(payload.GetHeader().GetChannelHeader(), &ch) != nil {
		return tx
	}
	tx.ID, tx.Time = ch.GetTxId(), ch.GetTimestamp().AsTime()
	if proto.Unmarshal(payload.GetHeader().GetSignatureHeader(), &sh) == nil && proto.Unmarshal(sh.GetCreator(), &creator) == nil {
		tx.CreatorMSPID, tx.CreatorName = creator.GetMspid(), commonName(creator.GetIdBytes())
	}
	switch commonpb.HeaderType(ch.GetType()) { //nolint:exhaustive // the others are "other"
	case commonpb.HeaderType_CONFIG:
		tx.Type = "config"
	case commonpb.HeaderType_ENDORSER_TRANSACTION:
		tx.Type = "contract"
		decodeEndorsed(&tx, payload.GetData())
	}
	return tx
}

func commonName(certPEM []byte) string {
	block, _ := pem.Decode(certPEM)
	if block == nil {
		return ""
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return ""
	}
	return cert.Subject.CommonName
}

func decodeEndorsed(tx *Transaction, data []byte) {
	var (
		body    peerpb.Transaction
		payload peerpb.ChaincodeActionPayload
	)
	if proto.Unmarshal(data, &body) != nil || len(body.GetActions()) == 0 ||
		proto.Unmarshal(body.GetActions()[0].GetPayload(), &payload) != nil {
		return
	}
	decodeCall(tx, payload.GetChaincodeProposalPayload())
	for _, e := range payload.GetAction().GetEndorsements() {
		var endorser msppb.SerializedIdentity
		if proto.Unmarshal(e.GetEndorser(), &endorser) == nil && !slices.Contains(tx.Endorsers, endorser.GetMspid()) {
			tx.Endorsers = append(tx.Endorsers, endorser.GetMspid())
		}
	}
	slices.Sort(tx.Endorsers)
	var (
		response peerpb.ProposalResponsePayload
		action   peerpb.ChaincodeAction
		set      rwset.TxReadWriteSet
	)
	if proto.Unmarshal(payload.GetAction().GetProposalResponsePayload(), &response) == nil &&
		proto.Unmarshal(response.GetExtension(), &action) == nil && proto.Unmarshal(action.GetResults(), &set) == nil {
		decodeWrites(tx, &set)
	}
}

func decodeCall(tx *Transaction, data []byte) {
	var (
		payload peerpb.ChaincodeProposalPayload
		spec    peerpb.ChaincodeInvocationSpec
	)
	if proto.Unmarshal(data, &payload) != nil || proto.Unmarshal(payload.GetInput(), &spec) != nil {
		return
	}
	tx.Chaincode = spec.GetChaincodeSpec().GetChaincodeId().GetName()
	args := spec.GetChaincodeSpec().GetInput().GetArgs()
	if len(args) == 0 {
		return
	}
	tx.Function = text(args[0])
	for _, a := range args[1:] {
		tx.Args = append(tx.Args, text(a))
	}
}

func decodeWrites(tx *Transaction, set *rwset.TxReadWriteSet) {
	for _, ns := range set.GetNsRwset() {
		var kv kvrwset.KVRWSet
		if proto.Unmarshal(ns.GetRwset(), &kv) == nil {
			for _, w := range kv.GetWrites() {
				tx.Writes = append(tx.Writes, Write{
					Namespace: ns.GetNamespace(), Key: w.GetKey(), Value: w.GetValue(), Deleted: w.GetIsDelete(),
				})
			}
		}
		for _, c := range ns.GetCollectionHashedRwset() {
			tx.Collections = append(tx.Collections, Collection{Namespace: ns.GetNamespace(), Name: c.GetCollectionName()})
		}
	}
}

// text gives bytes as text, or, where they are none, as hex.
func text(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return "0x" + hex.EncodeToString(b)
}
