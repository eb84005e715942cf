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

// What an approval calls.
const (
	lifecycle       = "_lifecycle"
	approveFunction = "ApproveChaincodeDefinitionForMyOrg"
)

// ReadProposal reads the bytes of a Fabric Proposal that approves a chaincode definition. Any other one is an error.
func ReadProposal(proposal []byte) (Approval, error) { return readApproval(ReadCall(proposal)) }

// ReadTransaction reads the bytes of a Fabric Payload that holds an endorsed approval. Any other one is an error.
func ReadTransaction(payload []byte) (Approval, error) {
	return readApproval(ReadEndorsedCall(payload))
}

func readApproval(c Call, err error) (Approval, error) {
	a := Approval{Channel: c.Channel, TxID: c.TxID}
	if err != nil {
		return a, err
	}
	if c.Chaincode != lifecycle || len(c.Arguments) != 2 || c.Arguments[0] != approveFunction || len(c.Transient) > 0 {
		return a, fmt.Errorf("%w: it calls something else than %s of %s", errWire, approveFunction, lifecycle)
	}
	err = a.readArguments([]byte(c.Arguments[1]))
	return a, err
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
