// SPDX-License-Identifier: Apache-2.0

package consent

// Call is a call of a chaincode, as a proposal or as the transaction that comes of it.
type Call struct {
	Channel   string
	TxID      string
	Chaincode string
	Arguments []string          // the function first
	Transient map[string]string // of a proposal
}

// endorserTransaction is the type in the header of a call (fabric-protos, common/common.proto, HeaderType).
const endorserTransaction = 3

// ReadCall reads the bytes of a Fabric Proposal that calls a chaincode. Any other one is an error, and so is one that is
// not read the same by everybody.
func ReadCall(proposal []byte) (Call, error) {
	m, err := read(proposal, shape{1: single, 2: single})
	if err != nil {
		return Call{}, err
	}
	return readCall(m.bytes(1), m.bytes(2))
}

// ReadEndorsedCall reads the bytes of a Fabric Payload that holds one endorsed call. What the call does to the ledger, as
// the peers have signed it, is not looked at.
func ReadEndorsedCall(payload []byte) (Call, error) {
	m, err := read(payload, shape{1: single, 2: single})
	if err != nil {
		return Call{}, err
	}
	action, err := inner(m.bytes(2), 1) // a transaction of one action
	if err != nil {
		return Call{}, err
	}
	a, err := read(action, shape{1: single, 2: single})
	if err != nil {
		return Call{}, err
	}
	endorsed, err := read(a.bytes(2), shape{1: single, 2: single})
	if err != nil {
		return Call{}, err
	}
	return readCall(m.bytes(1), endorsed.bytes(1))
}

func readCall(header, payload []byte) (Call, error) {
	c, err := readHeader(header)
	if err != nil {
		return c, err
	}
	p, err := read(payload, shape{1: single, 2: repeated})
	if err != nil {
		return c, err
	}
	c.Transient = map[string]string{}
	if err := entries(p[2], c.Transient, func(v []byte) (string, error) { return string(v), nil }); err != nil {
		return c, err
	}
	spec, err := inner(p.bytes(1), 1)
	if err != nil {
		return c, err
	}
	s, err := read(spec, shape{1: number, 2: single, 3: single, 4: number})
	if err != nil {
		return c, err
	}
	called, err := chaincodeName(s.bytes(2))
	if err != nil || called != c.Chaincode { // the peers go by the header's
		return c, errWire
	}
	input, err := read(s.bytes(3), shape{1: repeated})
	for _, argument := range input[1] {
		c.Arguments = append(c.Arguments, string(argument.bytes))
	}
	return c, err
}

// readHeader reads the header of a call: its channel and ID, and the chaincode that the peers call.
func readHeader(header []byte) (c Call, err error) {
	h, err := read(header, shape{1: single, 2: single})
	if err != nil {
		return c, err
	}
	m, err := read(h.bytes(1), shape{1: number, 2: number, 3: single, 4: single, 5: single, 6: number, 7: single, 8: single})
	if err != nil || m.number(1) != endorserTransaction {
		return c, errWire
	}
	extension, err := read(m.bytes(7), shape{2: single})
	if err != nil {
		return c, err
	}
	c.Channel, c.TxID = m.text(4), m.text(5)
	c.Chaincode, err = chaincodeName(extension.bytes(2))
	return c, err
}

func chaincodeName(id []byte) (string, error) {
	m, err := read(id, shape{1: single, 2: single, 3: single})
	return m.text(2), err
}
