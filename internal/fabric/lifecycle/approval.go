// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"fmt"
	"slices"
	"strings"

	lifecyclepb "github.com/hyperledger/fabric-protos-go-apiv2/peer/lifecycle"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fabric/gateway"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Namespace is the chaincode that keeps chaincode definitions.
const Namespace = "_lifecycle"

// ApprovalArguments gives the bytes of the Fabric ApproveChaincodeDefinitionForMyOrgArgs that approve a definition: equal
// for equal definitions.
func ApprovalArguments(d Definition) ([]byte, error) {
	p, err := d.policy()
	if err != nil {
		return nil, err
	}
	deterministic := proto.MarshalOptions{Deterministic: true}
	validation, err := deterministic.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("marshal endorsement policy: %w", err)
	}
	args := &lifecyclepb.ApproveChaincodeDefinitionForMyOrgArgs{
		Name: d.Name, Version: d.Version, Sequence: d.Sequence, ValidationParameter: validation, Collections: d.collections(),
		Source: &lifecyclepb.ChaincodeSource{Type: &lifecyclepb.ChaincodeSource_LocalPackage{
			LocalPackage: &lifecyclepb.ChaincodeSource_Local{PackageId: d.PackageID},
		}},
	}
	data, err := deterministic.Marshal(args)
	if err != nil {
		return nil, fmt.Errorf("marshal approval: %w", err)
	}
	return data, nil
}

// ApprovalRequest gives the call that approves, with these arguments, for the organization of an MSP ID.
func ApprovalRequest(channel, mspID string, arguments []byte) gateway.Request {
	return gateway.Request{
		Channel: channel, Chaincode: Namespace, Function: "ApproveChaincodeDefinitionForMyOrg",
		Args: []string{string(arguments)}, EndorsingOrgs: []string{mspID},
	}
}

// ApprovedAlready tells whether a peer refused an approval because its organization has approved just that.
func ApprovedAlready(err error) bool {
	if err == nil {
		return false
	}
	const said = "unchanged content"
	f := fault.Of(err)
	return strings.Contains(details(err), said) || strings.Contains(f.Message, said) ||
		slices.ContainsFunc(f.Details, func(d fault.Detail) bool { return strings.Contains(d.Message, said) })
}
