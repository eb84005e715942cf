// SPDX-License-Identifier: Apache-2.0

package describe

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
)

// reflectedMetadata is the part of contract-api's metadata that is changed; the rest is carried as it is.
type reflectedMetadata struct {
	Info       map[string]any               `json:"info"`
	Contracts  map[string]reflectedContract `json:"contracts"`
	Components json.RawMessage              `json:"components"`
}

type reflectedContract struct {
	Info         map[string]any   `json:"info"`
	Name         string           `json:"name"`
	Transactions []map[string]any `json:"transactions"`
	Default      bool             `json:"default"`
}

// merge puts the document into the reflected metadata.
func (d Document) merge(reflected []byte, contract string) ([]byte, error) {
	var m reflectedMetadata
	if err := json.Unmarshal(reflected, &m); err != nil {
		return nil, fmt.Errorf("decode reflected metadata: %w", err)
	}
	about := map[string]any{
		"title": d.Title, "description": d.Description, "version": d.Version,
		"license": map[string]any{"name": "Apache-2.0"},
	}
	m.Info = about
	c := m.Contracts[contract]
	c.Info = about
	described := make(map[string]Function, len(d.Functions))
	for _, f := range d.Functions {
		described[f.Name] = f
	}
	for _, t := range c.Transactions {
		name, _ := t["name"].(string)
		f, ok := described[name]
		if !ok {
			return nil, fmt.Errorf("function %s is not described", name)
		}
		delete(described, name)
		if err := d.describe(t, f); err != nil {
			return nil, fmt.Errorf("function %s: %w", name, err)
		}
	}
	for name := range described {
		return nil, fmt.Errorf("function %s is described but does not exist", name)
	}
	m.Contracts[contract] = c
	return json.Marshal(m)
}

func (d Document) describe(transaction map[string]any, f Function) error {
	if f.Title["en"] == "" || f.Description == "" {
		return errors.New("it needs an English title and a description")
	}
	transaction["title"], transaction["x-title"], transaction["description"] = f.Title["en"], f.Title, f.Description
	reflected, _ := transaction["parameters"].([]any)
	if len(reflected) != len(f.Parameters) {
		return fmt.Errorf("%d parameters are described, it has %d", len(f.Parameters), len(reflected))
	}
	titles := make(map[string]map[string]string, len(f.Parameters)+len(f.Transient))
	for i, name := range f.Parameters {
		parameter, ok := reflected[i].(map[string]any)
		if !ok {
			return fmt.Errorf("parameter %d is not an object", i)
		}
		p := d.Parameters[name]
		schema, _ := parameter["schema"].(map[string]any)
		if want := p.Schema["type"]; schema["type"] != want {
			return fmt.Errorf("parameter %s is described as %v, it is %v", name, want, schema["type"])
		}
		maps.Copy(schema, p.titled())
		parameter["name"], parameter["description"] = name, p.Description
		titles[name] = p.Title
	}
	private := make([]map[string]any, 0, len(f.Transient))
	for _, key := range f.Transient {
		p := d.Transient[key]
		private = append(private, map[string]any{"name": key, "description": p.Description, "schema": p.titled()})
		titles[key] = p.Title
	}
	// contract-api's schema allows no additions to parameters, so they stand beside.
	transaction["x-parameter-titles"], transaction["x-transient"] = titles, private
	return nil
}

// titled is the schema with its English title.
func (p Parameter) titled() map[string]any {
	schema := maps.Clone(p.Schema)
	schema["title"] = p.Title["en"]
	return schema
}
