// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hyperledger/fabric-admin-sdk/pkg/chaincode"
	gateway "github.com/hyperledger/fabric-gateway/pkg/client"
	lifecyclepb "github.com/hyperledger/fabric-protos-go-apiv2/peer/lifecycle"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// EnsureInstalled installs a package on a peer unless it is there. id is an administrator of the peer's local MSP.
func EnsureInstalled(ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, data []byte) error {
	packageID, err := chaincode.PackageID(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("package ID: %w", err)
	}
	p := chaincode.NewPeer(peer, id)
	installed, err := p.QueryInstalled(ctx)
	if err != nil {
		return peerFault("query installed", err)
	}
	for _, i := range installed.GetInstalledChaincodes() {
		if i.GetPackageId() == packageID {
			return nil
		}
	}
	if _, err := p.Install(ctx, bytes.NewReader(data)); err != nil && !strings.Contains(err.Error(), "already successfully installed") {
		return peerFault("install", err)
	}
	return nil
}

// TargetSequence gives the sequence under which the channel should have a definition: that of the committed one when it
// is the same, else the next.
func TargetSequence(ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, d Definition) (int64, error) {
	committed, found, err := Committed(ctx, peer, id, d.Channel, d.Name)
	if err != nil || !found {
		return 1, err
	}
	d.Sequence = committed.GetSequence()
	same, err := d.matches(committed.GetVersion(), committed.GetValidationParameter(), committed.GetCollections())
	if err != nil || same {
		return d.Sequence, err
	}
	return d.Sequence + 1, nil
}

// Committed gives a chaincode's committed definition on a channel, or false.
func Committed(
	ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, channel, name string,
) (*lifecyclepb.QueryChaincodeDefinitionResult, bool, error) {
	d, err := chaincode.NewGateway(peer, id).QueryCommittedWithName(ctx, channel, name)
	if err != nil && notFound(err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, peerFault("query committed", err)
	}
	return d, true, nil
}

// EnsureApproved approves a definition for id's organization unless that is what it has approved.
func EnsureApproved(ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, d Definition) error {
	g := chaincode.NewGateway(peer, id)
	approved, err := g.QueryApproved(ctx, d.Channel, d.Name, d.Sequence)
	if err != nil && !notFound(err) {
		return peerFault("query approved", err)
	}
	if err == nil {
		same, err := d.matches(approved.GetVersion(), approved.GetValidationParameter(), approved.GetCollections())
		if err != nil {
			return err
		}
		if same && approved.GetSource().GetLocalPackage().GetPackageId() == d.PackageID {
			return nil
		}
	}
	def, err := d.sdk()
	if err != nil {
		return err
	}
	if err := g.Approve(ctx, def); err != nil && !strings.Contains(err.Error(), "unchanged content") {
		return peerFault("approve", err)
	}
	return nil
}

// EnsureCommitted commits a definition unless it is the committed one.
func EnsureCommitted(ctx context.Context, peer grpc.ClientConnInterface, id *msp.Identity, d Definition) error {
	committed, found, err := Committed(ctx, peer, id, d.Channel, d.Name)
	if err != nil {
		return err
	}
	if found && committed.GetSequence() == d.Sequence {
		same, err := d.matches(committed.GetVersion(), committed.GetValidationParameter(), committed.GetCollections())
		if err != nil {
			return err
		}
		if same {
			return nil
		}
	}
	def, err := d.sdk()
	if err != nil {
		return err
	}
	if err := chaincode.NewGateway(peer, id).Commit(ctx, def); err != nil {
		return peerFault("commit", err)
	}
	return nil
}

func notFound(err error) bool {
	text := details(err)
	return strings.Contains(text, "is not defined") || strings.Contains(text, "could not fetch approved chaincode definition") ||
		strings.Contains(text, "404")
}

// details gives an error's text with what each peer said.
func details(err error) string {
	var b strings.Builder
	b.WriteString(err.Error())
	for _, d := range status.Convert(err).Details() {
		fmt.Fprintf(&b, "; %v", d)
	}
	if endorse, ok := errors.AsType[*gateway.EndorseError](err); ok {
		for _, d := range status.Convert(endorse).Details() {
			fmt.Fprintf(&b, "; %v", d)
		}
	}
	return b.String()
}

// peerFault tells what the peers said. Everything that the network or the ordering service caused is transient; so is
// a definition that not all approvals have reached yet.
func peerFault(step string, err error) error {
	text := details(err)
	var committed *gateway.CommitError
	switch {
	case errors.As(err, &committed), strings.Contains(text, "not agreed to by this org"):
		return fmt.Errorf("%s: %w", step, err)
	}
	switch status.Code(err) {
	case codes.Unavailable, codes.DeadlineExceeded, codes.Canceled, codes.Aborted, codes.FailedPrecondition:
		return fault.New(fault.Unavailable, "lifecycle_unavailable", "%s: the peers or the ordering service do not answer as they should", step).
			WithCause(errors.New(text))
	case codes.Unknown, codes.Internal:
		return fmt.Errorf("%s: %s", step, text)
	default:
		return fault.New(fault.Conflict, "lifecycle_refused", "%s was refused by the peers", step).WithCause(errors.New(text))
	}
}
