// SPDX-License-Identifier: Apache-2.0

package exams

import (
	"fmt"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/blockchain4all/blockchain4all/contracts/internal/refusal"
)

// MaxBatch is how many results RecordResults takes.
const MaxBatch = 100

// batchRow is a row of the transient input "results".
type batchRow struct {
	secretInput

	Subject    string `json:"subject"`
	StudentRef string `json:"studentRef"`
}

type batchResult struct {
	key   resultKey
	value secret
}

// parseBatch reads the transient input "results" of a session. Refusals name the row, counted from 1.
func parseBatch(sessionID string, data []byte) ([]batchResult, error) {
	var rows []batchRow
	if err := decodeStrict(data, &rows); err != nil {
		return nil, refusal.New("transient_invalid", `the private input "results" must be a JSON array of objects `+
			`{"subject":"…","studentRef":"…","mark":"7.25","salt":"<base64>"}, all of them text`)
	}
	if len(rows) < 1 || len(rows) > MaxBatch {
		return nil, refusal.New("batch_invalid", "a batch has 1 to %d results, %d given", MaxBatch, len(rows))
	}
	batch := make([]batchResult, 0, len(rows))
	seen := make(map[resultKey]int, len(rows))
	for i, row := range rows {
		k := resultKey{sessionID, row.Subject, row.StudentRef}
		if err := k.check(); err != nil {
			return nil, refusal.Prefix(rowName(i), err)
		}
		v, err := row.secret()
		if err != nil {
			return nil, refusal.Prefix(rowName(i), err)
		}
		if first, ok := seen[k]; ok {
			return nil, refusal.New("result_duplicate", "%s: the same result is in row %d", rowName(i), first+1)
		}
		seen[k] = i
		batch = append(batch, batchResult{key: k, value: v})
	}
	return batch, nil
}

func rowName(i int) string { return fmt.Sprintf("row %d", i+1) }

// RecordResults records up to MaxBatch results of one session, all or none; they are the transient input "results".
func (*Contract) RecordResults(ctx contractapi.TransactionContextInterface, sessionID string) (*Batch, error) {
	stub := ctx.GetStub()
	if err := checkSessionID(sessionID); err != nil {
		return nil, err
	}
	data, err := transient(stub, transientResults, maxBatchSize)
	if err != nil {
		return nil, err
	}
	batch, err := parseBatch(sessionID, data)
	if err != nil {
		return nil, err
	}
	w, err := begin(stub, sessionID)
	if err != nil {
		return nil, err
	}
	keys := make([]string, 0, len(batch))
	for _, b := range batch {
		key, err := compositeKey(keyResult, b.key.parts()...)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	earlier, err := stub.GetMultipleStates(keys...)
	if err != nil {
		return nil, refusal.Internal("read results", err)
	}
	stub.StartWriteBatch()
	for i, b := range batch {
		if earlier[i] != nil {
			return nil, refusal.Prefix(rowName(i), resultExists(b.key))
		}
		if _, err := w.add(b.key, b.value); err != nil {
			return nil, refusal.Prefix(rowName(i), err)
		}
	}
	if err := stub.FinishWriteBatch(); err != nil {
		return nil, refusal.Internal("write results", err)
	}
	done := &Batch{Session: sessionID, Recorded: len(batch)}
	return done, emit(stub, "ResultsRecorded", done)
}
