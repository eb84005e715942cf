// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hyperledger/fabric-admin-sdk/pkg/chaincode"
	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	msppb "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/blockchain4all/blockchain4all/internal/fabric/policy"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// sdkParse is the parser that fabric-admin-sdk has from Fabric.
func sdkParse(text string) (*commonpb.SignaturePolicyEnvelope, error) {
	p, err := chaincode.NewApplicationPolicy(text, "")
	return p.GetSignaturePolicy(), err
}

func TestRolesEqualTheirText(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		got  *commonpb.SignaturePolicyEnvelope
	}{
		"any role": {
			"OR('BizkaiaMSP.admin', 'BizkaiaMSP.peer', 'BizkaiaMSP.client')",
			policy.AnyRole("BizkaiaMSP", policy.Admin, policy.Peer, policy.Client),
		},
		"one role": {"OR('BizkaiaMSP.admin')", policy.AnyRole("BizkaiaMSP", policy.Admin)},
		"any of two organizations": {
			"OR('AMSP.member', 'BMSP.orderer')",
			policy.AnyOf(
				policy.Principal{MSPID: "AMSP", Role: policy.Member},
				policy.Principal{MSPID: "BMSP", Role: policy.Orderer},
			),
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, err := sdkParse(tc.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, tc.got, protocmp.Transform()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPoliciesAreDeterministic(t *testing.T) {
	t.Parallel()
	compose := func() []byte {
		return policy.Signature(policy.AnyRole("AMSP", policy.Admin, policy.Peer)).GetValue()
	}
	if !bytes.Equal(compose(), compose()) {
		t.Error("two policies of the same roles differ")
	}
	if p := policy.AnyRole("A\xffMSP", policy.Admin); p == nil {
		t.Error("an MSP ID that is no text gives no policy")
	}
}

func TestImplicit(t *testing.T) {
	t.Parallel()
	p := policy.Implicit(policy.Majority, "Admins")
	var got commonpb.ImplicitMetaPolicy
	if err := proto.Unmarshal(p.GetValue(), &got); err != nil {
		t.Fatal(err)
	}
	want := &commonpb.ImplicitMetaPolicy{Rule: commonpb.ImplicitMetaPolicy_MAJORITY, SubPolicy: "Admins"}
	if diff := cmp.Diff(want, &got, protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
	if p.GetType() != int32(commonpb.Policy_IMPLICIT_META) {
		t.Errorf("type %d", p.GetType())
	}
}

func TestQuorum(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 40; n++ {
		f := (n - 1) / 3
		// As Fabric computes it, common/policies.ComputeBFTQuorum.
		want := int(math.Ceil(float64(n+f+1) / 2))
		if got := policy.QuorumSize(n); got != want || policy.Traitors(n) != f {
			t.Errorf("of %d nodes: quorum %d and %d traitors, want %d and %d", n, got, policy.Traitors(n), want, f)
		}
	}
	p := policy.Quorum([]policy.Identity{{MSPID: "AMSP", Cert: []byte("a")}, {MSPID: "AMSP"}, {}, {}})
	if got := p.GetRule().GetNOutOf(); got.GetN() != 3 || len(got.GetRules()) != 4 || len(p.GetIdentities()) != 4 {
		t.Errorf("quorum of 4 is %v", p)
	}
	if c := p.GetIdentities()[0].GetPrincipalClassification(); c != msppb.MSPPrincipal_IDENTITY {
		t.Errorf("principals are of kind %v", c)
	}
}

func TestParseAsFabric(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"or":             "OR('AMSP.peer', 'BMSP.peer')",
		"and":            "AND('AMSP.peer','BMSP.admin')",
		"case":           "and('AMSP.peer', Or('BMSP.client'))",
		"out of":         "OutOf(2, 'AMSP.peer', 'BMSP.peer', 'CMSP.peer')",
		"nested numbers": "OR('AMSP.peer', AND('BMSP.peer', OutOf(1, 'CMSP.peer', 'DMSP.peer')), 'EMSP.peer')",
		"twice":          "AND('AMSP.peer', OR('AMSP.peer', 'BMSP.peer'))",
		"dots and signs": "OR('a.b-c.MSP.orderer')",
		"double quotes":  `OR("AMSP.member")`,
		"spaces":         " OR ( 'AMSP.peer' ,\n\t'BMSP.peer' ) ",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, err := sdkParse(text)
			if err != nil {
				t.Fatal(err)
			}
			got, err := policy.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"nothing":           "",
		"a bare principal":  "'AMSP.peer'",
		"no operand":        "AND()",
		"an unknown gate":   "XOR('AMSP.peer')",
		"an unknown role":   "OR('AMSP.king')",
		"no role":           "OR('AMSP')",
		"no MSP ID":         "OR('.peer')",
		"an open quote":     "OR('AMSP.peer)",
		"an open gate":      "OR('AMSP.peer'",
		"a comma too many":  "OR('AMSP.peer',)",
		"something behind":  "OR('AMSP.peer') OR('BMSP.peer')",
		"always met":        "OutOf(0, 'AMSP.peer')",
		"never met":         "OutOf(3, 'AMSP.peer', 'BMSP.peer')",
		"a computed number": "OutOf(1+1, 'AMSP.peer', 'BMSP.peer')",
		"a huge number":     "OutOf(99999999999999999999, 'AMSP.peer')",
		"no number":         "OutOf('AMSP.peer')",
		"too deep":          strings.Repeat("OR(", 100) + "'AMSP.peer'" + strings.Repeat(")", 100),
		"too long":          "OR('" + strings.Repeat("A", 20000) + ".peer')",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := policy.Parse(text)
			if f := fault.Of(err); err == nil || f.Code != "policy_invalid" || !errors.Is(err, fault.Invalid) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"OR('AMSP.peer', AND('BMSP.peer', OutOf(1, 'CMSP.peer', 'DMSP.peer')))", "OutOf(2,'A.member','B.member')",
		"AND(", "'A.peer'", "or(\"A.admin\")", "OutOf(-1,'A.peer')",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := policy.Parse(text)
		if err != nil {
			if fault.Of(err).Code != "policy_invalid" {
				t.Fatalf("uncoded error %v", err)
			}
			return
		}
		want, err := sdkParse(text)
		if err != nil {
			t.Fatalf("Fabric refuses what was taken: %v", err)
		}
		if !proto.Equal(want, got) {
			t.Fatalf("got %v, Fabric has %v", got, want)
		}
	})
}
