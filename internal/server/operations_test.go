// SPDX-License-Identifier: Apache-2.0

package server

import (
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/internal/external"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// planned has the title of each step, by the kind of operation and the step's name.
type planned map[string]map[string]string

type recorder struct {
	t     *testing.T
	found planned
}

// Register plans a kind for an empty input: no step of it is done.
func (r recorder) Register(kind string, plan operation.Plan, _ operation.OnFailed) {
	steps, err := plan(operation.Operation{Kind: kind, Input: json.RawMessage("{}")})
	if err != nil {
		r.t.Errorf("plan %s: %v", kind, err)
	}
	r.found[kind] = map[string]string{}
	for _, s := range steps {
		r.found[kind][s.Name] = s.Title
	}
}

// TestOperationsThatTheConsoleKnows compares what is planned with the list by which the console's own test looks for
// texts in every language. Who adds a step runs it with -update, then adds the texts.
func TestOperationsThatTheConsoleKnows(t *testing.T) {
	t.Parallel()
	r := recorder{t, planned{}}
	p := &platform{orgs: org.New(org.Options{}), external: external.New(external.Options{})}
	p.openAdmission()
	p.registerOperations(r)
	const golden = "../../console/src/components/operations.golden.json"
	if *update {
		text, err := json.MarshalIndent(r.found, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	var want planned
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, r.found); diff != "" {
		t.Errorf("%s (-file +planned); run go test ./internal/server -run %s -update:\n%s", golden, t.Name(), diff)
	}
}
