// SPDX-License-Identifier: Apache-2.0

// Package policy composes Fabric's policies: signature policies over roles and identities, policies that refer to
// those of subgroups (ImplicitMeta), and signature policies written as text. Equal input gives equal bytes.
package policy

import (
	"fmt"
	"strings"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	msppb "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// Role is what a certificate's NodeOU makes of its holder.
type Role = msppb.MSPRole_MSPRoleType

// The roles.
const (
	Member  = msppb.MSPRole_MEMBER
	Admin   = msppb.MSPRole_ADMIN
	Client  = msppb.MSPRole_CLIENT
	Peer    = msppb.MSPRole_PEER
	Orderer = msppb.MSPRole_ORDERER
)

// Rule says how many subgroups must meet their own policy of an ImplicitMeta policy's name.
type Rule = commonpb.ImplicitMetaPolicy_Rule

// The rules.
const (
	Any      = commonpb.ImplicitMetaPolicy_ANY
	All      = commonpb.ImplicitMetaPolicy_ALL
	Majority = commonpb.ImplicitMetaPolicy_MAJORITY
)

// Principal is a role in an MSP.
type Principal struct {
	MSPID string
	Role  Role
}

// Identity is one certificate of an MSP.
type Identity struct {
	MSPID string
	Cert  []byte // PEM
}

// AnyRole is met by one signature of an identity with one of the roles in an MSP: OR('mspID.role', …).
func AnyRole(mspID string, roles ...Role) *commonpb.SignaturePolicyEnvelope {
	principals := make([]Principal, 0, len(roles))
	for _, r := range roles {
		principals = append(principals, Principal{MSPID: mspID, Role: r})
	}
	return AnyOf(principals...)
}

// AnyOf is met by one signature of one of the principals.
func AnyOf(principals ...Principal) *commonpb.SignaturePolicyEnvelope {
	identities := make([]*msppb.MSPPrincipal, 0, len(principals))
	for _, p := range principals {
		identities = append(identities, p.proto())
	}
	return outOf(1, identities)
}

// Quorum is met by the signatures of as many of the n identities as make any two quorums meet in an honest one:
// ceil((n+f+1)/2) with f = (n-1)/3. Fabric asks this of the signatures of a BFT block (common/policies,
// EncodeBFTBlockVerificationPolicy).
func Quorum(consenters []Identity) *commonpb.SignaturePolicyEnvelope {
	identities := make([]*msppb.MSPPrincipal, 0, len(consenters))
	for _, c := range consenters {
		identities = append(identities, &msppb.MSPPrincipal{
			PrincipalClassification: msppb.MSPPrincipal_IDENTITY,
			Principal:               marshal(&msppb.SerializedIdentity{Mspid: valid(c.MSPID), IdBytes: c.Cert}),
		})
	}
	return outOf(QuorumSize(len(consenters)), identities)
}

// QuorumSize is the size of a Byzantine quorum among n nodes: 3 of 4, 5 of 7, 1 of 1.
func QuorumSize(n int) int { return (n + Traitors(n) + 2) / 2 }

// Traitors is how many faulty nodes n nodes tolerate: 1 of 4, 2 of 7, none of 3.
func Traitors(n int) int { return max(0, n-1) / 3 }

// Signature gives a signature policy as configurations hold it.
func Signature(p *commonpb.SignaturePolicyEnvelope) *commonpb.Policy {
	return &commonpb.Policy{Type: int32(commonpb.Policy_SIGNATURE), Value: marshal(p)}
}

// Implicit gives a policy that is met when the policies named sub of the subgroups are, as many as rule says.
func Implicit(rule Rule, sub string) *commonpb.Policy {
	return &commonpb.Policy{
		Type:  int32(commonpb.Policy_IMPLICIT_META),
		Value: marshal(&commonpb.ImplicitMetaPolicy{Rule: rule, SubPolicy: valid(sub)}),
	}
}

func (p Principal) proto() *msppb.MSPPrincipal {
	return &msppb.MSPPrincipal{
		PrincipalClassification: msppb.MSPPrincipal_ROLE,
		Principal:               marshal(&msppb.MSPRole{MspIdentifier: valid(p.MSPID), Role: p.Role}),
	}
}

// outOf is met by the signatures of n of the identities.
func outOf(n int, identities []*msppb.MSPPrincipal) *commonpb.SignaturePolicyEnvelope {
	rules := make([]*commonpb.SignaturePolicy, 0, len(identities))
	for i := range identities {
		rules = append(rules, signedBy(i))
	}
	return &commonpb.SignaturePolicyEnvelope{Rule: gate(n, rules), Identities: identities}
}

func signedBy(i int) *commonpb.SignaturePolicy {
	return &commonpb.SignaturePolicy{
		Type: &commonpb.SignaturePolicy_SignedBy{SignedBy: int32(i)}, //nolint:gosec // bounded by the policy's length
	}
}

func gate(n int, rules []*commonpb.SignaturePolicy) *commonpb.SignaturePolicy {
	return &commonpb.SignaturePolicy{Type: &commonpb.SignaturePolicy_NOutOf_{
		NOutOf: &commonpb.SignaturePolicy_NOutOf{N: int32(n), Rules: rules}, //nolint:gosec // bounded as above
	}}
}

// valid makes a name one that Protocol Buffers can carry. What it changes is no MSP ID anyway.
func valid(name string) string { return strings.ToValidUTF8(name, "\uFFFD") }

func marshal(m proto.Message) []byte {
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		panic(fmt.Sprintf("marshal %T: %v", m, err)) // only text that is not UTF-8 can't be, and valid sees to that
	}
	return data
}
