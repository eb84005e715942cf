// SPDX-License-Identifier: Apache-2.0

package exams

import (
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/blockchain4all/blockchain4all/contracts/internal/refusal"
)

// maxVersions bounds how long a result's state may grow.
const maxVersions = 100

// CorrectResult replaces a result's mark by the transient input "result" and keeps what it was. The salt must be a new
// one: a holder of the old salt could guess the new mark from its commitment.
func (*Contract) CorrectResult(
	ctx contractapi.TransactionContextInterface, sessionID, subject, studentRef, reason string,
) (*Result, error) {
	stub := ctx.GetStub()
	k := resultKey{sessionID, subject, studentRef}
	if err := k.check(); err != nil {
		return nil, err
	}
	if err := checkText("reason_invalid", "the reason", reason, minReason, maxReason); err != nil {
		return nil, err
	}
	v, err := transientSecret(stub)
	if err != nil {
		return nil, err
	}
	s, r, err := requireResult(stub, k)
	if err != nil {
		return nil, err
	}
	roles := []string{Examiner, Registrar}
	if s.State == SessionPublished {
		roles = []string{Registrar}
	}
	c, err := requireRole(stub, s.Issuer, roles...)
	if err != nil {
		return nil, err
	}
	commitment := v.commitment(k)
	switch {
	case r.PurgedAt != "":
		return nil, refusal.New(
			"marks_purged", "the marks of this result were erased, so it can't be corrected any more",
		)
	case commitment == r.current().Commitment:
		return nil, refusal.New("result_unchanged", "the mark and the salt are those that the result has")
	case len(r.Versions) >= maxVersions:
		return nil, refusal.New("corrections_exhausted", "a result has at most %d versions", maxVersions)
	}
	now, err := timestamp(stub)
	if err != nil {
		return nil, err
	}
	r.Versions = append(r.Versions, Version{
		Version: len(r.Versions) + 1, Commitment: commitment, Reason: reason,
		By: c.MSPID, Time: now, TxID: stub.GetTxID(),
	})
	if err := store(stub, r, keyResult, k.parts()...); err != nil {
		return nil, err
	}
	if err := storeSecret(stub, k, v); err != nil {
		return nil, err
	}
	result := r.public(s)
	return result, emit(stub, "ResultCorrected", result)
}
