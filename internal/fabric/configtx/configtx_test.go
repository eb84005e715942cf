// SPDX-License-Identifier: Apache-2.0

package configtx_test

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	msppb "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx"
	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx/configtxtest"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

func wantFault(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if f := fault.Of(err); err == nil || !errors.Is(err, kind) || f.Code != code {
		t.Errorf("got %v (%s), want %s %s", err, f.Code, kind, code)
	}
}

func TestInspect(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		ordering  configtx.OrderingType
		consensus string
	}{
		"bft":  {configtx.BFT, "BFT"},
		"raft": {configtx.Raft, "etcdraft"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := configtxtest.Channel(t, tc.ordering, 4)
			got, err := configtx.Inspect(genesis(t, c))
			if err != nil {
				t.Fatal(err)
			}
			want := &configtx.View{
				Channel: "azterketak", Orgs: []string{"AMSP", "BMSP"}, OrdererOrgs: []string{"OrdererMSP"},
				AnchorPeers: map[string][]configtx.Address{"AMSP": {{Host: "a.example", Port: 7051}}},
				Consensus:   tc.consensus, Consenters: c.Ordering.Consenters, BatchTimeout: 20 * time.Millisecond,
				MaxMessageCount: 500, AbsoluteMaxBytes: 10 << 20, PreferredMaxBytes: 2 << 20,
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestValidateRefuses(t *testing.T) {
	t.Parallel()
	type channel = configtx.Channel
	tests := map[string]struct {
		code   string
		change func(*channel)
	}{
		"no ID":         {"channel_id_invalid", func(c *channel) { c.ID = "" }},
		"upper case ID": {"channel_id_invalid", func(c *channel) { c.ID = "Azterketak" }},
		"ID as a path":  {"channel_id_invalid", func(c *channel) { c.ID = "../azterketak" }},
		"long ID":       {"channel_id_invalid", func(c *channel) { c.ID = strings.Repeat("a", 250) }},
		"line in ID":    {"channel_id_invalid", func(c *channel) { c.ID = "a\n" }},
		"no members":    {"channel_orgs_missing", func(c *channel) { c.ApplicationOrgs = nil }},
		"no orderers":   {"channel_orgs_missing", func(c *channel) { c.OrdererOrgs = nil }},
		"member twice": {"channel_org_twice", func(c *channel) {
			c.ApplicationOrgs[1] = c.ApplicationOrgs[0]
		}},
		"MSP ID":   {"msp_id_invalid", func(c *channel) { c.ApplicationOrgs[0].MSP.MSPID = "A/MSP" }},
		"no roots": {"msp_no_roots", func(c *channel) { c.ApplicationOrgs[0].MSP.RootCerts = nil }},
		"no endpoints": {"orderer_endpoint_invalid", func(c *channel) {
			c.OrdererOrgs[0].OrdererEndpoints = nil
		}},
		"endpoint without port": {"orderer_endpoint_invalid", func(c *channel) {
			c.OrdererOrgs[0].OrdererEndpoints[1] = "a.example"
		}},
		"endpoint with port 0": {"orderer_endpoint_invalid", func(c *channel) {
			c.OrdererOrgs[0].OrdererEndpoints[1] = "a.example:0"
		}},
		"anchor without port": {"anchor_peer_invalid", func(c *channel) {
			c.ApplicationOrgs[0].AnchorPeers[0].Port = 0
		}},
		"anchor's port": {"anchor_peer_invalid", func(c *channel) {
			c.ApplicationOrgs[0].AnchorPeers[0].Port = 65536
		}},
		"anchor without host": {"anchor_peer_invalid", func(c *channel) {
			c.ApplicationOrgs[0].AnchorPeers[0].Host = ""
		}},
		"anchor's host": {"anchor_peer_invalid", func(c *channel) {
			c.ApplicationOrgs[0].AnchorPeers[0].Host = "a\xff"
		}},
		"ordering":      {"ordering_invalid", func(c *channel) { c.Ordering.Type = "kafka" }},
		"no consenters": {"consenters_too_few", func(c *channel) { c.Ordering.Consenters = nil }},
		"3 consenters": {"consenters_too_few", func(c *channel) {
			c.Ordering.Consenters = c.Ordering.Consenters[:3]
		}},
		"1 consenter": {"consenters_too_few", func(c *channel) {
			c.Ordering.Consenters = c.Ordering.Consenters[:1]
		}},
		"2 though 1 is allowed": {"consenters_too_few", func(c *channel) {
			c.Ordering.AllowSingle, c.Ordering.Consenters = true, c.Ordering.Consenters[:2]
		}},
		"no raft consenters": {"consenters_too_few", func(c *channel) {
			c.Ordering = configtx.Ordering{Type: configtx.Raft}
		}},
		"consenter's ID":       {"consenter_invalid", func(c *channel) { c.Ordering.Consenters[0].ID = 0 }},
		"consenter's ID twice": {"consenter_invalid", func(c *channel) { c.Ordering.Consenters[0].ID = 4 }},
		"consenter twice":      {"consenter_invalid", func(c *channel) { c.Ordering.Consenters[3].Port = 7050 }},
		"consenter's host":     {"consenter_invalid", func(c *channel) { c.Ordering.Consenters[3].Host = "" }},
		"consenter's port":     {"consenter_invalid", func(c *channel) { c.Ordering.Consenters[3].Port = 0 }},
		"consenter's MSP":      {"consenter_invalid", func(c *channel) { c.Ordering.Consenters[3].MSPID = "AMSP" }},
		"consenter's identity": {"consenter_invalid", func(c *channel) { c.Ordering.Consenters[3].Identity = nil }},
		"consenter's TLS": {"consenter_invalid", func(c *channel) {
			c.Ordering.Consenters[3].ClientTLS = []byte("x")
		}},
		"batch timeout":    {"batch_invalid", func(c *channel) { c.Ordering.BatchTimeout = 2 * time.Second }},
		"negative timeout": {"batch_invalid", func(c *channel) { c.Ordering.BatchTimeout = -1 }},
		"batch sizes":      {"batch_invalid", func(c *channel) { c.Ordering.PreferredMaxBytes = 11 << 20 }},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := configtxtest.Channel(t, configtx.BFT, 4)
			tc.change(&c)
			_, err := configtx.GenesisBlock(c)
			wantFault(t, err, fault.Invalid, tc.code)
		})
	}
}

func TestUpdateOfNothingIsNil(t *testing.T) {
	t.Parallel()
	c := configtxtest.Channel(t, configtx.BFT, 4)
	block := genesis(t, c)
	same := c.ApplicationOrgs[0]
	withoutAnchors := same
	withoutAnchors.AnchorPeers = nil
	tests := map[string]func() ([]byte, error){
		"organization":                 func() ([]byte, error) { return configtx.AddOrg(block, same) },
		"organization without anchors": func() ([]byte, error) { return configtx.AddOrg(block, withoutAnchors) },
		"absent organization":          func() ([]byte, error) { return configtx.RemoveOrg(block, "CMSP") },
		"anchor peers": func() ([]byte, error) {
			return configtx.SetAnchorPeers(block, "AMSP", same.AnchorPeers)
		},
		"no anchor peers": func() ([]byte, error) { return configtx.SetAnchorPeers(block, "BMSP", nil) },
		"MSP definition":  func() ([]byte, error) { return configtx.SetOrgMSP(block, same.MSP) },
		"consenter": func() ([]byte, error) {
			return configtx.SetConsenter(block, c.Ordering.Consenters[1])
		},
	}
	for name, compose := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := compose(); got != nil || err != nil {
				t.Errorf("got %d bytes, %v", len(got), err)
			}
		})
	}
}

func TestUpdatesRefuse(t *testing.T) {
	t.Parallel()
	c := configtxtest.Channel(t, configtx.BFT, 4)
	block := genesis(t, c)
	alone := c
	alone.ApplicationOrgs = c.ApplicationOrgs[:1]
	aloneBlock := genesis(t, alone)
	raft := configtxtest.Channel(t, configtx.Raft, 1)
	raftBlock := genesis(t, raft)
	stranger := configtxtest.NewOrg(t, "CMSP")
	consenter := func(change func(*configtx.Consenter)) configtx.Consenter {
		n := c.Ordering.Consenters[0]
		change(&n)
		return n
	}
	tests := map[string]struct {
		kind fault.Kind
		code string
		call func() ([]byte, error)
	}{
		"add without MSP ID": {fault.Invalid, "msp_id_invalid", func() ([]byte, error) {
			return configtx.AddOrg(block, configtx.Org{})
		}},
		"add to no block": {fault.Invalid, "config_block_malformed", func() ([]byte, error) {
			return configtx.AddOrg([]byte("x"), configtx.Org{MSP: stranger.Definition()})
		}},
		"remove the last": {fault.Conflict, "channel_org_last", func() ([]byte, error) {
			return configtx.RemoveOrg(aloneBlock, "AMSP")
		}},
		"anchors of a stranger": {fault.NotFound, "channel_org_not_found", func() ([]byte, error) {
			return configtx.SetAnchorPeers(block, "CMSP", nil)
		}},
		"anchors of an orderer": {fault.NotFound, "channel_org_not_found", func() ([]byte, error) {
			return configtx.SetAnchorPeers(block, "OrdererMSP", []configtx.Address{{Host: "a", Port: 1}})
		}},
		"no address": {fault.Invalid, "anchor_peer_invalid", func() ([]byte, error) {
			return configtx.SetAnchorPeers(block, "AMSP", []configtx.Address{{}})
		}},
		"address twice": {fault.Invalid, "anchor_peer_invalid", func() ([]byte, error) {
			same := configtx.Address{Host: "a", Port: 1}
			return configtx.SetAnchorPeers(block, "AMSP", []configtx.Address{same, same})
		}},
		"MSP of a stranger": {fault.NotFound, "channel_org_not_found", func() ([]byte, error) {
			return configtx.SetOrgMSP(block, stranger.Definition())
		}},
		"MSP without roots": {fault.Invalid, "msp_no_roots", func() ([]byte, error) {
			return configtx.SetOrgMSP(block, msp.Definition{MSPID: "AMSP"})
		}},
		"unknown consenter": {fault.NotFound, "consenter_not_found", func() ([]byte, error) {
			return configtx.SetConsenter(block, consenter(func(n *configtx.Consenter) { n.ID = 5 }))
		}},
		"consenter of a stranger": {fault.Invalid, "consenter_invalid", func() ([]byte, error) {
			return configtx.SetConsenter(block, consenter(func(n *configtx.Consenter) { n.MSPID = "AMSP" }))
		}},
		"unknown Raft consenter": {fault.NotFound, "consenter_not_found", func() ([]byte, error) {
			return configtx.SetConsenter(raftBlock, consenter(func(n *configtx.Consenter) { n.Port = 1 }))
		}},
		"Raft consenter without TLS": {fault.Invalid, "consenter_invalid", func() ([]byte, error) {
			return configtx.SetConsenter(raftBlock, consenter(func(n *configtx.Consenter) { n.ServerTLS = nil }))
		}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := tc.call()
			wantFault(t, err, tc.kind, tc.code)
		})
	}
}

func TestUpdatesAreDeterministic(t *testing.T) {
	t.Parallel()
	block := genesis(t, configtxtest.Channel(t, configtx.BFT, 4))
	o := configtx.Org{MSP: configtxtest.NewOrg(t, "CMSP").Definition()}
	first, err := configtx.AddOrg(block, o)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if next, err := configtx.AddOrg(block, o); err != nil || string(next) != string(first) {
			t.Fatalf("two signers of one update would sign different bytes: %v", err)
		}
	}
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	c := configtxtest.Channel(t, configtx.BFT, 4)
	a := configtxtest.NewOrg(t, "AMSP")
	c.ApplicationOrgs[0].MSP = a.Definition()
	admin := a.Identity(t, "admin", msp.RoleAdmin)
	update, err := configtx.RemoveOrg(genesis(t, c), "BMSP")
	if err != nil {
		t.Fatal(err)
	}
	signature, err := configtx.SignUpdate(update, admin)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := configtx.UpdateEnvelope(c.ID, update, [][]byte{signature}, admin)
	if err != nil {
		t.Fatal(err)
	}
	var (
		envelope commonpb.Envelope
		payload  commonpb.Payload
		header   commonpb.ChannelHeader
		wrapped  commonpb.ConfigUpdateEnvelope
	)
	decode(t, raw, &envelope)
	decode(t, envelope.GetPayload(), &payload)
	decode(t, payload.GetHeader().GetChannelHeader(), &header)
	decode(t, payload.GetData(), &wrapped)
	if header.GetType() != int32(commonpb.HeaderType_CONFIG_UPDATE) || header.GetChannelId() != c.ID ||
		string(wrapped.GetConfigUpdate()) != string(update) || len(wrapped.GetSignatures()) != 1 {
		t.Fatalf("envelope is %v", &header)
	}
	verify(t, payload.GetHeader().GetSignatureHeader(), envelope.GetPayload(), envelope.GetSignature())
	inner := wrapped.GetSignatures()[0]
	verify(t, inner.GetSignatureHeader(), append(inner.GetSignatureHeader(), update...), inner.GetSignature())

	_, err = configtx.UpdateEnvelope("besteak", update, nil, admin)
	wantFault(t, err, fault.Invalid, "config_update_malformed")
	_, err = configtx.UpdateEnvelope(c.ID, update, [][]byte{{0xff}}, admin)
	wantFault(t, err, fault.Invalid, "config_update_malformed")
	_, err = configtx.UpdateEnvelope(c.ID, []byte{0xff}, nil, admin)
	wantFault(t, err, fault.Invalid, "config_update_malformed")
}

// verify checks a signature with the creator's certificate in a signature header.
func verify(t *testing.T, header, message, signature []byte) {
	t.Helper()
	var (
		signer commonpb.SignatureHeader
		id     msppb.SerializedIdentity
	)
	decode(t, header, &signer)
	decode(t, signer.GetCreator(), &id)
	block, _ := pem.Decode(id.GetIdBytes())
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(message)
	if key, ok := cert.PublicKey.(*ecdsa.PublicKey); !ok || !ecdsa.VerifyASN1(key, digest[:], signature) {
		t.Error("the signature is wrong")
	}
}

func FuzzInspect(f *testing.F) {
	block, err := proto.Marshal(&commonpb.Block{Data: &commonpb.BlockData{Data: [][]byte{{}}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(block)
	f.Add(rawConfigBlock(f, &commonpb.Config{ChannelGroup: &commonpb.ConfigGroup{}}))
	f.Add(rawConfigBlock(f, &commonpb.Config{Sequence: 7, ChannelGroup: &commonpb.ConfigGroup{
		Groups: map[string]*commonpb.ConfigGroup{
			"Application": {Groups: map[string]*commonpb.ConfigGroup{"AMSP": {
				Values: map[string]*commonpb.ConfigValue{"AnchorPeers": {Value: []byte{10, 3, 10, 1, 'a'}}},
			}}},
			"Orderer": {Values: map[string]*commonpb.ConfigValue{
				"BatchTimeout":  {Value: []byte{10, 2, '1', 's'}},
				"ConsensusType": {Value: []byte{10, 3, 'B', 'F', 'T'}},
				"Orderers":      {Value: []byte{10, 2, 8, 1}},
			}},
		},
	}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		view, err := configtx.Inspect(data)
		if err != nil {
			wantFault(t, err, fault.Invalid, "config_block_malformed")
			return
		}
		if view.Orgs == nil && view.AnchorPeers == nil {
			t.Error("an empty view")
		}
		for _, compose := range []func() ([]byte, error){
			func() ([]byte, error) { return configtx.RemoveOrg(data, "AMSP") },
			func() ([]byte, error) {
				return configtx.SetAnchorPeers(data, "AMSP", []configtx.Address{{Host: "a", Port: 1}})
			},
		} {
			_, _ = compose() // whatever it says of such a block, it returns
		}
	})
}

// rawConfigBlock wraps a configuration as a block does.
func rawConfigBlock(f *testing.F, config *commonpb.Config) []byte {
	f.Helper()
	marshal := func(m proto.Message) []byte {
		data, err := proto.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		return data
	}
	return marshal(&commonpb.Block{Data: &commonpb.BlockData{Data: [][]byte{marshal(&commonpb.Envelope{
		Payload: marshal(&commonpb.Payload{
			Header: &commonpb.Header{ChannelHeader: marshal(&commonpb.ChannelHeader{
				Type: int32(commonpb.HeaderType_CONFIG), ChannelId: "azterketak",
			})},
			Data: marshal(&commonpb.ConfigEnvelope{Config: config}),
		}),
	})}}})
}
