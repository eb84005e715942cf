// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"fmt"
	"strings"
)

// policyFact tells in words what a Fabric Policy asks for. The shapes here are those of fabric-protos,
// common/policies.proto, msp/msp_principal.proto and peer/policy.proto.
func policyFact(policy []byte) (string, error) {
	p, err := read(policy, shape{1: number, 2: single})
	if err != nil {
		return "", err
	}
	switch p.number(1) {
	case 1:
		return signaturePolicy(p.bytes(2))
	case 3:
		m, err := read(p.bytes(2), shape{1: single, 2: number})
		rules := []string{"any", "all", "a majority"}
		if err != nil || m.number(2) >= uint64(len(rules)) {
			return "", errWire
		}
		return fmt.Sprintf("%s of %s", rules[m.number(2)], printable(m.text(1))), nil
	default:
		return "", errWire
	}
}

// applicationPolicy tells in words what a Fabric ApplicationPolicy asks for; an empty one is the channel's default.
func applicationPolicy(policy []byte) (string, error) {
	if len(policy) == 0 {
		return "the ledger's default", nil
	}
	p, err := read(policy, shape{1: single, 2: single})
	if err != nil || len(p) != 1 {
		return "", errWire
	}
	if len(p[1]) == 1 {
		return signaturePolicy(p.bytes(1))
	}
	return "the ledger's policy " + printable(p.text(2)), nil
}

// signaturePolicy tells in words what a Fabric SignaturePolicyEnvelope asks for.
func signaturePolicy(envelope []byte) (string, error) {
	e, err := read(envelope, shape{1: number, 2: single, 3: repeated})
	if err != nil {
		return "", err
	}
	identities := make([]string, 0, len(e[3]))
	for _, p := range e[3] {
		said, err := principal(p.bytes)
		if err != nil {
			return "", err
		}
		identities = append(identities, said)
	}
	return rule(e.bytes(2), identities, 0)
}

func rule(data []byte, identities []string, depth int) (string, error) {
	r, err := read(data, shape{1: number, 2: single})
	if err != nil || len(r) != 1 || depth > maxDepth {
		return "", errWire
	}
	if len(r[1]) == 1 {
		if r.number(1) >= uint64(len(identities)) {
			return "", errWire
		}
		return identities[r.number(1)], nil
	}
	n, err := read(r.bytes(2), shape{1: number, 2: repeated})
	if err != nil {
		return "", err
	}
	parts := make([]string, 0, len(n[2]))
	for _, part := range n[2] {
		said, err := rule(part.bytes, identities, depth+1)
		if err != nil {
			return "", err
		}
		parts = append(parts, said)
	}
	return fmt.Sprintf("%d of (%s)", n.number(1), strings.Join(parts, ", ")), nil
}

// principal tells who satisfies a Fabric MSPPrincipal by a role.
func principal(data []byte) (string, error) {
	p, err := read(data, shape{1: number, 2: single})
	if err != nil || p.number(1) != 0 {
		return "", errWire
	}
	r, err := read(p.bytes(2), shape{1: single, 2: number})
	roles := []string{"member", "admin", "client", "peer", "orderer"}
	if err != nil || r.number(2) >= uint64(len(roles)) {
		return "", errWire
	}
	return printable(r.text(1)) + "." + roles[r.number(2)], nil
}
