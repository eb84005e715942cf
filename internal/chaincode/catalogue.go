// SPDX-License-Identifier: Apache-2.0

package chaincode

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Entry is a contract that the platform offers, as its descriptor file says.
type Entry struct {
	Name        string            `json:"name"`
	Version     string            `json:"version"`
	Title       map[string]string `json:"title"`       // by language
	Description map[string]string `json:"description"` // by language
	Endorsement string            `json:"endorsement"` // policy; empty: the channel's own
	Collections []EntryCollection `json:"collections"`
	Internal    bool              `json:"internal"` // for the platform's own ledgers: not offered
}

// EntryCollection is a private data collection in a descriptor; its members are all of the channel's.
type EntryCollection struct {
	Name            string `json:"name"`
	RequiredPeers   int32  `json:"requiredPeerCount"`
	MaxPeers        int32  `json:"maxPeerCount"`
	BlockToLive     uint64 `json:"blockToLive"`
	MemberOnlyRead  bool   `json:"memberOnlyRead"`
	MemberOnlyWrite bool   `json:"memberOnlyWrite"`
}

// Catalogue is what the platform offers, by name.
type Catalogue []Entry

// LoadCatalogue reads every descriptor NAME.json of dir whose program NAME stands beside it.
func LoadCatalogue(dir fs.FS) (Catalogue, error) {
	files, err := fs.Glob(dir, "*.json")
	if err != nil {
		return nil, fmt.Errorf("list descriptors: %w", err)
	}
	var c Catalogue
	for _, f := range files {
		data, err := fs.ReadFile(dir, f)
		if err != nil {
			return nil, fmt.Errorf("read descriptor %s: %w", f, err)
		}
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.DisallowUnknownFields()
		var e Entry
		if err := decoder.Decode(&e); err != nil {
			return nil, fmt.Errorf("decode descriptor %s: %w", f, err)
		}
		if e.Name == "" || e.Name != strings.TrimSuffix(f, ".json") || e.Version == "" {
			return nil, fmt.Errorf("descriptor %s: name and version are required, and the name must be the file's", f)
		}
		if _, err := fs.Stat(dir, e.Name); err != nil {
			return nil, fmt.Errorf("program of descriptor %s: %w", f, err)
		}
		c = append(c, e)
	}
	slices.SortFunc(c, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return c, nil
}

// Offered gives those that are not internal.
func (c Catalogue) Offered() Catalogue {
	offered := Catalogue{}
	for _, e := range c {
		if !e.Internal {
			offered = append(offered, e)
		}
	}
	return offered
}

// Get gives an entry; an absent one is a fault.NotFound "catalogue_entry_not_found".
func (c Catalogue) Get(name string) (Entry, error) {
	for _, e := range c {
		if e.Name == name {
			return e, nil
		}
	}
	return Entry{}, fault.New(fault.NotFound, "catalogue_entry_not_found", "the catalogue has no contract %q", name).
		WithHint("see what it has: b4a contract catalogue")
}
