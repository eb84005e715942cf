// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Approval is an approval of a chaincode definition, as a proposal or as the transaction that comes of it.
type Approval struct {
	Channel   string
	TxID      string
	Name      string
	Version   string
	Sequence  uint64
	PackageID string
	Arguments []byte // all of the definition, as Fabric's ApproveChaincodeDefinitionForMyOrgArgs has it
}

// Digest gives the SHA-256 of all of the definition, lower-case hex: a signature request shows it.
func (a Approval) Digest() string { return Digest(a.Arguments) }

// Digest gives the SHA-256 of bytes, lower-case hex.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// What an approval calls.
const (
	lifecycle       = "_lifecycle"
	approveFunction = "ApproveChaincodeDefinitionForMyOrg"
)

// ReadProposal reads the bytes of a Fabric Proposal that approves a chaincode definition. Any other one is an error.
func ReadProposal(proposal []byte) (Approval, error) {
	header, err := inner(proposal, 1)
	if err != nil {
		return Approval{}, err
	}
	payload, err := inner(proposal, 2)
	if err != nil {
		return Approval{}, err
	}
	return readApproval(header, payload)
}

// ReadTransaction reads the bytes of a Fabric Payload that holds an endorsed approval. Any other one is an error.
func ReadTransaction(payload []byte) (Approval, error) {
	header, err := inner(payload, 1)
	if err != nil {
		return Approval{}, err
	}
	data, err := inner(payload, 2)
	if err != nil {
		return Approval{}, err
	}
	actions, err := fields(data)
	if err != nil {
		return Approval{}, err
	}
	if len(actions) != 1 || actions[0].number != 1 {
		return Approval{}, fmt.Errorf("%w: it has not exactly one action", errWire)
	}
	proposal, err := inner(actions[0].bytes, 2, 1)
	if err != nil {
		return Approval{}, err
	}
	return readApproval(header, proposal)
}

func readApproval(header, payload []byte) (Approval, error) {
	channelHeader, err := inner(header, 1)
	if err != nil {
		return Approval{}, err
	}
	var a Approval
	parts, err := fields(channelHeader)
	if err != nil {
		return a, err
	}
	for _, f := range parts {
		switch f.number {
		case 4:
			a.Channel = string(f.bytes)
		case 5:
			a.TxID = string(f.bytes)
		}
	}
	spec, err := inner(payload, 1, 1)
	if err != nil {
		return a, err
	}
	name, err := inner(spec, 2, 2)
	if err != nil {
		return a, err
	}
	input, err := inner(spec, 3)
	if err != nil {
		return a, err
	}
	args, err := fields(input)
	if err != nil {
		return a, err
	}
	if string(name) != lifecycle || len(args) != 2 || args[0].number != 1 || args[1].number != 1 ||
		!bytes.Equal(args[0].bytes, []byte(approveFunction)) {
		return a, fmt.Errorf("%w: it calls something else than %s of %s", errWire, approveFunction, lifecycle)
	}
	err = a.readArguments(args[1].bytes)
	return a, err
}

// ReadArguments reads the bytes of a Fabric ApproveChaincodeDefinitionForMyOrgArgs.
func ReadArguments(arguments []byte) (Approval, error) {
	var a Approval
	err := a.readArguments(arguments)
	return a, err
}

func (a *Approval) readArguments(arguments []byte) error {
	parts, err := fields(arguments)
	if err != nil {
		return err
	}
	a.Arguments = arguments
	for _, f := range parts {
		switch f.number {
		case 1:
			a.Sequence = f.value
		case 2:
			a.Name = string(f.bytes)
		case 3:
			a.Version = string(f.bytes)
		case 9:
			id, err := inner(f.bytes, 2, 1)
			if err != nil {
				return err
			}
			a.PackageID = string(id)
		}
	}
	return nil
}
