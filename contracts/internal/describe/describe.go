// SPDX-License-Identifier: Apache-2.0

// Package describe gives a contract-api chaincode a description that forms can be made of. What contract-api reflects
// from Go names parameters param0, param1 …, has no titles, and checks neither the number of arguments nor their text
// before converting them. Here the reflected metadata is merged with a document written by hand, served from
// org.hyperledger.fabric:GetMetadata, and arguments are checked against it.
package describe

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
	peerpb "github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"github.com/blockchain4all/blockchain4all/contracts/internal/refusal"
)

const metadataFunction = contractapi.SystemContractName + ":GetMetadata"

// Document describes a chaincode of one contract.
type Document struct {
	Title       string               `json:"title"`
	Description string               `json:"description"`
	Version     string               `json:"version"`
	Parameters  map[string]Parameter `json:"parameters"` // shared by the functions, by name
	Transient   map[string]Parameter `json:"transient"`  // private inputs, by key
	Functions   []Function           `json:"functions"`
}

// Function describes a transaction.
type Function struct {
	Name        string            `json:"name"`
	Title       map[string]string `json:"title"` // by language; en is the one that tools without languages show
	Description string            `json:"description"`
	Parameters  []string          `json:"parameters"` // names, in order
	Transient   []string          `json:"transient"`  // keys
}

// Parameter describes an argument or a private input.
type Parameter struct {
	Title       map[string]string `json:"title"` // by language
	Description string            `json:"description"`
	Schema      map[string]any    `json:"schema"` // JSON schema; "default" makes a trailing parameter optional
}

// Chaincode is a described chaincode.
type Chaincode struct {
	inner     shim.Chaincode
	contract  string
	metadata  []byte
	functions map[string][]argument
}

type argument struct {
	name     string
	integer  bool
	optional bool
	fallback string
}

// New describes cc, whose default contract has the functions of the document and no others. A difference between the
// two is an error.
func New(cc *contractapi.ContractChaincode, document []byte) (*Chaincode, error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.DisallowUnknownFields()
	var d Document
	if err := decoder.Decode(&d); err != nil {
		return nil, fmt.Errorf("decode description: %w", err)
	}
	reflected := cc.Invoke(metadataCall{})
	if reflected.GetStatus() != shim.OK {
		return nil, fmt.Errorf("read reflected metadata: %s", reflected.GetMessage())
	}
	c := &Chaincode{inner: cc, contract: cc.DefaultContract, functions: make(map[string][]argument)}
	for _, f := range d.Functions {
		arguments, err := d.arguments(f)
		if err != nil {
			return nil, fmt.Errorf("function %s: %w", f.Name, err)
		}
		c.functions[f.Name] = arguments
	}
	var err error
	if c.metadata, err = d.merge(reflected.GetPayload(), cc.DefaultContract); err != nil {
		return nil, fmt.Errorf("describe contract %s: %w", cc.DefaultContract, err)
	}
	return c, nil
}

func (d Document) arguments(f Function) ([]argument, error) {
	arguments := []argument{}
	for _, name := range f.Parameters {
		p, ok := d.Parameters[name]
		if !ok {
			return nil, fmt.Errorf("parameter %s is not described", name)
		}
		a := argument{name: name, integer: p.Schema["type"] == "integer"}
		if fallback, ok := p.Schema["default"]; ok {
			a.optional, a.fallback = true, fmt.Sprint(fallback)
		} else if len(arguments) > 0 && arguments[len(arguments)-1].optional {
			return nil, fmt.Errorf("parameter %s without a default follows one that has it", name)
		}
		arguments = append(arguments, a)
	}
	for _, key := range f.Transient {
		if _, ok := d.Transient[key]; !ok {
			return nil, fmt.Errorf("transient key %s is not described", key)
		}
	}
	return arguments, nil
}

// Metadata gives the description, JSON by contract-api's schema. A function has besides: title, description, x-title
// (titles by language), x-transient (private inputs, in the form of parameters) and x-parameter-titles (titles of
// parameters and private inputs, by name and language).
func (c *Chaincode) Metadata() []byte { return slices.Clone(c.metadata) }

// Init runs the chaincode's own.
func (c *Chaincode) Init(stub shim.ChaincodeStubInterface) *peerpb.Response {
	return c.inner.Init(stub)
}

// Invoke checks the function and its arguments, and runs it. Left out trailing arguments and empty ones get their
// defaults. Refusals are function_not_found and arguments_invalid.
func (c *Chaincode) Invoke(stub shim.ChaincodeStubInterface) *peerpb.Response {
	function, given := stub.GetFunctionAndParameters()
	if function == metadataFunction {
		return shim.Success(c.metadata)
	}
	name := strings.TrimPrefix(function, c.contract+":")
	arguments, ok := c.functions[name]
	if !ok {
		return shim.Error(refusal.New("function_not_found", "there is no function %q; %s lists those there are",
			function, metadataFunction).Error())
	}
	complete, err := check(name, arguments, given)
	if err != nil {
		return shim.Error(err.Error())
	}
	return c.inner.Invoke(call{ChaincodeStubInterface: stub, function: name, arguments: complete})
}

func check(function string, arguments []argument, given []string) ([]string, error) {
	complete := make([]string, 0, len(arguments))
	for i, a := range arguments {
		switch {
		case i < len(given) && (given[i] != "" || !a.optional):
			complete = append(complete, given[i])
		case a.optional:
			complete = append(complete, a.fallback)
		default:
			return nil, wrongCount(function, arguments, len(given))
		}
		if !a.integer {
			continue
		}
		if _, err := strconv.ParseInt(complete[i], 10, 32); err != nil {
			return nil, refusal.New("arguments_invalid", "%s: argument %s is %q, a whole number is needed",
				function, a.name, given[i])
		}
	}
	if len(given) > len(arguments) {
		return nil, wrongCount(function, arguments, len(given))
	}
	return complete, nil
}

func wrongCount(function string, arguments []argument, given int) error {
	if len(arguments) == 0 {
		return refusal.New("arguments_invalid", "%s takes no arguments, %d given", function, given)
	}
	names := make([]string, 0, len(arguments))
	for _, a := range arguments {
		name := a.name
		if a.optional {
			name = "[" + name + "]"
		}
		names = append(names, name)
	}
	return refusal.New("arguments_invalid", "%s takes %s, in this order; %d arguments given",
		function, strings.Join(names, ", "), given)
}

// call is a stub whose function and arguments are the checked ones.
type call struct {
	shim.ChaincodeStubInterface

	function  string
	arguments []string
}

// GetFunctionAndParameters gives the checked ones.
func (c call) GetFunctionAndParameters() (string, []string) { return c.function, c.arguments }

// metadataCall is a stub that can only ask for the metadata.
type metadataCall struct{ shim.ChaincodeStubInterface }

// GetFunctionAndParameters names contract-api's own function.
func (metadataCall) GetFunctionAndParameters() (string, []string) { return metadataFunction, nil }

// GetCreator gives nobody.
func (metadataCall) GetCreator() ([]byte, error) { return nil, nil }

var _ shim.Chaincode = (*Chaincode)(nil)
