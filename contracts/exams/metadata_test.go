// SPDX-License-Identifier: Apache-2.0

package exams_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hyperledger/fabric-contract-api-go/v2/metadata"
	"github.com/xeipuuv/gojsonschema"

	"github.com/blockchain4all/blockchain4all/contracts/exams"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestMetadata(t *testing.T) {
	t.Parallel()
	const golden = "testdata/metadata.golden.json"
	b := newBench(t)
	served := b.must(t, call{who: third, fn: "org.hyperledger.fabric:GetMetadata"})
	if served != string(b.cc.Metadata()) {
		t.Error("what is served is not what Metadata gives")
	}
	var got bytes.Buffer
	if err := json.Indent(&got, []byte(served), "", "  "); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("metadata (-golden +got), rewrite with -update:\n%s", diff)
	}
}

func TestMetadataFollowsContractAPI(t *testing.T) {
	t.Parallel()
	result, err := gojsonschema.Validate(
		gojsonschema.NewBytesLoader(metadata.GetJSONSchema()), gojsonschema.NewBytesLoader(newBench(t).cc.Metadata()))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range result.Errors() {
		t.Error(problem)
	}
}

// described is what forms read.
type described struct {
	Contracts map[string]struct {
		Transactions []struct {
			Name       string                       `json:"name"`
			Titles     map[string]string            `json:"x-title"`
			Inputs     map[string]map[string]string `json:"x-parameter-titles"`
			Tag        []string                     `json:"tag"`
			Parameters []struct {
				Name        string `json:"name"`
				Description string `json:"description"`
				Schema      struct {
					Pattern string `json:"pattern"`
				} `json:"schema"`
			} `json:"parameters"`
		} `json:"transactions"`
	} `json:"contracts"`
}

func TestFormsAreComplete(t *testing.T) {
	t.Parallel()
	var d described
	if err := json.Unmarshal(newBench(t).cc.Metadata(), &d); err != nil {
		t.Fatal(err)
	}
	reads := new(exams.Contract).GetEvaluateTransactions()
	languages := func(titles map[string]string) bool {
		return titles["eu"] != "" && titles["es"] != "" && titles["en"] != "" && len(titles) == 3
	}
	for _, f := range d.Contracts[exams.Name].Transactions {
		if !languages(f.Titles) {
			t.Errorf("%s: titles %v", f.Name, f.Titles)
		}
		if got := slices.Contains(f.Tag, "EVALUATE"); got != slices.Contains(reads, f.Name) {
			t.Errorf("%s: tags %v", f.Name, f.Tag)
		}
		for _, p := range f.Parameters {
			if !languages(f.Inputs[p.Name]) || p.Description == "" {
				t.Errorf("%s, %s: titles %v, description %q", f.Name, p.Name, f.Inputs[p.Name], p.Description)
			}
			if want, ok := exams.Shapes()[p.Name]; ok && p.Schema.Pattern != want {
				t.Errorf("%s, %s: forms check %s, the contract %s", f.Name, p.Name, p.Schema.Pattern, want)
			}
		}
		reads = slices.DeleteFunc(reads, func(name string) bool { return name == f.Name })
	}
	if len(reads) > 0 {
		t.Errorf("evaluated but not there: %v", reads)
	}
	pattern, err := json.Marshal(exams.ShapeMark)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(newBench(t).cc.Metadata(), pattern); n != 4 {
		t.Errorf("the pattern of marks is in the metadata %d times", n)
	}
}

func TestCatalogueDescriptor(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("catalogue.json")
	if err != nil {
		t.Fatal(err)
	}
	type collection struct {
		Name            string `json:"name"`
		RequiredPeers   int    `json:"requiredPeerCount"`
		MaxPeers        int    `json:"maxPeerCount"`
		BlockToLive     uint64 `json:"blockToLive"`
		MemberOnlyRead  bool   `json:"memberOnlyRead"`
		MemberOnlyWrite bool   `json:"memberOnlyWrite"`
	}
	var got struct {
		Name        string            `json:"name"`
		Version     string            `json:"version"`
		Title       map[string]string `json:"title"`
		Description map[string]string `json:"description"`
		Endorsement string            `json:"endorsement"`
		Collections []collection      `json:"collections"`
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&got); err != nil {
		t.Fatal(err)
	}
	want := []collection{{Name: exams.Collection, MaxPeers: 3, MemberOnlyRead: true, MemberOnlyWrite: true}}
	if diff := cmp.Diff(want, got.Collections); diff != "" || got.Name != exams.Name || got.Version != "1.0.0" {
		t.Errorf("got %+v, collections (-want +got):\n%s", got, diff)
	}
}
