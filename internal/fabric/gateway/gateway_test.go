// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"math/big"
	"testing"
	"time"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	gatewaypb "github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	peerpb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fabric/gateway"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// enroll gives an identity of a fresh authority.
func enroll(tb testing.TB, mspID string) *msp.Identity {
	tb.Helper()
	key := func() *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			tb.Fatal(err)
		}
		return k
	}
	ca, err := pki.NewRoot(key(), pki.Subject{CommonName: "CA", Organization: "proba"}, time.Hour, time.Now())
	if err != nil {
		tb.Fatal(err)
	}
	own := key()
	cert, err := ca.Issue(own.Public(), pki.Profile{
		CommonName: "ane", Organization: "proba", OrganizationalUnit: "client", Usage: pki.Sign, Lifetime: time.Minute,
	}, time.Now())
	if err != nil {
		tb.Fatal(err)
	}
	id, err := msp.NewIdentity(mspID, cert, own)
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

func TestFaults(t *testing.T) {
	t.Parallel()
	detailed := func(code codes.Code, message, detail string) error {
		s, err := status.New(code, message).WithDetails(&gatewaypb.ErrorDetail{
			Address: "127.0.0.1:7051", MspId: "BizkaiaMSP", Message: detail,
		})
		if err != nil {
			t.Fatal(err)
		}
		return s.Err()
	}
	for name, c := range map[string]struct {
		err    error
		kind   fault.Kind
		code   string
		detail string // of the first one
	}{
		"the contract refuses": {
			detailed(codes.Aborted, "failed to endorse", "chaincode response 500, session_not_found: there is no session x"),
			fault.Rejected, "contract_error", "session_not_found",
		},
		"the contract refuses in its own words": {
			detailed(codes.Aborted, "failed to endorse", "chaincode response 500, Kaixo"), fault.Rejected, "contract_error",
			"chaincode response 500, Kaixo",
		},
		"the contract is replaced": {
			detailed(codes.Aborted, "failed to endorse", "chaincode response 500, contract_stopping: the process is stopping"),
			fault.Unavailable, "contract_not_ready", "",
		},
		"no such contract": {
			detailed(codes.FailedPrecondition, "x", "make sure the chaincode exams is not defined"), fault.NotFound, "contract_not_found", "",
		},
		"a stranger":       {status.Error(codes.PermissionDenied, "access denied"), fault.Forbidden, "creator_refused", ""},
		"no endorsers":     {status.Error(codes.FailedPrecondition, "no combination of peers can be derived"), fault.Unavailable, "endorsers_unavailable", ""},
		"no answer":        {status.Error(codes.Unavailable, "connection refused"), fault.Unavailable, "peer_unreachable", ""},
		"something else":   {status.Error(codes.Aborted, "because"), fault.Conflict, "call_refused", ""},
		"different result": {status.Error(codes.Aborted, "ProposalResponsePayloads do not match"), fault.Conflict, "endorsements_differ", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := fault.Of(gateway.CallFault(c.err))
			if f.Kind != c.kind || f.Code != c.code {
				t.Errorf("%s %s, want %s %s", f.Kind, f.Code, c.kind, c.code)
			}
			if c.detail != "" && (len(f.Details) == 0 || f.Details[0].Message != c.detail) {
				t.Errorf("details %+v, want first %q", f.Details, c.detail)
			}
			if !errors.Is(f, c.err) {
				t.Error("the cause is lost")
			}
		})
	}
}

// conn is a scripted peer: it answers Endorse, Submit and CommitStatus as it is told.
type conn struct {
	grpc.ClientConnInterface
	submit       []error // of each try; the last one stays
	submitted    [][]byte
	payload      []byte // of the transaction that Endorse prepares
	commitStatus func(ctx context.Context) (*gatewaypb.CommitStatusResponse, error)
}

func (c *conn) Invoke(ctx context.Context, method string, args, reply any, _ ...grpc.CallOption) error {
	switch method {
	case gatewaypb.Gateway_Submit_FullMethodName:
		data, err := proto.Marshal(args.(proto.Message))
		if err != nil {
			return err
		}
		c.submitted = append(c.submitted, data)
		return c.submit[min(len(c.submitted), len(c.submit))-1]
	case gatewaypb.Gateway_Endorse_FullMethodName:
		proto.Merge(reply.(proto.Message), &gatewaypb.EndorseResponse{PreparedTransaction: &commonpb.Envelope{Payload: c.payload}})
		return nil
	case gatewaypb.Gateway_CommitStatus_FullMethodName:
		answer, err := c.commitStatus(ctx)
		if err == nil {
			proto.Merge(reply.(proto.Message), answer)
		}
		return err
	}
	return errors.New(method)
}

func committed(code peerpb.TxValidationCode) func(context.Context) (*gatewaypb.CommitStatusResponse, error) {
	return func(context.Context) (*gatewaypb.CommitStatusResponse, error) {
		return &gatewaypb.CommitStatusResponse{Result: code, BlockNumber: 5}, nil
	}
}

func never(ctx context.Context) (*gatewaypb.CommitStatusResponse, error) {
	<-ctx.Done()
	return nil, status.FromContextError(ctx.Err()).Err()
}

func TestSubmit(t *testing.T) {
	t.Parallel()
	busy := status.Error(codes.Unavailable, "request already processed")
	for name, c := range map[string]struct {
		conn  *conn
		code  string // of the fault; empty: none
		tries int
	}{
		"at once":                          {&conn{submit: []error{nil}, commitStatus: committed(peerpb.TxValidationCode_VALID)}, "", 1},
		"refused although it is committed": {&conn{submit: []error{busy}, commitStatus: committed(peerpb.TxValidationCode_VALID)}, "", 1},
		"marked invalid":                   {&conn{submit: []error{nil}, commitStatus: committed(peerpb.TxValidationCode_MVCC_READ_CONFLICT)}, "tx_invalid", 1},
		"wrong for good":                   {&conn{submit: []error{status.Error(codes.Aborted, "BAD_REQUEST")}, commitStatus: never}, "call_refused", 1},
		"nobody knows":                     {&conn{submit: []error{busy}, commitStatus: never}, gateway.CodePending, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			envelope, err := proto.Marshal(&gatewaypb.PreparedTransaction{TransactionId: "tx"})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 450*time.Millisecond)
			defer cancel()
			s, err := gateway.NewClient(c.conn, enroll(t, "AMSP")).Submit(ctx, gateway.Envelope{Channel: "ch", TxID: "tx", Bytes: envelope})
			if c.code == "" && (err != nil || !s.Successful || s.BlockNumber != 5) || c.code != "" && fault.Of(err).Code != c.code {
				t.Errorf("%+v: %v; want %q", s, err, c.code)
			}
			if len(c.conn.submitted) < c.tries {
				t.Errorf("%d tries, want %d", len(c.conn.submitted), c.tries)
			}
			for _, sent := range c.conn.submitted {
				if string(sent) != string(c.conn.submitted[0]) {
					t.Error("another envelope was sent")
				}
			}
		})
	}
}

// signed prepares a proposal and signs it.
func signed(tb testing.TB, id *msp.Identity, channel, chaincode string) (proposal, signature []byte) {
	tb.Helper()
	u, err := gateway.NewOffline(&conn{}, id.MSPID).Prepare(id.Cert, gateway.Request{
		Channel: channel, Chaincode: chaincode, Function: "F", Args: []string{"a"},
	})
	if err != nil {
		tb.Fatal(err)
	}
	if signature, err = id.SignDigest(u.Digest); err != nil {
		tb.Fatal(err)
	}
	return u.Bytes, signature
}

// highS gives the other, high-S form of a signature.
func highS(t *testing.T, signature []byte) []byte {
	t.Helper()
	var s struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(signature, &s); err != nil {
		t.Fatal(err)
	}
	s.S.Sub(elliptic.P256().Params().N, s.S)
	out, err := asn1.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestDigestsAreOfMessages: what an offline signer hashes by itself is what the platform says that it signs.
func TestDigestsAreOfMessages(t *testing.T) {
	t.Parallel()
	ane := enroll(t, "AMSP")
	marshal := func(m proto.Message) []byte {
		data, err := proto.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	c := &conn{payload: marshal(&commonpb.Payload{
		Header: &commonpb.Header{ChannelHeader: marshal(&commonpb.ChannelHeader{ChannelId: "ch"})},
		Data:   marshal(&peerpb.Transaction{Actions: []*peerpb.TransactionAction{{}}}),
	})}
	o := gateway.NewOffline(c, ane.MSPID)
	prepared, err := o.Prepare(ane.Cert, gateway.Request{Channel: "ch", Chaincode: "exams", Function: "F"})
	if err != nil {
		t.Fatal(err)
	}
	signature, err := ane.SignDigest(prepared.Digest)
	if err != nil {
		t.Fatal(err)
	}
	endorsed, err := o.Endorse(t.Context(), "ch", "exams", prepared.Bytes, signature)
	if err != nil {
		t.Fatal(err)
	}
	for what, u := range map[string]gateway.Unsigned{"proposal": prepared, "transaction": endorsed} {
		if sum := sha256.Sum256(u.Message); len(u.Message) == 0 || !bytes.Equal(sum[:], u.Digest) {
			t.Errorf("%s: the digest %x is not the SHA-256 of the message", what, u.Digest)
		}
	}
	if !bytes.Equal(endorsed.Message, c.payload) {
		t.Error("the message is not the transaction's payload")
	}
}

func TestOfflineRefusals(t *testing.T) {
	t.Parallel()
	ane, mikel := enroll(t, "AMSP"), enroll(t, "BMSP")
	proposal, signature := signed(t, ane, "ch", "exams")
	foreign, foreignSignature := signed(t, mikel, "ch", "exams")
	for name, c := range map[string]struct {
		channel, chaincode  string
		proposal, signature []byte
		code                string
	}{
		"another channel":       {"other", "exams", proposal, signature, "signed_bytes_foreign"},
		"another chaincode":     {"ch", "other", proposal, signature, "signed_bytes_foreign"},
		"another organization":  {"ch", "exams", foreign, foreignSignature, "signed_bytes_foreign"},
		"garbage":               {"ch", "exams", []byte("garbage"), signature, "signed_bytes_foreign"},
		"nothing":               {"ch", "exams", nil, signature, "signed_bytes_foreign"},
		"another's signature":   {"ch", "exams", proposal, foreignSignature, "signature_invalid"},
		"no signature":          {"ch", "exams", proposal, nil, "signature_invalid"},
		"a signature in high S": {"ch", "exams", proposal, highS(t, signature), "signature_not_low_s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := gateway.NewOffline(&conn{}, "AMSP")
			if _, err := o.Endorse(t.Context(), c.channel, c.chaincode, c.proposal, c.signature); fault.Of(err).Code != c.code {
				t.Errorf("endorse: %v, want %s", err, c.code)
			}
			if _, err := o.Evaluate(t.Context(), c.channel, c.chaincode, c.proposal, c.signature); fault.Of(err).Code != c.code {
				t.Errorf("evaluate: %v, want %s", err, c.code)
			}
		})
	}
}

func FuzzEnvelope(f *testing.F) {
	proposal, signature := signed(f, enroll(f, "AMSP"), "ch", "exams")
	f.Add(proposal, signature)
	f.Add([]byte{}, []byte{})
	f.Fuzz(func(t *testing.T, transaction, signature []byte) {
		o := gateway.NewOffline(&conn{}, "AMSP")
		if e, err := o.Envelope("ch", "exams", transaction, signature); err == nil {
			t.Errorf("random bytes were taken for a signed transaction: %+v", e)
		}
	})
}
