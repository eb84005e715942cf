// SPDX-License-Identifier: Apache-2.0

package configtx_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx"
	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx/configtxtest"
)

// object is a mapping of configtx.yaml, written as JSON, which YAML contains.
type object map[string]any

func signaturePolicy(text string) object { return object{"Type": "Signature", "Rule": text} }

func implicitPolicy(text string) object { return object{"Type": "ImplicitMeta", "Rule": text} }

// reference says in configtxgen's language what a channel is meant to be, files under dir. Sizes and Raft's options are
// left to Fabric's defaults.
func reference(t *testing.T, dir string, c configtx.Channel) object {
	t.Helper()
	groupPolicies := func(more object) object {
		p := object{
			"Readers": implicitPolicy("ANY Readers"), "Writers": implicitPolicy("ANY Writers"),
			"Admins": implicitPolicy("MAJORITY Admins"),
		}
		maps.Copy(p, more)
		return p
	}
	org := func(o configtx.Org, policies object) object {
		id := o.MSP.MSPID
		folder := filepath.Join(dir, "msp", id)
		for name, content := range o.MSP.Folder(nil, nil) {
			write(t, filepath.Join(folder, filepath.FromSlash(name)), content)
		}
		policies["Admins"] = signaturePolicy(fmt.Sprintf("OR('%s.admin')", id))
		anchors := []object{}
		for _, a := range o.AnchorPeers {
			anchors = append(anchors, object{"Host": a.Host, "Port": a.Port})
		}
		return object{
			"Name": id, "ID": id, "MSPDir": folder, "Policies": policies,
			"OrdererEndpoints": o.OrdererEndpoints, "AnchorPeers": anchors,
		}
	}
	var ordererOrgs, applicationOrgs []object
	for _, o := range c.OrdererOrgs {
		id := o.MSP.MSPID
		ordererOrgs = append(ordererOrgs, org(o, object{
			"Readers": signaturePolicy(fmt.Sprintf("OR('%s.admin', '%s.orderer')", id, id)),
			"Writers": signaturePolicy(fmt.Sprintf("OR('%s.admin', '%s.orderer')", id, id)),
		}))
	}
	for _, o := range c.ApplicationOrgs {
		id := o.MSP.MSPID
		applicationOrgs = append(applicationOrgs, org(o, object{
			"Readers":     signaturePolicy(fmt.Sprintf("OR('%s.admin', '%s.peer', '%s.client')", id, id, id)),
			"Writers":     signaturePolicy(fmt.Sprintf("OR('%s.admin', '%s.client')", id, id)),
			"Endorsement": signaturePolicy(fmt.Sprintf("OR('%s.peer')", id)),
		}))
	}
	orderer := object{
		"BatchTimeout": "20ms", "Organizations": ordererOrgs, "Capabilities": object{"V2_0": true},
		"Policies": groupPolicies(object{"BlockValidation": implicitPolicy("ANY Writers")}),
	}
	referenceConsenters(t, dir, c.Ordering, orderer)
	return object{"Profiles": object{"Reference": object{
		"Policies": groupPolicies(nil), "Capabilities": object{"V3_0": true}, "Orderer": orderer,
		"Application": object{
			"Organizations": applicationOrgs, "Capabilities": object{"V2_5": true},
			"Policies": groupPolicies(object{
				"Endorsement":          implicitPolicy("MAJORITY Endorsement"),
				"LifecycleEndorsement": implicitPolicy("MAJORITY Endorsement"),
			}),
		},
	}}}
}

func referenceConsenters(t *testing.T, dir string, o configtx.Ordering, orderer object) {
	t.Helper()
	var consenters []object
	for i, c := range o.Consenters {
		file := func(name string, content []byte) string {
			path := filepath.Join(dir, "consenters", strconv.Itoa(i), name)
			write(t, path, content)
			return path
		}
		entry := object{
			"Host": c.Host, "Port": c.Port,
			"ClientTLSCert": file("client.pem", c.ClientTLS), "ServerTLSCert": file("server.pem", c.ServerTLS),
		}
		if o.Type == configtx.BFT {
			entry["ID"], entry["MSPID"], entry["Identity"] = c.ID, c.MSPID, file("identity.pem", c.Identity)
		}
		consenters = append(consenters, entry)
	}
	if o.Type == configtx.Raft {
		orderer["OrdererType"], orderer["EtcdRaft"] = "etcdraft", object{"Consenters": consenters}
		return
	}
	orderer["OrdererType"], orderer["ConsenterMapping"] = "BFT", consenters
	orderer["SmartBFT"] = object{
		"RequestBatchMaxCount": 500, "RequestBatchMaxBytes": 10485760, "RequestBatchMaxInterval": "20ms",
		"IncomingMessageBufferSize": 200, "RequestPoolSize": 100000,
		"RequestForwardTimeout": "2s", "RequestComplainTimeout": "5s", "RequestAutoRemoveTimeout": "3m0s",
		"ViewChangeResendInterval": "1s", "ViewChangeTimeout": "5s",
		"LeaderHeartbeatTimeout": "3s", "LeaderHeartbeatCount": 10, "CollectTimeout": "1s",
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// run runs one of Fabric's commands in dir.
func run(t *testing.T, dir, command string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), configtxtest.Command(t, command), args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "FABRIC_CFG_PATH="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
}

// configtxgen makes a channel's genesis block with Fabric's own command.
func configtxgen(t *testing.T, c configtx.Channel) []byte {
	t.Helper()
	dir := t.TempDir()
	text, err := json.MarshalIndent(reference(t, dir, c), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "configtx.yaml"), text)
	run(t, dir, "configtxgen", "-profile", "Reference", "-channelID", c.ID, "-outputBlock", "genesis.block")
	block, err := os.ReadFile(filepath.Join(dir, "genesis.block"))
	if err != nil {
		t.Fatal(err)
	}
	return block
}

// opened is a genesis block taken apart, without what differs from call to call.
type opened struct {
	Header          *commonpb.BlockHeader
	Metadata        *commonpb.BlockMetadata
	ChannelHeader   *commonpb.ChannelHeader
	SignatureHeader *commonpb.SignatureHeader
	Signature       []byte
	Config          *commonpb.Config
	LastUpdate      *commonpb.Envelope
}

func open(t *testing.T, block []byte) opened {
	t.Helper()
	var (
		b        commonpb.Block
		envelope commonpb.Envelope
		payload  commonpb.Payload
		config   commonpb.ConfigEnvelope
	)
	decode(t, block, &b)
	decode(t, b.GetData().GetData()[0], &envelope)
	decode(t, envelope.GetPayload(), &payload)
	decode(t, payload.GetData(), &config)
	o := opened{
		Header: b.GetHeader(), Metadata: b.GetMetadata(), Signature: envelope.GetSignature(),
		ChannelHeader: &commonpb.ChannelHeader{}, SignatureHeader: &commonpb.SignatureHeader{},
		Config: config.GetConfig(), LastUpdate: config.GetLastUpdate(),
	}
	decode(t, payload.GetHeader().GetChannelHeader(), o.ChannelHeader)
	decode(t, payload.GetHeader().GetSignatureHeader(), o.SignatureHeader)
	if len(o.Header.GetDataHash()) != 32 || len(o.SignatureHeader.GetNonce()) != 24 ||
		len(o.ChannelHeader.GetTxId()) != 64 || time.Since(o.ChannelHeader.GetTimestamp().AsTime()).Abs() > time.Hour {
		t.Errorf("hash, nonce, transaction ID or time are not in form: %v %v", o.Header, o.ChannelHeader)
	}
	o.Header.DataHash, o.SignatureHeader.Nonce = nil, nil
	o.ChannelHeader.TxId, o.ChannelHeader.Timestamp = "", nil
	return o
}

func decode(t *testing.T, data []byte, m proto.Message) {
	t.Helper()
	if err := proto.Unmarshal(data, m); err != nil {
		t.Fatal(err)
	}
}

func genesis(t *testing.T, c configtx.Channel) []byte {
	t.Helper()
	block, err := configtx.GenesisBlock(c)
	if err != nil {
		t.Fatal(err)
	}
	return block
}

func TestGenesisBlockEqualsConfigtxgen(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		ordering   configtx.OrderingType
		consenters int
		change     func(*configtx.Channel)
	}{
		"bft of 4":            {configtx.BFT, 4, nil},
		"bft of 7":            {configtx.BFT, 7, nil},
		"bft of 1, asked for": {configtx.BFT, 1, func(c *configtx.Channel) { c.Ordering.AllowSingle = true }},
		"raft of 1":           {configtx.Raft, 1, nil},
		"raft of 3":           {configtx.Raft, 3, nil},
		"orderer org is a member": {configtx.BFT, 4, func(c *configtx.Channel) {
			c.ApplicationOrgs[1].MSP = c.OrdererOrgs[0].MSP
		}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := configtxtest.Channel(t, tc.ordering, tc.consenters)
			if tc.change != nil {
				tc.change(&c)
			}
			want, got := open(t, configtxgen(t, c)), open(t, genesis(t, c))
			if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
				t.Errorf("differs from configtxgen's (-) block:\n%s", diff)
			}
		})
	}
}

func TestUpdatesEqualConfigtxlator(t *testing.T) {
	t.Parallel()
	third := configtxtest.NewOrg(t, "CMSP")
	anchors := []configtx.Address{{Host: "b0.example", Port: 7051}, {Host: "b1.example", Port: 7052}}
	newRoot := configtxtest.NewOrg(t, "BMSP").Definition()
	tests := map[string]struct {
		ordering configtx.OrderingType
		// change makes the channel what it is to be, and gives our update to it.
		change func(t *testing.T, c *configtx.Channel, block []byte) ([]byte, error)
	}{
		"add organization": {configtx.BFT, func(_ *testing.T, c *configtx.Channel, block []byte) ([]byte, error) {
			o := configtx.Org{MSP: third.Definition()}
			c.ApplicationOrgs = append(c.ApplicationOrgs, o)
			return configtx.AddOrg(block, o)
		}},
		"add with anchors": {configtx.Raft, func(_ *testing.T, c *configtx.Channel, block []byte) ([]byte, error) {
			o := configtx.Org{MSP: third.Definition(), AnchorPeers: anchors}
			c.ApplicationOrgs = append(c.ApplicationOrgs, o)
			return configtx.AddOrg(block, o)
		}},
		"add a changed one": {configtx.BFT, func(_ *testing.T, c *configtx.Channel, block []byte) ([]byte, error) {
			c.ApplicationOrgs[1] = configtx.Org{MSP: newRoot, AnchorPeers: anchors}
			return configtx.AddOrg(block, c.ApplicationOrgs[1])
		}},
		"remove organization": {configtx.BFT, func(_ *testing.T, c *configtx.Channel, block []byte) ([]byte, error) {
			c.ApplicationOrgs = c.ApplicationOrgs[:1]
			return configtx.RemoveOrg(block, "BMSP")
		}},
		"first anchor peers": {configtx.BFT, func(_ *testing.T, c *configtx.Channel, block []byte) ([]byte, error) {
			c.ApplicationOrgs[1].AnchorPeers = anchors
			return configtx.SetAnchorPeers(block, "BMSP", anchors)
		}},
		"other anchor peers": {configtx.BFT, func(_ *testing.T, c *configtx.Channel, block []byte) ([]byte, error) {
			c.ApplicationOrgs[0].AnchorPeers = anchors
			return configtx.SetAnchorPeers(block, "AMSP", anchors)
		}},
		"no anchor peers": {configtx.BFT, func(_ *testing.T, c *configtx.Channel, block []byte) ([]byte, error) {
			c.ApplicationOrgs[0].AnchorPeers = nil
			return configtx.SetAnchorPeers(block, "AMSP", nil)
		}},
		"MSP definition": {configtx.BFT, func(_ *testing.T, c *configtx.Channel, block []byte) ([]byte, error) {
			c.ApplicationOrgs[1].MSP = newRoot
			return configtx.SetOrgMSP(block, newRoot)
		}},
		"orderers' MSP": {configtx.BFT, func(t *testing.T, c *configtx.Channel, block []byte) ([]byte, error) {
			t.Helper()
			old := c.OrdererOrgs[0].MSP
			d := configtxtest.NewOrg(t, "OrdererMSP").Definition()
			d.RootCerts = slices.Concat(old.RootCerts, d.RootCerts)
			c.OrdererOrgs[0].MSP = d
			return configtx.SetOrgMSP(block, d)
		}},
		"BFT consenter": {configtx.BFT, func(t *testing.T, c *configtx.Channel, block []byte) ([]byte, error) {
			t.Helper()
			moved := configtxtest.NewOrg(t, "OrdererMSP").Consenter(t, configtx.BFT, 3, "127.0.0.9", 9)
			c.Ordering.Consenters[2] = moved
			return configtx.SetConsenter(block, c.Ordering.Consenters[2])
		}},
		"Raft consenter": {configtx.Raft, func(t *testing.T, c *configtx.Channel, block []byte) ([]byte, error) {
			t.Helper()
			old := c.Ordering.Consenters[2]
			renewed := configtxtest.NewOrg(t, "OrdererMSP").Consenter(t, configtx.Raft, 0, old.Host, old.Port)
			c.Ordering.Consenters[2] = renewed
			return configtx.SetConsenter(block, c.Ordering.Consenters[2])
		}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := configtxtest.Channel(t, tc.ordering, 4)
			before := configtxgen(t, c)
			got, err := tc.change(t, &c, before)
			if err != nil {
				t.Fatal(err)
			}
			want := computeUpdate(t, c.ID, open(t, before).Config, open(t, configtxgen(t, c)).Config)
			var update commonpb.ConfigUpdate
			decode(t, got, &update)
			if diff := cmp.Diff(want, &update, protocmp.Transform()); diff != "" {
				t.Errorf("differs from configtxlator's (-) update:\n%s", diff)
			}
		})
	}
}

// computeUpdate asks Fabric's configtxlator for the difference of two configurations.
func computeUpdate(t *testing.T, channel string, before, after *commonpb.Config) *commonpb.ConfigUpdate {
	t.Helper()
	dir := t.TempDir()
	for name, config := range map[string]*commonpb.Config{"before.pb": before, "after.pb": after} {
		data, err := proto.Marshal(config)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), data)
	}
	run(t, dir, "configtxlator", "compute_update", "--channel_id", channel,
		"--original", "before.pb", "--updated", "after.pb", "--output", "update.pb")
	data, err := os.ReadFile(filepath.Join(dir, "update.pb"))
	if err != nil {
		t.Fatal(err)
	}
	update := &commonpb.ConfigUpdate{}
	decode(t, data, update)
	return update
}
