// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// systemContract is contract-api's own contract, which serves the metadata.
const systemContract = "org.hyperledger.fabric"

// metadataJSON is the part of contract-api's metadata that forms are made of (fabric-contract-api's contract schema).
type metadataJSON struct {
	Contracts map[string]struct {
		Name         string `json:"name"`
		Default      bool   `json:"default"`
		Transactions []struct {
			Name        string   `json:"name"`
			Title       string   `json:"title"`
			Description string   `json:"description"`
			Tag         []string `json:"tag"`
			Parameters  []struct {
				Name        string          `json:"name"`
				Description string          `json:"description"`
				Schema      json.RawMessage `json:"schema"`
			} `json:"parameters"`
		} `json:"transactions"`
	} `json:"contracts"`
}

// decodeMetadata lists a contract's functions by name. Those of a contract that is not the default one carry its name
// before a colon, as callers must write them.
func decodeMetadata(raw []byte) (api.ContractMetadata, error) {
	var m metadataJSON
	if err := json.Unmarshal(raw, &m); err != nil {
		return api.ContractMetadata{}, fault.New(fault.Unavailable, "metadata_invalid",
			"the contract's description of itself can't be read").WithCause(err)
	}
	out := api.ContractMetadata{Functions: []api.ContractFunction{}, Raw: raw}
	for name, c := range m.Contracts {
		if name == systemContract {
			continue
		}
		for _, t := range c.Transactions {
			f := api.ContractFunction{
				Name: t.Name, Title: t.Title, Description: t.Description, Parameters: []api.ContractParameter{},
				Submit: slices.ContainsFunc(t.Tag, func(tag string) bool { return strings.EqualFold(tag, "submit") }),
			}
			if !c.Default && len(m.Contracts) > 2 {
				f.Name = name + ":" + t.Name
			}
			for _, p := range t.Parameters {
				f.Parameters = append(f.Parameters, api.ContractParameter{
					Name: p.Name, Description: p.Description, Schema: p.Schema,
				})
			}
			out.Functions = append(out.Functions, f)
		}
	}
	slices.SortFunc(out.Functions, func(a, b api.ContractFunction) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}
