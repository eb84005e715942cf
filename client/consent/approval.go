// SPDX-License-Identifier: Apache-2.0

package consent

import (
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
	Facts     []string // the rest of the definition, in words: who endorses, private data, plugins
	Arguments []byte   // all of the definition, as Fabric's ApproveChaincodeDefinitionForMyOrgArgs has it
}

// Digest gives the SHA-256 of all of the definition, lower-case hex: a signature request shows it.
func (a Approval) Digest() string { return Digest(a.Arguments) }

// Digest gives the SHA-256 of bytes, lower-case hex.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// What an approval calls, and the type of its header (fabric-protos, common/common.proto, HeaderType).
const (
	lifecycle           = "_lifecycle"
	approveFunction     = "ApproveChaincodeDefinitionForMyOrg"
	endorserTransaction = 3
)

// ReadProposal reads the bytes of a Fabric Proposal that approves a chaincode definition. Any other one is an error.
func ReadProposal(proposal []byte) (Approval, error) {
	m, err := read(proposal, shape{1: single, 2: single})
	if err != nil {
		return Approval{}, err
	}
	return readApproval(m.bytes(1), m.bytes(2))
}

// ReadTransaction reads the bytes of a Fabric Payload that holds an endorsed approval. Any other one is an error.
func ReadTransaction(payload []byte) (Approval, error) {
	m, err := read(payload, shape{1: single, 2: single})
	if err != nil {
		return Approval{}, err
	}
	action, err := inner(m.bytes(2), 1) // a transaction of one action
	if err != nil {
		return Approval{}, err
	}
	a, err := read(action, shape{1: single, 2: single})
	if err != nil {
		return Approval{}, err
	}
	endorsed, err := read(a.bytes(2), shape{1: single, 2: single})
	if err != nil {
		return Approval{}, err
	}
	return readApproval(m.bytes(1), endorsed.bytes(1))
}

func readApproval(header, payload []byte) (Approval, error) {
	a, called, err := readHeader(header)
	if err != nil {
		return a, err
	}
	spec, err := inner(payload, 1, 1)
	if err != nil {
		return a, err
	}
	s, err := read(spec, shape{1: number, 2: single, 3: single, 4: number})
	if err != nil {
		return a, err
	}
	chaincode, err := chaincodeName(s.bytes(2))
	if err != nil {
		return a, err
	}
	input, err := read(s.bytes(3), shape{1: repeated})
	if err != nil {
		return a, err
	}
	args := input[1]
	if called != lifecycle || chaincode != lifecycle || len(args) != 2 || string(args[0].bytes) != approveFunction {
		return a, fmt.Errorf("%w: it calls something else than %s of %s", errWire, approveFunction, lifecycle)
	}
	err = a.readArguments(args[1].bytes)
	return a, err
}

// readHeader reads the header of a transaction: its channel and ID, and the chaincode that the peers call.
func readHeader(header []byte) (a Approval, called string, err error) {
	h, err := read(header, shape{1: single, 2: single})
	if err != nil {
		return a, "", err
	}
	c, err := read(h.bytes(1), shape{1: number, 2: number, 3: single, 4: single, 5: single, 6: number, 7: single, 8: single})
	if err != nil || c.number(1) != endorserTransaction {
		return a, "", errWire
	}
	extension, err := read(c.bytes(7), shape{2: single})
	if err != nil {
		return a, "", err
	}
	a.Channel, a.TxID = c.text(4), c.text(5)
	called, err = chaincodeName(extension.bytes(2))
	return a, called, err
}

func chaincodeName(id []byte) (string, error) {
	m, err := read(id, shape{1: single, 2: single, 3: single})
	return m.text(2), err
}

// ReadArguments reads the bytes of a Fabric ApproveChaincodeDefinitionForMyOrgArgs. What it can't read wholly is an error.
func ReadArguments(arguments []byte) (Approval, error) {
	var a Approval
	err := a.readArguments(arguments)
	return a, err
}

func (a *Approval) readArguments(arguments []byte) error {
	m, err := read(arguments, shape{
		1: number, 2: single, 3: single, 4: single, 5: single, 6: single, 7: single, 8: number, 9: single,
	})
	if err != nil {
		return err
	}
	source, err := read(m.bytes(9), shape{1: single, 2: single})
	if err != nil || len(source) > 1 {
		return errWire
	}
	id, err := inner(source.bytes(2), 1)
	if err != nil {
		return err
	}
	a.Sequence, a.Name, a.Version, a.PackageID, a.Arguments = m.number(1), m.text(2), m.text(3), string(id), arguments
	endorsement, err := applicationPolicy(m.bytes(6))
	if err != nil {
		return err
	}
	a.Facts = []string{"endorsed by " + endorsement}
	for _, p := range []struct{ what, name, usual string }{{"endorsement", m.text(4), "escc"}, {"validation", m.text(5), "vscc"}} {
		if p.name != "" && p.name != p.usual {
			a.Facts = append(a.Facts, "the peers' "+p.what+" plugin "+printable(p.name))
		}
	}
	if m.number(8) != 0 {
		a.Facts = append(a.Facts, "must be initialized")
	}
	collections, err := collectionFacts(m.bytes(7))
	a.Facts = append(a.Facts, collections...)
	return err
}

// collectionFacts tells who has which private data, of a Fabric CollectionConfigPackage.
func collectionFacts(data []byte) ([]string, error) {
	all, err := read(data, shape{1: repeated})
	if err != nil {
		return nil, err
	}
	var list []string
	for _, f := range all[1] {
		config, err := inner(f.bytes, 1)
		if err != nil {
			return nil, err
		}
		c, err := read(config, shape{1: single, 2: single, 3: number, 4: number, 5: number, 6: number, 7: number, 8: single})
		if err != nil {
			return nil, err
		}
		envelope, err := inner(c.bytes(2), 1)
		if err != nil {
			return nil, err
		}
		members, err := signaturePolicy(envelope)
		if err != nil {
			return nil, err
		}
		endorsement := "who endorses the contract"
		if len(c[8]) > 0 {
			if endorsement, err = applicationPolicy(c.bytes(8)); err != nil {
				return nil, err
			}
		}
		list = append(list, fmt.Sprintf("private data %s of %s, endorsed by %s, sent to %d to %d peers, kept for %d blocks (0: for ever), "+
			"only members read: %t, write: %t", printable(c.text(1)), members, endorsement, c.number(3), c.number(4), c.number(5),
			c.number(6) != 0, c.number(7) != 0))
	}
	return list, nil
}
