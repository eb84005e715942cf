// SPDX-License-Identifier: Apache-2.0

package exams

import (
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/blockchain4all/blockchain4all/contracts/internal/refusal"
)

// GetMark reads a result's mark and salt from the private collection. Evaluate it: submitted, it would be answered in
// public.
func (*Contract) GetMark(
	ctx contractapi.TransactionContextInterface, sessionID, subject, studentRef string,
) (*Mark, error) {
	stub := ctx.GetStub()
	k := resultKey{sessionID, subject, studentRef}
	s, r, err := requireResult(stub, k)
	if err != nil {
		return nil, err
	}
	if _, err := requireRole(stub, s.Issuer, Examiner, Registrar, Reader); err != nil {
		return nil, err
	}
	if r.PurgedAt != "" {
		return nil, refusal.New("marks_purged", "the marks of this result were erased at %s", r.PurgedAt)
	}
	key, err := compositeKey(keyResult, k.parts()...)
	if err != nil {
		return nil, err
	}
	data, err := stub.GetPrivateData(Collection, key)
	if err != nil {
		return nil, refusal.Internal("read mark", err)
	}
	if data == nil {
		return nil, refusal.New(
			"mark_unavailable", "this peer has not received the mark yet; ask again, or another peer",
		)
	}
	v, err := decode[secret]("mark", data)
	if err != nil {
		return nil, err
	}
	return &Mark{
		Session: k.session, Subject: k.subject, StudentRef: k.studentRef, Version: r.current().Version,
		Mark: v.Mark, Salt: v.Salt,
	}, nil
}

// PurgeMarks erases a result's marks and salts, of all versions, from every peer's private data. The commitments stay,
// and without the salts they tell nothing; whoever holds a mark and its salt can still have it verified.
func (*Contract) PurgeMarks(
	ctx contractapi.TransactionContextInterface, sessionID, subject, studentRef string,
) (*Result, error) {
	stub := ctx.GetStub()
	k := resultKey{sessionID, subject, studentRef}
	s, r, err := requireResult(stub, k)
	if err != nil {
		return nil, err
	}
	if _, err := requireRole(stub, s.Issuer, Registrar); err != nil {
		return nil, err
	}
	if r.PurgedAt != "" {
		return r.public(s), nil
	}
	if r.PurgedAt, err = timestamp(stub); err != nil {
		return nil, err
	}
	key, err := compositeKey(keyResult, k.parts()...)
	if err != nil {
		return nil, err
	}
	if err := stub.PurgePrivateData(Collection, key); err != nil {
		return nil, refusal.Internal("purge marks", err)
	}
	if err := store(stub, r, keyResult, k.parts()...); err != nil {
		return nil, err
	}
	result := r.public(s)
	return result, emit(stub, "MarksPurged", result)
}
