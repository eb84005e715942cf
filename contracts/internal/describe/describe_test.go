// SPDX-License-Identifier: Apache-2.0

package describe_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/blockchain4all/blockchain4all/contracts/internal/describe"
	"github.com/blockchain4all/blockchain4all/contracts/internal/stubtest"
)

// greeter is a contract with one function of each kind.
type greeter struct{ contractapi.Contract }

func (*greeter) Greet(_ contractapi.TransactionContextInterface, name string, times int32) (string, error) {
	return strings.Repeat("kaixo "+name+" ", int(times)), nil
}

func (*greeter) Nothing(_ contractapi.TransactionContextInterface) error { return nil }

const good = `{
  "title": "Greeter", "description": "Greets.", "version": "1.0.0",
  "parameters": {
    "name": {"title": {"en": "Name"}, "description": "Whom.", "schema": {"type": "string", "maxLength": 9}},
    "times": {"title": {"en": "Times"}, "description": "How often.", "schema": {"type": "integer", "default": 1}}
  },
  "transient": {"card": {"title": {"en": "Card"}, "description": "A card.", "schema": {"type": "string"}}},
  "functions": [
    {"name": "Greet", "title": {"en": "Greet", "eu": "Agurtu"}, "description": "Says it.",
     "parameters": ["name", "times"], "transient": ["card"]},
    {"name": "Nothing", "title": {"en": "Nothing"}, "description": "Does nothing.", "parameters": []}
  ]
}`

func newGreeter(t *testing.T) *contractapi.ContractChaincode {
	t.Helper()
	g := new(greeter)
	g.Name = "greeter"
	cc, err := contractapi.NewChaincode(g)
	if err != nil {
		t.Fatal(err)
	}
	return cc
}

func TestInvoke(t *testing.T) {
	t.Parallel()
	const count = "arguments_invalid: Greet takes name, [times], in this order; "
	const there = "; org.hyperledger.fabric:GetMetadata lists those there are"
	tests := map[string]struct {
		function  string
		arguments []string
		want      string // payload, or the refusal
	}{
		"all":               {"Greet", []string{"Ane", "2"}, "kaixo Ane kaixo Ane "},
		"by contract":       {"greeter:Greet", []string{"Ane", "1"}, "kaixo Ane "},
		"default":           {"Greet", []string{"Ane"}, "kaixo Ane "},
		"empty for default": {"Greet", []string{"Ane", ""}, "kaixo Ane "},
		"empty text":        {"Greet", []string{""}, "kaixo  "},
		"none":              {"Greet", nil, count + "0 arguments given"},
		"too many":          {"Greet", []string{"Ane", "1", "x"}, count + "3 arguments given"},
		"not a number": {
			"Greet",
			[]string{"Ane", "1.5"},
			`arguments_invalid: Greet: argument times is "1.5", a whole number is needed`,
		},
		"too large": {
			"Greet",
			[]string{"Ane", "2147483648"},
			`arguments_invalid: Greet: argument times is "2147483648", a whole number is needed`,
		},
		"takes none": {"Nothing", []string{"x"}, "arguments_invalid: Nothing takes no arguments, 1 given"},
		"nothing":    {"Nothing", nil, ""},
		"unknown": {
			"Shout", nil,
			`function_not_found: there is no function "Shout"` + there,
		},
		"lower case": {
			"greet",
			[]string{"Ane"},
			`function_not_found: there is no function "greet"` + there,
		},
	}
	cc, err := describe.New(newGreeter(t), []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := cc.Invoke(stubtest.NewLedger().Begin(stubtest.Call{Function: tc.function, Arguments: tc.arguments}))
			got := string(r.GetPayload())
			if r.GetStatus() != shim.OK {
				got = r.GetMessage()
			}
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	cc, err := describe.New(newGreeter(t), []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	first := cc.Metadata()
	first[0] = 'x'
	if !json.Valid(cc.Metadata()) {
		t.Error("a caller can change the metadata")
	}
	for _, want := range []string{
		`"name":"name"`, `"maxLength":9`, `"description":"Whom."`, `"title":"Greet"`, `"eu":"Agurtu"`, `"name":"card"`,
		`"version":"1.0.0"`, `"default":1`, `"format":"int32"`,
	} {
		if !strings.Contains(string(cc.Metadata()), want) {
			t.Errorf("%s is not in the metadata", want)
		}
	}
}

// TestDocumentMustFit changes one thing of a good document at a time.
func TestDocumentMustFit(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ old, new, want string }{
		"not JSON":         {"{", "", "decode description"},
		"an unknown field": {`"version"`, `"versions"`, "unknown field"},
		"not described":    {`{"name": "Nothing"`, `{"name": "Nothin"`, "function Nothing is not described"},
		"described twice over": {
			`"functions": [`,
			`"functions": [{"name": "Shout", "title": {"en": "S"}, "description": "S", "parameters": []},`,
			"function Shout is described but does not exist",
		},
		"no English":         {`"en": "Greet"`, `"es": "Saludar"`, "English title"},
		"no description":     {`"Says it."`, `""`, "description"},
		"unknown parameter":  {`["name", "times"]`, `["name", "time"]`, "parameter time is not described"},
		"one parameter less": {`["name", "times"]`, `["name"]`, "1 parameters are described, it has 2"},
		"parameters swapped": {`["name", "times"]`, `["times", "name"]`, "parameter name without a default"},
		"another type":       {`"type": "integer"`, `"type": "string"`, "parameter times is described as string"},
		"unknown transient":  {`["card"]`, `["cart"]`, "transient key cart"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := describe.New(newGreeter(t), []byte(strings.Replace(good, tc.old, tc.new, 1)))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q in it", err, tc.want)
			}
		})
	}
}
