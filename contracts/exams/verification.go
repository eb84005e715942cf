// SPDX-License-Identifier: Apache-2.0

package exams

import (
	"slices"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
)

// VerifyResult says what a presented mark and salt, the transient input "result", are to the ledger. It needs no role
// and no private data. Evaluate it: a verification leaves no trace.
func (*Contract) VerifyResult(
	ctx contractapi.TransactionContextInterface, sessionID, subject, studentRef string,
) (*Verification, error) {
	stub := ctx.GetStub()
	k := resultKey{sessionID, subject, studentRef}
	if err := k.check(); err != nil {
		return nil, err
	}
	presented, err := transientSecret(stub)
	if err != nil {
		return nil, err
	}
	s, err := load[Session](stub, keySession, k.session)
	if err != nil {
		return nil, err
	}
	r, err := load[record](stub, keyResult, k.parts()...)
	if err != nil {
		return nil, err
	}
	if s == nil || r == nil {
		return &Verification{State: Unknown}, nil
	}
	commitment := presented.commitment(k)
	for i, v := range slices.Backward(r.Versions) {
		if v.Commitment != commitment {
			continue
		}
		answer := &Verification{
			State: Superseded, Published: s.State == SessionPublished, Standing: s.standing(), Version: v.Version,
			Issuer: r.Issuer, Time: v.Time, TxID: v.TxID,
		}
		if i == len(r.Versions)-1 {
			answer.Valid, answer.State = true, Current
		}
		return answer, nil
	}
	return &Verification{State: Unknown}, nil
}
