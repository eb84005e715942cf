// SPDX-License-Identifier: Apache-2.0

package exams_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/blockchain4all/blockchain4all/contracts/exams"
)

// TestLedgerFaults makes every call of the ledger fail in turn: the transaction is refused, never half done.
func TestLedgerFaults(t *testing.T) {
	t.Parallel()
	const list = "GetStateByPartialCompositeKeyWithPagination"
	batch := call{
		who: examiner, fn: "RecordResults", args: []string{session},
		in: batchOf(row("fisika", student, "5", salt(1))),
	}
	tests := map[string]struct {
		call    call
		methods []string
	}{
		"create": {
			call{who: registrar, fn: "CreateSession", args: []string{"uztaila", "Uztaila", "2026-07-01"}},
			[]string{"GetState", "PutState", "GetTxTimestamp", "SetEvent"},
		},
		"close": {
			onSession(registrar, "CloseSession"), []string{"GetState", "PutState", "GetTxTimestamp", "SetEvent"},
		},
		"record": {
			record(examiner, "s-000001", "5", salt(1)),
			[]string{"GetState", "PutState", "PutPrivateData", "GetTransient", "GetTxTimestamp", "SetEvent"},
		},
		"batch": {
			batch,
			[]string{
				"GetState", "GetMultipleStates", "PutState", "PutPrivateData", "GetTransient",
				"GetTxTimestamp", "FinishWriteBatch", "SetEvent",
			},
		},
		"correct": {
			correct(office, "recount", "5", salt(2)),
			[]string{"GetState", "PutState", "PutPrivateData", "GetTransient", "GetTxTimestamp", "SetEvent"},
		},
		"verify": {verify("5", salt(1)), []string{"GetState", "GetTransient"}},
		"mark":   {onResult(examiner, "GetMark"), []string{"GetState", "GetPrivateData"}},
		"purge": {
			onResult(registrar, "PurgeMarks"),
			[]string{"GetState", "PutState", "PurgePrivateData", "GetTxTimestamp", "SetEvent"},
		},
		"grant": {
			grant(admin, "reader", "EnpresaMSP"), []string{"GetState", "PutState", "GetTxTimestamp", "SetEvent"},
		},
		"revoke":   {revoke(admin, "examiner", "EnpresaMSP"), []string{"GetState", "DelState", "SetEvent"}},
		"registry": {record(nobody, "s-000001", "5", salt(1)), []string{"GetState"}},
		"sessions": {call{who: third, fn: "ListSessions"}, []string{list, "Next", "Close"}},
		"results":  {onSession(third, "ListResults"), []string{"GetState", list, "Next", "Close"}},
		"roles":    {call{who: admin, fn: "ListRoles"}, []string{list, "Next", "Close"}},
	}
	for name, tc := range tests {
		for _, method := range tc.methods {
			t.Run(name+", "+method, func(t *testing.T) {
				t.Parallel()
				b := withResult(t)
				b.must(t, grant(admin, "examiner", "EnpresaMSP"))
				b.ledger.Fail(method, errors.New("the disk is full"))
				b.refused(t, tc.call, "ledger_unavailable")
			})
		}
	}
}

func TestBrokenState(t *testing.T) {
	t.Parallel()
	b := withResult(t)
	for _, key := range b.ledger.Keys() {
		b.ledger.Put(key, "{")
	}
	for _, c := range []call{
		onSession(third, "GetSession"), onSession(third, "ListResults"), onResult(third, "GetResult"),
		verify("5", salt(1)),
		{who: third, fn: "ListSessions"},
	} {
		b.refused(t, c, "ledger_unavailable")
	}
}

func TestUnknownFunctions(t *testing.T) {
	t.Parallel()
	b := withResult(t)
	for _, fn := range []string{
		"", "Nothing", "createSession", "GetEvaluateTransactions", "GetInfo", "GetName",
		"exams:Nothing", "other:GetSession",
		"exams:exams:GetSession", "org.hyperledger.fabric:Nothing",
	} {
		b.refused(t, onSession(third, fn), "function_not_found")
	}
	b.must(t, onSession(third, "exams:GetSession"))
	stub := b.ledger
	if keys := stub.Keys(); len(keys) != 2 {
		t.Errorf("got keys %q", keys)
	}
}

// TestReadsWriteNothing evaluates every function that is said to write nothing.
func TestReadsWriteNothing(t *testing.T) {
	t.Parallel()
	b := withResult(t)
	arguments := map[string][]string{
		"GetSession": {session}, "ListResults": {session}, "GetMark": {session, subject, student},
		"GetResult": {session, subject, student}, "ResultHistory": {session, subject, student},
		"VerifyResult": {session, subject, student},
	}
	for _, fn := range new(exams.Contract).GetEvaluateTransactions() {
		stub, _, err := b.simulate(call{who: office, fn: fn, args: arguments[fn], in: secret("5", salt(1))})
		if err != nil || len(stub.Writes()) > 0 || stub.Event != "" {
			t.Errorf("%s: %v, writes %q, event %q", fn, err, stub.Writes(), stub.Event)
		}
	}
}

func TestAnswersAreTheSameOnEveryPeer(t *testing.T) {
	t.Parallel()
	b := withResult(t)
	answers := []string{}
	for range 5 {
		answers = append(answers, b.must(t, onResult(third, "ResultHistory")))
	}
	if len(slices.Compact(answers)) != 1 {
		t.Errorf("got %q", answers)
	}
}

func TestInitDoesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	stub, _, _ := b.simulate(call{who: third})
	if r := b.cc.Init(stub); r.GetStatus() != shim.OK || len(stub.Writes()) > 0 {
		t.Errorf("got %v", r)
	}
}
