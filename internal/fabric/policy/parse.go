// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	msppb "github.com/hyperledger/fabric-protos-go-apiv2/msp"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Limits of a policy's text; Fabric has none.
const (
	maxText  = 16 << 10 // bytes
	maxDepth = 16       // gates within gates
)

// principalShape is Fabric's (common/policydsl): an MSP ID, a dot and a role.
var principalShape = regexp.MustCompile(`^([a-zA-Z0-9.-]+)[.](member|admin|client|peer|orderer)$`)

// Parse reads a signature policy as Fabric's commands write it: AND(…), OR(…) and OutOf(n, …) over principals
// 'MSPID.role' and further gates. It gives what Fabric's own parser gives, and refuses what Fabric takes but nobody
// means: an OutOf that is always or never met, and values that are computed. A text that is no policy is a
// fault.Invalid "policy_invalid" that says where.
func Parse(text string) (*commonpb.SignaturePolicyEnvelope, error) {
	if len(text) > maxText {
		return nil, fault.New(fault.Invalid, "policy_invalid", "the policy is longer than %d bytes", maxText)
	}
	p := &parser{text: text}
	rule, err := p.gate(0)
	if err == nil {
		p.space()
		if p.at < len(text) {
			err = p.wrong("the end")
		}
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "policy_invalid", "the policy can't be read: %s", err.Error()).
			WithHint("write it like AND('BizkaiaMSP.peer', OR('ArabaMSP.peer', 'GipuzkoaMSP.peer'))")
	}
	return &commonpb.SignaturePolicyEnvelope{Rule: rule, Identities: p.identities}, nil
}

type parser struct {
	text       string
	at         int
	identities []*msppb.MSPPrincipal
}

// operand is a gate within a gate, or else a principal.
type operand struct {
	rule      *commonpb.SignaturePolicy
	principal Principal
}

// gate reads NAME(operand, …).
func (p *parser) gate(depth int) (*commonpb.SignaturePolicy, error) {
	if depth == maxDepth {
		return nil, fmt.Errorf("more than %d gates within each other", maxDepth)
	}
	p.space()
	start := p.at
	name := p.word()
	n := 0
	switch name {
	case "AND", "And", "and", "OR", "Or", "or", "OUTOF", "OutOf", "outof":
	default:
		p.at = start
		return nil, p.wrong("AND, OR or OutOf")
	}
	if err := p.expect('('); err != nil {
		return nil, err
	}
	counted := strings.EqualFold(name, "outof")
	if counted {
		var err error
		if n, err = p.number(); err != nil {
			return nil, err
		}
		if err := p.expect(','); err != nil {
			return nil, err
		}
	}
	operands, err := p.operands(depth)
	if err != nil {
		return nil, err
	}
	switch {
	case strings.EqualFold(name, "and"):
		n = len(operands)
	case strings.EqualFold(name, "or"):
		n = 1
	case n < 1 || n > len(operands):
		return nil, fmt.Errorf("at column %d %d of %d is asked for", start+1, n, len(operands))
	}
	return gate(n, p.rules(operands)), nil
}

// operands reads what is between the parentheses of a gate, and the closing one.
func (p *parser) operands(depth int) ([]operand, error) {
	var operands []operand
	for {
		p.space()
		var (
			o   operand
			err error
		)
		if p.at < len(p.text) && (p.text[p.at] == '\'' || p.text[p.at] == '"') {
			o.principal, err = p.principal()
		} else {
			o.rule, err = p.gate(depth + 1)
		}
		if err != nil {
			return nil, err
		}
		operands = append(operands, o)
		p.space()
		if p.at < len(p.text) && p.text[p.at] == ')' {
			p.at++
			return operands, nil
		}
		if err := p.expect(','); err != nil {
			return nil, err
		}
	}
}

// rules numbers the principals of a gate. As in Fabric's parser, those of the gates within it have been numbered
// before, and one that is named twice has two numbers.
func (p *parser) rules(operands []operand) []*commonpb.SignaturePolicy {
	rules := make([]*commonpb.SignaturePolicy, 0, len(operands))
	for _, o := range operands {
		if o.rule == nil {
			o.rule = signedBy(len(p.identities))
			p.identities = append(p.identities, o.principal.proto())
		}
		rules = append(rules, o.rule)
	}
	return rules
}

// principal reads 'MSPID.role'.
func (p *parser) principal() (Principal, error) {
	start := p.at
	quote := p.text[start]
	end := strings.IndexByte(p.text[start+1:], quote)
	if end < 0 {
		return Principal{}, fmt.Errorf("the quote at column %d is not closed", start+1)
	}
	p.at = start + 1 + end + 1
	match := principalShape.FindStringSubmatch(p.text[start+1 : p.at-1])
	if match == nil {
		return Principal{}, fmt.Errorf("at column %d there is no principal 'MSPID.role', with a role of "+
			"member, admin, client, peer or orderer", start+1)
	}
	return Principal{MSPID: match[1], Role: Role(msppb.MSPRole_MSPRoleType_value[strings.ToUpper(match[2])])}, nil
}

func (p *parser) number() (int, error) {
	p.space()
	start := p.at
	for p.at < len(p.text) && p.text[p.at] >= '0' && p.text[p.at] <= '9' {
		p.at++
	}
	n, err := strconv.Atoi(p.text[start:p.at])
	if err != nil {
		p.at = start
		return 0, p.wrong("a number")
	}
	return n, nil
}

func (p *parser) word() string {
	start := p.at
	for p.at < len(p.text) && (p.text[p.at]|0x20) >= 'a' && (p.text[p.at]|0x20) <= 'z' {
		p.at++
	}
	return p.text[start:p.at]
}

func (p *parser) expect(c byte) error {
	p.space()
	if p.at == len(p.text) || p.text[p.at] != c {
		return p.wrong(strconv.QuoteRune(rune(c)))
	}
	p.at++
	return nil
}

func (p *parser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

func (p *parser) wrong(want string) error {
	if p.at == len(p.text) {
		return fmt.Errorf("it ends where %s should be", want)
	}
	return fmt.Errorf("at column %d there should be %s", p.at+1, want)
}
