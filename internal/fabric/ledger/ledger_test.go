// SPDX-License-Identifier: Apache-2.0

package ledger_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/google/go-cmp/cmp"
	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	msppb "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	peerpb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fabric/ledger"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

func marshal(tb testing.TB, m proto.Message) []byte {
	tb.Helper()
	data, err := proto.Marshal(m)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// block gives a block with one endorsed transaction and one configuration, as peers store them.
func block(tb testing.TB) []byte {
	tb.Helper()
	identity := func(mspID string) []byte {
		return marshal(tb, &msppb.SerializedIdentity{Mspid: mspID, IdBytes: []byte("no PEM")})
	}
	set := marshal(tb, &rwset.TxReadWriteSet{NsRwset: []*rwset.NsReadWriteSet{{
		Namespace: "exams",
		Rwset: marshal(tb, &kvrwset.KVRWSet{Writes: []*kvrwset.KVWrite{
			{Key: "a", Value: []byte("1")}, {Key: "b", IsDelete: true},
		}}),
		CollectionHashedRwset: []*rwset.CollectionHashedReadWriteSet{{CollectionName: "marks"}},
	}}})
	response := marshal(tb, &peerpb.ProposalResponsePayload{Extension: marshal(tb, &peerpb.ChaincodeAction{Results: set})})
	call := marshal(tb, &peerpb.ChaincodeProposalPayload{Input: marshal(tb, &peerpb.ChaincodeInvocationSpec{
		ChaincodeSpec: &peerpb.ChaincodeSpec{
			ChaincodeId: &peerpb.ChaincodeID{Name: "exams"},
			Input:       &peerpb.ChaincodeInput{Args: [][]byte{[]byte("RecordResult"), []byte("saioa"), {0xff}}},
		},
	})})
	action := marshal(tb, &peerpb.ChaincodeActionPayload{
		ChaincodeProposalPayload: call,
		Action: &peerpb.ChaincodeEndorsedAction{
			ProposalResponsePayload: response,
			Endorsements: []*peerpb.Endorsement{
				{Endorser: identity("BMSP")}, {Endorser: identity("AMSP")}, {Endorser: identity("AMSP")},
			},
		},
	})
	envelope := func(kind commonpb.HeaderType, id string, data []byte) []byte {
		return marshal(tb, &commonpb.Envelope{Payload: marshal(tb, &commonpb.Payload{
			Header: &commonpb.Header{
				ChannelHeader:   marshal(tb, &commonpb.ChannelHeader{Type: int32(kind), TxId: id}),
				SignatureHeader: marshal(tb, &commonpb.SignatureHeader{Creator: identity("AMSP")}),
			},
			Data: data,
		})})
	}
	data := [][]byte{
		envelope(commonpb.HeaderType_ENDORSER_TRANSACTION, "tx1", marshal(tb, &peerpb.Transaction{
			Actions: []*peerpb.TransactionAction{{Payload: action}},
		})),
		envelope(commonpb.HeaderType_CONFIG, "", []byte("config")),
	}
	metadata := make([][]byte, 3)
	metadata[commonpb.BlockMetadataIndex_TRANSACTIONS_FILTER] = []byte{
		byte(peerpb.TxValidationCode_VALID), byte(peerpb.TxValidationCode_MVCC_READ_CONFLICT),
	}
	return marshal(tb, &commonpb.Block{
		Header:   &commonpb.BlockHeader{Number: 7, PreviousHash: []byte{1}, DataHash: []byte{2}},
		Data:     &commonpb.BlockData{Data: data},
		Metadata: &commonpb.BlockMetadata{Metadata: metadata},
	})
}

func TestDecode(t *testing.T) {
	t.Parallel()
	b, err := ledger.Decode(block(t))
	if err != nil {
		t.Fatal(err)
	}
	if b.Number != 7 || b.PreviousHash != "01" || b.DataHash != "02" || len(b.Transactions) != 2 {
		t.Fatalf("block: %+v", b)
	}
	got := b.Transactions[0]
	got.Time = b.Transactions[1].Time
	want := ledger.Transaction{
		ID: "tx1", Type: "contract", Time: got.Time, CreatorMSPID: "AMSP", Chaincode: "exams", Function: "RecordResult",
		Args: []string{"saioa", "0xff"}, Validation: "VALID", Valid: true, Endorsers: []string{"AMSP", "BMSP"},
		Writes: []ledger.Write{
			{Namespace: "exams", Key: "a", Value: []byte("1")}, {Namespace: "exams", Key: "b", Deleted: true},
		},
		Collections: []ledger.Collection{{Namespace: "exams", Name: "marks"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("transaction (-want +got):\n%s", diff)
	}
	if c := b.Transactions[1]; c.Type != "config" || c.Valid || c.Validation != "MVCC_READ_CONFLICT" {
		t.Errorf("configuration: %+v", c)
	}
}

func TestDecodeRefusesWhatIsNoBlock(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{"nothing": nil, "garbage": []byte("garbage"), "a header's absence": {0x12, 0}} {
		if _, err := ledger.Decode(data); fault.Of(err).Code != "block_malformed" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestHeaderHash compares with a DER encoding made by hand: SEQUENCE { INTEGER 7, OCTET STRING 01, OCTET STRING 02 }.
func TestHeaderHash(t *testing.T) {
	t.Parallel()
	want := sha256.Sum256([]byte{0x30, 9, 2, 1, 7, 4, 1, 1, 4, 1, 2})
	got, err := ledger.HeaderHash(7, []byte{1}, []byte{2})
	if err != nil || hex.EncodeToString(got) != hex.EncodeToString(want[:]) {
		t.Errorf("%x, want %x: %v", got, want, err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(block(f))
	f.Add([]byte("garbage"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := ledger.Decode(data)
		if err == nil && len(b.Hash) != 64 {
			t.Errorf("hash %q", b.Hash)
		}
	})
}
