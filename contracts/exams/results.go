// SPDX-License-Identifier: Apache-2.0

package exams

import (
	"encoding/json"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/blockchain4all/blockchain4all/contracts/internal/refusal"
)

// requireResult reads a result and its session; absent ones are session_not_found and result_not_found.
func requireResult(stub shim.ChaincodeStubInterface, k resultKey) (*Session, *record, error) {
	if err := k.check(); err != nil {
		return nil, nil, err
	}
	s, err := requireSession(stub, k.session)
	if err != nil {
		return nil, nil, err
	}
	r, err := load[record](stub, keyResult, k.parts()...)
	if err != nil {
		return nil, nil, err
	}
	if r == nil {
		return nil, nil, refusal.New("result_not_found",
			"session %s has no result of %s in %s", k.session, k.studentRef, k.subject)
	}
	return s, r, nil
}

func (r *record) current() Version { return r.Versions[len(r.Versions)-1] }

// public gives the public part of a result of session s.
func (r *record) public(s *Session) *Result {
	v := r.current()
	result := &Result{
		Session: r.Session, Subject: r.Subject, StudentRef: r.StudentRef, Issuer: r.Issuer, State: ResultRecorded,
		Standing: s.standing(), Version: v.Version, Commitment: v.Commitment, By: v.By,
		RecordedAt: r.Versions[0].Time, UpdatedAt: v.Time, MarksPurged: r.PurgedAt != "",
	}
	if v.Version > 1 {
		result.State = ResultCorrected
	}
	return result
}

// storeSecret writes a mark and its salt to the private collection.
func storeSecret(stub shim.ChaincodeStubInterface, k resultKey, v secret) error {
	key, err := compositeKey(keyResult, k.parts()...)
	if err != nil {
		return err
	}
	data, err := json.Marshal(v)
	if err != nil {
		return refusal.Internal("encode mark", err)
	}
	if err := stub.PutPrivateData(Collection, key, data); err != nil {
		return refusal.Internal("write mark", err)
	}
	return nil
}

// recording is a session in which the caller may record results.
type recording struct {
	stub    shim.ChaincodeStubInterface
	session *Session
	by      string // MSP ID
	now     string
}

// begin begins recording in a session: it must be open, and the caller an examiner in it.
func begin(stub shim.ChaincodeStubInterface, sessionID string) (*recording, error) {
	s, err := requireSession(stub, sessionID)
	if err != nil {
		return nil, err
	}
	c, err := requireRole(stub, s.Issuer, Examiner)
	if err != nil {
		return nil, err
	}
	switch s.State {
	case SessionOpen:
	case SessionPublished:
		return nil, refusal.New(
			"session_published", "session %s is published: correct its results, none can be added", s.ID,
		)
	default:
		return nil, refusal.New("session_closed", "session %s is closed; a registrar opens it with OpenSession", s.ID)
	}
	now, err := timestamp(stub)
	if err != nil {
		return nil, err
	}
	return &recording{stub: stub, session: s, by: c.MSPID, now: now}, nil
}

// add writes version 1 of a result that does not exist; the caller has looked.
func (w *recording) add(k resultKey, v secret) (*record, error) {
	r := &record{
		Session: k.session, Subject: k.subject, StudentRef: k.studentRef, Issuer: w.session.Issuer,
		Versions: []Version{{
			Version: 1, Commitment: v.commitment(k), By: w.by, Time: w.now, TxID: w.stub.GetTxID(),
		}},
	}
	if err := store(w.stub, r, keyResult, k.parts()...); err != nil {
		return nil, err
	}
	return r, storeSecret(w.stub, k, v)
}

func resultExists(k resultKey) error {
	return refusal.New("result_exists",
		"session %s has a result of %s in %s already; CorrectResult changes it", k.session, k.studentRef, k.subject)
}

// RecordResult records a result; its mark and salt are the transient input "result".
func (*Contract) RecordResult(
	ctx contractapi.TransactionContextInterface, sessionID, subject, studentRef string,
) (*Result, error) {
	stub := ctx.GetStub()
	k := resultKey{sessionID, subject, studentRef}
	if err := k.check(); err != nil {
		return nil, err
	}
	v, err := transientSecret(stub)
	if err != nil {
		return nil, err
	}
	w, err := begin(stub, sessionID)
	if err != nil {
		return nil, err
	}
	earlier, err := load[record](stub, keyResult, k.parts()...)
	if err != nil {
		return nil, err
	}
	if earlier != nil {
		return nil, resultExists(k)
	}
	r, err := w.add(k, v)
	if err != nil {
		return nil, err
	}
	result := r.public(w.session)
	return result, emit(stub, "ResultRecorded", result)
}

// GetResult reads the public part of a result.
func (*Contract) GetResult(
	ctx contractapi.TransactionContextInterface, sessionID, subject, studentRef string,
) (*Result, error) {
	s, r, err := requireResult(ctx.GetStub(), resultKey{sessionID, subject, studentRef})
	if err != nil {
		return nil, err
	}
	return r.public(s), nil
}

// ResultHistory reads every version of a result.
func (*Contract) ResultHistory(
	ctx contractapi.TransactionContextInterface, sessionID, subject, studentRef string,
) (*History, error) {
	s, r, err := requireResult(ctx.GetStub(), resultKey{sessionID, subject, studentRef})
	if err != nil {
		return nil, err
	}
	return &History{Result: *r.public(s), Versions: r.Versions}, nil
}

// ListResults lists the public parts of a session's results by subject and student reference.
func (*Contract) ListResults(
	ctx contractapi.TransactionContextInterface, sessionID string, pageSize int32, bookmark string,
) (*ResultPage, error) {
	stub := ctx.GetStub()
	s, err := requireSession(stub, sessionID)
	if err != nil {
		return nil, err
	}
	records, next, err := list[record](stub, pageSize, bookmark, keyResult, s.ID)
	if err != nil {
		return nil, err
	}
	page := &ResultPage{Results: make([]Result, 0, len(records)), Bookmark: next}
	for i := range records {
		page.Results = append(page.Results, *records[i].public(s))
	}
	return page, nil
}
