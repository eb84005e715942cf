// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"regexp"
	"strings"

	gatewaypb "github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// contractAnswer is how peers quote a chaincode's error.
var contractAnswer = regexp.MustCompile(`(?s)chaincode response (\d+), (.*)$`)

// contractCode is how our contracts begin their errors: "result_exists: …".
var contractCode = regexp.MustCompile(`^([a-z][a-z0-9_]*): `)

// callFault tells what the peers and the chaincode said, each with its address.
func callFault(err error) error {
	s := status.Convert(err)
	var (
		said    strings.Builder
		details []fault.Detail
	)
	said.WriteString(s.Message())
	for _, d := range s.Details() {
		if e, ok := d.(*gatewaypb.ErrorDetail); ok {
			details = append(details, fault.Detail{Location: e.GetMspId() + " " + e.GetAddress(), Message: e.GetMessage()})
			said.WriteString("\n" + e.GetMessage())
		}
	}
	f := classify(s.Code(), said.String())
	f.Details = append(f.Details, details...)
	return f.WithCause(err)
}

// contractStopping begins what a contract of the catalogue answers while its process is replaced.
const contractStopping = "contract_stopping: "

func classify(code codes.Code, said string) *fault.Error {
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(said, p) {
				return true
			}
		}
		return false
	}
	if m := contractAnswer.FindStringSubmatch(said); m != nil && !strings.HasPrefix(m[2], contractStopping) {
		return contractFault(strings.TrimSpace(firstLine(m[2])))
	}
	switch {
	case has("is not defined", "chaincode definition for"):
		return fault.New(fault.NotFound, "contract_not_found", "the ledger has no such contract").
			WithHint("see what it has: b4a contract list --ledger NAME")
	case has("access denied", "creator is malformed", "creator org unknown", "PERMISSION_DENIED") || code == codes.PermissionDenied:
		return fault.New(fault.Forbidden, "creator_refused", "the peers do not accept the certificate that signed this").
			WithHint("its organization must be a member, and the certificate of its authority, valid and not revoked")
	case has(", "+contractStopping, "could not launch chaincode", "connection to", "chaincode registration failed", "error starting container",
		"failed to execute transaction"):
		return fault.New(fault.Unavailable, "contract_not_ready", "the contract's process does not answer").
			WithHint("it is restarted by itself: try again, or see its log: b4a contract logs")
	// The last is what a gateway says while it knows no peer of a private collection's members: when they restart.
	case has("no combination of peers can be derived", "failed to collect enough transaction endorsements", "no peers available",
		"not in the distribution policy of the private data collection"):
		return fault.New(fault.Unavailable, "endorsers_unavailable", "too few peers are there to endorse").
			WithHint("see their state: b4a node list")
	case has("ProposalResponsePayloads do not match", "proposal responses do not match"):
		return fault.New(fault.Conflict, "endorsements_differ", "the members' peers came to different results").
			WithHint("try again; if it stays, the contract is not deterministic")
	}
	switch code {
	case codes.Unavailable, codes.DeadlineExceeded, codes.Canceled:
		return fault.New(fault.Unavailable, "peer_unreachable", "a peer or the ordering service does not answer").
			WithHint("see their state: b4a node list")
	case codes.InvalidArgument:
		return fault.New(fault.Invalid, "call_invalid", "the peers can't read this call")
	default:
		return fault.New(fault.Conflict, "call_refused", "the peers refused this call: %s", firstLine(said))
	}
}

// contractFault is the contract's own refusal, in its words.
func contractFault(message string) *fault.Error {
	f := fault.New(fault.Rejected, "contract_error", "the contract refused: %s", message)
	if m := contractCode.FindStringSubmatch(message); m != nil {
		f = f.WithDetail("contract", m[1])
	}
	return f
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// sentence says what a validation code means.
func sentence(code string) string {
	switch code {
	case "MVCC_READ_CONFLICT", "PHANTOM_READ_CONFLICT":
		return "another transaction changed the same data first"
	case "ENDORSEMENT_POLICY_FAILURE":
		return "the endorsements do not meet the contract's policy"
	case "DUPLICATE_TXID":
		return "a transaction with this ID is on the ledger already"
	case "EXPIRED_CHAINCODE", "CHAINCODE_VERSION_CONFLICT", "INVALID_CHAINCODE":
		return "the contract was replaced meanwhile"
	case "BAD_CREATOR_SIGNATURE", "BAD_PROPOSAL_TXID":
		return "its signature or ID is wrong"
	default:
		return code
	}
}
